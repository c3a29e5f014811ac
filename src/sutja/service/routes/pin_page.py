"""`GET /pin`: the page on which a PIN is entered, with what this server was set to.

Owns who may frame it: the one origin that gets the PIN, or nobody.
"""

from html import escape
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from sutja.service.headers import OPENER_POLICY, content_policy
from sutja.service.routes.page import MIME_TYPES, STATIC, not_built
from sutja.settings import Settings

_OPEN = "<html "


def router(settings: Settings, static: Path = STATIC) -> APIRouter:
    """Return the routes of the PIN page that was built into the folder `static`.

    `/pin.html` is the same: it is what browsers keep for a day without a server.
    """
    routes = APIRouter()
    path = static / "pin.html"
    serve = not_built
    if path.is_file():
        page = _filled_in(path.read_text("utf-8"), settings).encode()
        headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": content_policy(settings.pin_origin or "'none'"),
            OPENER_POLICY: "unsafe-none",  # it hands the PIN to the window that opened it
        }

        async def serve(_: Request) -> Response:
            return Response(page, media_type=MIME_TYPES[".html"], headers=headers)

    for place in ("/pin", "/pin.html"):
        routes.add_route(place, serve, include_in_schema=False)
    return routes


def _filled_in(html: str, settings: Settings) -> str:
    """Return the page with the settings as data of its root."""
    data = {
        "length": settings.pin_length,
        "sure-from": settings.pin_sure_from,
        "origin": settings.pin_origin,
        "samples": "" if settings.pin_samples is None else settings.pin_samples,
    }
    attributes = "".join(f'data-pin-{name}="{escape(str(value))}" ' for name, value in data.items())
    return html.replace(_OPEN, _OPEN + attributes, 1)
