"""Overload: three times the load that the service bears, and how it is before and after. Prints a line of JSON.

    .venv/bin/python -m tools.robust.overload [--seconds 120] [--times 3]

First it is measured what is borne: so many clients ask without a pause, each on its connection. Then so many times the
requests a second come, whether the ones before were answered or not, and 5 s after that the quiet is measured again.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from tools.robust.asking import INK, percentile_ms, served
from tools.robust.rows import row

MEASURE = "Three times the load that it bears: what is accepted, what is refused, and how it is afterwards"
CLIENTS = 16
BORNE_S = 5.0
LINES = 256
"""Connections by which the flood comes; what finds none of them free was not sent, and is counted as such."""
AFTER_S = 5.0
SOON_S = 0.05

_HEAD = "POST /predict HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
REQUEST = _HEAD.format("127.0.0.1", len(INK[2])).encode() + INK[2]

Asked = dict[int, list[float]]
"""By status how long each answer took, in seconds; 0 stands for a connection that broke."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--times", type=float, default=3.0)
    options = parser.parse_args()
    with served() as (address, _process):
        figures = asyncio.run(measured(address, options.seconds, options.times))
    print(json.dumps(figures))
    row("overload", figures, MEASURE)


async def measured(address: str, seconds: float, times: float) -> dict[str, object]:
    """Return the figures by name."""
    host, port = address.split(":")
    borne = await closed(host, int(port), CLIENTS, BORNE_S)
    rate = len(borne[200]) / BORNE_S
    flood, unsent = await opened(host, int(port), times * rate, seconds)
    await asyncio.sleep(AFTER_S)
    after = await closed(host, int(port), CLIENTS, BORNE_S)
    refused = flood.get(503, []) + flood.get(429, [])
    return {
        "borne_per_s": round(rate),
        "borne_p99_ms": percentile_ms(borne[200], 99),
        "seconds": seconds,
        "times": times,
        "sent_per_s": round(sum(map(len, flood.values())) / seconds),
        "unsent": unsent,
        "answers": {str(status): len(found) for status, found in sorted(flood.items())},
        "accepted_p99_ms": percentile_ms(flood.get(200, []), 99),
        "refused_p50_ms": percentile_ms(refused, 50),
        "refused_p99_ms": percentile_ms(refused, 99),
        "refused_within_50_ms": round(sum(took < SOON_S for took in refused) / max(1, len(refused)), 4),
        "after_per_s": round(len(after[200]) / BORNE_S),
        "after_p99_ms": percentile_ms(after[200], 99),
    }


async def closed(host: str, port: int, clients: int, seconds: float) -> Asked:
    """Ask by so many clients, each again once it is answered."""
    found: Asked = {200: []}
    until = time.monotonic() + seconds

    async def client() -> None:
        line = await asyncio.open_connection(host, port)
        while time.monotonic() < until:
            await _ask(line, found)
        line[1].close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return found


async def opened(host: str, port: int, rate: float, seconds: float) -> tuple[Asked, int]:
    """Ask so many times a second; return the answers, and how many could not be sent."""
    found: Asked = {}
    free: asyncio.LifoQueue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.LifoQueue()
    for _ in range(LINES):
        free.put_nowait(await asyncio.open_connection(host, port))
    count: Counter[str] = Counter()
    asked: set[asyncio.Task[None]] = set()

    async def one(line: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        is_whole = await _ask(line, found)
        free.put_nowait(line if is_whole else await asyncio.open_connection(host, port))

    await _paced(rate, seconds, lambda: _begin(free, one, asked, count))
    await asyncio.gather(*asked)
    while not free.empty():
        free.get_nowait()[1].close()
    return found, count["unsent"]


def _begin(
    free: "asyncio.LifoQueue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]",
    one: Callable[[tuple[asyncio.StreamReader, asyncio.StreamWriter]], Awaitable[None]],
    asked: set[asyncio.Task[None]],
    count: Counter[str],
) -> None:
    if free.empty():
        count["unsent"] += 1
        return
    task = asyncio.ensure_future(one(free.get_nowait()))
    asked.add(task)
    task.add_done_callback(asked.discard)


async def _paced(rate: float, seconds: float, begin: Callable[[], None]) -> None:
    start, begun = time.monotonic(), 0
    while (now := time.monotonic() - start) < seconds:
        while begun < rate * now:
            begin()
            begun += 1
        await asyncio.sleep(0.002)


async def _ask(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], found: Asked) -> bool:
    """Ask once; note the status and how long it took. Returns whether the connection can be used again."""
    reader, writer = line
    begun = time.perf_counter()
    try:
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(size)
        status = int(head[9:12])
    except (OSError, asyncio.IncompleteReadError, ValueError):
        status = 0
    found.setdefault(status, []).append(time.perf_counter() - begun)
    return status != 0


if __name__ == "__main__":
    main()
