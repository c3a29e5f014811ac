"""How fast `sutja serve` is: from start to first answer, one request at a time, and its memory. Prints a table or JSON.

    .venv/bin/python bench/serve.py [--json] [--starts 7] [--requests 1000]

The client is `http.client` on one connection that is kept, so that its own share is small (about 0.15 ms).
"""

import argparse
import http.client
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw

INK = [
    [[60 + 4 * step, 60, 16 * step] for step in range(36)],
    [[200 - step, 60 + 2 * step, 576 + 16 * step] for step in range(90)],
]
SIDE_PX = 280


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--requests", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sutja-bench-") as home:
        figures = measured(options.starts, options.requests, Path(home))
    if options.json:
        print(json.dumps(figures))
    else:
        print(f"{platform.machine()}, Python {platform.python_version()}; minimum / median")
        for name, (least, middle) in figures.items():
            print(f"{name:32} {least:8.2f} / {middle:.2f}")


def measured(starts: int, requests: int, home: Path) -> dict[str, tuple[float, float]]:
    """Return (minimum, median) by name; the unit is in the name."""
    seconds = []
    for _ in range(starts):
        with served(home) as (connection, start, _process):
            ask(connection, *INK_REQUEST)
            seconds.append(time.perf_counter() - start)
    with served(home) as (connection, _start, process):
        figures = {
            "start to first answer, s": (min(seconds), statistics.median(seconds)),
            "ink, ms": times_ms(connection, *INK_REQUEST, requests),
            "280x280 PNG, ms": times_ms(connection, *PNG_REQUEST, requests),
        }
        memory = resident_mb(process.pid)
    return {**figures, "resident memory, MB": (memory, memory)}


@contextmanager
def served(home: Path) -> Iterator[tuple[http.client.HTTPConnection, float, subprocess.Popen[str]]]:
    """Start a server on a free port, with a store of its own; yield a connection, when it was started, its process."""
    command = [sys.executable, "-m", "sutja", "serve", "--port", "0"]
    environment = {**os.environ, "SUTJA_HOME": str(home)}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        line = process.stdout.readline() if process.stdout else ""
        connection = http.client.HTTPConnection("127.0.0.1", int(line.split(" (")[0].rsplit(":", 1)[1]))
        yield connection, start, process
        connection.close()
    finally:
        process.terminate()
        process.wait()


def ask(connection: http.client.HTTPConnection, kind: str, body: bytes) -> None:
    """Send one drawing, and make sure that a seven is read."""
    connection.request("POST", "/predict", body, {"Content-Type": kind})
    answer = json.loads(connection.getresponse().read())
    if answer["digit"] != 7:
        raise SystemExit(f"Expected a 7 to be read. Received {answer['digit']}.")


def times_ms(connection: http.client.HTTPConnection, kind: str, body: bytes, requests: int) -> tuple[float, float]:
    """Return minimum and median over requests, one after the other, after some that are not counted."""
    times = []
    for count in range(requests + 20):
        start = time.perf_counter()
        ask(connection, kind, body)
        if count >= 20:
            times.append(1e3 * (time.perf_counter() - start))
    return min(times), statistics.median(times)


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process, where there is /proc; elsewhere 0."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    [line] = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def _picture() -> bytes:
    image = Image.new("RGB", (SIDE_PX, SIDE_PX), "white")
    ImageDraw.Draw(image).line([(60, 60), (200, 60), (110, 240)], fill="black", width=14, joint="curve")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


INK_REQUEST = ("application/json", json.dumps({"strokes": INK}).encode())
PNG_REQUEST = ("image/png", _picture())

if __name__ == "__main__":
    main()
