"""One connection: uvicorn's own, with deadlines for its client and bounds on what it may hold.

Owns the patience with clients. A request line with its headers has 5 s; a body 10 s, and 1 s more for every 100 kB that
has come, 60 s at most, so that 10 MB over a kiosk's Wi-Fi at 1.4 Mbit/s still come in time; an answer must be taken at
50 kB in 10 s; who asks nothing more is let go after 5 s. Work has 30 s. Nothing of it costs a request a timer: the
server looks at all connections twice a second.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from sutja.service.accounted import BODY, HEAD, IDLE, WHOLE, Accounted
from sutja.service.capacity import FULL, HELD_MAX_BYTES

CONNECTIONS_MAX = 1_000
HEAD_S = 5.0
BODY_S = 10.0
BODY_MAX_S = 60.0
BODY_BYTES_PER_S = 100_000
WORK_S = 30.0
IDLE_S = 5.0
UNREAD_S = 10.0
UNREAD_BYTES = 50_000
# A body below this is not worth cutting off for its memory.
SMALL_BYTES = 65_536

_SLOW_HEAD = f"Expected the headers of a request within {HEAD_S:.0f} seconds. Received only a part of them."
_SLOW_BODY = f"Expected a body within {BODY_S:.0f} seconds, and 1 more for every 100 kB. Received only a part of it."
_LONG_WORK = f"Expected to answer within {WORK_S:.0f} seconds. Received too much to do: come again in a moment."


class Connection(Accounted):
    """A connection whose client has to keep up."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Take a client, or, where there are too many, send the slowest away for it."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS_MAX and not _make_room(self.connections, self):
            self._load.refused += 1
            self.refuse(503, FULL)

    def pause_writing(self) -> None:
        """Wait for the client: it no longer keeps others from being served."""
        super().pause_writing()
        self._end_work()

    def resume_writing(self) -> None:
        """Go on: the client has taken what it was sent."""
        super().resume_writing()
        self._unread = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client, but for hearing it out where it was answered early."""
        self._leave()
        if self._is_early and exc is None:
            self._load.lingering.hear_out(self.loop, self.transport)
        super().connection_lost(exc)
        self._end_work()
        self._release()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body, and make room in memory where all of them take too much."""
        super().on_body(body)
        if self._load.held_bytes > HELD_MAX_BYTES:
            _free_memory(self.connections)

    def check(self, now: float) -> None:
        """Cut the client off where it is too slow, and answer for the service where that is."""
        if not self._is_reading_answer(now):
            self._load.cut += 1
            self.abort()
        elif self.transport.is_closing():
            return
        elif self._work_since is not None:
            if now - self._work_since > WORK_S:
                self.refuse(503, _LONG_WORK)
        elif now - self._since > self._patience_s():
            self._load.cut += 1
            self._cut()

    def waiting_s(self, now: float) -> float:
        """Return for how long it has waited for its client, in seconds; 0 while the client waits."""
        return 0.0 if self._work_since is not None or self._phase == WHOLE else now - self._since

    def wind_up(self, now: float, lull_s: float) -> None:
        """End with the answer to the request that is under way; where there was none for so long, at once."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        elif self._phase < BODY and now - self._since > lull_s:
            self.transport.close()

    def holds(self) -> int:
        """Return how many bytes of a body that is not whole are held."""
        return self._held_bytes if self._phase == BODY else 0

    def drop(self) -> None:
        """Cut the client off to make room for others."""
        self._load.cut += 1
        self._release()
        if self._phase == BODY:
            self.refuse(503, FULL)
        else:
            self.abort()

    def _patience_s(self) -> float:
        if self._phase == BODY:
            return min(BODY_S + self._body_bytes / BODY_BYTES_PER_S, BODY_MAX_S)
        # What came whole and is not worked on any more is being read by the client, which is looked at elsewhere.
        return {IDLE: IDLE_S, HEAD: HEAD_S}.get(self._phase, float("inf"))

    def _cut(self) -> None:
        if self._phase == HEAD:
            self.refuse(408, _SLOW_HEAD)
        elif self._phase == BODY:
            self.refuse(408, _SLOW_BODY)
        else:
            self.transport.close()

    def _is_reading_answer(self, now: float) -> bool:
        """Whether the client has taken its answer, or takes it fast enough."""
        size = self.transport.get_write_buffer_size()
        if not size:
            self._unread = None
        elif self._unread is None or size <= self._unread[1] - UNREAD_BYTES:
            self._unread = (now, size)
        return self._unread is None or now - self._unread[0] <= UNREAD_S


def _make_room(connections: Iterable[Any], newcomer: Connection) -> bool:
    """Send those away that have kept the server waiting longest; return whether there were any."""
    now = newcomer.loop.time()
    slow = [one for one in connections if one is not newcomer and one.waiting_s(now) and not one.transport.is_closing()]
    slow.sort(key=lambda one: one.waiting_s(now), reverse=True)
    for one in slow[: CONNECTIONS_MAX // 20]:  # some at once, so that not every newcomer has to look for one
        one.drop()
    return bool(slow)


def _free_memory(connections: Iterable[Any]) -> None:
    """Send the one away that has been sending its large body longest: honest ones are quick."""
    large = [one for one in connections if one.holds() >= SMALL_BYTES]
    if large:
        max(large, key=lambda one: one.waiting_s(one.loop.time())).drop()
