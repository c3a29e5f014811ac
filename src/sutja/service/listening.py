"""Listening: from the first connection to the last answer.

Owns starting and stopping. The first signal makes readiness fail, then no new connection is taken, and what is under
way is answered; the second ends the process at once.
"""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.server import HANDLED_SIGNALS

from sutja.service.connection import Connection
from sutja.service.taking import Taking

GRACE_S = 10.0
LULL_S = 2.0
"""A connection on which nothing was asked for so long brings no request that is on its way, and is closed."""
LOOK_TICKS = 5  # of uvicorn's, 0.1 s each
_TICK_S = 0.05
_QUIET_TICKS = 3  # one that was taken at the very last is not among the connections yet

log = logging.getLogger(__name__)


class Listening(Taking):
    """A server of connections that have deadlines, and that stops without losing a request."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, stopping: Callable[[], object]) -> None:
        """Serve an application whose state has the `load`; `stopping` is called once a signal asks to stop."""
        super().__init__(config, app.state.load)
        self._state = app.state
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take connections from sockets that listen."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            sys.exit(STARTUP_FAILURE)
        for listener in sockets or []:
            await self._listen(listener)
        self.started = True

    async def on_tick(self, counter: int) -> bool:
        """Look after slow clients."""
        if counter % LOOK_TICKS == 0:
            self._look()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, answer what is under way, and end."""
        self._stop()
        await self._close(sockets or [])
        loop = asyncio.get_running_loop()
        begun = loop.time()
        quiet = 0
        while quiet < _QUIET_TICKS and loop.time() - begun < GRACE_S:
            quiet = 0 if self.server_state.connections or self.server_state.tasks else quiet + 1
            self._look()
            for connection in self._connections():
                connection.wind_up(loop.time(), LULL_S)
            await asyncio.sleep(_TICK_S)
        if self.server_state.connections:
            log.warning("Expected all requests to end within %d s. Cut off the rest.", GRACE_S)
        for connection in self._connections():
            connection.transport.abort()
        self._load.lingering.close()
        await self.lifespan.shutdown()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Stop at a signal, and do not raise it again afterwards as uvicorn does: what was asked for is no error."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop, or, at the second signal, end at once."""
        if self.should_exit:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        self.should_exit = True
        self._stop()

    def _stop(self) -> None:
        self._state.is_stopping = self._load.is_stopping = True
        self._stopping()

    def _connections(self) -> list[Connection]:
        return [one for one in self.server_state.connections if isinstance(one, Connection)]

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        for connection in self._connections():
            connection.check(now)
