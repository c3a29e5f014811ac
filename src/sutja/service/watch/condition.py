"""The condition of the service: whether it can read, and whether it can keep what is given.

Owns what is asked for that, and for how long: nothing here waits longer than a second, whatever the store does.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sutja.errors import BundleError, StoreError
from sutja.golden import self_test
from sutja.reader import Reader
from sutja.settings import Settings
from sutja.store import JUMPED, Store

LIMIT_S = 1.0
"""So long a store may take to answer."""
FRESH_S = 1.0
"""For so long its answer holds: whoever asks often asks the service, not the store."""
DISK_LOW = 0.05
"""Below this share of free space an operator has to know."""
_LOW = "Expected at least 5 % of the store's disk to be free. Received less: soon no samples can be kept."
_SQLITE = "sqlite:///"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk of the store's folder, in bytes."""

    free_bytes: int
    total_bytes: int

    @property
    def free_share(self) -> float:
        """The share that is free, in [0, 1]."""
        return self.free_bytes / max(1, self.total_bytes)


@dataclass(frozen=True, slots=True)
class Condition:
    """How the service is. `is_store_up` and `disk` are None where it keeps nothing."""

    can_read: bool
    is_stopping: bool
    is_store_up: bool | None
    disk: Disk | None
    warnings: tuple[str, ...]
    is_clock_ahead: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether requests may be sent here: a store that is away is no reason against it."""
        return self.can_read and not self.is_stopping


class Examiner:
    """Finds out how the service is, as often as it is asked; by any thread, but never on the event loop."""

    def __init__(self, settings: Settings, store: Store | None) -> None:
        """Look at a store, if any, and at the disk that it is on."""
        self._store = store
        self._probe = StoreProbe(store.ping) if store else None
        self._folder = _folder(settings) if store else None
        self._self_test = SelfTest()
        self._is_stopping = threading.Event()

    def stop(self) -> None:
        """Tell from now on that the service is stopping."""
        self._is_stopping.set()

    def look(self, reader: Reader) -> Condition:
        """Return how the service is that reads with `reader`, within a second or two."""
        disk = _disk(self._folder) if self._folder else None
        is_store_up = self._probe.look() if self._probe else None
        is_ahead = self._store is not None and self._store.is_clock_ahead
        is_low = disk is not None and disk.free_share < DISK_LOW
        warnings = self._store.warnings if self._store else ()
        return Condition(
            can_read=self._self_test.passes(reader),
            is_stopping=self._is_stopping.is_set(),
            is_store_up=is_store_up,
            disk=disk,
            warnings=(*warnings, *[_LOW] * is_low, *[JUMPED] * is_ahead),
            is_clock_ahead=is_ahead,
        )


class SelfTest:
    """Reads the golden digits once with each model."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self._passes = False

    def passes(self, reader: Reader) -> bool:
        """Return whether a reader reads what any model must."""
        with self._lock:
            if reader is not self._reader:
                self._passes = _passes(reader)
                self._reader = reader
            return self._passes


def _passes(reader: Reader) -> bool:
    try:
        self_test(reader)
    except BundleError as error:
        log.error("The model cannot read. %s", error)  # noqa: TRY400  # the sentence says it all
        return False
    except Exception:  # ONNX Runtime's exceptions have no common root but this
        log.exception("The model cannot read.")
        return False
    return True


class StoreProbe:
    """Asks a store whether it takes a writer, in a thread that may hang without anybody else's hanging."""

    def __init__(self, ping: Callable[[], None], limit_s: float = LIMIT_S, fresh_s: float = FRESH_S) -> None:
        """Ask by `ping`, which raises `StoreError` where the store does not answer."""
        self._ping, self._limit_s, self._fresh_s = ping, limit_s, fresh_s
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._answered = self._is_up = False
        self._asked_s = float("-inf")

    def look(self) -> bool:
        """Return whether it answered within the limit. Who asks meanwhile waits for the same answer."""
        with self._turn:
            if time.monotonic() - self._asked_s >= self._fresh_s:
                self._is_up = self._ask()
                self._asked_s = time.monotonic()
            return self._is_up

    def _ask(self) -> bool:
        """Ask; where the question before still hangs, wait for its answer in place of asking another."""
        if self._thread is None or not self._thread.is_alive():
            self._answered = False
            self._thread = threading.Thread(target=self._run, name="store probe", daemon=True)
            self._thread.start()
        self._thread.join(self._limit_s)
        return self._answered and not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._ping()
        except StoreError:
            return
        except Exception:  # of no kind that is known: it is no answer either
            log.exception("The store could not be asked just now.")
            return
        self._answered = True


def _folder(settings: Settings) -> Path:
    """Return the folder of SQLite's file; of another database, that of the secret."""
    is_file = settings.database_url.startswith(_SQLITE)
    return Path(settings.database_url.removeprefix(_SQLITE)).parent if is_file else settings.home


def _disk(folder: Path) -> Disk | None:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:  # the folder is away, and the store with it: its probe says so
        return None
    return Disk(usage.free, usage.total)
