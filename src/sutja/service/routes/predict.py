"""`POST /predict` and `POST /predict/batch`: drawings in, readings out."""

import math
from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.responses import Response

from sutja.ink import Ink
from sutja.reader import Drawing
from sutja.reading import Reading
from sutja.service.bodies import answer, content_type, drawing_of, in_thread, parsed, unsupported
from sutja.service.schema import JSON, KEYED, body_of, refusals
from sutja.service.wire import MANY, ImageBody, ImagesBody, InkBody, InksBody, Prediction, Predictions

QUICK_POINTS = 500  # are drawn in a few milliseconds at the very worst: handing them to a thread would take as long

router = APIRouter(tags=["reading"])


@router.post(
    "/predict",
    summary="Read one digit",
    response_description="What was read.",
    response_model=Prediction,
    responses=refusals(*KEYED, 413, 415, 422),
    openapi_extra=body_of(InkBody, ImageBody, with_pictures=True),
)
async def predict(request: Request, *, glyph: bool = False) -> Response:
    """Read strokes, or a picture: dark on light or light on dark, grey or coloured, with or without transparency.

    With `glyph=1` the answer holds the 28x28 that the model saw. A blank drawing is no error: its verdict is `empty`.
    """
    [reading] = await _readings(request, [await drawing_of(request)])
    return answer(Prediction.of(reading, with_glyph=glyph))


@router.post(
    "/predict/batch",
    summary="Read one digit from each of many drawings",
    response_description="What was read, in the order of the drawings.",
    response_model=Predictions,
    responses=refusals(*KEYED, 413, 415, 422),
    openapi_extra=body_of(InksBody, ImagesBody),
)
async def predict_batch(request: Request) -> Response:
    """Answer in the order of the drawings. One that cannot be read refuses them all."""
    if content_type(request) != JSON:
        raise unsupported(JSON)
    body = await parsed(request, MANY)
    readings = await _readings(request, body.inks if isinstance(body, InksBody) else body.images)
    return answer(Predictions(predictions=[Prediction.of(reading) for reading in readings]))


async def _readings(request: Request, drawings: Sequence[Drawing]) -> list[Reading]:
    read_many = request.app.state.reader.read_many
    is_quick = sum(map(_points, drawings)) <= QUICK_POINTS
    readings: list[Reading] = read_many(drawings) if is_quick else await in_thread(request, read_many, drawings)
    request.app.state.meter.read(readings)
    return readings


def _points(drawing: Drawing) -> float:
    return sum(map(len, drawing.strokes)) if isinstance(drawing, Ink) else math.inf
