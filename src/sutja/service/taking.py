"""Taking connections: from sockets that listen, and with TLS after a handshake.

A client counts from when it is taken, and not only once it has spoken TLS: of too many that greet, those that have done
so longest make way.
"""

import asyncio
import contextlib
import ctypes
import logging
import socket
import struct
import sys
from collections.abc import Callable

import uvicorn

from sutja.service.capacity import Load
from sutja.service.connection import CONNECTIONS_MAX, HEAD_S, Connection

GREETING_MIN = CONNECTIONS_MAX // 20
"""So many clients may greet at once however many connections there are: honest ones are quick."""
AT_ONCE = 32  # connections taken before others have their turn
REST_S = 1.0  # where there are no more file descriptors
WAITING_MAX = 512  # as many as the system keeps in line for us
_SO_ATTACH_FILTER = 26  # socket(7)
_BPF_RETURN = 6  # linux/bpf_common.h

log = logging.getLogger(__name__)


class Taking(uvicorn.Server):
    """A server that takes connections, until it takes no more."""

    def __init__(self, config: uvicorn.Config, load: Load) -> None:
        """Serve as uvicorn is to, and let `load` know of it."""
        super().__init__(config)
        self._load = load
        self._greeting: dict[asyncio.Task[None], None] = {}  # who is no connection yet, oldest first
        self._is_closed = False
        self.servers: list[asyncio.Server] = []

    async def _listen(self, listener: socket.socket) -> None:
        """Take connections from a socket. Nothing does so faster than the loop, but it does not tell who greets."""
        tls = self.config.ssl
        if tls and sys.platform != "win32":  # whose loop watches no sockets
            self._watch(listener)
            return
        patience_s = HEAD_S if tls else None
        loop, backlog = asyncio.get_running_loop(), self.config.backlog
        server = await loop.create_server(
            self._connection, sock=listener, backlog=backlog, ssl=tls, ssl_handshake_timeout=patience_s
        )
        self.servers.append(server)

    def _watch(self, listener: socket.socket) -> None:
        if not self._is_closed:
            listener.settimeout(0)  # whom another took meanwhile is not waited for
            asyncio.get_running_loop().add_reader(listener.fileno(), self._welcome, listener)

    def _welcome(self, listener: socket.socket) -> None:
        """Take those who wait."""
        for _ in range(AT_ONCE):
            if not self._accept(listener):
                return

    def _accept(self, listener: socket.socket) -> bool:
        """Take one connection; return whether there was any."""
        try:
            client, _ = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # it is another's, or nobody's any more
            return False
        except OSError:
            log.exception("Connections could not be taken just now.")
            self._pause(listener, REST_S)
            return False
        self._take(client)
        while len(self._greeting) > max(GREETING_MIN, CONNECTIONS_MAX - len(self.server_state.connections)):
            self._load.cut += 1
            oldest = next(iter(self._greeting))
            del self._greeting[oldest]
            oldest.cancel()
        return True

    def _pause(self, listener: socket.socket, pause_s: float, then: Callable[[], object] | None = None) -> None:
        """Do not look for connections for a while."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(listener.fileno())

        def go_on() -> None:
            if not self._is_closed:
                self._watch(listener)
                if then:
                    then()

        loop.call_later(pause_s, go_on)

    def _take(self, client: socket.socket) -> None:
        task = asyncio.ensure_future(self._greet(client))
        self._greeting[task] = None
        task.add_done_callback(lambda task: self._greeting.pop(task, None))

    async def _greet(self, client: socket.socket) -> None:
        """Make a client a connection, after its handshake where it is to speak TLS."""
        client.settimeout(0)
        loop, tls = asyncio.get_running_loop(), self.config.ssl
        patience_s = HEAD_S if tls else None
        with contextlib.suppress(OSError):  # it is gone, or speaks no TLS
            await loop.connect_accepted_socket(self._connection, client, ssl=tls, ssl_handshake_timeout=patience_s)

    def _connection(self) -> Connection:
        return Connection(self.config, self.server_state, self.lifespan.state, self._load)

    async def _close(self, listeners: list[socket.socket]) -> None:
        """Stop to listen, and take those who had connected by then."""
        self._is_closed = True
        last = [listener.dup() for listener in listeners]  # keeps the line of those who wait to be taken
        for listener in last:
            _deafen(listener)
        for server in self.servers:
            server.close()
        for listener in listeners:
            if not self.servers:
                asyncio.get_running_loop().remove_reader(listener.fileno())
            listener.close()
        for client in [client for listener in last for client in _waiting(listener)]:
            self._take(client)
        if self._greeting:
            await asyncio.wait(self._greeting)


def _deafen(listener: socket.socket) -> None:
    """Let nobody connect any more, and keep the line of those who have: Linux drops all else before it comes to us.

    Who tries again a second later is refused. Elsewhere whoever connects in the moment before the end may be lost.
    """
    if sys.platform == "linux":
        nothing = ctypes.create_string_buffer(struct.pack("HBBI", _BPF_RETURN, 0, 0, 0))  # take 0 bytes of any packet
        program = struct.pack("HP", 1, ctypes.addressof(nothing))
        with contextlib.suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def _waiting(listener: socket.socket) -> list[socket.socket]:
    """Return those who had connected when nobody else can any more. Does not give way: who is answered comes again."""
    clients: list[socket.socket] = []
    with listener, contextlib.suppress(BlockingIOError):
        listener.settimeout(0)
        while len(clients) < WAITING_MAX:
            clients.append(listener.accept()[0])
    return clients
