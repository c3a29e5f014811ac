"""Traffic: a service with a home of its own, people who read and give there, and an account of what they got."""

import contextlib
import itertools
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

SERVE = (sys.executable, "-m", "sutja", "serve")
# Nobody is held back by how often they ask: it is faults that are looked for.
_COUNTED = ("QUOTA_SOURCE", "QUOTA_KEYLESS", "LIMIT_PIN", "LIMIT_SAMPLES", "LIMIT_VISITOR")
UNBOUNDED = {f"SUTJA_{name}": "1000000" for name in _COUNTED}
SEVEN = [[[24, 12], [78, 12], [44, 94]]]
WAIT_S = 30.0
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """A service that takes requests at `url`, and whose store is in `home`."""

    url: str
    home: Path
    process: subprocess.Popen[str]

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.url.rpartition("/")[2].partition(":")
        return host, int(port)

    @property
    def store(self) -> Path:
        """The file of its store."""
        return self.home / "sutja.db"

    def memory_kib(self) -> int:
        """Return how much memory it holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

    def children(self) -> list[int]:
        """Return the processes that it started, on Linux."""
        return [
            int(each) for each in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]

    def descriptors(self) -> int:
        """Return how many files and sockets it has open, which on Linux only root can see."""
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/fd").iterdir())


@contextlib.contextmanager
def served(home: Path, command: Sequence[str] = SERVE, **environ: str) -> Iterator[Service]:
    """Give a service that starts with what is in a home."""
    known = {**os.environ, **UNBOUNDED, "SUTJA_HOME": str(home), "SUTJA_DATABASE_URL": "", **environ}
    with subprocess.Popen([*command, "--port", "0"], env=known, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield Service(next(word for word in line.split() if word.startswith("http")), home, process)
        finally:
            process.terminate()


@dataclass
class Account:
    """What people got: how often each status, how long each reading took, and what was acknowledged."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    given_at: float = 0.0

    def failed(self, *paths: str) -> int:
        """Return how many requests on some paths were not answered by 200 or 201."""
        return sum(
            count for (path, status), count in self.answers.items() if path in paths and status not in (200, 201)
        )

    def count(self, *paths: str) -> int:
        """Return how many requests there were on some paths."""
        return sum(count for (path, _), count in self.answers.items() if path in paths)

    def faults(self) -> int:
        """Return how many answers say that the service was at fault, or did not come at all (status 0)."""
        return sum(count for (_, status), count in self.answers.items() if status >= 500 or status == 0)

    def slowest_of_a_hundred_ms(self) -> float:
        """Return what 99 of 100 readings did not exceed."""
        return 1000 * sorted(self.took_s)[int(len(self.took_s) * 0.99)] if self.took_s else 0.0


@contextlib.contextmanager
def busy(url: str, mix: Sequence[tuple[str, Body]], pause_s: float = 0.02, tries: int = 1) -> Iterator[Account]:
    """Have one reader and one giver ask until the end; the reader goes through the mix of paths and bodies.

    Of so many `tries` a request is made anew where its connection broke.
    """
    account, over = Account(), threading.Event()
    numbers = itertools.count(int(time.monotonic() * 1000))

    def read() -> None:
        with httpx.Client(base_url=url, timeout=WAIT_S) as client:
            for path, body in itertools.cycle(mix):
                start = time.monotonic()
                account.answers[path, _status(client, path, body, tries)] += 1
                account.took_s.append(time.monotonic() - start)
                if over.wait(pause_s):
                    return

    def give() -> None:
        with httpx.Client(base_url=url, timeout=WAIT_S) as client:
            while not over.wait(pause_s * 5):
                _give(client, next(numbers), account, tries)

    threads = [threading.Thread(target=work) for work in (read, give)]
    for thread in threads:
        thread.start()
    try:
        yield account
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _give(client: httpx.Client, number: int, account: Account, tries: int) -> None:
    """Give a drawing that no other number has."""
    strokes = [[[10, 10, 0], [60, 12, 1], [25, 90, number]], [[number % 97, number % 89], [50, 60]]]
    body = {"strokes": strokes, "label": 7, "consent": True}
    answer = _asked(client, "/samples", body, tries, {"Idempotency-Key": f"gift-number-{number:012}"})
    account.answers["/samples", 0 if answer is None else answer.status_code] += 1
    if answer is not None and answer.status_code == 201:
        account.acknowledged.add(answer.json()["receipt"].partition(".")[0])
        account.given_at = time.monotonic()


def _status(client: httpx.Client, path: str, body: Body, tries: int) -> int:
    answer = _asked(client, path, body, tries)
    return 0 if answer is None else answer.status_code


def _asked(
    client: httpx.Client, path: str, body: Body, tries: int, headers: dict[str, str] | None = None
) -> httpx.Response | None:
    """Return an answer; None where each connection broke."""
    for _ in range(tries):
        with contextlib.suppress(httpx.HTTPError):
            return client.post(path, json=body, headers=headers)
    return None


def stored(path: Path) -> set[str]:
    """Return the ids of all samples in a file, which is whole."""
    with closing(sqlite3.connect(path)) as file:
        if file.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise AssertionError("Expected a store that is whole. Received a damaged one.")
        return {name for (name,) in file.execute("SELECT id FROM samples")}
