"""The engine: which databases, which journal, and who waits for whom."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from databases import SECRET, Server, bundle, gift
from sutja import StoreError, UnavailableError
from sutja.store import Store, upgrade, utc_now
from sutja.store.engine import CONNECT_S, Database, database, has_wal_fault

FAULTY = ((3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 0), (3, 51, 2))
SOUND = ((3, 6, 23), (3, 44, 6), (3, 44, 9), (3, 50, 7), (3, 51, 3), (3, 53, 1))


def journal_of(place: Database) -> str:
    with place.reading() as connection:
        return connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()


@pytest.mark.parametrize("version", FAULTY)
def test_a_sqlite_with_the_fault_keeps_a_rollback_journal_and_says_so(
    version: tuple[int, int, int], tmp_path: Path
) -> None:
    """Also in a file that was kept with a write-ahead log before."""
    assert has_wal_fault(version)
    url = f"sqlite:///{tmp_path / 'store.db'}"
    before = database(url, utc_now, sqlite_version=(3, 51, 3))
    assert journal_of(before) == "wal"
    before.close()
    place = database(url, utc_now, sqlite_version=version)
    assert journal_of(place) == "delete"
    assert "a rollback journal is kept" in place.warnings[0]
    place.close()


@pytest.mark.parametrize("version", SOUND)
def test_a_sound_sqlite_keeps_a_log_before_it_writes(version: tuple[int, int, int], tmp_path: Path) -> None:
    """And there is nothing to be said of it."""
    assert not has_wal_fault(version)
    place = database(f"sqlite:///{tmp_path / 'store.db'}", utc_now, sqlite_version=version)
    assert (journal_of(place), place.warnings) == ("wal", ())
    place.close()


def test_every_connection_waits_for_the_disk(tmp_path: Path) -> None:
    """SQLite syncs at each commit (2: FULL; 3: EXTRA, which a rollback journal needs), and holds to foreign keys."""
    for version, synchronous in (((3, 40, 1), 3), ((3, 51, 3), 2)):
        place = database(f"sqlite:///{tmp_path / 'store.db'}", utc_now, sqlite_version=version)
        with place.reading() as connection:
            asked = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous",)}
            assert asked == {"synchronous": synchronous}
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        place.close()


def test_who_writes_much_keeps_nobody_from_reading(tmp_path: Path) -> None:
    """With a rollback journal, whose readers wait for writers, they wait for the end of a turn alone."""
    place = database(f"sqlite:///{tmp_path / 'store.db'}", utc_now, wait_s=0.2, sqlite_version=FAULTY[0])
    with place.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE much (text BLOB)")
    with place.writing() as connection:
        for _ in range(20):  # ten times what its cache holds
            connection.exec_driver_sql("INSERT INTO much VALUES (randomblob(1000000))")
        with place.reading() as beside:
            assert beside.exec_driver_sql("SELECT count(*) FROM much").scalar() == 0
    place.close()


@pytest.mark.parametrize(
    "url", ["", "sqlite://", "sqlite:///:memory:", "mysql://root@localhost/x", "not a url", "postgresql://", "sqlite:"]
)
def test_other_databases_are_refused(url: str) -> None:
    """A store needs a file or a PostgreSQL: what is in memory has each connection for itself."""
    with pytest.raises(StoreError, match="Expected a database such as"):
        Store.open(url, secret=SECRET)


def test_a_database_that_is_away_is_unavailable_and_its_password_not_told(tmp_path: Path) -> None:
    """Nobody listens there; and a folder is no file."""
    with pytest.raises(UnavailableError) as caught:
        Store.open("postgresql://somebody:hush@127.0.0.1:9/x?connect_timeout=2", secret=SECRET)
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(StoreError):
        upgrade(f"sqlite:///{tmp_path}")
    with pytest.raises(StoreError):
        upgrade(f"sqlite:///{tmp_path / 'missing' / 'store.db'}")


@contextlib.contextmanager
def silent() -> Iterator[int]:
    """Give the port of a host that takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize(("query", "limit_s"), [("", CONNECT_S), ("?connect_timeout=2", 2)])
def test_a_host_that_says_nothing_is_given_up(query: str, limit_s: float) -> None:
    """Law: within five seconds, or as the URL says, whoever writes hears that the store is away."""
    with silent() as port:
        place = database(f"postgresql://somebody:hush@127.0.0.1:{port}/x{query}", utc_now, SECRET)
        begun = time.monotonic()
        with pytest.raises(UnavailableError) as caught:
            write(place)
        assert limit_s - 1 < time.monotonic() - begun < limit_s + 2
        assert "hush" not in str(caught.value)
        place.close()


def test_a_connection_that_falls_silent_is_given_up(server: Server) -> None:
    """Law: libpq itself says that it heeds the limits, and a URL's own win."""
    for query, silence_ms in (("", 15_000), ("tcp_user_timeout=900", 900)):
        url = server.url.format("postgres")
        place = database(f"{url}{'&' if '?' in url else '?'}{query}", utc_now, SECRET)
        with place.reading() as connection:
            told = connection.connection.driver_connection.info.get_parameters()
        assert told.items() >= {"connect_timeout": "5", "tcp_user_timeout": str(silence_ms)}.items()
        place.close()


def write(place: Database) -> None:
    with place.writing():
        pass


def test_writers_wait_for_their_turn_and_not_for_ever(url: str) -> None:
    """While one writes, another is told to come again, and readers read what was committed before."""
    with Store.open(url, secret=SECRET, shipped=bundle("first")) as store:
        store.samples.give(gift(1))
        one, other = database(url, utc_now, SECRET), database(url, utc_now, SECRET, wait_s=0.2)
        with one.writing() as connection:
            connection.execute(text("UPDATE samples SET label = 2"))
            with pytest.raises(UnavailableError):
                write(other)
            assert store.samples.by_label()[0].name == "1"
        with other.writing() as connection:
            assert connection.execute(text("SELECT label FROM samples")).scalar() == 2
        one.close()
        other.close()


def half(place: Database) -> None:
    with place.writing() as connection:
        connection.execute(text("DELETE FROM active"))
        connection.execute(text("DELETE FROM nothing"))


def test_what_fails_is_undone(url: str, store: Store) -> None:
    """An exception within a transaction leaves nothing of it."""
    place = database(url, utc_now, SECRET)
    with pytest.raises(StoreError):
        half(place)
    place.close()
    assert store.bundles.active().generation == 1


def test_many_threads_share_a_store(store: Store) -> None:
    """Eight threads give at once, and every sample is there."""
    threads = [threading.Thread(target=lambda seed=seed: store.samples.give(gift(seed))) for seed in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert store.samples.count() == 8


def test_another_secret_is_refused(url: str, store: Store) -> None:
    """Nothing that the store holds would fit it: neither receipts nor bundles nor the audit trail."""
    with pytest.raises(StoreError, match="Expected the secret that this store is kept under"):
        Store.open(url, secret=b"another" * 8)


def test_the_champion_can_be_asked_while_the_store_is_probed(store: Store) -> None:
    """`ping` returns where there is a database that takes writers."""
    store.ping()
    assert store.bundles.active().generation == 1
