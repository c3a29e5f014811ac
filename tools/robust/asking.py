"""What the long tests share: a service of their own, requests, and what is counted of them."""

import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence

STROKES = [
    [[60 + 4 * step, 60, 16 * step] for step in range(36)],
    [[200 - step, 60 + 2 * step, 576 + 16 * step] for step in range(90)],
]
INK = ("POST", "/predict", json.dumps({"strokes": STROKES}).encode(), {"Content-Type": "application/json"})
TIMEOUT_S = 30.0


@contextlib.contextmanager
def served(**settings: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve from an empty home; yield host and port, and the process."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "sutja", "serve", "--port", "0"]
        environment = {**os.environ, "SUTJA_HOME": home, "SUTJA_LIMIT_VISITOR": "1000000", **settings}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield line.split(" (")[0].rpartition("//")[2], process
        finally:
            process.terminate()
            process.wait(30)


def ask(address: str, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Ask on a connection of its own; return status and body. Raises `OSError` and `HTTPException`."""
    with contextlib.closing(http.client.HTTPConnection(address, timeout=TIMEOUT_S)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """Return a percentile of times in seconds, in milliseconds; 0 where there are not two of them."""
    return round(1e3 * statistics.quantiles(seconds, n=100)[percent - 1], 2) if len(seconds) > 1 else 0.0
