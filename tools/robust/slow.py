"""Slow clients: hundreds of them, of three kinds, beside honest requests. Prints a line of JSON.

    .venv/bin/python -m tools.robust.slow [--clients 500] [--minutes 5]

A third says its headers byte by byte, a third its body, and a third asks for much and reads nothing. Whoever is cut off
connects anew. One honest client asks before (quiet) and meanwhile (busy), on a connection of its own each time.
"""

import argparse
import asyncio
import contextlib
import http.client
import itertools
import json
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

from tools.robust.asking import INK, ask, percentile_ms
from tools.robust.rows import row
from tools.robust.traffic import served

MEASURE = "Slow clients that never end their headers or their body, or read nothing, beside an honest one"
QUIET_S = 10.0
BODY = b"POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n"
STARTS = (b"GET /health HTTP/1.1\r\nX: ", BODY, 12 * b"GET /model HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
DROP = b" "
DROP_EVERY_S = 1.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=5.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as service:
        quiet, _ = honest(service.address, QUIET_S)
        slow = partial(crowded, service.address, options.clients, 60 * options.minutes)
        crowd = threading.Thread(target=lambda: asyncio.run(slow()))
        crowd.start()
        busy, failed = honest(service.address, 60 * options.minutes)
        crowd.join()
    share = len(busy) / max(1, len(busy) + failed)
    figures: dict[str, object] = {
        "slow_clients": options.clients,
        "minutes": options.minutes,
        "honest_requests": len(busy) + failed,
        "honest_success": round(share, 5),
        "quiet_p99_ms": percentile_ms(quiet, 99),
        "busy_p50_ms": percentile_ms(busy, 50),
        "busy_p99_ms": percentile_ms(busy, 99),
    }
    print(json.dumps(figures))
    row("slow", figures, MEASURE)


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
    main()
