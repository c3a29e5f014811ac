"""People who ask a service until their input ends, and then say as JSON what they got.

    python people.py URL KEY ink png give ...    one client for each word

They write a line as soon as they ask. What is read has to be a seven. A sample is given again, with the same
idempotency key, until it is acknowledged; a 503 with `Retry-After` is a refusal, all else has failed.
"""

import io
import itertools
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass, field

import httpx
from PIL import Image, ImageDraw

INK = [
    [[60 + 4 * step, 60, 16 * step] for step in range(36)],
    [[200 - step, 60 + 2 * step, 576 + 16 * step] for step in range(90)],
]
BATCH = 64
WAIT_S = 60.0
AGAIN_S = 0.2


@dataclass
class Account:
    """What one client got; times are of the monotonic clock, which all processes of a machine share."""

    answered: int = 0
    failed: list[tuple[float, float, int]] = field(default_factory=list)
    """Of each request that failed: from, until, status; 0 where no answer came."""
    refused: int = 0
    given: dict[int, str] = field(default_factory=dict)
    """By the number of the drawing the id of the sample."""


class Client:
    """One of the people."""

    def __init__(self, url: str, key: str, over: threading.Event, numbers: "itertools.count[int]") -> None:
        self.account = Account()
        self._over, self._numbers = over, numbers
        self._http = httpx.Client(base_url=url, timeout=WAIT_S, headers={"Authorization": f"Bearer {key}"})

    def ink(self) -> None:
        """Have inks read."""
        body = json.dumps({"strokes": INK}).encode()
        while not self._over.is_set():
            self._read("application/json", body)

    def png(self) -> None:
        """Have pictures read."""
        body = picture()
        while not self._over.is_set():
            self._read("image/png", body)

    def batch(self) -> None:
        """Have 64 inks read at once."""
        body, kind = json.dumps({"inks": [INK] * BATCH}).encode(), {"Content-Type": "application/json"}
        while not self._over.is_set():
            answer = self._post("/predict/batch", content=body, headers=kind, wanted=200)
            if answer is not None:
                assert [each["digit"] for each in answer.json()["predictions"]] == [7] * BATCH
                self.account.answered += BATCH

    def give(self) -> None:
        """Give one drawing after another, each until it is acknowledged."""
        while not self._over.is_set():
            number = next(self._numbers)
            while not self._given(number):
                time.sleep(AGAIN_S)

    def _read(self, kind: str, body: bytes) -> None:
        answer = self._post("/predict", content=body, headers={"Content-Type": kind}, wanted=200)
        if answer is not None:
            assert answer.json()["digit"] == 7
            self.account.answered += 1

    def _given(self, number: int) -> bool:
        strokes = [[[10, 10, 0], [60, 12, 1], [25, 90, number]], [[number % 97, number % 89], [50, 60]]]
        body = {"strokes": strokes, "label": 7, "consent": True}
        key = {"Idempotency-Key": f"gift-number-{number:08}"}
        answer = self._post("/samples", json=body, headers=key, wanted=201)
        if answer is None:
            return False
        self.account.given[number] = answer.json()["receipt"].partition(".")[0]
        return True

    def _post(self, path: str, *, wanted: int, **request: object) -> httpx.Response | None:
        """Return the answer that was wanted; else note what came instead."""
        since, status = time.monotonic(), 0
        try:
            answer = self._http.post(path, **request)
            status = answer.status_code
            if status == wanted:
                return answer
            if status == 503 and path == "/samples" and "Retry-After" in answer.headers:
                self.account.refused += 1
                return None
        except httpx.HTTPError:
            pass
        self.account.failed.append((since, time.monotonic(), status))
        return None


def picture() -> bytes:
    """Return a seven on 280x280 pixels as PNG."""
    image = Image.new("RGB", (280, 280), "white")
    ImageDraw.Draw(image).line([(60, 60), (200, 60), (110, 240)], fill="black", width=14, joint="curve")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def main(url: str, key: str, *works: str) -> None:
    """Ask, and say what came."""
    over, numbers = threading.Event(), itertools.count(int(time.monotonic() * 1000))
    clients = [Client(url, key, over, numbers) for _ in works]
    threads = [threading.Thread(target=getattr(each, work)) for each, work in zip(clients, works, strict=True)]
    for thread in threads:
        thread.start()
    print("asking", flush=True)  # noqa: T201  # to whoever started them
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps([asdict(each.account) for each in clients]))


if __name__ == "__main__":
    main(*sys.argv[1:])
