"""A file of the page in the smallest form that a client takes: as it is, or as a sibling that the build compressed."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""By name, as HTTP knows them, the endings of compressed files; the smallest comes first."""

_CHUNK_BYTES = 256 * 1024


def is_sibling(path: Path) -> bool:
    """Whether a file is but the compressed form of another."""
    return path.suffix in ENCODINGS.values()


def plain(path: Path) -> Path:
    """Return the path of the file whose form this is."""
    return path.with_suffix("") if is_sibling(path) else path


def answer(request: Request, path: Path, media_type: str, headers: dict[str, str]) -> Response:
    """Return a file, which may be there in compressed forms only."""
    taken = accepted(request)
    headers = {**headers, "Vary": "Accept-Encoding"}
    for name, ending in ENCODINGS.items():
        sibling = path.with_name(path.name + ending)
        if name in taken and sibling.is_file():
            return FileResponse(sibling, media_type=media_type, headers={**headers, "Content-Encoding": name})
    if path.is_file():
        return FileResponse(path, media_type=media_type, headers=headers)
    return StreamingResponse(_unpacked(path.with_name(path.name + ".gz")), media_type=media_type, headers=headers)


def accepted(request: Request) -> set[str]:
    """Return the encodings that a client takes; those that it gives the weight 0 it does not."""
    header = request.headers.get("accept-encoding", "").lower()
    offers = [offer.replace(" ", "").partition(";q=") for offer in header.split(",")]
    return {name for name, _, weight in offers if not weight or weight.strip("0.")}


def _unpacked(path: Path) -> Iterator[bytes]:
    with gzip.open(path) as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
