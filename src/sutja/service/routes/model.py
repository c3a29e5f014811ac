"""`GET /model` and `GET /model/card`: the champion itself, for whoever reads without a server."""

import gzip
import hashlib
import json
from functools import lru_cache
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response

from sutja.service import encoded

router = APIRouter(prefix="/model", tags=["model"])
_ETAG = {"ETag": {"description": "Send it back as If-None-Match.", "schema": {"type": "string"}}}
_UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "It has not changed since the ETag that was sent as If-None-Match.", "headers": _ETAG}
}


@router.get(
    "",
    summary="Get the model as an ONNX file",
    response_class=Response,
    responses={
        200: {
            "description": "From glyphs (N, 28, 28, 1) float32 in [0, 1], ink bright, to probabilities (N, 10).",
            "headers": _ETAG,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        **_UNCHANGED,
    },
)
async def model(request: Request) -> Response:
    """The ETag is the file's sha-256, as it stands in each prediction."""
    bundle = request.app.state.reader.bundle
    answer = _unless_known(request, bundle.onnx, bundle.card.sha256, "application/octet-stream")
    answer.headers["Vary"] = "Accept-Encoding"  # and one ETag for both forms: it names the file
    if answer.body and "gzip" in encoded.accepted(request):
        answer.body = await to_thread.run_sync(_packed, bundle.onnx)
        answer.headers.update({"Content-Encoding": "gzip", "Content-Length": str(len(answer.body))})
    return answer


@router.get(
    "/card",
    summary="Get the model's card",
    response_class=Response,
    responses={
        200: {
            "description": "How the model was made and what it scores.",
            "headers": _ETAG,
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **_UNCHANGED,
    },
)
async def card(request: Request) -> Response:
    """The card of the model that `/model` gives."""
    body = json.dumps(request.app.state.reader.bundle.card.to_json()).encode()
    return _unless_known(request, body, hashlib.sha256(body).hexdigest(), "application/json")


@lru_cache(maxsize=1)
def _packed(onnx: bytes) -> bytes:
    """Return a model as gzip: weights are noise but for their exponents, which is a fourteenth of them."""
    return gzip.compress(onnx, mtime=0)


def _unless_known(request: Request, body: bytes, sha256: str, media_type: str) -> Response:
    """Return the body, or 304 where the client has it already."""
    etag = f'"{sha256}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)
