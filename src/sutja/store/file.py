"""The file of SQLite: made once, for its owner alone, and written to for as long as its name leads to it.

A file that was deleted or exchanged stays open for whoever has it open, and what they write to it is gone when they
close it. So connections remember which file they are of, and are looked at before they are used.
"""

import contextlib
import os
import sqlite3
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sutja.errors import UnavailableError

TAILS = ("-wal", "-shm", "-journal")
"""What SQLite puts beside its file, under the name of that and one of these."""
WAL_HEAD = 32  # bytes, with two random numbers that no other log has (sqlite.org/fileformat2.html#walformat)
OTHERS = 0o077

Identity: TypeAlias = tuple[int, int]  # device and inode: no other file has them while one has this one open


@dataclass(frozen=True, slots=True)
class Opened:
    """What a connection has open: a file and, where it keeps one, the write-ahead log beside it."""

    file: Identity
    log: Identity | None


class File:
    """The file that a store is kept in, and where connections to it come from.

    `warnings` says what an operator should know of it. Made once, it is never made again: after that, a name that leads
    nowhere is an error.
    """

    def __init__(self, path: Path, wait_s: float, journal: str, *, makes: bool) -> None:
        """Open the file, and make it where there is none if it `makes` one. Raises `UnavailableError`.

        `wait_s` is how long its connections wait for others; `journal` is which one it is to keep.
        """
        self._path, self._wait_s, self._journal = path.absolute(), wait_s, journal
        self._log = self._path.with_name(f"{self._path.name}-wal")
        self._left = b""
        if not makes and not self._path.exists():
            raise UnavailableError("Expected a file with the store's tables. Received none: sutja db upgrade.")
        try:
            if makes:
                _make(self._path)
            self.warnings = _keep_from_others(self._path)
            # Reads nothing and locks nothing: while it is open no other file can have the identity of this one.
            self._anchor, self._known = self._plain()
        except (OSError, sqlite3.Error) as error:
            said = getattr(error, "strerror", None) or str(error)
            raise UnavailableError(f"Expected a file that can be opened for the store. Received: {said}.") from None

    def connect(self) -> tuple[sqlite3.Connection, Opened]:
        """Return a connection whose transactions begin when it is told so, and what it has open.

        Raises `sqlite3.OperationalError` also where there is no file any more, or one beside which lies the log of
        another.
        """
        connection, identity = self._plain()
        try:
            self._expect_no_log_of_another(identity)
            connection.text_factory = lambda text: text.decode("utf-8", "replace")  # damaged text fits nothing
            # Without spills a writer shuts readers out while it commits, and not from its first full cache to its end.
            for pragma in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL", "cache_spill = OFF"):
                connection.execute(f"PRAGMA {pragma}")
            [[journal]] = connection.execute("PRAGMA journal_mode")
            if journal != self._journal and self.is_known(identity):  # of any other nothing is changed
                with contextlib.suppress(sqlite3.OperationalError):  # others have it open
                    [[journal]] = connection.execute(f"PRAGMA journal_mode = {self._journal}")
            if journal != "wal":  # then FULL does not wait until the journal is gone from its folder, too
                connection.execute("PRAGMA synchronous = EXTRA")
        except BaseException:
            connection.close()
            raise
        return connection, Opened(identity, _identity(self._log) if journal == "wal" else None)

    def is_there(self, opened: Opened) -> bool:
        """Tell whether the name still leads to what a connection has open."""
        if _identity(self._path) == opened.file:
            return True
        if opened.log is not None and _identity(self._log) == opened.log:
            self._left = _head(self._log)
        return False

    def is_known(self, identity: Identity) -> bool:
        """Tell whether a file is the one that was looked at."""
        return identity == self._known

    def accept(self, identity: Identity) -> None:
        """Take another file for the store's from now on. Raises `sqlite3.OperationalError` where it is gone again."""
        anchor, found = self._plain()
        if found != identity:
            anchor.close()
            raise sqlite3.OperationalError("another file took its place")
        _keep_from_others(self._path)
        before, self._anchor, self._known, self._left = self._anchor, anchor, found, b""
        before.close()

    def close(self) -> None:
        """Let go of the file."""
        self._anchor.close()

    def _plain(self) -> tuple[sqlite3.Connection, Identity]:
        """Open the file and no new one, read nothing yet, and return which one it was."""
        before = _identity(self._path)
        if before is None:
            raise sqlite3.OperationalError("its file is not there")
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode=rw",
            uri=True,
            timeout=self._wait_s,
            isolation_level=None,  # sqlite3 begins nothing by itself
            check_same_thread=False,
        )
        if _identity(self._path) != before:
            connection.close()
            raise sqlite3.OperationalError("another file took its place")
        return connection, before

    def _expect_no_log_of_another(self, identity: Identity) -> None:
        """SQLite would write what is in the log of one file into the other."""
        if self._left and not self.is_known(identity) and _head(self._log) == self._left:
            said = f"beside it lies the log of the file before, {self._log.name}, which has to go where that went"
            raise sqlite3.OperationalError(said)


def _identity(path: Path) -> Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _head(log: Path) -> bytes:
    """Return the head of a write-ahead log, empty where it has none. Nobody locks that file: it can be opened."""
    try:
        with log.open("rb") as file:
            return file.read(WAL_HEAD)
    except OSError:
        return b""


def _make(path: Path) -> None:
    """Make an empty file for its owner alone, which SQLite takes for an empty database."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return


def _keep_from_others(path: Path) -> tuple[str, ...]:
    """Take all rights from others where the file is ours; return what is to be said where it is not.

    SQLite gives what it puts beside the file the same rights.
    """
    if os.name != "posix":
        return ()
    open_to_others = [each for each in (path, *(path.with_name(path.name + tail) for tail in TAILS)) if _is_open(each)]
    try:
        for each in open_to_others:
            each.chmod(stat.S_IMODE(each.stat().st_mode) & ~OTHERS)
    except FileNotFoundError:  # of what lies beside it, and comes and goes
        return ()
    except OSError:
        return (f"Expected {path} to be readable by its owner alone: chmod 600. Received more rights.",)
    return ()


def _is_open(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and bool(mode & OTHERS)
