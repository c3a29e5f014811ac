"""The file of SQLite: what happens to those who have it open when it is deleted, moved away or exchanged."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from databases import SECRET, bundle, gift
from sutja import UnavailableError
from sutja.keeping import opened as opened_by_settings
from sutja.settings import Settings
from sutja.store import Store, engine, upgrade, utc_now
from sutja.store.backup import back_up, checked, put_back
from sutja.store.engine import Database, database
from sutja.store.file import TAILS

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows deletes no file that is open, and has other rights")
pytestmark = POSIX


def opened(path: Path, secret: bytes = SECRET) -> Store:
    upgrade(f"sqlite:///{path}")
    return Store.open(f"sqlite:///{path}", secret=secret, shipped=bundle("first"))


def delete(path: Path) -> None:
    for tail in ("", *TAILS):
        path.with_name(path.name + tail).unlink(missing_ok=True)


def copied(path: Path, target: Path) -> Path:
    """Return a copy of a file while it is in use, one file without a log."""
    with closing(sqlite3.connect(path)) as whence, closing(sqlite3.connect(target)) as whither:
        whence.backup(whither)
        whither.execute("PRAGMA journal_mode = DELETE")
    return target


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def expect_away(store: Store) -> None:
    with pytest.raises(UnavailableError):
        store.ping()
    with pytest.raises(UnavailableError):
        store.samples.give(gift(77))
    with pytest.raises(UnavailableError):
        store.samples.count()


@pytest.fixture(params=["wal", "delete"])
def path(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the path of a store with either journal, whichever SQLite there is."""
    monkeypatch.setattr(engine, "has_wal_fault", lambda _: request.param == "delete")
    return tmp_path / "home" / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    path.parent.mkdir()
    with opened(path) as store:
        store.samples.give(gift(1))
        yield store


def test_nothing_is_acknowledged_once_the_file_is_deleted(path: Path, store: Store) -> None:
    """Law: neither a sample nor a probe passes, nothing is made in its place, and a copy of it is taken at once."""
    copy = copied(path, path.with_name("copy"))
    delete(path)
    for _ in range(3):
        expect_away(store)
    assert not path.exists()
    copy.rename(path)
    store.ping()
    store.samples.give(gift(2))
    with opened(path) as other:
        assert other.samples.count() == 2
    assert mode(path) == 0o600


def test_only_an_upgrade_makes_a_file(tmp_path: Path) -> None:
    """Law: who opens a store that is gone is told so."""
    path = tmp_path / "store.db"
    with pytest.raises(UnavailableError, match="db upgrade"):
        Store.open(f"sqlite:///{path}", secret=SECRET)
    with pytest.raises(UnavailableError, match="db upgrade"):
        opened_by_settings(Settings(home=tmp_path), makes=False)
    assert not path.exists()
    assert not (tmp_path / "sutja.db").exists()


def test_a_file_that_was_away_is_the_same_when_it_is_back(path: Path, store: Store) -> None:
    """With all that its log has."""
    away = path.with_name("away")
    path.rename(away)
    expect_away(store)
    away.rename(path)
    store.ping()
    store.samples.give(gift(2))
    assert store.samples.count() == 2


def write_while_it_goes(place: Database, path: Path) -> None:
    with place.writing() as connection:
        connection.exec_driver_sql("UPDATE samples SET label = 2")
        delete(path)


def test_who_writes_while_the_file_goes_is_told(path: Path, store: Store) -> None:
    """It began while the file was there."""
    place = database(f"sqlite:///{path}", utc_now, SECRET)
    with pytest.raises(UnavailableError, match="not there any more"):
        write_while_it_goes(place, path)
    place.close()
    assert not path.exists()


@pytest.mark.parametrize("kind", ["empty", "text", "tables alone", "another secret"])
def test_what_is_no_copy_of_the_store_is_not_taken_for_it(path: Path, store: Store, kind: str) -> None:
    """Law: another database takes nothing in and is not taken for the store; the store's own is, when it is back."""
    copy, other = copied(path, path.with_name("copy")), path.with_name("other")
    if kind == "tables alone":
        upgrade(f"sqlite:///{other}")
    elif kind == "another secret":
        opened(other, bytes(range(32, 64))).close()
    else:
        other.write_text("no database" * 100 if kind == "text" else "")
    content = other.read_bytes()
    delete(path)
    other.rename(path)
    for _ in range(2):
        with pytest.raises(Exception, match="Expected the store"):
            store.samples.give(gift(2))
        with pytest.raises(Exception, match="Expected the store"):
            store.ping()
    assert path.read_bytes() == content
    delete(path)
    copy.rename(path)
    store.samples.give(gift(2))
    assert store.samples.count() == 2


def test_a_log_of_the_file_before_is_not_written_into_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: a copy beside which the other's log was forgotten waits until that is gone, however often one asks."""
    monkeypatch.setattr(engine, "has_wal_fault", lambda _: False)
    path = tmp_path / "store.db"
    with opened(path) as store:
        copy = copied(path, tmp_path / "copy")
        content = copy.read_bytes()
        store.samples.give(gift(1))
        path.unlink()
        expect_away(store)
        shutil.copy(copy, path)
        for _ in range(3):
            expect_away(store)
        assert path.read_bytes() == content
        for tail in TAILS:
            path.with_name(path.name + tail).unlink(missing_ok=True)
        store.samples.give(gift(2))
        assert store.samples.count() == 1
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_that_takes_its_place_goes_on(path: Path, store: Store, tmp_path: Path) -> None:
    """`sutja restore` over a file that is damaged puts another one there."""
    url = f"sqlite:///{path}"
    back_up(url, SECRET, tmp_path / "backup")
    store.samples.give(gift(2))
    path.write_bytes(b"damaged" * 1000)
    (tmp_path / "unpacked").mkdir()
    put_back(checked(tmp_path / "backup", url, tmp_path / "unpacked"), url, tmp_path)
    store.ping()
    assert store.samples.count() == 1


def test_the_file_is_its_owners_alone(path: Path) -> None:
    """Also in a folder that all may look into, and what SQLite puts beside it; one of before is closed to others."""
    path.parent.mkdir(mode=0o755)
    with opened(path) as store:
        store.samples.give(gift(1))
        assert {mode(each) for each in path.parent.iterdir()} == {0o600}
    path.chmod(0o664)
    with opened(path) as store:
        assert (mode(path), [each for each in store.warnings if "chmod" in each]) == (0o600, [])


def test_a_file_that_cannot_be_closed_to_others_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another's file is left as it is."""
    path.parent.mkdir()
    opened(path).close()
    path.chmod(0o644)

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refused)
    with opened(path) as store:
        assert [each for each in store.warnings if "chmod 600" in each]
