"""How many bytes a body may have: 1 MB, or, where it is a picture, 10 MB.

Starlette has such a limit, but answers in plain text, and has one limit for all kinds of body.
"""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sutja.image import MAX_BYTES
from sutja.service.problems import problem

MAX_TEXT_BYTES = 1_000_000
# The frame of a multipart body comes on top of its picture.
MAX_PICTURE_BYTES = MAX_BYTES + 64_000


class BodyLimit:
    """ASGI middleware that answers 413 to a body that is, or turns out to be, too long."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = _limit(headers.get("content-type", ""))
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            await problem(413, _message(limit), {"Connection": "close"})(scope, receive, send)
        else:
            await self._app(scope, _limited(receive, limit), send)


def _limit(content_type: str) -> int:
    return MAX_PICTURE_BYTES if content_type.lower().startswith(("image/", "multipart/")) else MAX_TEXT_BYTES


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def receive_within_limit() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413, _message(limit), {"Connection": "close"})
        return message

    return receive_within_limit


def _message(limit: int) -> str:
    return f"Expected a body of at most {limit // 10**6} MB of this content type. Received more."
