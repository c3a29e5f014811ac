"""`GET /review`: the operators' page. It holds nothing that is secret: all of that comes by the API."""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from sutja.service import encoded
from sutja.service.routes.page import MIME_TYPES, STATIC, not_built


def router(static: Path = STATIC) -> APIRouter:
    """Return the route of the page that was built into the folder `static`."""
    routes = APIRouter()
    path = static / "review.html"

    async def serve(request: Request) -> Response:
        return encoded.answer(request, path, MIME_TYPES[".html"], {"Cache-Control": "no-cache"})

    routes.add_route("/review", serve if path.is_file() else not_built, include_in_schema=False)
    return routes
