"""Requests: each is told to the log, if any, and to the meter, once it is over.

Owns what is known of a request by then, and the silence about PINs: of these only the route, the method and the status.
"""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sutja.service.givers import KEY_OF_SCOPE
from sutja.service.watch.meter import Meter

SHA_LENGTH = 12
PAGE, NOWHERE = "page", "none"
"""The routes of what is no API: a file of the page, and what is not there."""
LEFT = 499
"""The status of a request whose client left before there was any."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_ID = re.compile(rb"[0-9a-f]{32}")
_KEY_ID = re.compile(r"[0-9A-Za-z_-]{1,32}")
_HEADER = b"x-request-id"


@dataclass(slots=True)
class _Seen:
    """What is seen of a request while it goes on."""

    id: str
    start_s: float = field(default_factory=time.perf_counter)
    status: int = 0
    bytes_in: int = 0
    bytes_out: int = 0


class Watched:
    """ASGI middleware that tells of each request when it is over. The outermost, so that nothing is missed."""

    def __init__(self, app: ASGIApp, meter: Meter, tell: Callable[..., None] | None, bundle: Callable[[], str]) -> None:
        """Tell `meter`, and `tell` if there is one; `bundle` returns the sha-256 of the model that reads."""
        self._app, self._meter, self._tell, self._bundle = app, meter, tell, bundle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # The id that a client chose for the request of a PIN could hold the PIN.
        seen = _Seen(secrets.token_hex(16) if _is_pin(scope) else _id_of(scope))

        async def receive_seen() -> Message:
            message = await receive()
            seen.bytes_in += len(message.get("body", b""))
            return message

        async def send_seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                if self._tell:
                    message["headers"] = [*message.get("headers", ()), (_HEADER, seen.id.encode())]
            else:
                seen.bytes_out += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive_seen, send_seen)
        except Exception:
            seen.status = seen.status or 500  # which is answered outside of all middleware
            raise
        finally:
            self._over(scope, seen)

    def _over(self, scope: Scope, seen: _Seen) -> None:
        seconds = time.perf_counter() - seen.start_s
        route, status = route_of(scope), seen.status or LEFT
        method = scope["method"] if scope["method"] in _METHODS else "other"
        is_pin = _is_pin(scope)
        self._meter.answered(route, method, status, None if is_pin else seconds)
        if not self._tell:
            return
        more = {} if is_pin else self._more(scope, seen, seconds)
        self._tell(request=seen.id, route=route, method=method, status=status, **more)

    def _more(self, scope: Scope, seen: _Seen, seconds: float) -> dict[str, Any]:
        return {
            "ms": round(1e3 * seconds, 3),
            "bytes_in": seen.bytes_in,
            "bytes_out": seen.bytes_out,
            "bundle": self._bundle()[:SHA_LENGTH],
            "key": _key_of(scope),
        }


def route_of(scope: Scope) -> str:
    """Return the template of the route that answered, such as `/samples/{receipt}`; never the path that was sent."""
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):
        return path
    return PAGE if "endpoint" in scope else NOWHERE


def _is_pin(scope: Scope) -> bool:
    return "/pin" in scope["path"]


def _id_of(scope: Scope) -> str:
    """Return the id that a proxy gave, where it can be nothing else than one; else a new one."""
    for name, value in scope["headers"]:
        if name == _HEADER and _REQUEST_ID.fullmatch(value):
            return str(value, "ascii")
    return secrets.token_hex(16)


def _key_of(scope: Scope) -> str | None:
    key = scope.get(KEY_OF_SCOPE)
    return key if isinstance(key, str) and _KEY_ID.fullmatch(key) else None
