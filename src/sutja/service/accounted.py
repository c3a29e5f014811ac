"""What a connection waits for, since when, and what it adds to the load: uvicorn's own, with accounts kept of it.

Owns the bounds of what one client may send: of headers, of requests before their answers, of the frames of chunks; and
the refusals that need no application: there a request costs a tenth of what it would cost to answer it.
"""

from functools import lru_cache, partial
from typing import Any

import httptools
from uvicorn import Config
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from sutja.service.capacity import FULL, RETRY_S, Load
from sutja.service.headers import SECURITY_HEADERS
from sutja.service.joined import joined
from sutja.service.problems import problem

HEAD_MAX_BYTES = 32_768
HEADERS_MAX = 100
PIPELINED_MAX = 16
# Frames of chunks: a client may send one byte in each, but not a trailer without end.
FRAME_MAX_BYTES = 65_536
FRAME_FACTOR = 8
# Whoever watches the service is told the truth when it is full too.
PROBES = frozenset({b"/livez", b"/readyz", b"/health"})

# What a connection waits for: the first byte of a request, the end of its headers, the end of its body, its answer.
IDLE, HEAD, BODY, WHOLE = range(4)
BROKEN = "Expected a request as HTTP/1.1 has it. Received something else."
_SIZES = frozenset({b"content-length", b"transfer-encoding"})
_CODED = "Expected no Transfer-Encoding but chunked. Received another."
_LONG_HEAD = f"Expected at most {HEAD_MAX_BYTES // 1024} KiB of headers. Received more."


@lru_cache(maxsize=32)
def refusal(status: int, detail: str, *, is_last: bool, has_body: bool = True) -> bytes:
    """Return a problem as it goes over the line, after which the connection ends where it `is_last`."""
    again = {"Retry-After": str(RETRY_S)} if status == 503 else {}
    answer = problem(status, detail, {**SECURITY_HEADERS, **again, **({"Connection": "close"} if is_last else {})})
    head = b"".join(b"%b: %b\r\n" % header for header in answer.raw_headers)
    return b"".join((STATUS_LINE[status], head, b"\r\n", bytes(answer.body) if has_body else b""))


class Accounted(HttpToolsProtocol):
    """A connection that knows what it waits for, since when, and what it adds to the load."""

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], load: Load) -> None:
        """Serve one client; `load` is shared by all of them."""
        super().__init__(config, server_state, app_state)
        self._load = load
        self._phase = IDLE
        self._since = self.loop.time()
        self._work_since: float | None = None
        self._unread: tuple[float, int] | None = None
        self._raw_bytes = self._body_bytes = self._held_bytes = 0
        self._is_early = False
        self._fault = (400, BROKEN)
        self._running: RequestResponseCycle | None = None

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        self._unset_keepalive_if_required()
        begun = self._phase
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.refuse(*self._fault)
            return
        except httptools.HttpParserUpgrade:
            return  # there is no other protocol here, and a server may go on with this one (RFC 9110, 7.8)
        self._raw_bytes += len(data)
        if begun < BODY and self._phase < BODY:
            if self._raw_bytes > HEAD_MAX_BYTES:
                self.refuse(431, _LONG_HEAD)
        elif begun == self._phase == BODY and self._raw_bytes > FRAME_MAX_BYTES + FRAME_FACTOR * self._body_bytes:
            self.refuse(400, BROKEN)

    def on_message_begin(self) -> None:
        """Begin to wait for headers."""
        super().on_message_begin()
        self._begin(HEAD)

    def on_headers_complete(self) -> None:
        """Begin to work on a request, or wait for that. What this raises is answered by the fault that was found."""
        fault = _fault(self.url, self.headers, is_other=self.parser.should_upgrade())
        if fault or len(self.pipeline) >= PIPELINED_MAX:
            self._fault = fault or self._fault
            raise ValueError(BROKEN)
        super().on_headers_complete()
        self.headers = []  # the trailers of a chunked body are no headers
        self._begin(BODY)
        self._body_bytes = 0

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        super().on_body(body)
        self._body_bytes += len(body)
        if not self.cycle.response_complete:
            self._held_bytes += len(body)
            self._load.held_bytes += len(body)

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        super().on_message_complete()
        if self.cycle.response_complete:
            self._begin(IDLE)
        else:
            self._begin(WHOLE)
            self._begin_work()

    def on_response_complete(self) -> None:
        """Wait for the next request, or begin with one that came already."""
        following = self.pipeline[-1][0] if self.pipeline else None
        self._is_early = self._phase == BODY and self.transport.is_closing()
        self._end_work()
        super().on_response_complete()
        self._since = self.loop.time()
        if following is None:
            self._release()
            self._phase = IDLE if self._phase == WHOLE else self._phase
        elif not (following.more_body or following.response_complete):
            self._begin_work()

    def refuse(self, status: int, detail: str) -> None:
        """Answer with a problem in place of the application, and close."""
        cycle = self.cycle
        is_answering = cycle is not None and not cycle.response_complete
        if is_answering and self._phase < BODY:  # the one before is good, and is still being answered
            cycle.keep_alive = False
            self.flow.pause_reading()
            self._phase = WHOLE
        elif is_answering and (cycle.response_started or self.pipeline):
            self.abort()
        else:
            self._leave()
            self._is_early = True
            self.transport.write(refusal(status, detail, is_last=True))
            self.transport.close()

    def abort(self) -> None:
        """Close without a word."""
        self._leave()
        self.transport.abort()

    def _leave(self) -> None:
        """Tell whoever works for the client that it is gone: no more is read from it, and nothing is written."""
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        if self._load.is_stopping or self.parser.should_upgrade():
            cycle.keep_alive = False
        if cycle.scope["raw_path"] in PROBES:
            self._begin_app(cycle, app)
        elif self._load.is_full:
            self._turn_away(cycle)
        else:
            self._load.turns.take(self.loop, partial(self._begin_app, cycle, app), partial(self._turn_away, cycle))

    def _begin_app(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        if not self.transport.is_closing():  # else its client has gone while it waited
            super()._start_asgi_task(joined(cycle), app)

    def _turn_away(self, cycle: RequestResponseCycle) -> None:
        """Answer that there is no room, at once: neither a task nor the body is waited for."""
        if self.transport.is_closing():
            return
        self._load.refused += 1
        cycle.response_started = cycle.response_complete = True
        is_last, has_body = not cycle.keep_alive, cycle.scope["method"] != "HEAD"
        self.transport.write(refusal(503, FULL, is_last=is_last, has_body=has_body))
        if is_last:
            self.transport.close()
        self.on_response_complete()

    def _begin(self, phase: int) -> None:
        self._phase, self._since, self._raw_bytes = phase, self.loop.time(), 0

    def _begin_work(self) -> None:
        if self._work_since is None:
            self._work_since = self.loop.time()
            self._load.busy += 1

    def _end_work(self) -> None:
        if self._work_since is not None:
            self._work_since = None
            self._load.busy -= 1

    def _release(self) -> None:
        self._load.held_bytes -= self._held_bytes
        self._held_bytes = 0


def _fault(url: bytes, headers: list[tuple[bytes, bytes]], *, is_other: bool) -> tuple[int, str] | None:
    """Return how a head is refused; where it asks for another protocol, a body of it is not given to us."""
    if len(url) + sum(len(name) + len(value) + 4 for name, value in headers) > HEAD_MAX_BYTES:
        return 431, _LONG_HEAD
    sizes = {name: value.lower() for name, value in headers if name in _SIZES}
    if sizes.get(b"transfer-encoding", b"chunked") != b"chunked":
        return 501, _CODED
    has_body = any(value != b"0" for value in sizes.values())
    return (400, BROKEN) if len(headers) > HEADERS_MAX or (is_other and has_body) else None
