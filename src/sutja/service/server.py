"""The server: a socket of our own, and behind it uvicorn, in this process or in several.

Owns the address. The socket is bound first, so that an address that cannot be had is said at once, in one line.
"""

import contextlib
import errno
import importlib
import logging
import socket
import ssl
from collections.abc import Callable
from functools import partial

from sutja.errors import SettingsError
from sutja.service.hardening import harden
from sutja.service.listening import Listening
from sutja.service.process import BACKLOG, application, config_of, store_of
from sutja.service.watch import logs
from sutja.service.watch.logs import LogKind
from sutja.service.watching import url_of, watching, watching_all
from sutja.settings import Settings, is_loopback

FILES_MAX = 4096
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
_NO_CERTIFICATE = (
    "Expected --certfile and --keyfile to be a certificate and its private key, as PEM, without a password. Received "
    "something else."
)
_UNENCRYPTED = (
    "Anybody on the way can read what is drawn, PINs above all, and operators' passwords: this service speaks plain "
    "http to other machines. Give it --certfile and --keyfile, or a proxy that encrypts (docs/doors.md)."
)
_say = partial(print, flush=True)

log = logging.getLogger(__name__)


def run(settings: Settings, announce: Callable[[str], object] = _say, *, learns: bool = False) -> None:
    """Serve until interrupted; `announce` is told where, once requests are taken.

    Where it `learns`, cycles of learning run beside it. Raises `SettingsError` where the address cannot be had,
    `StoreError` where the store cannot be opened, `BundleError` where the model cannot be loaded.
    """
    harden()
    _keep_memory()
    _allow_files()
    _expect_certificate(settings)
    with _listener(settings.host, settings.port) as listener, logs.written(LogKind(settings.log)):
        serve = _together if settings.workers > 1 else _alone
        serve(settings, listener, announce, learns=learns)


def _alone(settings: Settings, listener: socket.socket, announce: Callable[[str], object], *, learns: bool) -> None:
    """Serve in this process."""
    with application(settings, learns=learns) as app:
        _warn(settings)
        with watching(app, settings) as metrics:
            _announce(announce, listener, settings, metrics)
            logs.prepare(LogKind(settings.log))
            with contextlib.suppress(KeyboardInterrupt):
                Listening(config_of(app, settings), app, app.state.examiner.stop).run(sockets=[listener])


def _together(settings: Settings, listener: socket.socket, announce: Callable[[str], object], *, learns: bool) -> None:
    """Serve in several processes, and keep them up."""
    from sutja.service.worker import work
    from sutja.service.workers import Workers

    workers = Workers(settings.workers, listener, partial(work, settings, listener, learns=learns))
    with store_of(settings):  # tables are brought up to date once, and what is wrong is said once
        _warn(settings)
    with watching_all(settings, workers.metrics) as metrics:
        where = url_of(metrics) if metrics else None
        workers.run(partial(_announce, announce, listener, settings, where), metrics)


def _announce(
    announce: Callable[[str], object], listener: socket.socket, settings: Settings, metrics: str | None
) -> None:
    announce(f"Reading digits on {_url(listener, settings)} (Ctrl-C stops)")
    if metrics:
        announce(f"Metrics are on {metrics}")


def _keep_memory() -> None:
    """Have glibc keep what a picture takes for the next one, in place of asking the kernel anew for every array.

    Once a block of so many bytes is freed, smaller ones stay in the heap (mallopt(3), M_MMAP_THRESHOLD).
    """
    bytearray(KEPT_BYTES)


def _allow_files() -> None:
    """Allow as many open files as connections need, where the system's soft limit is lower than its hard one."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        resource = importlib.import_module("resource")  # Windows has none, and no such limit
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, FILES_MAX)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _listener(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:  # UnicodeError: a host that is no name at all
        message = _WHY.get(getattr(error, "errno", None) or 0, _NO_ADDRESS)
        raise SettingsError(message.format(port=port)) from error


def _url(listener: socket.socket, settings: Settings) -> str:
    scheme = "https" if settings.certfile else "http"
    host, port = listener.getsockname()[:2]
    if host in _EVERYWHERE:
        return f"{scheme}://{_EVERYWHERE[host]}:{port}, and on every other address of this machine"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _expect_certificate(settings: Settings) -> None:
    """Raise `SettingsError` where the certificate cannot be served."""
    if settings.certfile is None:
        return
    try:
        # A password would be asked for on a terminal that may not be there.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.certfile, settings.keyfile, password="")
    except (OSError, ValueError) as error:  # SSLError is an OSError
        raise SettingsError(_NO_CERTIFICATE) from error


def _warn(settings: Settings) -> None:
    """Say in one line that what is drawn can be read on its way, where nobody encrypts it."""
    if not is_loopback(settings.host) and settings.certfile is None:
        log.warning(_UNENCRYPTED)
