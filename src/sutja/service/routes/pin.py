"""`POST /pin`: the digits of a PIN in, the PIN or the places to write again out.

Owns the silence around it: neither an answer nor an error says more, and what breaks in here is told without its words.
"""

from functools import partial
from traceback import extract_tb

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from sutja.errors import InputError
from sutja.pin import Pin
from sutja.service.bodies import answer, drawings_of, in_thread
from sutja.service.schema import KEYED, body_of, refusals
from sutja.service.wire import AcceptedPin, ImageBody, ImagesBody, InkBody, InksBody, PlacesToRewrite

router = APIRouter(tags=["reading"])


class WithheldError(RuntimeError):
    """Something failed over a PIN; what it said is not told."""


# Whoever sent something else than drawings is told so: these never repeat what was sent.
_REFUSALS = (InputError, ValidationError, RequestValidationError, HTTPException, ClientDisconnect)


@router.post(
    "/pin",
    summary="Read a PIN",
    response_description="The PIN, or the places to write again.",
    response_model=AcceptedPin | PlacesToRewrite,
    responses=refusals(*KEYED, 413, 415, 422),
    openapi_extra=body_of(InksBody, ImagesBody, InkBody, ImageBody, with_pictures=True),
)
async def pin(request: Request) -> Response:
    """Read a PIN from one drawing for each digit, or from one drawing that holds them all.

    It is decided as a whole: either all digits together are sure, or the fewest places are named whose digits are to be
    drawn again. Nothing is remembered: send all drawings again, with the new ones at their places.
    """
    try:
        return await _answer(request)
    except _REFUSALS:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, its message may hold what was drawn
        where = extract_tb(error.__traceback__)[-1]
        failure = f"{type(error).__name__} in {where.name}, line {where.lineno} of {where.filename}"
    raise WithheldError(f"Expected to read a PIN. Received {failure}; what it said is withheld.")


async def _answer(request: Request) -> Response:
    settings = request.app.state.settings
    read_pin = partial(request.app.state.reader.read_pin, length=settings.pin_length, sure_from=settings.pin_sure_from)
    found = await in_thread(request, read_pin, await drawings_of(request))
    if isinstance(found, Pin):
        return answer(AcceptedPin(pin=found.reveal()))
    return answer(PlacesToRewrite(rewrite=list(found.places)))
