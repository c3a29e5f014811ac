"""Overload: what is taken is answered soon, the rest is told at once to come again, and afterwards all is as before."""

import json
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from pictures import encoded, picture
from serving import Serving, serving
from sutja.service.app import PICTURES_AT_ONCE, PICTURES_WAITING_MAX
from sutja.service.capacity import BUSY_MAX

SEVEN = json.dumps({"strokes": [[[60, 60], [200, 60], [110, 240]]]}).encode()
START = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
HEAD = START + b"Content-Length: %d\r\n\r\n" % len(SEVEN)
PNG = {"Content-Type": "image/png"}


@pytest.fixture(scope="module")
def service() -> Iterator[Serving]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUTJA_LIMIT_VISITOR", "1000000")  # all of it comes from one address
        with serving() as service:
            yield service


def times_s(service: Serving, count: int) -> list[float]:
    """Return how long each of so many readings of an ink takes, one after the other on one connection."""
    times = []
    with httpx.Client(base_url=service.url) as client:
        for _ in range(count):
            begun = time.perf_counter()
            assert client.post("/predict", content=SEVEN, headers={"Content-Type": "application/json"}).is_success
            times.append(time.perf_counter() - begun)
    return times


def answer_of(line: socket.socket) -> tuple[bytes, dict[str, object]]:
    """Return the head of one answer, and its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = line.recv(65536)
        assert part
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < size:
        body += line.recv(65536)
    return head, json.loads(body)


def test_what_is_too_much_is_refused_in_words(service: Serving) -> None:
    """A crowd that asks at the same moment: some are read, the others are told when to come again, and nobody waits."""
    host, port = service.url.removeprefix("http://").split(":")
    lines = [socket.create_connection((host, int(port)), timeout=20) for _ in range(8 * BUSY_MAX)]
    for line in lines:  # all have been asked to read before the first gets its answer
        line.sendall(HEAD)
    statuses = []
    for line in lines:
        line.sendall(SEVEN)
    for line in lines:
        head, body = answer_of(line)
        statuses.append(head[9:12])
        if head[9:12] == b"503":
            assert b"retry-after: 1" in head.lower()
            assert b"application/problem+json" in head
            assert b"nosniff" in head
            assert body["status"] == 503
        else:
            assert body["digit"] == 7
    assert set(statuses) <= {b"200", b"503"}
    assert statuses.count(b"200") >= BUSY_MAX
    for line in lines:  # and each may go on with its connection
        line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert answer_of(line)[0].startswith(b"HTTP/1.1 200 ")
        line.close()


def test_a_flood_is_turned_away_at_once(service: Serving) -> None:
    """Many requests on each of many connections: what is refused is refused in a moment, and after it all is well."""
    host, port = service.url.removeprefix("http://").split(":")
    refused, read = [], []

    def flood() -> None:
        with socket.create_connection((host, int(port)), timeout=20) as line:
            for _ in range(20):
                begun = time.perf_counter()
                line.sendall(HEAD + SEVEN)
                head, _ = answer_of(line)
                (read if head[9:12] == b"200" else refused).append(time.perf_counter() - begun)

    threads = [threading.Thread(target=flood) for _ in range(6 * BUSY_MAX)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) + len(refused) == 20 * len(threads)
    assert len(read) >= BUSY_MAX
    assert statistics.median(times_s(service, 50)) < 0.05


def test_pictures_wait_in_a_line_of_bounded_length(service: Serving) -> None:
    """Where too many wait the next is refused; inks, which wait for no thread, are read all the while."""
    photo = encoded(picture(7, 2500))

    def ask(_: int) -> httpx.Response:
        return httpx.post(service.url + "/read", content=photo, headers=PNG, timeout=60)

    count = PICTURES_AT_ONCE + PICTURES_WAITING_MAX + 10
    with ThreadPoolExecutor(count) as pool:
        found = pool.map(ask, range(count))
        time.sleep(0.5)
        inks = times_s(service, 20)
        answers = list(found)
    read = [answer for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code == 503]
    assert len(read) + len(refused) == count
    assert refused
    assert len(read) > PICTURES_AT_ONCE
    assert {answer.json()["digits"] for answer in read} == {"7"}
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert statistics.median(inks) < 0.25


def test_who_has_gone_is_not_worked_for(service: Serving) -> None:
    """Photos of clients that hung up while they waited are passed over."""
    photo = encoded(picture(7, 4000))
    host, port = service.url.removeprefix("http://").split(":")
    head = b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
    head += b"Content-Length: %d\r\n\r\n" % len(photo)
    begun = time.perf_counter()
    assert httpx.post(service.url + "/read", content=photo, headers=PNG, timeout=60).is_success
    one_s = time.perf_counter() - begun
    lines = [socket.create_connection((host, int(port)), timeout=20) for _ in range(30)]
    for line in lines:
        line.sendall(head + photo)
    time.sleep(one_s)
    for line in lines:
        line.close()
    begun = time.perf_counter()
    assert httpx.post(service.url + "/read", content=photo, headers=PNG, timeout=60).is_success
    assert time.perf_counter() - begun < 8 * one_s


def test_the_probes_are_answered_when_it_is_full() -> None:
    """Whoever watches the service must not take a full one for a dead one."""
    from sutja.service.accounted import PROBES

    assert {b"/livez", b"/readyz", b"/health"} <= PROBES
