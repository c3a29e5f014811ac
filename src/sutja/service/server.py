"""The server: a socket of our own, and uvicorn behind it.

Owns the address. The socket is bound first, so that an address that cannot be had is said at once, in one line.
"""

import contextlib
import errno
import socket
from collections.abc import Callable
from functools import partial

import uvicorn

from sutja.errors import SettingsError, StoreError
from sutja.keeping import NOWHERE, opened
from sutja.service.app import create_app
from sutja.service.expiry import expiring
from sutja.service.learning import learning
from sutja.settings import Settings
from sutja.store import Store

BACKLOG = 512
GRACE_S = 10
KEPT_BYTES = 2_000_000
_WHY = {
    errno.EADDRINUSE: "Expected port {port} to be free. Received one that another program holds: stop that program, "
    "or choose another port with --port or SUTJA_PORT.",
    errno.EACCES: "Expected a port that this user may use. Received port {port}: choose one from 1024 up with --port "
    "or SUTJA_PORT.",
}
# Not every browser takes the address of all addresses for one of them.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  # it is what the user asked for
_NO_ADDRESS = "Expected --host or SUTJA_HOST to be an address of this machine. Received something else."
_say = partial(print, flush=True)


def run(settings: Settings, announce: Callable[[str], object] = _say, *, learns: bool = False) -> None:
    """Serve until interrupted; `announce` is told where, once requests are taken.

    Where it `learns`, cycles of learning run beside it. Raises `SettingsError` where the address cannot be had,
    `StoreError` where the store cannot be opened, `BundleError` where the model cannot be loaded.
    """
    _keep_memory()
    with contextlib.ExitStack() as kept:
        listener = kept.enter_context(_listener(settings.host, settings.port))
        store = kept.enter_context(_store(settings))
        config = uvicorn.Config(
            create_app(settings, store),
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        if store:
            kept.enter_context(expiring(store))
        if learns:
            kept.enter_context(learning(_expect(store), settings))
        announce(f"Reading digits on {_url(listener)} (Ctrl-C stops)")
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _store(settings: Settings) -> contextlib.AbstractContextManager[Store | None]:
    return contextlib.nullcontext() if settings.database_url == NOWHERE else opened(settings)


def _expect(store: Store | None) -> Store:
    if store is None:
        raise StoreError("Expected a store to learn from. Received SUTJA_DATABASE_URL=none, by which nothing is kept.")
    return store


def _keep_memory() -> None:
    """Have glibc keep what a picture takes for the next one, in place of asking the kernel anew for every array.

    Once a block of so many bytes is freed, smaller ones stay in the heap (mallopt(3), M_MMAP_THRESHOLD).
    """
    bytearray(KEPT_BYTES)


def _listener(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:  # UnicodeError: a host that is no name at all
        message = _WHY.get(getattr(error, "errno", None) or 0, _NO_ADDRESS)
        raise SettingsError(message.format(port=port)) from error


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if host in _EVERYWHERE:
        return f"http://{_EVERYWHERE[host]}:{port}, and on every other address of this machine"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
