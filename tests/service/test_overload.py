"""Overload: what is taken is answered soon, the rest is told at once to come again, and afterwards all is as before."""

import asyncio
import contextlib
import json
import select
import selectors
import signal
import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import cast

import httpx
import pytest
import uvloop
from tools.robust import overload

from pictures import encoded, picture
from serving import Serving, serving
from sutja.service.accounted import PROBES
from sutja.service.app import PICTURES_AT_ONCE, PICTURES_WAITING_MAX
from sutja.service.capacity import WAITING_MAX, Turns

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


@pytest.fixture
def lines(service: Serving) -> Iterator[list[socket.socket]]:
    """Give far more connections than requests may wait, all of them taken by the service."""
    host, port = service.url.removeprefix("http://").split(":")
    with contextlib.ExitStack() as opened:
        count = 4 * WAITING_MAX
        lines = [opened.enter_context(socket.create_connection((host, int(port)), timeout=20)) for _ in range(count)]
        for line in lines:
            is_healthy(line)
        yield lines


def is_healthy(line: socket.socket) -> bool:
    line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return answer_of(line)[0].startswith(b"HTTP/1.1 200 ")


def send_at_once(service: Serving, lines: list[socket.socket], request: bytes) -> None:
    """Have the service find a request on each line at the same moment."""
    service.process.send_signal(signal.SIGSTOP)
    for line in lines:
        line.sendall(request)
    service.process.send_signal(signal.SIGCONT)


def test_what_is_too_much_is_refused_in_words(service: Serving, lines: list[socket.socket]) -> None:
    """A crowd that asks at the same moment: some are read, the others are told when to come again, and nobody waits."""
    send_at_once(service, lines, HEAD + SEVEN)
    statuses = []
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
    assert set(statuses) == {b"200", b"503"}
    assert statuses.count(b"200") >= WAITING_MAX
    assert all(map(is_healthy, lines))  # each may go on with its connection


def test_who_is_refused_waits_for_nobody(service: Serving, lines: list[socket.socket]) -> None:
    """Refusals come before most of the answers to those who came at the same moment."""
    send_at_once(service, lines, HEAD + SEVEN)
    places: dict[bytes, list[int]] = {b"200": [], b"503": []}
    with selectors.DefaultSelector() as selector:
        for line in lines:
            selector.register(line, selectors.EVENT_READ)
        for place in range(len(lines)):
            [(key, _), *_] = selector.select(20)
            selector.unregister(key.fileobj)
            places[answer_of(cast(socket.socket, key.fileobj))[0][9:12]].append(place)
    assert statistics.median(places[b"503"]) < statistics.median(places[b"200"])


def test_refusals_do_not_wait_for_the_body(service: Serving, lines: list[socket.socket]) -> None:
    """Who is turned away need not send a picture first; where it does, the connection is as good as before."""
    send_at_once(service, lines, HEAD)
    assert select.select(lines, [], [], 20)[0]
    time.sleep(0.2)
    refused = select.select(lines, [], [], 0)[0]
    assert len(refused) >= WAITING_MAX
    for line in refused:
        assert answer_of(line)[0].startswith(b"HTTP/1.1 503 ")
    for line in lines:
        line.sendall(SEVEN)
    for line in set(lines) - set(refused):
        assert answer_of(line)[1]["digit"] == 7
    assert all(map(is_healthy, lines))


def test_the_probes_are_answered_when_it_is_full(service: Serving, lines: list[socket.socket]) -> None:
    """Whoever watches the service must not take a full one for a dead one."""
    probes = lines[: 3 * len(PROBES)]
    service.process.send_signal(signal.SIGSTOP)
    for probe, path in zip(probes, 3 * sorted(PROBES), strict=True):
        probe.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    send_at_once(service, lines[len(probes) :], HEAD + SEVEN)
    assert {answer_of(probe)[0][9:12] for probe in probes} == {b"200"}
    assert {b"/livez", b"/readyz", b"/health"} <= PROBES


def test_the_newest_is_next_once_too_many_wait() -> None:
    """Up to then they begin in their order, and so they do again a while after."""
    begun: list[int] = []
    away: list[int] = []

    async def come(turns: Turns, numbers: range) -> None:
        loop = asyncio.get_running_loop()
        for number in numbers:
            turns.take(loop, partial(begun.append, number), partial(away.append, number))
        for _ in range(len(numbers) + 1):
            await asyncio.sleep(0)

    async def ask() -> None:
        turns = Turns()
        await come(turns, range(WAITING_MAX + 1))  # one begins at once
        assert (begun, away) == (list(range(WAITING_MAX + 1)), [])
        await come(turns, range(100, 100 + WAITING_MAX + 2))

    asyncio.run(ask())
    assert away == [101]
    assert begun[WAITING_MAX + 1 :] == [100, *range(101 + WAITING_MAX, 101, -1)]


def test_three_times_the_load(service: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """In short what `make robust-overload` measures: answers are not late, refusals come soon, and then it is over."""
    monkeypatch.setattr(overload, "BORNE_S", 1.0)
    monkeypatch.setattr(overload, "AFTER_S", 1.0)
    host, port = service.url.removeprefix("http://").split(":")
    outcome = uvloop.run(overload.measured((host, int(port)), seconds=2.0, times=3.0))
    assert outcome.flood.keys() == {200, 503}
    assert statistics.median(outcome.refused) < max(overload.SOON_MS / 1e3, statistics.median(outcome.borne[200]))
    assert statistics.median(outcome.flood[200]) < 2 * max(outcome.borne[200])
    assert outcome.after.keys() == {200}


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
