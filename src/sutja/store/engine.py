"""The engine: one database, SQLite or PostgreSQL, in which writers come one after another and readers never wait.

Owns connections, transactions, and the turning of what databases raise into ours.
"""

import re
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InvalidatePoolError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from sutja.errors import StoreError, UnavailableError
from sutja.store.file import File

WAIT_S = 10.0
"""How long a writer waits for its turn before it is told to come again."""
WRITER_LOCK = int.from_bytes(b"sutja")  # of PostgreSQL's advisory locks
STATEMENT_S = 60
AT_ONCE = 500  # ids in one statement
CONNECT_S = 5
OPENED = "opened"  # of what is known of a connection
SILENCE_S = 15
"""A host that has taken in nothing, or does not say that it is still there, for so long is given up."""


@dataclass(frozen=True, slots=True)
class Database:
    """One database and what all parts of the store share: the clock and the secret."""

    engine: Engine
    clock: Callable[[], datetime]
    secret: bytes
    warnings: tuple[str, ...] = ()
    file: File | None = None  # of SQLite alone
    check: Callable[[Connection], None] | None = None
    """Raises `UnavailableError` unless a file that took the place of the one before is as good."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees what was committed. Raises `UnavailableError`, `StoreError`."""
        with _ours(), self.engine.connect() as connection, connection.begin():
            self._look(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield the one connection that may write, and commit; an exception undoes all.

        On both databases a second writer waits for its turn, so that what the first one saw stays true until it
        commits. Raises `UnavailableError` after 10 s of waiting for that, 5 s for a connection, or 15 s of a silent
        host, and where SQLite's file was deleted or exchanged meanwhile; and `StoreError`.
        """
        with _ours(), self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
            self._look(connection)
            yield connection
            if self.file and not self.file.is_there(connection.info[OPENED]):  # it may have waited long for its turn
                raise sqlite3.OperationalError("its file is not there any more")

    def scrub(self) -> None:
        """Let nothing that was deleted stay in SQLite's log."""
        if self.engine.dialect.name == "sqlite":
            with _ours():
                _pragma(self.engine, "wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        if self.file:
            self.file.close()

    def _look(self, connection: Connection) -> None:
        """Take the file of a connection for the store's, if it is another one, only where it is as good."""
        if self.file is None or self.file.is_known(connection.info[OPENED].file):
            return
        if self.check is None:
            raise sqlite3.OperationalError("another file took its place")
        self.check(connection)
        self.file.accept(connection.info[OPENED].file)
        connection.connection.invalidate(soft=True)  # the next one gives it the right journal


def database(
    url: str,
    clock: Callable[[], datetime],
    secret: bytes = b"",
    *,
    wait_s: float = WAIT_S,
    sqlite_version: tuple[int, int, int] = sqlite3.sqlite_version_info[:3],
    check: Callable[[Connection], None] | None = None,
    makes: bool = True,
) -> Database:
    """Return the database of a URL. Raises `StoreError` where that is neither SQLite in a file nor PostgreSQL.

    A file of SQLite is made where there is none, if it `makes` one, and that once. `check` is what another that takes
    its place later has to pass, by raising `UnavailableError`; without it none is good enough.
    """
    place = place_of(url)
    if place.get_backend_name() == "postgresql":
        return Database(_postgresql(place, wait_s), clock, secret)
    has_fault = has_wal_fault(sqlite_version)
    file = File(Path(place.database or ""), wait_s, "delete" if has_fault else "wal", makes=makes)
    engine = _sqlite(place, file)
    try:
        warnings = _choose_journal(engine, wait_s, has_fault=has_fault)
    except BaseException:
        file.close()
        raise
    return Database(engine, clock, secret, (*file.warnings, *warnings), file, check)


def in_parts(ids: Collection[str]) -> Iterator[list[str]]:
    """Yield ids, as many at once as are fit for one statement."""
    listed = list(ids)
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))


def has_wal_fault(version: tuple[int, int, int]) -> bool:
    """Tell whether a SQLite may lose its log when two connections reset it at once (sqlite.org/wal.html#walresetbug).

    So do 3.7.0 to 3.51.2, without the later ones of 3.44 and 3.50, which were mended.
    """
    is_mended = version[:2] in ((3, 44), (3, 50)) and version >= {44: (3, 44, 6), 50: (3, 50, 7)}[version[1]]
    return (3, 7, 0) <= version <= (3, 51, 2) and not is_mended


def place_of(url: str) -> URL:
    """Return what a URL names. Raises `StoreError` where that is neither SQLite in a file nor PostgreSQL."""
    try:
        place = make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
    except ArgumentError:
        place = None
    drivers = ("postgresql+psycopg", "sqlite", "sqlite+pysqlite")
    if place is None or place.drivername not in drivers or not place.database or place.database == ":memory:":
        raise StoreError(
            "Expected a database such as sqlite:////PATH or postgresql://USER@HOST/NAME. Received another."
        )
    return place


def is_taken(url: str) -> bool:
    """Tell whether there is a database at a URL, a file or tables. Makes none. Raises `StoreError`."""
    place = place_of(url)
    if place.get_backend_name() == "sqlite":
        return Path(place.database or "").exists()
    engine = _postgresql(place, WAIT_S)
    try:
        with _ours(), engine.connect() as connection:
            return bool(inspect(connection).get_table_names())
    finally:
        engine.dispose()


def _postgresql(place: URL, wait_s: float) -> Engine:
    # Read committed: what a writer reads after its turn came is what the one before it left.
    engine = create_engine(
        place,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=_patience(place),
    )
    engine.update_execution_options(writes=False)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.autocommit = True
        connection.execute("SET timezone = 'UTC'")
        connection.execute("SET synchronous_commit = on")
        connection.execute(f"SET lock_timeout = {int(wait_s * 1000)}")
        connection.execute(f"SET statement_timeout = '{STATEMENT_S + int(wait_s)}s'")
        connection.execute(f"SET idle_in_transaction_session_timeout = '{STATEMENT_S}s'")
        connection.autocommit = False

    return engine


def _patience(place: URL) -> dict[str, int]:
    """Return libpq's limits for a host that falls silent, but those that the URL sets itself."""
    limits = {
        "connect_timeout": CONNECT_S,
        "tcp_user_timeout": 1000 * SILENCE_S,
        "keepalives_idle": SILENCE_S // 3,
        "keepalives_interval": SILENCE_S // 3,
        "keepalives_count": 2,
    }
    return {name: limit for name, limit in limits.items() if name not in place.query}


def _sqlite(place: URL, file: File) -> Engine:
    """Return an engine whose transactions begin as SQLAlchemy's manual says, and whose connections are of one file."""
    engine = create_engine(place, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def connect(_: object, record: Any, *_arguments: object) -> sqlite3.Connection:
        connection, record.info[OPENED] = file.connect()
        return connection

    @event.listens_for(engine, "checkout")
    def look(_: object, record: Any, __: object) -> None:
        if not file.is_there(record.info[OPENED]):
            raise InvalidatePoolError("its file is not there any more")  # the pool tries once more, and anew

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        does_write = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if does_write else "BEGIN")

    return engine


def _choose_journal(engine: Engine, wait_s: float, *, has_fault: bool) -> tuple[str, ...]:
    """Give the file the journal that this SQLite can be trusted with; return what is to be said of it."""
    wanted = "delete" if has_fault else "wal"
    found = _switch_journal(engine, wanted, wait_s)
    engine.dispose()  # its connections chose how to sync before
    if found != wanted:
        return (f"Expected SQLite to keep a {wanted} journal. It keeps a {found} journal: others use the file.",)
    if not has_fault:
        return ()
    said = (
        f"SQLite {sqlite3.sqlite_version} has a fault by which a write-ahead log may be lost, so a rollback journal is "
        "kept, in which readers wait for writers. A Python with SQLite 3.51.3 or newer, or PostgreSQL, is faster."
    )
    return (said,)


def _switch_journal(engine: Engine, wanted: str, wait_s: float) -> str:
    """Return the journal after asking for another; SQLite does not wait for its turn there, so this does."""
    until = time.monotonic() + wait_s
    with _ours():
        while True:
            try:
                [found] = _pragma(engine, "journal_mode")
                if found != wanted:
                    [found] = _pragma(engine, f"journal_mode = {wanted}")
                return str(found)
            except (OperationalError, sqlite3.OperationalError) as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.05)


def _pragma(engine: Engine, pragma: str) -> tuple[Any, ...]:
    """Return the row of a pragma that is asked outside of any transaction."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {pragma}")
        row = cursor.fetchone() or ()
        cursor.close()
        return tuple(row)
    finally:
        connection.close()


@contextmanager
def _ours() -> Iterator[None]:
    """Turn what SQLAlchemy raises into ours: with the database's first line, without the statement and its values."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError, sqlite3.OperationalError) as error:
        raise UnavailableError(f"Expected the store's database to answer. Received: {_line(error)}.") from None
    except UnicodeEncodeError:
        raise StoreError("Expected text that UTF-8 can hold. Received something else.") from None
    except IntegrityError as error:
        raise StoreError(f"Expected rows that fit together. Received: {type(error.orig).__name__}.") from None
    except (SQLAlchemyError, sqlite3.DatabaseError) as error:
        raise StoreError(f"Expected the store's database to be whole. Received: {_line(error)}.") from None


def _line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (str(cause).splitlines() or [type(cause).__name__])[0].rstrip(".")
