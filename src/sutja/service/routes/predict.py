"""`POST /predict` and `POST /predict/batch`: drawings in, readings out."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from anyio import to_thread
from fastapi import APIRouter, Request
from pydantic import BaseModel, TypeAdapter
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sutja.ink import Ink
from sutja.reader import Drawing
from sutja.reading import Reading
from sutja.service.schema import FORM, JSON, PICTURES, body_of, refusals
from sutja.service.wire import MANY, ONE, ImageBody, ImagesBody, InkBody, InksBody, Prediction, Predictions

T = TypeVar("T")
U = TypeVar("U")

# A body of so many bytes is parsed in a millisecond, and so many points are drawn in a few at the very worst: handing
# them to a thread would take as long.
QUICK_BYTES = 16_000
QUICK_POINTS = 500

router = APIRouter(tags=["reading"])


@router.post(
    "/predict",
    summary="Read one digit",
    response_description="What was read.",
    response_model=Prediction,
    responses=refusals(413, 415, 422),
    openapi_extra=body_of(InkBody, ImageBody, with_pictures=True),
)
async def predict(request: Request, *, glyph: bool = False) -> Response:
    """Read strokes, or a picture: dark on light or light on dark, grey or coloured, with or without transparency.

    With `glyph=1` the answer holds the 28x28 that the model saw. A blank drawing is no error: its verdict is `empty`.
    """
    [reading] = await _readings(request, [await _drawing(request)])
    return _answer(Prediction.of(reading, with_glyph=glyph))


@router.post(
    "/predict/batch",
    summary="Read one digit from each of many drawings",
    response_description="What was read, in the order of the drawings.",
    response_model=Predictions,
    responses=refusals(413, 415, 422),
    openapi_extra=body_of(InksBody, ImagesBody),
)
async def predict_batch(request: Request) -> Response:
    """Answer in the order of the drawings. One that cannot be read refuses them all."""
    if _content_type(request) != JSON:
        raise _unsupported(JSON)
    body = await _parsed(request, MANY)
    readings = await _readings(request, body.inks if isinstance(body, InksBody) else body.images)
    return _answer(Predictions(predictions=[Prediction.of(reading) for reading in readings]))


async def _drawing(request: Request) -> Drawing:
    kind = _content_type(request)
    if kind == JSON:
        body = await _parsed(request, ONE)
        return body.strokes if isinstance(body, InkBody) else body.image
    if kind == FORM:
        return await _picture_of_form(request)
    if kind in PICTURES:
        return await request.body()
    raise _unsupported(JSON, *PICTURES, FORM)


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _unsupported(*wanted: str) -> HTTPException:
    return HTTPException(415, f"Expected the content type {' or '.join(wanted)}. Received another, or none.")


async def _parsed(request: Request, kinds: TypeAdapter[T]) -> T:
    data = await request.body()
    is_quick = len(data) <= QUICK_BYTES
    return kinds.validate_json(data) if is_quick else await _in_thread(request, kinds.validate_json, data)


async def _picture_of_form(request: Request) -> bytes:
    try:
        async with request.form(max_files=1, max_fields=0) as form:
            picture = form.get("image")
            if isinstance(picture, UploadFile):
                return await picture.read()
    except HTTPException as error:
        if error.status_code != 400:
            raise
    raise HTTPException(422, "Expected a multipart form with one file, in the field 'image'. Received another.")


async def _readings(request: Request, drawings: Sequence[Drawing]) -> list[Reading]:
    read_many = request.app.state.reader.read_many
    is_quick = sum(map(_points, drawings)) <= QUICK_POINTS
    readings: list[Reading] = read_many(drawings) if is_quick else await _in_thread(request, read_many, drawings)
    return readings


def _points(drawing: Drawing) -> float:
    return sum(map(len, drawing.strokes)) if isinstance(drawing, Ink) else math.inf


async def _in_thread(request: Request, work: Callable[[T], U], argument: T) -> U:
    return await to_thread.run_sync(work, argument, limiter=request.app.state.threads)


def _answer(body: BaseModel) -> Response:
    return Response(body.model_dump_json(exclude_unset=True), headers={"Cache-Control": "no-store"}, media_type=JSON)
