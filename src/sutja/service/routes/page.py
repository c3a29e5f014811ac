"""`GET /`: the page, and the files that belong to it, as the build left them in `service/static`.

Which files there are is known when the service starts: no path that a client sends ever reaches the disk.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sutja.service import encoded
from sutja.service.headers import RESOURCE_POLICY

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
_Endpoint = Callable[[Request], Awaitable[Response]]
ELEMENT = Path("sutja-pin.js")
"""What pages of others load: all else is for those of this server."""


def router(static: Path = STATIC) -> APIRouter:
    """Return the routes of the page that was built into the folder `static`."""
    routes = APIRouter()
    built = [path for path in sorted(static.rglob("[!.]*")) if path.is_file()]
    files = {encoded.plain(path).relative_to(static): encoded.plain(path) for path in built}
    folders: defaultdict[Path, dict[str, _Endpoint]] = defaultdict(dict)
    for place, path in files.items():
        caching = FOREVER if place.parts[0] == "assets" else "no-cache"
        headers = {"Cache-Control": caching} | ({RESOURCE_POLICY: "cross-origin"} if place == ELEMENT else {})
        folders[place.parent][place.name] = _file(path, headers)
    for name, serve in folders.pop(Path(), {}).items():
        routes.add_route(f"/{name}", serve, include_in_schema=False)
    for folder, served in folders.items():  # a route for each of 300 files would take a tenth of the start
        routes.add_route(f"/{folder.as_posix()}/{{name}}", _one_of(served), include_in_schema=False)
    home = static / "index.html"
    serve = _file(home, {"Cache-Control": "no-cache"}) if home in files.values() else not_built
    routes.add_route("/", serve, include_in_schema=False)
    return routes


def _one_of(files: Mapping[str, _Endpoint]) -> _Endpoint:
    async def serve(request: Request) -> Response:
        file = files.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        return await file(request)

    return serve


def _file(path: Path, headers: dict[str, str]) -> _Endpoint:
    media_type = MIME_TYPES.get(path.suffix, "application/octet-stream")

    async def serve(request: Request) -> Response:
        return encoded.answer(request, path, media_type, headers)

    return serve


async def not_built(_: Request) -> Response:
    """Say that there is no page, and how to make it."""
    raise HTTPException(404, "Expected the page to be built into the package: `make serve` does it. The API is there.")
