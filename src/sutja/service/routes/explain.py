"""`POST /explain`: a drawing of one digit in, which of its ink decided out."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from sutja.service.bodies import answer, drawing_of, in_thread
from sutja.service.schema import KEYED, body_of, refusals
from sutja.service.wire import ExplainedPrediction, ImageBody, InkBody

router = APIRouter(tags=["reading"])


@router.post(
    "/explain",
    summary="Tell which ink decided",
    response_description="What was read, and a map of what decided it.",
    response_model=ExplainedPrediction,
    responses=refusals(*KEYED, 413, 415, 422),
    openapi_extra=body_of(InkBody, ImageBody, with_pictures=True),
)
async def explain(request: Request) -> Response:
    """Read one digit, cover one patch of its ink after the other, and tell how much less sure the reading gets.

    Takes about 100 times as long as a reading. Where nothing was drawn all weights are 0.
    """
    explanation = await in_thread(request, request.app.state.reader.explain, await drawing_of(request))
    request.app.state.meter.read([explanation.reading])
    return answer(ExplainedPrediction.of(explanation))
