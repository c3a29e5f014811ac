"""`kill -9` of the service while samples come in: what was acknowledged is there, and nothing is there twice."""

import contextlib
import json
import os
import random
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx

from serving import SERVE

# `make kills` does a thousand.
KILLS = int(os.environ.get("SUTJA_SERVICE_KILLS", "8"))
GIVERS = 4
MOST = 12
"""Fewer are acknowledged before each kill."""
LONGEST_S = 0.03
START_S = 60
SEED = 20_261_121
UNBOUNDED = {"SUTJA_QUOTA_SOURCE": "1000000", "SUTJA_QUOTA_KEYLESS": "1000000"}


class Givers:
    """Clients that give one drawing after another, each a drawing of its own, until it is acknowledged."""

    def __init__(self) -> None:
        self.receipts: dict[str, str] = {}
        """By idempotency key what was acknowledged."""
        self.retries = 0
        self.count = 0
        self._lock = threading.Lock()
        self._pending: list[int | None] = [None] * GIVERS
        self._cookies = [httpx.Cookies() for _ in range(GIVERS)]

    def give(self, url: str) -> list[threading.Thread]:
        """Begin to give; threads end when the service does."""
        threads = [threading.Thread(target=self._run, args=(place, url)) for place in range(GIVERS)]
        for thread in threads:
            thread.start()
        return threads

    def wait(self, wanted: int) -> None:
        """Wait until so many are acknowledged."""
        until = time.monotonic() + START_S
        while len(self.receipts) < wanted and time.monotonic() < until:
            time.sleep(0.001)

    def finish(self, url: str) -> None:
        """Give once more what was not acknowledged."""
        for place, number in enumerate(self._pending):
            if number is not None:
                self._give(place, url)

    def _run(self, place: int, url: str) -> None:
        with contextlib.suppress(httpx.HTTPError):  # killed: the same is given again afterwards
            while True:
                self._give(place, url)

    def _give(self, place: int, url: str) -> None:
        number = self._pending[place]
        if number is None:
            with self._lock:
                self.count += 1
                number = self._pending[place] = self.count
        else:
            self.retries += 1
        key = f"gift-number-{number:08}"
        with httpx.Client(base_url=url, cookies=self._cookies[place], timeout=START_S) as client:
            body = {"strokes": strokes(number), "label": 7, "consent": True}
            answer = client.post("/samples", json=body, headers={"Idempotency-Key": key})
            assert answer.status_code == 201, answer.text
            self.receipts[key] = answer.json()["receipt"]
            self._pending[place] = None
            self._cookies[place] = client.cookies


def strokes(number: int) -> list[list[list[float]]]:
    """Return a drawing that no other number has."""
    return [[[10, 10, 0], [60, 12, 1], [25, 90, number]]]


@contextlib.contextmanager
def killed(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a service that is killed at the end, whatever it is doing."""
    environ = {**os.environ, **UNBOUNDED, "SUTJA_HOME": str(home), "SUTJA_DATABASE_URL": ""}
    command = [*SERVE, "--port", "0"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return next(word for word in process.stdout.readline().split() if word.startswith("http"))


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    """Law: whatever was answered by 201 is in the store, once, however often and whenever the service was killed."""
    home, moments, givers = tmp_path / "home", random.Random(SEED), Givers()
    for turn in range(KILLS):
        with killed(home) as process:
            if turn % 10 == 7:  # in the middle of its start
                time.sleep(moments.uniform(0, 1.5))
                continue
            wanted = len(givers.receipts) + moments.randrange(MOST)
            threads = givers.give(url_of(process))
            givers.wait(wanted)
            time.sleep(moments.uniform(0, LONGEST_S))
        for thread in threads:
            thread.join(START_S)
    with killed(home) as process:
        givers.finish(url_of(process))
    print(f"{KILLS} kills, {len(givers.receipts)} acknowledged, {givers.retries} given again")  # noqa: T201  # for make
    assert len(givers.receipts) == givers.count > 0
    rows = stored(home / "sutja.db")
    assert {receipt.partition(".")[0] for receipt in givers.receipts.values()} == {name for name, _ in rows}
    assert sorted(number for _, number in rows) == list(range(1, givers.count + 1)), "each once"


def stored(path: Path) -> list[tuple[str, int]]:
    """Return the id of each sample in a whole file, and the number of the drawing that it holds."""
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = file.execute("SELECT id, ink, length(glyph) FROM samples").fetchall()
    assert {size for _, _, size in rows} == {28 * 28}
    return [(name, int(json.loads(ink)[0][-1][2])) for name, ink, _ in rows]
