"""`POST /samples`: a drawing with what it is in, a receipt out; `DELETE /samples/{receipt}` deletes it again.

Owns the way of a gift: it is read and prepared as any drawing is, and answered only once the store has it for good.
"""

import re
from dataclasses import replace
from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, FastAPI, Header, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sutja.errors import InputError
from sutja.gift import gift_of
from sutja.reader import Reader
from sutja.sample import Gift
from sutja.secret import secret_of
from sutja.service.bodies import answer, content_type, parsed, unsupported
from sutja.service.capacity import Line
from sutja.service.gifts import CONSENT, GIFT, GivenImage, GivenInk, ReceiptOfGift, Terms
from sutja.service.givers import Givers, remember
from sutja.service.schema import JSON, body_of, refusals
from sutja.settings import Settings
from sutja.store import Store

router = APIRouter(prefix="/samples", tags=["samples"])

# Of their own, so that a store that is busy holds up no picture; and few, since writers come one after another anyway.
WRITERS_AT_ONCE = 8
WRITERS_WAITING_MAX = 24
# Of whoever shows nothing else it is all that tells one giver from another, until there is a cookie.
KEY = re.compile(r"[!-~]{16,128}")
RECEIPT_MAX = 200
_DELETED = "Expected a key whose sample is kept. Received one whose sample was deleted: give it anew with another key."

KeyHeader = Annotated[
    str | None,
    Header(description="16 to 128 characters that nobody can guess, such as a UUID: a retry gives nothing twice."),
]


def install(app: FastAPI, settings: Settings) -> None:
    """Make ready what the routes need besides the store of the application."""
    app.state.writers = Line(app.state.load, WRITERS_AT_ONCE, WRITERS_WAITING_MAX)
    app.state.givers = Givers(secret_of(settings.home)) if app.state.store else None


@router.get(
    "/terms", summary="Tell on what terms samples are kept", response_description="The terms.", responses=refusals(501)
)
async def terms(request: Request) -> Terms:
    """The version of the text to be shown to givers, and for how long their drawings are kept."""
    store_of(request)
    return Terms(consent_version=CONSENT, days=request.app.state.settings.sample_days)


@router.post(
    "",
    summary="Give a drawing to learn from",
    status_code=201,
    response_description="It is kept.",
    response_model=ReceiptOfGift,
    responses=refusals(401, 403, 409, 410, 413, 415, 422, 429, 501, 503),
    openapi_extra=body_of(GivenInk, GivenImage),
)
async def give(request: Request, idempotency_key: KeyHeader = None) -> Response:
    """Keep a drawing, what it is, and what was read in it. Answered once it is written for good.

    Who gives again what was given already gets a receipt, and it counts once; where it was deleted since, it stays so.
    """
    store = store_of(request)
    if content_type(request) != JSON:
        raise unsupported(JSON)
    key = _expect_key(idempotency_key)
    body = await parsed(request, GIFT)
    giver = request.app.state.givers.of(request, key)
    make = partial(_gift, reader=request.app.state.reader, source=giver.source, key=key)
    gift: Gift = await request.app.state.threads.run(request, make, body)
    receipt = await to_thread.run_sync(store.samples.give, gift, limiter=request.app.state.writers)
    if not receipt.is_kept:
        raise HTTPException(410, _DELETED)
    if receipt.is_new:
        request.app.state.meter.given()
    given = answer(ReceiptOfGift(receipt=receipt.token), 201)
    remember(giver, request, given)
    return given


@router.delete(
    "/{receipt}",
    summary="Delete what was given",
    status_code=204,
    response_class=Response,
    response_description="It is deleted.",
    responses=refusals(401, 403, 404, 429, 501, 503),
)
async def withdraw(request: Request, receipt: str) -> Response:
    """Delete a sample for good, by the receipt that its giver got."""
    store = store_of(request)
    is_receipt = len(receipt) <= RECEIPT_MAX and receipt.isascii() and receipt.isprintable()
    if is_receipt and await to_thread.run_sync(store.samples.withdraw, receipt, limiter=request.app.state.writers):
        return Response(status_code=204, headers={"Cache-Control": "no-store"})
    raise HTTPException(404, "Expected the receipt of a sample that is kept. Received another: it may be deleted.")


def store_of(request: Request) -> Store:
    """Return the store. Where the service has none that is no fault, and no reason to come again: 501."""
    store: Store | None = request.app.state.store
    if store is None:
        raise HTTPException(501, "Expected a service with a store for samples. This one has none, and keeps nothing.")
    return store


def _expect_key(key: str | None) -> str | None:
    if key is not None and not KEY.fullmatch(key):
        raise InputError("Expected an Idempotency-Key of 16 to 128 visible ASCII characters. Received another.")
    return key


def _gift(body: GivenInk | GivenImage, reader: Reader, source: str, key: str | None) -> Gift:
    """Return what is to be kept of a body. Raises `InputError` where there is no ink in it."""
    drawing = body.strokes if isinstance(body, GivenInk) else body.image
    gift = gift_of(drawing, body.label, reader.read(drawing), source=source, consent=CONSENT, key=key)
    if "read" not in body.model_fields_set or body.read == gift.read:
        return gift
    # What another model showed to the giver says nothing of this one.
    return replace(gift, read=body.read, confidence=None, bundle="")
