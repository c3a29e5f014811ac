"""The client that loads: so many connections, each asking again once it is answered.

One thread over raw sockets, since whatever it takes is taken from the server, which has the same cores; so its own CPU
time is counted. Who is refused asks again when the answer says, else after a second. Knows nothing of what it asks.
"""

import heapq
import re
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

HOST = "127.0.0.1"
DRAIN_S = 60.0
"""So long after the end what was asked is still awaited, so that the next load finds a quiet server."""
RETRY_S = 1.0
TIMEOUT_S = 60.0
CHUNK = 1 << 18
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_RETRY = re.compile(rb"\r\nretry-after: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close|^HTTP/1\.0", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is whole."""

    head: bytes
    body: bytes
    """As it came; `content` is what it says."""

    @property
    def is_good(self) -> bool:
        """Whether its status is 200."""
        return self.head[9:12] == b"200"

    @property
    def content(self) -> bytes:
        """The body, put together from its chunks where it came in such."""
        content, rest = b"", self.body
        if not _CHUNKED.search(self.head):
            return rest
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            end = int(size.partition(b";")[0], 16)
            content, rest = content + rest[:end], rest[end + 2 :]
        return content

    @property
    def retry_s(self) -> float:
        """How long to wait before one asks again."""
        found = _RETRY.search(self.head)
        return float(found[1]) if found else RETRY_S


BROKEN = Answer(b"HTTP/1.1 000", b"")
"""Stands for an answer that did not come whole."""


@dataclass(slots=True)
class Load:
    """What came of some seconds: how long each good answer took, how many were none, and the client's CPU time."""

    seconds: float = 0.0
    took_s: list[float] = field(default_factory=list)
    refused: int = 0
    cpu_s: float = 0.0


class Line:
    """One connection, by which one request after the other is sent. A closed one is opened anew."""

    def __init__(self, port: int, request: bytes) -> None:
        """Connect. Raises `OSError`."""
        self._port, self._request = port, request
        self.begun = 0.0
        self.open()

    def open(self) -> None:
        """Connect."""
        self._left = memoryview(b"")
        self._come = bytearray()
        self.is_asking = False
        self.socket = socket.create_connection((HOST, self._port), timeout=TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(0)

    def ask(self) -> bool:
        """Begin a request; return whether it is sent wholly."""
        self.is_asking = True
        self.begun = time.perf_counter()
        self._left = memoryview(self._request)
        return self.push()

    def push(self) -> bool:
        """Send what can be sent now; return whether that was all. Where the line broke, the next pull says so."""
        try:
            self._left = self._left[self.socket.send(self._left) :]
        except ConnectionError:
            self._left = memoryview(b"")
        except BlockingIOError:
            return False
        return not self._left

    def pull(self) -> Answer | None:
        """Take what has come; return the answer where it is whole. Raises `OSError` where the line broke before."""
        data = self.socket.recv(CHUNK)
        self._come += data
        end = self._come.find(b"\r\n\r\n")
        if end < 0:
            if not data:
                raise ConnectionResetError
            return None
        head, size = bytes(self._come[:end]), len(self._come) - end - 4
        length = _LENGTH.search(head)
        if length:
            is_whole = size >= int(length[1])
        else:
            is_whole = self._come.endswith(b"0\r\n\r\n") if _CHUNKED.search(head) else not data
        if not is_whole and not data:
            raise ConnectionResetError
        if not is_whole:
            return None
        answer = Answer(head, bytes(self._come[end + 4 :]))
        self._come.clear()
        self.is_asking = False
        return answer


def ask(port: int, request: bytes) -> Answer:
    """Ask once, on a connection of its own. Raises `OSError`."""
    line = Line(port, request)
    with line.socket as connection:
        connection.settimeout(TIMEOUT_S)
        connection.sendall(request)
        while (answer := line.pull()) is None:
            pass
        return answer


def load(
    port: int, request: bytes, connections: int, seconds: float, at_end: Callable[[], None] = lambda: None
) -> Load:
    """Ask for some seconds by so many connections; call `at_end` then, and wait for what is still under way.

    Where nothing was answered yet, it goes on until something is.
    """
    return _Crowd(port, request, connections).load(seconds, at_end)


class _Crowd:
    """Connections that ask at once, each again once it is answered."""

    def __init__(self, port: int, request: bytes, connections: int) -> None:
        self._lines = [Line(port, request) for _ in range(connections)]
        self._selector = selectors.DefaultSelector()
        self._resting: list[tuple[float, int]] = []  # when each asks again, and its place: a heap
        self._asking = 0
        self._found = Load()

    def load(self, seconds: float, at_end: Callable[[], None]) -> Load:
        begun, cpu = time.perf_counter(), time.process_time()
        end = begun + seconds
        for place, line in enumerate(self._lines):
            self._selector.register(line.socket, selectors.EVENT_READ, place)
            self._ask(place)
        self._until(end)
        self._found.cpu_s = time.process_time() - cpu
        self._found.seconds = time.perf_counter() - begun
        at_end()
        self._drain()
        return self._found

    def _until(self, end: float) -> None:
        while (now := time.perf_counter()) < (end if self._found.took_s else end + DRAIN_S):
            while self._resting and self._resting[0][0] <= now:
                self._ask(heapq.heappop(self._resting)[1])
            wake = end if now < end else now + 1
            for key, events in self._selector.select(min([wake, *(when for when, _ in self._resting[:1])]) - now):
                place = key.data
                if events & selectors.EVENT_WRITE:
                    self._push(place)
                elif answer := self._pull(place):
                    self._answered(place, answer)

    def _drain(self) -> None:
        end = time.perf_counter() + DRAIN_S
        while self._asking and time.perf_counter() < end:
            for key, events in self._selector.select(1.0):
                self._push(key.data) if events & selectors.EVENT_WRITE else self._pull(key.data)
        self._selector.close()
        for line in self._lines:
            line.socket.close()

    def _answered(self, place: int, answer: Answer) -> None:
        now = time.perf_counter()
        if not answer.is_good:
            self._found.refused += 1
            heapq.heappush(self._resting, (now + answer.retry_s, place))
            return
        self._found.took_s.append(now - self._lines[place].begun)
        self._ask(place)

    def _ask(self, place: int) -> None:
        self._asking += 1
        if not self._lines[place].ask():
            self._wait(place, selectors.EVENT_READ | selectors.EVENT_WRITE)

    def _push(self, place: int) -> None:
        if self._lines[place].push():
            self._wait(place, selectors.EVENT_READ)

    def _pull(self, place: int) -> Answer | None:
        """Return an answer that is whole; a line that ends with it, or breaks, is opened anew."""
        line = self._lines[place]
        was_asking = line.is_asking
        try:
            answer = line.pull()
        except BlockingIOError:
            return None
        except OSError:
            answer = BROKEN
        if answer is None:
            return None
        if not answer.is_good or _CLOSE.search(answer.head):
            self._selector.unregister(line.socket)
            line.socket.close()
            line.open()
            self._selector.register(line.socket, selectors.EVENT_READ, place)
        self._asking -= was_asking
        return answer if was_asking else None  # an idle line may be closed

    def _wait(self, place: int, events: int) -> None:
        self._selector.modify(self._lines[place].socket, events, place)
