"""Backing up: a store into one file while it is in use, and back, wholly or not at all.

Owns which part of a database makes a backup, that it is checked before it is kept, and that it is checked before it
takes anything's place. A file of SQLite is copied by SQLite itself, PostgreSQL by its own `pg_dump` and `pg_restore`.
"""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL

from sutja.errors import StoreError, UnavailableError
from sutja.store.archive import Archive, Show, beside, nothing, pack, sync_folder, unpack
from sutja.store.engine import WAIT_S, database, place_of
from sutja.store.file import TAILS
from sutja.store.migrate import expect_current, upgrade
from sutja.store.secrecy import expect_secret

PAGES = 2048  # of 4 KiB, between two looks at the bar
SERVICE = "sutja"


def back_up(url: str, secret: bytes, path: Path, show: Show = nothing) -> None:
    """Write all that a store keeps, with its secret, into one file; the store may be in use meanwhile.

    What was acknowledged before it began is in it. The file is there when all of it was read back and found whole;
    until then the file of before stays. Raises `StoreError`, `UnavailableError` and `OSError`.
    """
    with beside(path) as folder:
        body = folder / "store.db"
        place = place_of(url)
        if place.get_backend_name() == "sqlite":
            _copy_file(Path(place.database or ""), body, show)
        else:
            _run("pg_dump", place, folder, "--format=custom", "--no-owner", "--no-privileges", f"--file={body}")
        pack(path, place.get_backend_name(), secret, body, show)


def checked(path: Path, url: str, folder: Path, show: Show = nothing) -> Archive:
    """Return an unpacked backup whose database fits a URL, is whole, of this version and kept under its secret.

    A database of an older version is brought up to date in its copy. That of PostgreSQL can only be told to be whole
    once it is there. Raises `StoreError`.
    """
    archive = unpack(path, folder, show)
    if place_of(url).get_backend_name() != archive.kind:
        raise StoreError(
            f"Expected a store in {archive.kind}, as the backup is. Received another kind: restore it there, then run "
            "sutja db copy."
        )
    if archive.kind == "sqlite":
        _expect_whole(archive.body)
        url = "sqlite:///" + archive.body.absolute().as_posix().replace("%", "%25").replace("?", "%3F")
        upgrade(url)
        _expect_ours(url, archive.secret)
    return archive


def put_back(archive: Archive, url: str, folder: Path, show: Show = nothing) -> None:
    """Put a checked backup in the place of whatever is at a URL, in one step: it is all there, or all as before.

    A service that runs goes on with what was restored. Raises `StoreError` and `UnavailableError`.
    """
    place = place_of(url)
    if archive.kind == "sqlite":
        _into_file(archive.body, Path(place.database or ""), show)
    else:
        options = ("--single-transaction", "--exit-on-error", "--clean", "--if-exists", "--no-owner")
        _run("pg_restore", place, folder, *options, "--no-privileges", f"--dbname=service={SERVICE}", str(archive.body))
        upgrade(url)
        _expect_ours(url, archive.secret)


def _copy_file(source: Path, target: Path, show: Show) -> None:
    """Copy a file of SQLite as it is at one moment.

    The open transaction holds that moment: else each writer would make SQLite begin anew.
    """
    if not source.exists():
        raise StoreError("Expected a store to back up. Received a home without one: run sutja db upgrade.")
    try:
        with closing(sqlite3.connect(source, timeout=WAIT_S, isolation_level=None)) as whence:
            whence.execute("BEGIN")
            whence.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            with closing(sqlite3.connect(target, isolation_level=None)) as whither:
                whither.execute("PRAGMA synchronous = OFF")  # it is synced as a whole, in the archive
                whence.backup(whither, pages=PAGES, progress=_shown("copying", show))
                whence.execute("ROLLBACK")
                whither.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    except sqlite3.OperationalError as error:
        raise UnavailableError(f"Expected to copy the store's database. Received: {error}.") from None
    except sqlite3.DatabaseError as error:
        raise StoreError(f"Expected the store's database to be whole. Received: {error}.") from None
    _expect_whole(target)


def _expect_whole(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as file:
            said = [*file.execute("PRAGMA integrity_check"), *file.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError:
        said = []
    if said != [("ok",)]:
        raise StoreError("Expected a database that is whole. Received a damaged one: SQLite's integrity_check fails.")


def _expect_ours(url: str, secret: bytes) -> None:
    """Raise `StoreError` where a database is not this version's or is kept under another secret."""
    there = database(url, _now, secret)
    try:
        expect_current(there)
        expect_secret(there)
    finally:
        there.close()


def _into_file(source: Path, target: Path, show: Show) -> None:
    """Write into a file that SQLite can read as one transaction of it; let it take the place of any other."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.exists():
        if _is_overwritten(source, target, show):
            return
        for tail in TAILS:  # of what cannot be read
            target.with_name(target.name + tail).unlink(missing_ok=True)
    # To this folder, which may be on another disk, and then by one rename.
    with beside(target) as folder:
        partial = shutil.copyfile(source, folder / target.name)
        partial.chmod(0o600)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    sync_folder(target.parent)


def _is_overwritten(source: Path, target: Path, show: Show) -> bool:
    """Write one file into another as one transaction, or return False where that is no file of SQLite any more."""
    until = time.monotonic() + WAIT_S
    shown = _shown("restoring", show)

    def look(status: int, left: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise UnavailableError("Expected the store's database to answer. Received: it is locked by another.")
        shown(status, left, total)

    try:
        with closing(sqlite3.connect(target, timeout=WAIT_S)) as whither, closing(sqlite3.connect(source)) as whence:
            whither.execute("PRAGMA synchronous = EXTRA")
            whither.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            whence.backup(whither, pages=-1, progress=look)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            return False
        raise UnavailableError(f"Expected to write into the store's database. Received: {error}.") from None
    return True


def _shown(name: str, show: Show) -> Callable[[int, int, int], None]:
    return lambda _status, left, total: show(name, total - left, total)


def _run(program: str, place: URL, folder: Path, *options: str) -> None:
    """Run a program of PostgreSQL; what it is to connect to stands in a file, since others can see a command."""
    found = shutil.which(program)
    if found is None:
        raise StoreError(
            f"Expected {program} on the PATH, of PostgreSQL's version or newer (Debian and Ubuntu: apt install "
            "postgresql-client). Received none: see docs/store.md for how to do it by hand."
        )
    wanted = conninfo_to_dict(place.set(drivername="postgresql").render_as_string(hide_password=False))
    lines = [f"[{SERVICE}]", *(f"{name}={value}" for name, value in wanted.items())]
    service = folder / "service"
    with os.fdopen(os.open(service, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    environ = {**os.environ, "PGSERVICEFILE": str(service), "PGSERVICE": SERVICE}
    ran = subprocess.run([found, *options], env=environ, capture_output=True, text=True, check=False)
    if ran.returncode:
        line = (ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"])[0]
        raise StoreError(f"Expected {program} to do its work. Received: {line.rstrip('.')}.")


def _now() -> datetime:
    return datetime.now(UTC)
