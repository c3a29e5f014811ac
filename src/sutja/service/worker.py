"""A worker: one of several processes that serve on one socket, and how it takes its share of the connections.

Owns what a worker and its supervisor tell each other. A worker serves until its supervisor says stop or is gone. It
minds no signals: a terminal and systemd send them to all processes of a service at once, and the supervisor has its
own.
"""

import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection as Line
from typing import Any

from fastapi import FastAPI
from uvicorn.server import HANDLED_SIGNALS

from sutja.errors import SutjaError
from sutja.service.listening import Listening
from sutja.service.process import application, config_of
from sutja.service.watch import logs
from sutja.service.watch.logs import LogKind
from sutja.service.watching import following_drift
from sutja.settings import Settings

STOP = 0
"""What a supervisor says to have a worker stop; any other number asks for its metrics."""
NOBODY = 1 << 30
"""The count of connections of a worker that takes none."""
COURTESY_S = 0.005
"""So long a worker leaves a connection to those that have fewer."""
LEFT_MAX = 20
"""Who has taken none of so many in a row hangs, and is left no more until it stirs."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker tells: that it takes connections, why it cannot, or its metrics, in answer to a number."""

    asked: int = STOP
    metrics: tuple[Any, ...] = ()
    error: SutjaError | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """The place of a worker among the others.

    `counts` is memory that all of them share: how many connections each has.
    """

    number: int
    line: Line
    counts: memoryview


def work(settings: Settings, listener: socket.socket, seat: Seat, *, learns: bool) -> None:
    """Serve from a seat until told to stop. Where it cannot begin, tell the supervisor why."""
    for number in HANDLED_SIGNALS:
        signal.signal(number, _unheard)  # and not SIG_IGN, which a program that learning starts would inherit
    is_first = seat.number == 0
    try:
        with (
            application(settings, learns=learns, is_first=is_first, makes=False) as app,
            contextlib.ExitStack() as kept,
        ):
            if is_first and settings.metrics_port is not None:
                kept.enter_context(following_drift(app))
            logs.prepare(LogKind(settings.log))
            Sharing(app, settings, seat).run(sockets=[listener])
    except SutjaError as error:
        with contextlib.suppress(OSError):
            seat.line.send(Told(error=error))


class Sharing(Listening):
    """A server that shares its socket with others, and leaves each connection to whoever has the fewest."""

    def __init__(self, app: FastAPI, settings: Settings, seat: Seat) -> None:
        """Serve an application from a seat."""
        super().__init__(config_of(app, settings), app, app.state.examiner.stop)
        self._seat = seat
        self._meter = app.state.meter
        self._left = 0

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to the supervisor."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take connections from sockets that others take them from too, and tell the supervisor."""
        await super().startup(sockets)
        with contextlib.suppress(OSError):  # nobody is there, as the thread finds out too
            self._seat.line.send(Told())
        threading.Thread(target=self._heed, name="supervisor", daemon=True).start()

    async def on_tick(self, counter: int) -> bool:
        """Look after slow clients, and let the others know how many there are."""
        self._count()
        return await super().on_tick(counter)

    async def _listen(self, listener: socket.socket) -> None:
        self._watch(listener)

    async def _close(self, listeners: list[socket.socket]) -> None:
        self._seat.counts[self._seat.number] = NOBODY
        await super()._close(listeners)

    def _heed(self) -> None:
        """Do as the supervisor says, until the process ends."""
        try:
            while True:
                asked = self._seat.line.recv()
                if asked == STOP:
                    self._end()
                else:
                    self._seat.line.send(Told(asked, self._metrics()))
        except (EOFError, OSError):  # it is gone: nobody would start this worker anew, and nobody needs the port
            self._end()

    def _metrics(self) -> tuple[Any, ...]:
        try:
            return tuple(self._meter.registry.collect())
        except Exception:  # a thread that dies would never hear that it is to stop
            log.exception("Metrics could not be found out just now.")
            return ()

    def _end(self) -> None:
        self.should_exit = True
        self._stop()

    def _welcome(self, listener: socket.socket) -> None:
        """Take the next connection, unless others have fewer: then only where they have not taken it soon."""
        if self._count() <= min(self._seat.counts):
            self._accept(listener)
        else:
            self._pause(listener, COURTESY_S, partial(self._insist, listener))

    def _insist(self, listener: socket.socket) -> None:
        """Take a connection that was left to others in vain."""
        self._left = self._left + 1 if self._accept(listener) else 0
        if self._left == LEFT_MAX:
            self._left, mine = 0, self._count()
            for number, count in enumerate(self._seat.counts):
                if count < mine:
                    self._seat.counts[number] = NOBODY

    def _accept(self, listener: socket.socket) -> bool:
        is_taken = super()._accept(listener)
        self._count()
        return is_taken

    def _count(self) -> int:
        """Return how many connections there are, and let the others know."""
        count = NOBODY if self._is_closed else len(self.server_state.connections) + len(self._greeting)
        self._seat.counts[self._seat.number] = count
        return count


def _unheard(number: int, frame: object) -> None:
    """Do nothing at a signal: the supervisor has it too, and says what to do."""
