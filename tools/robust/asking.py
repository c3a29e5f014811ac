"""What the long tests ask, and what is counted of the answers."""

import contextlib
import http.client
import json
import statistics
from collections.abc import Sequence

STROKES = [
    [[60 + 4 * step, 60, 16 * step] for step in range(36)],
    [[200 - step, 60 + 2 * step, 576 + 16 * step] for step in range(90)],
]
INK = ("POST", "/predict", json.dumps({"strokes": STROKES}).encode(), {"Content-Type": "application/json"})
TIMEOUT_S = 30.0


def ask(address: tuple[str, int], method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Ask on a connection of its own; return status and body. Raises `OSError` and `HTTPException`."""
    with contextlib.closing(http.client.HTTPConnection(*address, timeout=TIMEOUT_S)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def percentile_ms(seconds: Sequence[float], percent: int) -> float:
    """Return a percentile of times in seconds, in milliseconds; 0 where there are not two of them."""
    return round(1e3 * statistics.quantiles(seconds, n=100)[percent - 1], 2) if len(seconds) > 1 else 0.0
