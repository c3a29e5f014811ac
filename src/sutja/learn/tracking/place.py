"""Where MLflow keeps what it is told: a database in a folder of ours, or a server of its own.

Owns the folder, and its lock. MLflow makes its tables when a database is first opened, and two processes that do so at
once leave one that neither can use. So the tables are made under the lock, in a file that gets its name when it is
whole. A database of an older MLflow becomes one of today's in the same way.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sutja.errors import TrackingError

PACKAGE = "mlflow-skinny"
WAIT_S = 600.0  # on a busy machine it takes minutes to make the tables

# No word to its makers, no wait for a server that is away, and nothing on stderr but warnings.
ENVIRONMENT = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
DEFAULTS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "GIT_PYTHON_REFRESH": "quiet",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A `folder` of ours, for the lock and, where no `server` is named, for the database and its files."""

    folder: Path
    server: str = ""

    @property
    def database(self) -> Path:
        """The file of our own database."""
        return self.folder / "mlflow.db"

    @property
    def followed(self) -> Path:
        """The file that has the sha-256 of the champion that MLflow was last told of."""
        return self.folder / "followed"

    @property
    def uri(self) -> str:
        """What MLflow calls its tracking URI."""
        return self.server or _uri(self.database)

    @property
    def artifacts(self) -> str | None:
        """Where the files of the runs go, as a URI; None where the server decides."""
        return None if self.server else (self.folder.absolute() / "artifacts").as_uri()

    @property
    def is_prepared(self) -> bool:
        """Whether the database is there, and of the MLflow that is installed. Raises `ImportError` without one."""
        made_by = self.folder / "version"  # written last
        return bool(self.server) or (
            self.database.exists() and made_by.exists() and made_by.read_text("utf-8") == version(PACKAGE)
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other process of this folder out. Raises `TrackingError` after ten minutes.

        The lock is the operating system's, held through SQLite: it is gone with the process that held it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.folder / "lock", timeout=WAIT_S, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise TrackingError(f"Expected to be alone in {self.folder}. Received: {error}.") from error
            yield


def prepare(place: Place) -> None:
    """Make the database, once, or bring it to the MLflow that is installed. Raises `TrackingError`, `ImportError`."""
    if not place.is_prepared:
        with place.locked():
            prepare_locked(place)


def prepare_locked(place: Place) -> None:
    """Do the same where the lock is held."""
    if place.is_prepared:
        return
    partial = place.folder / "mlflow.db.partial"
    for name in (partial, partial.with_name(f"{partial.name}-journal")):
        name.unlink(missing_ok=True)
    if place.database.exists():
        with closing(sqlite3.connect(place.database)) as old, closing(sqlite3.connect(partial)) as new:
            old.backup(new)
    _upgrade(partial)
    partial.replace(place.database)
    (place.folder / "version").write_text(version(PACKAGE), "utf-8")


def _upgrade(database: Path) -> None:
    """Have MLflow make its tables, in a process of its own: it sets up logging as it likes."""
    command = [sys.executable, "-m", "mlflow", "db", "upgrade", _uri(database)]
    environment = {**DEFAULTS, **os.environ, **ENVIRONMENT}
    try:
        subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=WAIT_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        told = str(error.stderr or error).strip().splitlines()
        raise TrackingError(f"Expected MLflow to make its tables in {database}. Received: {told[-1]}") from error


def _uri(database: Path) -> str:
    """Return what SQLAlchemy, which MLflow hands it to, makes this path of again."""
    path = database.absolute().as_posix().replace("%", "%25").replace("?", "%3F")
    return f"sqlite:///{path}"
