"""`POST /read`: a drawing of any number of digits in, all of them out."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from sutja.service.bodies import answer, drawing_of, in_thread
from sutja.service.schema import KEYED, body_of, refusals
from sutja.service.wire import MAX_DIGITS, ImageBody, InkBody, NumberPrediction

router = APIRouter(tags=["reading"])


@router.post(
    "/read",
    summary="Read a number",
    response_description="What was read.",
    response_model=NumberPrediction,
    responses=refusals(*KEYED, 413, 415, 422),
    openapi_extra=body_of(InkBody, ImageBody, with_pictures=True),
)
async def read(request: Request, *, length: Annotated[int | None, Query(ge=1, le=MAX_DIGITS)] = None) -> Response:
    """Read the digits of strokes or of a picture, from left to right and line after line, each with its box.

    With `length=4` exactly four marks are taken for digits; where that cannot be, no verdict is better than `unsure`.
    A blank drawing is no error: it has no digits.
    """
    reader = request.app.state.reader
    number = await in_thread(request, partial(reader.read_number, length=length), await drawing_of(request))
    request.app.state.meter.read(number.items)
    return answer(NumberPrediction.of(number, reader.bundle.card.sha256))
