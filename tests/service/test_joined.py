"""An answer comes in one piece: a service that is killed has said all of it, or nothing."""

import socket
import struct
import sys
from urllib.parse import urlsplit

import httpx
import pytest

from asking import SEVEN

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no /proc: only Linux has it, and tells of segments")
SIZED = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(SEVEN)


def answered(client: httpx.Client, request: bytes, body: bytes = b"", *, first: bytes = b"") -> tuple[bytes, int]:
    """Return the answer to a request, and in how many segments it came; `first` is what has to come before its body."""
    at = urlsplit(str(client.base_url))
    with socket.create_connection((at.hostname, at.port), timeout=20) as line:
        line.sendall(request + b"Host: localhost\r\nConnection: close\r\n\r\n")
        if first:
            assert line.recv(len(first)) == first
        line.sendall(body)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
        # The 32nd word of struct tcp_info is tcpi_data_segs_in (linux/tcp.h), after 8 bytes and eight longer numbers.
        (count,) = struct.unpack_from("I", line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 160), 152)
    return answer, count


@pytest.mark.parametrize(
    ("request_line", "body", "status"),
    [
        (b"POST /predict HTTP/1.1\r\n" + SIZED, SEVEN, b"200"),
        (b"GET /livez HTTP/1.1\r\n", b"", b"200"),
        (b"GET /nowhere HTTP/1.1\r\n", b"", b"404"),
        (b"HEAD / HTTP/1.1\r\n", b"", b"200"),
    ],
)
def test_an_answer_is_one_segment(client: httpx.Client, request_line: bytes, body: bytes, status: bytes) -> None:
    answer, count = answered(client, request_line, body)
    head, _, said = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status)
    assert bool(said) == (not request_line.startswith(b"HEAD"))
    assert count == 1


def test_who_waits_to_be_asked_is_asked_first(client: httpx.Client) -> None:
    """What bids a client go on (100) waits for nothing."""
    expects = b"POST /predict HTTP/1.1\r\nExpect: 100-continue\r\n" + SIZED
    answer, count = answered(client, expects, SEVEN, first=b"HTTP/1.1 100 Continue\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert count == 2
