"""How much is borne at once, and where the rest waits or is turned away.

Owns the counts that connections and routes share. Work that takes a thread waits in a line of bounded length; whoever
waits there holds up nobody else, so it does not count against the requests under way.
"""

from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TypeVar, TypeVarTuple, cast

from anyio import CapacityLimiter, fail_after, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from sutja.service.lingering import Lingering

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

WAITING_MAX = 64
"""So many requests wait for the event loop, which takes about half a millisecond for each."""
STALE_S = 0.01
"""Who has waited so long while more come than are answered is turned away."""
FULL_S = 1.0
"""It counts as full so long after one was turned away."""
BUSY_MAX = 128
"""So many whole requests are under way at once, those that wait for a thread apart."""
HELD_MAX_BYTES = 128_000_000
"""So much of all bodies together is held in memory before they are whole or read."""
WAIT_S = 10.0
"""Nobody waits longer in a line."""
RETRY_S = 1
"""So long after the service was full it may be asked again."""
FULL = "Expected fewer requests at once. Received more than are worked on: come again in a moment."


class Turns:
    """Where requests wait to begin: one of them does each time the event loop goes round, so that it hears the others.

    Usually they begin in their order. Once more came than may wait, the newest begins first and the oldest is turned
    away, until that has been over for a while: who is answered is answered soon, and nobody waits for a refusal (B.
    Maurer, "Fail at scale", ACM Queue 13(8), 2015).
    """

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._waiting: deque[_Waiting] = deque()
        self._is_taken = False
        self._full_until = 0.0

    def take(self, loop: AbstractEventLoop, begin: Callable[[], object], turn_away: Callable[[], object]) -> None:
        """Call `begin` now or as soon as it is its turn, or else `turn_away`."""
        if not self._is_taken:
            self._is_taken = True
            loop.call_soon(self._next, loop)
            begin()
            return
        now = loop.time()
        self._waiting.append(_Waiting(now, begin, turn_away))
        if len(self._waiting) > WAITING_MAX or (now < self._full_until and now - self._waiting[0].since > STALE_S):
            self._full_until = now + FULL_S
            self._waiting.popleft().turn_away()

    def _next(self, loop: AbstractEventLoop) -> None:
        if not self._waiting:
            self._is_taken = False
            return
        loop.call_soon(self._next, loop)
        is_full = loop.time() < self._full_until
        (self._waiting.pop() if is_full else self._waiting.popleft()).begin()


@dataclass(slots=True)
class _Waiting:
    since: float
    begin: Callable[[], object]
    turn_away: Callable[[], object]


@dataclass(slots=True)
class Load:
    """What is under way in this process."""

    busy: int = 0
    """Requests that came whole and are not answered yet."""
    parked: int = 0
    """Those of them that are in a line, or whose work a thread does."""
    held_bytes: int = 0
    """Bytes of bodies in memory."""
    refused: int = 0
    """Requests that were turned away since the start, because it was full."""
    cut: int = 0
    """Clients that were cut off since the start, because they were too slow."""
    is_stopping: bool = False
    turns: Turns = field(default_factory=Turns)
    lingering: Lingering = field(default_factory=Lingering)

    @property
    def is_full(self) -> bool:
        """Whether no more requests are taken now."""
        return self.busy - self.parked >= BUSY_MAX


def too_full() -> HTTPException:
    """Return the refusal of what there is no room for."""
    return HTTPException(503, FULL, {"Retry-After": str(RETRY_S)})


class Line:
    """Threads for one kind of work, and a line of bounded length before them.

    Entering it raises `HTTPException` with the status 503 where the line is full, or does not move for `WAIT_S`.
    """

    def __init__(self, load: Load, at_once: int, waiting_max: int) -> None:
        """Bound how many work at once, and how many wait."""
        self._load = load
        self._threads = CapacityLimiter(at_once)
        self._waiting = 0
        self._waiting_max = waiting_max

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._waiting

    async def run(self, request: Request, work: Callable[[*Ts], T], *arguments: *Ts) -> T:
        """Work for a request in a thread, once it is its turn; not at all where its client has gone meanwhile."""
        turn = cast(CapacityLimiter, _Turn(self, request))
        return await to_thread.run_sync(work, *arguments, limiter=turn)

    async def __aenter__(self) -> None:
        """Wait until it is one's turn."""
        if self._waiting >= self._waiting_max:
            self._load.refused += 1
            raise too_full()
        self._load.parked += 1
        self._waiting += 1
        try:
            with fail_after(WAIT_S):
                await self._threads.acquire()
        except TimeoutError:
            self._load.parked -= 1
            self._load.refused += 1
            raise too_full() from None
        except BaseException:
            self._load.parked -= 1
            raise
        finally:
            self._waiting -= 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make way for the next."""
        self._load.parked -= 1
        self._threads.release()


class _Turn:
    """A turn in a line for one request, which is given up where its client has gone meanwhile."""

    def __init__(self, line: Line, request: Request) -> None:
        """Stand in a line for a request."""
        self._line = line
        self._request = request

    async def __aenter__(self) -> None:
        """Wait until it is one's turn. Raises `ClientDisconnect` where nobody waits for the answer any more."""
        await self._line.__aenter__()
        is_gone = True
        try:
            is_gone = await self._request.is_disconnected()
        finally:
            if is_gone:
                await self._line.__aexit__(None, None, None)
        if is_gone:
            raise ClientDisconnect

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make way for the next."""
        await self._line.__aexit__(kind, error, trace)
