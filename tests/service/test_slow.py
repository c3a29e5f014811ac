"""Slow clients: they are cut off, whatever they are slow in, and honest ones do not notice."""

import contextlib
import json
import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from serving import Serving, serving

SEVEN = {"strokes": [[[60, 60], [200, 60], [110, 240]]]}
BODY = json.dumps(SEVEN).encode()
HEAD = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SIZED = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY)


@pytest.fixture(scope="module")
def service() -> Iterator[Serving]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUTJA_LIMIT_VISITOR", "1000000")  # all of it comes from one address
        with serving() as service:
            yield service


def connected(service: Serving) -> socket.socket:
    host, port = service.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def rest(line: socket.socket) -> bytes:
    """Return all that comes until the service hangs up."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := line.recv(65536):
            parts.append(part)
    return b"".join(parts)


def dripping(line: socket.socket, drop: bytes, every_s: float = 0.25) -> tuple[float, bytes]:
    """Send a drop again and again; return when the service had enough, and its answer."""
    begun, answer = time.monotonic(), b""
    line.settimeout(every_s)
    while time.monotonic() - begun < 30:
        try:
            line.sendall(drop)
            part = line.recv(65536)
        except TimeoutError:
            continue
        except OSError:
            break
        if not part:
            break
        answer += part
    return time.monotonic() - begun, answer


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
# What a client begins with, what it goes on with drop by drop, and when it is cut off with what status.
SLOW = {
    "says nothing": (b"", b"", 5, b""),
    "says nothing but blank lines": (b"\r\n", b"\r\n", 5, b""),
    "never ends its request line": (b"GET /", b"x", 5, b"408"),
    "never ends its headers": (b"GET /health HTTP/1.1\r\nX: ", b"x", 5, b"408"),
    "never ends its body": (SIZED, b" ", 10, b"408"),
    "never ends its chunks": (CHUNKED, b"1\r\n \r\n", 10, b"408"),
    "asks nothing more": (b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", b"", 5, b"200"),
}


def test_slow_clients_are_cut_off(service: Serving) -> None:
    """Headers have five seconds, a body ten; single bytes keep nothing open."""

    def slow(kind: str) -> tuple[float, bytes]:
        start, drop, _, _ = SLOW[kind]
        with connected(service) as line:
            line.sendall(start)
            return dripping(line, drop)

    with ThreadPoolExecutor(len(SLOW)) as pool:
        found = dict(zip(SLOW, pool.map(slow, SLOW), strict=True))
    for kind, (_, _, limit_s, status) in SLOW.items():
        took_s, answer = found[kind]
        assert limit_s - 1 < took_s < limit_s + 2, kind
        assert answer[9:12] == status, kind
        if status == b"408":
            assert b"application/problem+json" in answer
            assert b"nosniff" in answer


def test_a_large_body_that_keeps_coming_has_more(service: Serving) -> None:
    """A photo over a slow line that takes longer than ten seconds is read."""
    from pictures import encoded, picture

    data = encoded(picture(7, 700), compress_level=0)
    assert len(data) > 1_400_000
    with connected(service) as line:
        line.sendall(b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n")
        line.sendall(b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(data))
        for part in range(0, len(data), len(data) // 24):
            line.sendall(data[part : part + len(data) // 24])
            time.sleep(0.5)
        assert b'"digit":7' in rest(line)


def test_an_answer_has_to_be_taken(service: Serving) -> None:
    """Whoever asks for much and reads nothing is cut off."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = service.url.removeprefix("http://").split(":")
        line.connect((host, int(port)))
        line.settimeout(1)
        line.sendall(b"GET /model HTTP/1.1\r\nHost: localhost\r\n\r\n" * 14)
        wanted = 14 * len(httpx.get(service.url + "/model").content)
        time.sleep(14)
        line.settimeout(20)
        assert len(rest(line)) < wanted


def test_what_is_no_http_is_answered_by_a_problem(service: Serving) -> None:
    with connected(service) as line:
        line.sendall(b"\x16\x03\x01 7391\r\n\r\n")
        answer = rest(line)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == 400
    assert b"7391" not in answer


@pytest.mark.parametrize("header", [b"X: " + 40_000 * b"x", 200 * b"X: x\r\n" + b"Y: y"])
def test_headers_are_bounded(service: Serving, header: bytes) -> None:
    """Neither long nor many headers fill the memory."""
    with connected(service) as line:
        line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + header)
        time.sleep(0.1)
        with contextlib.suppress(OSError):
            line.sendall(b"\r\n\r\n")
        assert rest(line)[:12] in {b"HTTP/1.1 431", b"HTTP/1.1 400", b""}


@pytest.mark.parametrize("size", [40_000, 120_000])
def test_a_head_that_comes_at_once_is_bounded_too(service: Serving, size: int) -> None:
    """The limit holds however the head is cut on its way, and says what it is."""
    head = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: " + size * b"x" + b"\r\n\r\n"
    for parts in ((head,), (head[:20_000], head[20_000:])):
        with connected(service) as line:
            for part in parts:
                line.sendall(part)
                time.sleep(0.1)
            assert rest(line)[:12] == b"HTTP/1.1 431"


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"identity, chunked"])
def test_no_coding_but_chunks_is_taken(service: Serving, coding: bytes) -> None:
    """Else what is no JSON yet would be read as such, and whoever stands between might see another end."""
    with connected(service) as line:
        line.sendall(HEAD + b"Transfer-Encoding: " + coding + b"\r\n\r\n%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n")
        assert rest(line)[:12] == b"HTTP/1.1 501"


def test_trailers_are_bounded_and_no_headers(service: Serving) -> None:
    """What comes after a chunked body ends at 64 kB, and says nothing of who asks."""
    start = HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n"
    with connected(service) as line:
        line.sendall(start.replace(b"Host", b"Connection: close\r\nHost") + b"Content-Type: text/plain\r\n\r\n")
        assert b'"digit":7' in rest(line)
    with connected(service) as line:
        with contextlib.suppress(OSError):
            line.sendall(start + b"X: ")
            for _ in range(2000):
                line.sendall(1000 * b"x")
            line.sendall(b"\r\n\r\n")
        assert b'"digit":7' not in rest(line)


def test_expect_100_continue(service: Serving) -> None:
    with connected(service) as line:
        line.sendall(HEAD + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        assert line.recv(65536).startswith(b"HTTP/1.1 100 ")
        line.sendall(BODY)
        assert b'"digit":7' in rest(line)


def test_requests_may_come_one_upon_the_other(service: Serving) -> None:
    """Pipelined requests are answered in their order; far too many are not taken."""
    last = SIZED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + BODY
    with connected(service) as line:
        line.sendall(4 * (b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" + SIZED + BODY) + last)
        answers = rest(line).split(b"HTTP/1.1 ")[1:]
    assert [answer[:3] for answer in answers] == 9 * [b"200"]
    assert [b'"digit":7' in answer for answer in answers] == [False, True, False, True, False, True, False, True, True]
    with connected(service) as line:
        line.sendall(1000 * b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert rest(line).count(b"HTTP/1.1 200") < 20


def test_a_broken_request_does_not_spoil_the_one_before(service: Serving) -> None:
    with connected(service) as line:
        line.sendall(SIZED + BODY + b"\x00\x00\r\n\r\n")
        answer = rest(line)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b'"digit":7' in answer


@pytest.mark.parametrize("upgrade", [b"websocket", b"h2c"])
def test_another_protocol_is_not_taken_up(service: Serving, upgrade: bytes) -> None:
    """A request is answered as it is, and the connection ends; one with a body, which could not be told, is refused."""
    asked = b"\r\nConnection: Upgrade\r\nUpgrade: " + upgrade + b"\r\nSec-WebSocket-Version: 13\r\n\r\n"
    for request in (b"GET /health HTTP/1.1\r\nHost: localhost" + asked, SIZED.replace(b"\r\n\r\n", asked) + BODY):
        with connected(service) as line:
            line.sendall(request)
            assert rest(line)[9:12] == (b"200" if request.startswith(b"GET") else b"400")


def crowd(service: Serving, count: int, start: bytes) -> list[socket.socket]:
    lines = [connected(service) for _ in range(count)]
    for line in lines:
        line.sendall(start)
    return lines


@pytest.mark.parametrize(
    "start", [b"", b"GET / HTTP/1.1\r\nX: ", SIZED, SIZED.replace(b"json", b"x") + BODY + SIZED], ids=repr
)
def test_a_crowd_of_slow_clients_keeps_nobody_out(service: Serving, start: bytes) -> None:
    """More connections than are taken at all: the slowest make way."""
    from sutja.service.connection import CONNECTIONS_MAX

    lines = crowd(service, CONNECTIONS_MAX + 50, start)
    try:
        times = []
        for _ in range(20):
            begun = time.monotonic()
            assert httpx.post(service.url + "/predict", json=SEVEN, timeout=20).json()["digit"] == 7
            times.append(time.monotonic() - begun)
        assert statistics.median(times) < 0.5
    finally:
        for line in lines:
            line.close()


def test_bodies_that_stall_do_not_fill_the_memory(service: Serving) -> None:
    """Of many large bodies that never end some are cut off, and an honest picture is read."""
    from pictures import encoded, picture

    data = encoded(picture(7, 900), compress_level=0)
    lines = crowd(service, 20, b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n")
    try:
        for line in lines:
            with contextlib.suppress(OSError):
                line.sendall(b"Content-Length: 9900000\r\n\r\n" + bytes(9_800_000))
        headers = {"Content-Type": "image/png"}
        assert httpx.post(service.url + "/predict", content=data, headers=headers).json()["digit"] == 7
        assert sum(is_open(line) for line in lines) <= 14
    finally:
        for line in lines:
            line.close()


def is_open(line: socket.socket) -> bool:
    line.settimeout(0)
    try:
        return bool(line.recv(1, socket.MSG_PEEK)) and False
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_nothing_is_said_of_it(service: Serving) -> None:
    """Who is cut off leaves no line in the log, of which there could be too many."""
    service.process.terminate()
    assert service.process.communicate(timeout=20) == ("", "")
    assert service.process.returncode == 0
