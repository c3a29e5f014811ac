"""Slow clients: hundreds of them, of three kinds, beside honest requests.

    .venv/bin/python -m tools.robust.slow [--clients 500] [--minutes 5]

A third says its headers byte by byte, a third its body, and a third asks for much and reads nothing. Whoever is cut off
connects anew. One honest client asks before (quiet) and meanwhile (busy), on a connection of its own each time.
"""

import argparse
import asyncio
import contextlib
import http.client
import itertools
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools.robust.asking import INK, ask, percentile_ms
from tools.robust.rows import ended
from tools.robust.traffic import served

CLIENTS, MINUTES = 500, 5.0
SUCCESS, SLOWER = 0.999, 2.0
"""So many honest requests are answered, and their p99 is at most so many times the quiet one."""
QUIET_S = 10.0
BODY = b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n"
STARTS = (b"GET /health HTTP/1.1\r\nX: ", BODY, 12 * b"GET /model HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
DROP = b" "
DROP_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How long each honest request took in seconds, before and meanwhile, and how many failed meanwhile."""

    clients: int
    minutes: float
    quiet: list[float]
    busy: list[float]
    failed: int

    @property
    def success(self) -> float:
        """The share of the honest requests that were answered."""
        return len(self.busy) / max(1, len(self.busy) + self.failed)

    @property
    def is_good(self) -> bool:
        """Whether honest clients hardly noticed."""
        return self.success >= SUCCESS and 0 < _p99_ms(self.busy) <= SLOWER * _p99_ms(self.quiet)

    def __str__(self) -> str:
        return (
            f"{self.clients} slow clients for {self.minutes:g} minutes: {self.success:.3%} of "
            f"{len(self.busy) + self.failed:,} honest requests answered, p50 {percentile_ms(self.busy, 50)} ms, p99 "
            f"{_p99_ms(self.busy)} ms, quiet {_p99_ms(self.quiet)} ms"
        )


def main() -> int:
    """Measure, write the row, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as service:
        quiet, _ = honest(service.address, QUIET_S)
        slow = partial(crowded, service.address, options.clients, 60 * options.minutes)
        crowd = threading.Thread(target=lambda: asyncio.run(slow()))
        crowd.start()
        busy, failed = honest(service.address, 60 * options.minutes)
        crowd.join()
    outcome = Outcome(options.clients, options.minutes, quiet, busy, failed)
    is_whole = options.clients >= CLIENTS and options.minutes >= MINUTES
    return ended("slow", str(outcome), is_good=outcome.is_good, is_whole=is_whole)


def _p99_ms(seconds: list[float]) -> float:
    return percentile_ms(seconds, 99)


def honest(address: tuple[str, int], seconds: float) -> tuple[list[float], int]:
    """Ask for so long; return how long each answer took, in seconds, and how many requests failed."""
    times, failed = [], 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        begun = time.perf_counter()
        try:
            status, _ = ask(address, *INK)
        except (OSError, http.client.HTTPException):
            status = 0
        if status == 200:
            times.append(time.perf_counter() - begun)
        else:
            failed += 1
        time.sleep(0.01)
    return times, failed


async def crowded(address: tuple[str, int], count: int, seconds: float) -> None:
    """Keep so many slow clients connected for so long."""
    starts = itertools.islice(itertools.cycle(STARTS), count)
    clients = [asyncio.create_task(_slow(*address, start)) for start in starts]
    await asyncio.sleep(seconds)
    for client in clients:
        client.cancel()
    await asyncio.gather(*clients, return_exceptions=True)


async def _slow(host: str, port: int, start: bytes) -> None:
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(host, port, limit=1024)  # beyond that nothing is read
            writer.write(start)
            while not writer.is_closing():
                await asyncio.sleep(DROP_EVERY_S)
                if start is not STARTS[2]:
                    writer.write(DROP)
                    await writer.drain()
        await asyncio.sleep(DROP_EVERY_S)


if __name__ == "__main__":
    sys.exit(main())
