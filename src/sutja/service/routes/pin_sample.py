"""`POST /pin/sample`: one digit of a PIN, where operator and person both said yes.

Owns the silence around it: it knows no giver, sets no cookie, and answers the same whatever the digit.
"""

from datetime import UTC, date, datetime

from anyio import to_thread
from fastapi import APIRouter, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sutja.service.bodies import content_type, parsed, unsupported
from sutja.service.gifts import PIN_DIGIT, GivenPinDigit
from sutja.service.pool import PinPool
from sutja.service.schema import JSON, body_of, refusals
from sutja.settings import Settings

router = APIRouter(tags=["samples"])


def install(app: FastAPI, settings: Settings) -> None:
    """Make the pool, where the settings allow it and there is a store to flow into."""
    store = app.state.store
    is_allowed = store is not None and settings.pin_samples is not None
    day_max = settings.share(settings.quota_keyless)
    app.state.pin_pool = PinPool(store.samples.give_all, day_max, _today) if is_allowed else None


@router.post(
    "/pin/sample",
    summary="Give one digit of a PIN to learn from",
    status_code=202,
    response_class=Response,
    response_description="It is mixed with those of others, and may be kept.",
    responses=refusals(401, 403, 404, 413, 415, 422, 429, 503),
    openapi_extra=body_of(GivenPinDigit),
)
async def give_pin_digit(request: Request) -> Response:
    """Take the glyph of one place of a confirmed PIN, always the same place, and the digit that it is.

    It is held in memory until there are 20, and then written with these in an order that says nothing. Nothing tells
    whose it was, so that it can't be asked back. 404 unless `SUTJA_PIN_SAMPLES` names the place.
    """
    pool: PinPool | None = request.app.state.pin_pool
    if pool is None:
        raise HTTPException(404, "Expected a service that keeps digits of PINs. This one keeps none.")
    if content_type(request) != JSON:
        raise unsupported(JSON)
    body = await parsed(request, PIN_DIGIT)
    await to_thread.run_sync(pool.add, body.glyph, body.digit, limiter=request.app.state.writers)
    return Response(status_code=202, headers={"Cache-Control": "no-store"})


def _today() -> date:
    return datetime.now(UTC).date()
