"""TLS: who never ends the handshake is as slow as any other, and makes way."""

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from serving import SERVE, Serving, certificate, serving
from sutja.service.connection import CONNECTIONS_MAX
from sutja.service.taking import GREETING_MIN

SEVEN = {"strokes": [[[60, 60], [200, 60], [110, 240]]]}
HELLO = b"\x16\x03\x01\x02\x00"
OWN_MAX = 100
"""Files that a process has open for itself, and of clients that it sends away just now."""


@contextlib.contextmanager
def encrypted(folder: Path, patch: pytest.MonkeyPatch, workers: int) -> Iterator[tuple[Serving, ssl.SSLContext]]:
    """Serve with a certificate; give whom to trust with it."""
    patch.setenv("SUTJA_LIMIT_VISITOR", "1000000")  # all of it comes from one address
    patch.setenv("SUTJA_WORKERS", str(workers))
    certfile, keyfile = certificate(folder)
    with serving([*SERVE, "--certfile", str(certfile), "--keyfile", str(keyfile)]) as service:
        yield service, ssl.create_default_context(cafile=certfile)


def connected(service: Serving) -> socket.socket:
    host, port = service.url.removeprefix("https://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def most_files(service: Serving) -> int:
    """Return how many files the process of the service, or of one of its workers, has open."""
    try:
        parents = {int(path.parent.name): int(path.read_text().rpartition(")")[2].split()[1]) for path in stats()}
    except FileNotFoundError:
        pytest.skip("no /proc here")
    root = service.process.pid
    own = [pid for pid in parents if root in {pid, parents[pid]}]
    return max(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in own)


def stats() -> list[Path]:
    return [path for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("start", [b"", HELLO], ids=["silent", "half a hello"])
def test_a_crowd_that_never_ends_its_handshake_keeps_nobody_out(
    start: bytes, workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: there are no more of them than there may be connections, and whoever asks is answered meanwhile."""
    with encrypted(tmp_path, monkeypatch, workers) as (service, trust), contextlib.ExitStack() as crowd:
        most = 0
        for place in range(workers * (CONNECTIONS_MAX + 600)):
            line = crowd.enter_context(connected(service))
            line.sendall(start)
            if place % 400 == 399:
                most = max(most, most_files(service))
        times = []
        for _ in range(5):
            begun = time.monotonic()
            answer = httpx.post(f"{service.url}/predict", json=SEVEN, timeout=20, verify=trust)
            times.append(time.monotonic() - begun)
            assert answer.json()["digit"] == 7
        most = max(most, most_files(service))
        assert most <= CONNECTIONS_MAX + GREETING_MIN + OWN_MAX
        assert max(times) < 2.5


def test_a_crowd_that_ends_its_handshake_and_is_slow_then_keeps_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: as over plain http, the slowest of too many connections make way for one that greets."""
    with encrypted(tmp_path, monkeypatch, 1) as (service, trust), contextlib.ExitStack() as crowd:

        def slow(_: int) -> None:
            with contextlib.suppress(OSError):  # it made way already
                line = trust.wrap_socket(connected(service), server_hostname="127.0.0.1")
                crowd.enter_context(line)
                line.sendall(b"GET / HTTP/1.1\r\nX: ")

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(slow, range(CONNECTIONS_MAX + 50)))
        for _ in range(5):
            assert httpx.post(f"{service.url}/predict", json=SEVEN, timeout=20, verify=trust).json()["digit"] == 7
        assert most_files(service) <= CONNECTIONS_MAX + GREETING_MIN + OWN_MAX


@pytest.mark.parametrize("workers", [1, 2])
def test_who_greets_does_not_hold_up_the_stop(workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: silent clients are waited for together, for as long as one has for its handshake."""
    with encrypted(tmp_path, monkeypatch, workers) as (service, _), contextlib.ExitStack() as crowd:
        for _ in range(40):
            crowd.enter_context(connected(service))
        time.sleep(0.5)
        begun = time.monotonic()
        service.process.terminate()
        assert service.process.communicate(timeout=30) == ("", "")
        assert time.monotonic() - begun < 10
        assert service.process.returncode == 0
