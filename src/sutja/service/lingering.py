"""Lingering: who is refused before it has sent everything is heard out for a moment, or it would not hear why.

A socket that is closed while data comes resets the connection, and with that the answer is lost which its client had
not read yet (RFC 9112, 9.6). What is heard goes nowhere, and is bounded in time, in bytes and in how many are heard.
"""

import contextlib
import os
import socket
import sys
from asyncio import AbstractEventLoop, TimerHandle, Transport
from dataclasses import dataclass

LINGER_S = 2.0
LINGER_BYTES = 32_000_000
LINGERING_MAX = 64
"""Beyond so many in a process the oldest is heard no more: slow clients keep nobody from being heard out."""
_NOWHERE = bytearray(1 << 18)


@dataclass(slots=True)
class _Left:
    size: int
    loop: AbstractEventLoop
    timer: TimerHandle


class Lingering:
    """The connections of one process that have ended but for what their clients still send."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lines: dict[socket.socket, _Left] = {}  # oldest first

    def hear_out(self, loop: AbstractEventLoop, transport: Transport) -> None:
        """Take over the socket of a connection that is lost in this moment, with all of its answer sent."""
        if sys.platform == "win32":  # whose loop watches no sockets
            return
        with contextlib.suppress(OSError):  # its client is gone already
            line = socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno()))
            try:
                line.shutdown(socket.SHUT_WR)
            except OSError:
                line.close()
                raise
            line.settimeout(0)
            self._lines[line] = _Left(LINGER_BYTES, loop, loop.call_later(LINGER_S, self._end, line))
            loop.add_reader(line.fileno(), self._hear, line)
        if len(self._lines) > LINGERING_MAX:
            self._end(next(iter(self._lines)))

    def close(self) -> None:
        """Hear nobody any more."""
        for line in list(self._lines):
            self._end(line)

    def _hear(self, line: socket.socket) -> None:
        try:
            size = line.recv_into(_NOWHERE)
        except BlockingIOError:
            return
        except OSError:
            size = 0
        left = self._lines[line]
        left.size -= size
        if not size or left.size <= 0:
            self._end(line)

    def _end(self, line: socket.socket) -> None:
        left = self._lines.pop(line)
        left.timer.cancel()
        left.loop.remove_reader(line.fileno())
        line.close()
