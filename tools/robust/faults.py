"""Fault after fault, under load: reading never fails, nothing acknowledged is lost, and giving goes on by itself.

    python -m tools.robust.faults [SECONDS]

Each fault lasts so many seconds, a minute without the word; then it is taken back, and nothing is started anew.
"""

import contextlib
import hashlib
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import numpy as np
import onnx
from onnx import numpy_helper
from PIL import Image
from tools.robust import postgresql
from tools.robust.postgresql import Database
from tools.robust.rows import ended
from tools.robust.traffic import SERVE, SEVEN, Service, busy, served, stored

from sutja.bundle import Bundle
from sutja.secret import secret_of
from sutja.store import Store, upgrade

LASTING_S = 60.0
SETTLED_S = 20.0
"""Within so long after a fault samples are taken again."""
DOWN_S, EVERY_S = 0.5, 3.0
"""PostgreSQL is down for so long and up for as long; of each fault's time, so much is for one kill: 20 in a minute."""
DISK_BYTES = 8 << 20
CAPPED_KIB = 1_500_000
PHOTO = (6000, 4000)
MIX = [("/predict", {"strokes": SEVEN}), ("/read", {"strokes": SEVEN})]
# A service whose clock goes wrong by as many seconds as a file says.
STEPPED = """
import time
from datetime import timedelta
from pathlib import Path
from sutja.cli import main
from sutja.store import Store, utc_now

file, real = Path({file!r}), time.time
wrong = lambda: float(file.read_text() if file.exists() else 0)
time.time = lambda: real() + wrong()
Store.open.__func__.__kwdefaults__["clock"] = lambda: utc_now() + timedelta(seconds=wrong())
main()
"""


class SkippedError(Exception):
    """A fault cannot be made here."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a fault."""

    readings: int
    failed: int
    p99_ms: float
    acknowledged: int
    refused: int
    lost: int
    settled_s: float

    @property
    def is_good(self) -> bool:
        """Whether reading never failed, nothing was lost, and giving went on."""
        return self.readings > 0 == self.failed == self.lost and self.settled_s <= SETTLED_S

    def __str__(self) -> str:
        return (
            f"{self.failed} of {self.readings:,} readings failed (p99 {self.p99_ms:.0f} ms), {self.lost} of "
            f"{self.acknowledged:,} samples lost, {self.refused} refused, again after {self.settled_s:.1f} s"
        )


Fault = Callable[[Service], contextlib.AbstractContextManager[None]]


@contextlib.contextmanager
def store_gone(service: Service) -> Iterator[None]:
    """The store's file is not there."""
    away = service.store.with_name("away")
    service.store.rename(away)
    yield
    away.replace(service.store)


@contextlib.contextmanager
def disk_full(service: Service) -> Iterator[None]:
    """Not a byte is free where the store is."""
    ballast = service.home / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    yield
    ballast.unlink()


@contextlib.contextmanager
def lock_held(service: Service) -> Iterator[None]:
    """Another program keeps the store to itself."""
    with closing(sqlite3.connect(service.store, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextlib.contextmanager
def clock_stepped(service: Service) -> Iterator[None]:
    """The clock goes an hour back, then an hour ahead."""
    wrong = service.home / "wrong"
    for seconds in (-3600, 3600):
        wrong.write_text(f"{seconds}")
        time.sleep(1)
    yield
    wrong.unlink()


@contextlib.contextmanager
def bundle_damaged(service: Service) -> Iterator[None]:
    """The champion becomes a model of which a bit is turned, and is then taken back."""
    with Store.open(f"sqlite:///{service.store}", secret=secret_of(service.home)) as store:
        before = store.bundles.active()
        sha = store.bundles.add(another(store.bundles.load(before.sha)), "import")
        with closing(sqlite3.connect(service.store, timeout=30)) as file, file:
            [[content]] = file.execute("SELECT onnx FROM bundles WHERE sha = ?", [sha]).fetchall()
            broken = content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
            file.execute("UPDATE bundles SET onnx = ? WHERE sha = ?", [broken, sha])
            file.execute("UPDATE active SET sha = ?, generation = generation + 1", [sha])
        yield
        with closing(sqlite3.connect(service.store, timeout=30)) as file, file:
            file.execute("UPDATE active SET sha = ?, generation = generation + 1", [before.sha])


@contextlib.contextmanager
def memory_capped(service: Service) -> Iterator[None]:
    """No more memory than a small machine has, see `run`, and several of the largest photos at once."""
    over = threading.Event()
    paper = io.BytesIO()
    Image.new("L", PHOTO, 240).save(paper, "PNG")

    def send() -> None:
        with httpx.Client(base_url=service.url, timeout=60) as client:
            while not over.is_set():
                with contextlib.suppress(httpx.HTTPError):
                    client.post("/predict", content=paper.getvalue(), headers={"Content-Type": "image/png"})

    senders = [threading.Thread(target=send) for _ in range(4)]
    for each in senders:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in senders:
            each.join()


@contextlib.contextmanager
def worker_killed(service: Service) -> Iterator[None]:
    """One of two workers is killed by signal 9, see `run`, and in the end the other: who was answered asks again."""
    first, second = service.children()
    os.kill(first, signal.SIGKILL)
    yield
    os.kill(second, signal.SIGKILL)


def postgresql_killed(database: Database, times: int) -> Fault:
    """The store is a PostgreSQL, which is killed by signal 9 so many times, and started again a moment later."""

    @contextlib.contextmanager
    def killed(_: Service) -> Iterator[None]:
        for _time in range(times):
            database.kill()
            time.sleep(DOWN_S)
            database.start()
            time.sleep(DOWN_S)
        yield

    return killed


FAULTS: dict[str, Fault] = {
    each.__name__: each
    for each in (store_gone, disk_full, lock_held, clock_stepped, bundle_damaged, memory_capped, worker_killed)
}
NAMES = (*FAULTS, postgresql_killed.__name__)


def another(bundle: Bundle, by: float = 1.001) -> Bundle:
    """Return a bundle whose first kernel is so many times as strong: another model, whole."""
    model = onnx.load_from_string(bundle.onnx)
    kernel = next(each for each in model.graph.initializer if len(each.dims) == 4)
    kernel.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(kernel) * np.float32(by), kernel.name))
    data = model.SerializeToString()
    return replace(bundle, onnx=data).with_card(sha256=hashlib.sha256(data).hexdigest())


def run(name: str, lasting_s: float) -> Outcome:
    """Return what comes of a fault that lasts so long. Raises `SkippedError` where it cannot be made here."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        home = stack.enter_context(_disk(folder, is_small=name == "disk_full"))
        fault, url = FAULTS.get(name), ""
        if fault is None:
            database = stack.enter_context(postgresql.served(folder / "data"))
            fault, url = postgresql_killed(database, max(2, round(lasting_s / EVERY_S))), database.url
            upgrade(url)
        with (
            served(home, _command(name, home), SUTJA_DATABASE_URL=url) as service,
            busy(service.url, MIX, tries=2 if name == "worker_killed" else 1) as account,
        ):
            time.sleep(1)
            with fault(service):
                time.sleep(lasting_s)
            over = time.monotonic()
            while account.given_at <= over and time.monotonic() < over + SETTLED_S + 15:
                time.sleep(0.05)
            settled_s = account.given_at - over if account.given_at > over else float("inf")
            time.sleep(1)
        paths = ("/predict", "/read")
        lost = len(account.acknowledged - (_stored_in(url, home) if url else stored(home / "sutja.db")))
        figures = (account.count(*paths), account.failed(*paths), account.slowest_of_a_hundred_ms())
        return Outcome(*figures, len(account.acknowledged), account.failed("/samples"), lost, settled_s)


def _stored_in(url: str, home: Path) -> set[str]:
    """Return the ids of all samples in a database."""
    with Store.open(url, secret=secret_of(home)) as store:
        return {each.id for each in store.samples.each()}


def _command(name: str, home: Path) -> tuple[str, ...]:
    if name == "clock_stepped":
        return (sys.executable, "-c", STEPPED.format(file=str(home / "wrong")), "serve")
    if name == "worker_killed":
        return (*SERVE, "--workers", "2")
    if name == "memory_capped":
        return ("sh", "-c", f'ulimit -v {CAPPED_KIB}; exec "$@"', "sh", *SERVE)
    return SERVE


@contextlib.contextmanager
def _disk(folder: Path, *, is_small: bool) -> Iterator[Path]:
    """Give a home, on a small disk of its own if it is to be full."""
    home = folder / "home"
    home.mkdir()
    if is_small:
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(home)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
            raise SkippedError("no disk of one's own: only root can mount a small one")
    try:
        yield home
    finally:
        if is_small:
            subprocess.run(["umount", str(home)], check=True)


def main(lasting_s: float = LASTING_S) -> int:
    """Run all faults, write the row, and return the exit code."""
    said, is_good = {}, True
    for name in NAMES:
        try:
            outcome = run(name, lasting_s)
        except SkippedError as error:
            said[name.replace("_", " ")] = f"not made: {error}"
            continue
        is_good &= outcome.is_good
        said[name.replace("_", " ")] = str(outcome)
        print(f"{name}: {outcome}", flush=True)
    is_whole = lasting_s >= LASTING_S
    return ended("faults", {"each for": f"{lasting_s:.0f} s", **said}, is_good=is_good, is_whole=is_whole)


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
