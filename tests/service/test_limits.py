"""Bodies end where they should, said or unsaid."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import httpx
import pytest

from pictures import encoded, picture
from sutja.service.lingering import LINGER_S, LINGERING_MAX


def chunks(total: int, first: bytes = b"") -> Iterator[bytes]:
    """Yield a body of unknown length."""
    yield first
    for _ in range(total // 50_000):
        yield bytes(50_000)


@pytest.mark.parametrize("path", ["/predict", "/predict/batch", "/model", "/health", "/nowhere"])
def test_a_body_that_says_it_is_too_long_is_refused_on_any_route(client: httpx.Client, path: str) -> None:
    """JSON, or what has no type, has at most 1 MB, whether the route wants a body or not."""
    for headers in ({"Content-Type": "application/json"}, {}):
        answer = client.request("POST", path, content=bytes(1_000_001), headers=headers)
        assert answer.status_code == 413
        assert "at most 1 MB" in answer.json()["detail"]


@pytest.mark.parametrize(("kind", "size"), [("application/json", 1_100_000), ("image/png", 10_200_000)])
def test_a_body_that_turns_out_too_long_is_refused(client: httpx.Client, kind: str, size: int) -> None:
    """A chunked body is cut off where the limit is."""
    answer = client.post("/predict", content=chunks(size), headers={"Content-Type": kind})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_that_turns_out_too_long_is_refused(client: httpx.Client) -> None:
    """A form is no way around the limit."""
    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="f"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/predict", content=chunks(10_200_000, head), headers=headers).status_code == 413


def test_a_large_picture_within_the_limit_is_read(client: httpx.Client) -> None:
    """Nearly 10 MB pass, as they are and in a form."""
    data = encoded(picture(7, 1800), "PNG", compress_level=0)
    assert 9_500_000 < len(data) < 10_000_000
    for way in ({"content": data, "headers": {"Content-Type": "image/png"}}, {"files": {"image": data}}):
        assert client.post("/predict", **way).json()["digit"] == 7


PNG = {"Content-Type": "image/png"}
TOO_LONG = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 13000000\r\n\r\n"


@pytest.mark.parametrize("is_chunked", [False, True])
def test_who_sends_all_before_it_reads_hears_why_it_is_refused(client: httpx.Client, is_chunked: bool) -> None:
    """As urllib does: what is refused before it has come is taken off the line, or the answer would be lost."""
    for _ in range(5):
        with closing(http.client.HTTPConnection(client.base_url.host, client.base_url.port, timeout=20)) as line:
            body = filter(None, chunks(13_000_000)) if is_chunked else bytes(13_000_000)
            line.request("POST", "/predict", body, PNG, encode_chunked=is_chunked)
            answer = line.getresponse()
            assert (answer.status, json.loads(answer.read())["status"]) == (413, 413)


def refused(client: httpx.Client) -> socket.socket:
    """Return a connection on which a body was refused that has not come."""
    line = socket.create_connection((client.base_url.host, client.base_url.port), timeout=20)
    line.sendall(TOO_LONG)
    assert line.makefile("rb").read().startswith(b"HTTP/1.1 413 ")
    return line


def going_on(lines: list[socket.socket]) -> int:
    """Return to how many of them something can be sent: where nobody hears it, the first time brings a reset."""
    heard = 0
    for _ in range(2):
        heard = 0
        for line in lines:
            with suppress(OSError):
                heard += line.send(b"x")
        time.sleep(0.2)
    return heard


def test_who_goes_on_is_heard_for_a_moment(client: httpx.Client) -> None:
    """Two seconds, and so few at once: what nobody keeps must not keep the service."""
    with closing(refused(client)) as line:
        begun = time.monotonic()
        while going_on([line]):
            assert time.monotonic() - begun < LINGER_S + 3
    lines = [refused(client) for _ in range(LINGERING_MAX + 20)]
    heard = going_on(lines)
    for line in lines:
        line.close()
    assert heard <= LINGERING_MAX
