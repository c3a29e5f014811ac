"""`GET /`: the page, and the files that belong to it, as the build left them in `service/static`.

Each file has its own route, made when the service starts: no path that a client sends ever reaches the disk.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sutja.service import encoded

STATIC = Path(__file__).parents[1] / "static"
# Not from Python's mimetypes, which on Windows follows the registry.
MIME_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
# Vite puts a hash of the content in the name of each file in assets/.
FOREVER = "public, max-age=31536000, immutable"


def router(static: Path = STATIC) -> APIRouter:
    """Return the routes of the page that was built into the folder `static`."""
    routes = APIRouter()
    built = [path for path in sorted(static.rglob("[!.]*")) if path.is_file()]
    files = {encoded.plain(path).relative_to(static): encoded.plain(path) for path in built}
    for place, path in files.items():
        caching = FOREVER if place.parts[0] == "assets" else "no-cache"
        routes.add_route(f"/{place.as_posix()}", _file(path, caching), include_in_schema=False)
    home = static / "index.html"
    routes.add_route("/", _file(home, "no-cache") if home in files.values() else not_built, include_in_schema=False)
    return routes


def _file(path: Path, caching: str) -> Callable[[Request], Awaitable[Response]]:
    media_type = MIME_TYPES.get(path.suffix, "application/octet-stream")

    async def serve(request: Request) -> Response:
        return encoded.answer(request, path, media_type, {"Cache-Control": caching})

    return serve


async def not_built(_: Request) -> Response:
    """Say that there is no page, and how to make it."""
    raise HTTPException(404, "Expected the page to be built into the package: `make serve` does it. The API is there.")
