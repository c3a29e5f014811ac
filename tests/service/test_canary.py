"""A known PIN, drawn again and again, through errors, lost connections and crashes: not a trace of it anywhere.

Looked through is all that the service can write: what it says on both streams, its home with the database and its logs,
its folder for temporary files, the folder that it runs in, where core files go, and what it measures.
"""

import base64
import contextlib
import ctypes
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from drawings import DRAWINGS
from pictures import encoded, picture
from serving import SERVE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="no signals: Windows has no kill -6")

# `make robust-pin` draws 500.
DRAWN = int(os.environ.get("SUTJA_CANARIES", "40"))
KILLS = max(2, DRAWN // 50)
PIN = "7391"
FAR, DOWN = 739_125, 391_739
"""Where the canary's ink lies: no other number of these digits is written anywhere."""

BREAKING = """
import sys
from sutja import Reader
from sutja.cli import main

read_pin = Reader.read_pin

def breaking(reader, drawings, length, sure_from):
    has_five = isinstance(drawings, (list, tuple)) and len(drawings) == 5
    found = read_pin(reader, drawings[:4] if has_five else drawings, length, sure_from)
    if has_five:
        raise ValueError([found.reveal(), *(ink.strokes for ink in drawings)])
    return found

Reader.read_pin = breaking
main()
"""
"""A service that fails over a PIN of five inks, in the words that would tell it."""
TELLING = BREAKING.replace("raise ValueError(", "import logging; logging.getLogger('uvicorn.error').error(")
"""And one that tells it: what is looked for is found there."""


def inks(digits: str) -> list[Any]:
    """Return an ink for each digit, far away."""
    return [[[(x + FAR, y + DOWN) for x, y in stroke] for stroke in DRAWINGS[int(digit)]] for digit in digits]


PICTURE = encoded(np.hstack([np.asarray(picture(int(digit)).convert("L")) for digit in PIN]))
HEAD = "POST /pin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
BODY = json.dumps({"inks": inks(PIN)}).encode()


def traces() -> list[bytes]:
    """Return what betrays the PIN: its digits as text, its ink as text, numbers and base64, its picture."""
    lists = [
        " ".join(PIN),
        ", ".join(PIN),
        ",".join(PIN),
        repr(list(PIN)),
        json.dumps(list(PIN)),
        json.dumps(list(PIN))[1:-1],
    ]
    places = [str(FAR), str(DOWN), str(FAR + 20), str(FAR + 38)]
    packed = [struct.pack(kind, float(number)) for kind in ("<d", ">d") for number in (FAR + 20, FAR + 38, DOWN + 10)]
    middle = PICTURE[60:90]
    # Wherever a longer text is encoded, these are within it, for one of three places of its start.
    coded = [base64.b64encode(text[start : start + 30]) for text in (BODY, PICTURE) for start in (60, 61, 62)]
    return [*(each.encode() for each in lists + places), *packed, middle, *coded]


def traces_in(text: bytes) -> list[bytes]:
    """Return the traces in some bytes; the digits count where they are no part of another number, hash or time."""
    digits = re.findall(rb"(?<![0-9a-fA-F.])%b(?![0-9a-fA-F])" % PIN.encode(), text)
    return [*digits, *(each for each in traces() if each in text)]


@dataclass
class Watched:
    """A service with a place of its own for all that it may write."""

    folder: Path
    metrics_port: int = 0
    asked: list[httpx.Response] = field(default_factory=list)

    @contextlib.contextmanager
    def serving(self, command: list[str] = SERVE) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
        """Give its URL and its process, which may write a core as large as it likes, if that depends on us."""
        for name in ("home", "temporary", "here"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        environ = {**os.environ, "SUTJA_HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "temporary")}
        environ |= {"SUTJA_LIMIT_PIN": "1000000", "SUTJA_LIMIT_VISITOR": "1000000", "SUTJA_LOG": "json"}
        environ |= {
            "SUTJA_METRICS_PORT": str(self.metrics_port),
            "SUTJA_DATABASE_URL": "",
            "PYTHONFAULTHANDLER": "1",
            "PYTHONUNBUFFERED": "1",
        }
        shell = ["sh", "-c", 'ulimit -c $(ulimit -H -c); exec "$@"', "sh", *command, "--port", "0"]
        with (self.folder / "out").open("ab") as out, (self.folder / "err").open("ab") as err:
            start = out.tell()
            process = subprocess.Popen(shell, env=environ, cwd=self.folder / "here", stdout=out, stderr=err)
            try:
                yield self._url(start, process), process
            finally:
                process.terminate()
                process.wait(30)

    def _url(self, start: int, process: subprocess.Popen[bytes]) -> str:
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            said = (self.folder / "out").read_bytes()[start:].decode()
            if "Ctrl-C" in said:
                return next(word for word in said.split() if word.startswith("http"))
            time.sleep(0.05)
        raise AssertionError((self.folder / "err").read_text())

    def found(self) -> dict[str, list[bytes]]:
        """Return the traces in each file, and in each answer that is none to a PIN that was read."""
        texts = {
            str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()
        }
        assert {"out", "err", "home/sutja.db", "home/secret"} <= set(texts)
        texts |= {f"answer {n}": each.content + str(each.headers).encode() for n, each in enumerate(self.asked)}
        return {name: hits for name, text in texts.items() if (hits := traces_in(text))}


def draw(client: httpx.Client) -> list[httpx.Response]:
    """Draw the PIN in every way: rightly, wrongly, where it is not taken, and where the reader fails over it."""
    assert client.post("/pin", content=BODY, headers={"Content-Type": "application/json"}).json() == {"pin": PIN}
    assert client.post("/pin", files={"image": PICTURE}).json() == {"pin": PIN}
    typed = {"Content-Type": "application/json"}
    answers = [
        client.post("/pin", json={"inks": [*inks(PIN[:3]), []]}),
        client.post("/pin", json={"inks": inks(PIN[:3])}),
        client.post("/pin", json={"inks": inks(PIN), "pin": PIN}),
        client.post("/pin", json={"inks": [*inks(PIN[:3]), PIN]}),
        client.post("/pin", content=BODY[:-9], headers=typed),
        client.post("/pin", content=BODY.replace(b"739145", b"NaN"), headers=typed),
        client.post("/pin", content=BODY * 400, headers=typed),
        client.post("/pin", content=iter([BODY] * 400), headers=typed),
        client.post("/pin", content=BODY, headers={"Content-Type": f"text/{PIN}"}),
        client.post("/pin", content=PICTURE[:200], headers={"Content-Type": "image/png"}),
        client.post(f"/pin?pin={PIN}", json={"images": [base64.b64encode(PICTURE).decode()[:99]] * 4}),
        client.post(f"/pin/{PIN}", content=BODY, headers=typed),
        client.put("/pin", content=BODY, headers={**typed, "Cookie": f"pin={PIN}", "X-Request-Id": f"/{PIN} x"}),
        client.post("/pin", json={"inks": [*inks(PIN), []]}),
    ]
    assert {each.status_code for each in answers} <= {200, 400, 404, 405, 408, 413, 415, 422, 429, 500, 503}
    assert {each.headers["cache-control"] for each in answers} == {"no-store"}
    return answers


def leave(url: str, after: int) -> None:
    """Send a part of the PIN and be gone."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as connection:
        head = f"{HEAD}{len(BODY)}\r\n\r\n"
        connection.sendall((head.encode() + BODY)[: len(head) + after])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # by a reset


def crash(url: str, process: subprocess.Popen[bytes]) -> None:
    """Kill a service by `kill -6` with the PIN in its hands."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as connection:
        head = f"{HEAD}{len(BODY) + 1}\r\n\r\n"
        connection.sendall(head.encode() + BODY)
        time.sleep(0.1)
        process.send_signal(signal.SIGABRT)
        assert process.wait(30) == -signal.SIGABRT


def test_a_canary_is_found_nowhere(tmp_path: Path) -> None:
    """Law: whatever happens to a request with a PIN, nothing of it stays anywhere."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    watched, measured = Watched(tmp_path / "watched", port), f"http://127.0.0.1:{port}/metrics"
    count = 0
    for turn in range(KILLS):
        with watched.serving([sys.executable, "-c", BREAKING, "serve"]) as (url, process):
            while count * KILLS < DRAWN * (turn + 1):
                with httpx.Client(base_url=url, timeout=30) as client:
                    watched.asked += draw(client)
                leave(url, after=37 * count % len(BODY))
                count += 17  # so many times it was drawn
                paths = (f"{url}/metrics", f"{url}/health", f"{url}/readyz", measured)
                watched.asked += [httpx.get(path, timeout=30) for path in paths]
            assert any(each.status_code == 500 for each in watched.asked)
            assert watched.asked[-1].status_code == 200
            crash(url, process)
            assert not list(Path(tmp_path).rglob("core*"))
    assert count >= DRAWN
    assert watched.found() == {}
    print(f"{count} PINs, {KILLS} crashes, {len(watched.asked)} answers: no trace")  # noqa: T201  # for make


def test_what_is_looked_for_would_be_found(tmp_path: Path) -> None:
    """A service that tells the PIN and its ink in its log is caught by them."""
    watched = Watched(tmp_path / "watched")
    with watched.serving([sys.executable, "-c", TELLING, "serve"]) as (url, _), httpx.Client(base_url=url) as client:
        client.post("/pin", json={"inks": [*inks(PIN), []]})
    assert str(FAR).encode() in watched.found()["err"] or str(FAR + 20).encode() in watched.found()["err"]
    kept = watched.folder / "home" / "kept"
    for number, each in enumerate([BODY, PICTURE, base64.b64encode(b"?" + BODY), base64.b64encode(PICTURE)]):
        kept.write_bytes(each)
        assert watched.found()["home/kept"], number


@pytest.mark.skipif(sys.platform != "linux", reason="no /proc: only Linux has it")
def test_a_service_leaves_no_core_and_lets_nobody_look(tmp_path: Path) -> None:
    """Whatever the limit was before: 0 bytes of core, and memory that is no other process's."""
    with Watched(tmp_path).serving() as (_, process):
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        owner = Path(f"/proc/{process.pid}/environ").stat().st_uid
    [line] = [line for line in limits.splitlines() if line.startswith("Max core file size")]
    assert line.split()[4:6] == ["0", "0"]
    assert owner == 0, "of root, whoever runs it"
    asking = "import ctypes; from sutja.service.hardening import harden; harden(); print(ctypes.CDLL(None).prctl(3))"
    ran = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True)
    assert ran.stdout == "0\n"
    assert ctypes.CDLL(None).prctl(3) == 1, "of the tests themselves"
