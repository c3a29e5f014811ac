"""Names: by which `Host` the service may be called.

A page of elsewhere that had its name point here, such as at 127.0.0.1, would be of the same origin as this server.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from sutja.service.problems import problem
from sutja.settings import Settings, is_loopback

HERE = ("localhost", "127.0.0.1", "[::1]")
# Whoever looks whether the service lives calls it by its number, and learns nothing else.
UNNAMED = frozenset({"/health", "/livez", "/readyz"})
_MESSAGE = "Expected one of the names of this server as Host: SUTJA_HOSTS sets them. Received another."


class TrustedNames:
    """ASGI middleware that answers 421 where the `Host` is none of the names of this server."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Wrap an application, for the names in the settings."""
        self._app = app
        is_any = not settings.hosts and not is_loopback(settings.host)
        own = f"[{settings.host}]" if ":" in settings.host else settings.host.lower()
        self._names = frozenset() if is_any else frozenset({*HERE, *settings.hosts, own})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not self._names or scope["path"] in UNNAMED or self._is_known(scope):
            await self._app(scope, receive, send)
        else:
            await problem(421, _MESSAGE)(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        hosts = Headers(scope=scope).getlist("host")
        return len(hosts) == 1 and _name(hosts[0]) in self._names


def _name(host: str) -> str:
    """Return a host without its port, in lower case."""
    host = host.lower()
    if host.startswith("["):
        name, bracket, rest = host.partition("]")
        return name + bracket if not rest or rest.startswith(":") else ""
    return host.partition(":")[0]
