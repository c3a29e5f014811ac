"""Overload: three times the load that the service bears, and how it is before and after.

    .venv/bin/python -m tools.robust.overload [--seconds 120] [--times 3]

First it is measured what is borne: so many clients ask without a pause, each on its connection. Then so many times the
requests a second come, whether the ones before were answered or not; 5 s after that what is borne is measured again.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvloop
from tools.robust.asking import INK, percentile_ms
from tools.robust.rows import ended
from tools.robust.traffic import served

SECONDS, TIMES = 120.0, 3.0
CLIENTS = 16
BORNE_S = 5.0
LINES = 256
"""Connections by which the flood comes; what finds none of them free was not sent, and is counted as such."""
PACE_S = 0.001
AFTER_S = 5.0
SOON_MS = 50.0

_HEAD = "POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
REQUEST = _HEAD.format(len(INK[2])).encode() + INK[2]
_SIZE = re.compile(rb"\r\ncontent-length: ([0-9]+)", re.IGNORECASE)

Asked = dict[int, list[float]]
"""By status how long each answer took, in seconds; 0 stands for a connection that broke."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was borne before, what came of the flood, and what was borne after it."""

    times: float
    seconds: float
    borne: Asked
    flood: Asked
    unsent: int
    after: Asked

    @property
    def refused(self) -> list[float]:
        """How long it took to refuse what was refused."""
        return self.flood.get(503, []) + self.flood.get(429, [])

    @property
    def is_good(self) -> bool:
        """Whether what was accepted came soon, the rest was refused soon, and all was as before afterwards."""
        borne_ms, accepted_ms, after_ms = (_p99_ms(found[200]) for found in (self.borne, self.flood, self.after))
        is_soon = 0 < accepted_ms <= 2 * borne_ms and 0 < _p99_ms(self.refused) <= SOON_MS
        return is_soon and after_ms <= 2 * borne_ms and self.flood.keys() <= {200, 429, 503}

    def __str__(self) -> str:
        accepted, refused, sent = self.flood[200], self.refused, sum(map(len, self.flood.values()))
        soon = sum(1e3 * took <= SOON_MS for took in refused) / max(1, len(refused))
        return (
            f"borne {len(self.borne[200]) / BORNE_S:,.0f}/s, p99 {_p99_ms(self.borne[200])} ms; "
            f"{self.times:g} times that for {self.seconds:g} s, {sent / self.seconds:,.0f}/s sent and {self.unsent:,} "
            f"not: {len(accepted) / self.seconds:,.0f}/s accepted, p99 {_p99_ms(accepted)} ms; "
            f"{len(refused) / self.seconds:,.0f}/s refused, p50 {percentile_ms(refused, 50)} ms, p99 "
            f"{_p99_ms(refused)} ms, {soon:.2%} within {SOON_MS:g} ms; {sent - len(accepted) - len(refused)} others; "
            f"{AFTER_S:g} s after {len(self.after[200]) / BORNE_S:,.0f}/s, p99 {_p99_ms(self.after[200])} ms"
        )


def main() -> int:
    """Measure, write the row, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--times", type=float, default=TIMES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as service:
        outcome = uvloop.run(measured(service.address, options.seconds, options.times))
    is_whole = options.seconds >= SECONDS and options.times >= TIMES
    return ended("overload", str(outcome), is_good=outcome.is_good, is_whole=is_whole)


def _p99_ms(seconds: list[float]) -> float:
    return percentile_ms(seconds, 99)


class Line(asyncio.Protocol):
    """A connection on which one request at a time is asked."""

    def __init__(self, found: Asked, answered: Callable[["Line"], object]) -> None:
        """Note in `found` how long answers take, and tell of each."""
        self._found, self._answered = found, answered
        self._transport: asyncio.WriteTransport | None = None
        self._begun, self._data = 0.0, b""
        self.idle = asyncio.Event()
        self.idle.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready to ask."""
        self._transport = cast(asyncio.WriteTransport, transport)

    def ask(self) -> None:
        """Ask; where the connection broke before, that is noted."""
        self._begun, self._data = time.perf_counter(), b""
        self.idle.clear()
        if self._transport:
            self._transport.write(REQUEST)
        else:
            self._note(0)

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer, and note the whole one."""
        self._data += data
        head, end, body = self._data.partition(b"\r\n\r\n")
        size = _SIZE.search(head)
        if end and size and len(body) >= int(size[1]):
            self._note(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Note an answer that will not come."""
        self._transport = None
        if not self.idle.is_set():
            self._note(0)

    def close(self) -> None:
        """Ask no more."""
        if self._transport:
            self._transport.close()

    def _note(self, status: int) -> None:
        self._found.setdefault(status, []).append(time.perf_counter() - self._begun)
        self.idle.set()
        self._answered(self)


async def measured(address: tuple[str, int], seconds: float, times: float) -> Outcome:
    """Return what came of so many times the load that a service bears."""
    borne = await closed(address, CLIENTS, BORNE_S)
    flood, unsent = await opened(address, times * len(borne[200]) / BORNE_S, seconds)
    await asyncio.sleep(AFTER_S)
    return Outcome(times, seconds, borne, flood, unsent, await closed(address, CLIENTS, BORNE_S))


async def closed(address: tuple[str, int], clients: int, seconds: float) -> Asked:
    """Ask by so many clients, each again once it is answered."""
    found: Asked = {200: []}
    until = time.monotonic() + seconds

    def again(line: Line) -> None:
        if time.monotonic() < until:
            line.ask()

    lines = await _connected(address, clients, found, again)
    for line in lines:
        line.ask()
    await asyncio.sleep(seconds)
    await _settled(lines)
    return found


async def opened(address: tuple[str, int], rate: float, seconds: float) -> tuple[Asked, int]:
    """Ask so many times a second; return the answers, and how many could not be sent."""
    found: Asked = {200: []}
    free: deque[Line] = deque()
    lines = await _connected(address, LINES, found, free.append)
    free.extend(lines)
    start, due, unsent = time.monotonic(), 0, 0
    while (passed := time.monotonic() - start) < seconds:
        for _ in range(due, int(rate * passed)):
            if free:
                free.popleft().ask()
            else:
                unsent += 1
        due = max(due, int(rate * passed))
        await asyncio.sleep(PACE_S)
    await _settled(lines)
    return found, unsent


async def _connected(
    address: tuple[str, int], count: int, found: Asked, answered: Callable[[Line], object]
) -> list[Line]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(lambda: Line(found, answered), *address))[1] for _ in range(count)]


async def _settled(lines: list[Line]) -> None:
    """Wait for the last answers, and hang up."""
    for line in lines:
        await line.idle.wait()
        line.close()


if __name__ == "__main__":
    sys.exit(main())
