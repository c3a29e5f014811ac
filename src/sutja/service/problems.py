"""Errors as RFC 9457 problem details.

A problem names what was expected, and never repeats the input: not its values, and not the names of unknown fields.
"""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ValidationError
from starlette._utils import get_route_path  # the router's own: what it would match, and nothing else
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import compile_path

from sutja.errors import ConflictError, InputError, QuotaError, TooLargeError, UnavailableError
from sutja.service.headers import SECURITY_HEADERS

MEDIA_TYPE = "application/problem+json"
_DETAILS = {
    404: "Expected one of the routes that /openapi.json describes. Received another.",
    405: "Expected one of the methods that the Allow header names. Received another.",
    500: "Expected to answer. Something failed in the service, and was logged there.",
}
# By pydantic's type of error; what stands in braces is its context. All other messages are our own.
_MESSAGES = {
    "bool_parsing": "Expected 0 or 1. Received something else.",
    "extra_forbidden": "Expected a JSON object with one of the fields that /openapi.json names. Received more fields.",
    "json_invalid": "Expected valid JSON. Received something else: {error}.",
    "missing": "Expected all fields that /openapi.json requires. Received fewer.",
    "list_type": "Expected a list. Received something else.",
    "too_long": "Expected a list of at most {max_length}. Received more.",
    "too_short": "Expected a list of at least {min_length}. Received fewer.",
}
AWAY_S = 5
"""So long after the store was busy or away it may be asked again."""
CALM_S = 60.0
"""After so long without a fault of the store the next one is news."""
_AWAY = "Expected the store to answer. It is busy or away just now."

log = logging.getLogger(__name__)


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that tells of a problem, which nobody keeps: which drawing was refused may be a secret too."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return Response(body.model_dump_json(), status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE)


class Absence:
    """Whether the store is known to be away: why is for the operator, who is told once, and not at every request."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._seen_s = clock, float("-inf")

    def note(self, error: Exception) -> None:
        """Log what the store said, unless it was away a moment ago too."""
        now = self._clock()
        if now - self._seen_s > CALM_S:
            log.warning("The store does not answer. %s", error)
        self._seen_s = now


def absent(app: FastAPI, error: Exception) -> Response:
    """Return the answer while the store of an application is away: what it said names hosts and users."""
    app.state.absence.note(error)
    return problem(503, _AWAY, {"Retry-After": str(AWAY_S)})


def install(app: FastAPI) -> None:
    """Have every error of an application answered by a problem."""
    app.add_exception_handler(InputError, _of_input)
    app.add_exception_handler(ValidationError, _of_validation)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(ClientDisconnect, _of_leaving)
    app.state.absence = Absence()
    app.add_exception_handler(UnavailableError, _of_absence)
    app.add_exception_handler(QuotaError, _of_quota)
    app.add_exception_handler(ConflictError, _of_conflict)
    app.add_exception_handler(Exception, _of_bug)


async def _of_input(_: Request, error: Any) -> Response:
    return problem(_status(error), str(error))


async def _of_validation(_: Request, error: Any) -> Response:
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if not isinstance(cause, InputError):
        message = _MESSAGES.get(first["type"])
        cause = message.format(**first.get("ctx", {})) if message else first["msg"]
    place = next((f"At place {part}: " for part in first["loc"] if isinstance(part, int)), "")
    return problem(_status(cause), f"{place}{cause}")


async def _of_http(request: Request, error: Any) -> Response:
    is_plain = error.detail == HTTPStatus(error.status_code).phrase
    detail = _DETAILS.get(error.status_code, error.detail) if is_plain else error.detail
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    return problem(error.status_code, detail, headers)


def _allowed(request: Request) -> str:
    """Return the methods of all routes that have the path: the router names those of the first alone."""
    path, routes = get_route_path(request.scope), iter_route_contexts(list(request.app.routes))
    having = [each.methods or () for each in routes if compile_path(str(each.path))[0].match(path)]
    return ", ".join(sorted({method for methods in having for method in methods}))


async def _of_leaving(_: Request, _error: Exception) -> Response:
    return problem(400, "Expected a whole body. Received a part of one.")  # nobody reads it, but it is no bug of ours


async def _of_absence(request: Request, error: Exception) -> Response:
    return absent(request.app, error)


async def _of_quota(_: Request, error: Exception) -> Response:
    now = datetime.now(UTC)
    passed_s = 3600 * now.hour + 60 * now.minute + now.second
    return problem(429, str(error), {"Retry-After": str(86_400 - passed_s)})  # quotas are by the day


async def _of_conflict(_: Request, error: Exception) -> Response:
    return problem(409, str(error))


async def _of_bug(_: Request, _error: Exception) -> Response:
    # Answered outside of all middleware, so it brings its own headers; Starlette raises it again for the log, and then
    # uvicorn closes the connection, which has to be said: another request may be on its way.
    return problem(500, _DETAILS[500], {**SECURITY_HEADERS, "Connection": "close"})


def _status(error: object) -> int:
    return 413 if isinstance(error, TooLargeError) else 422
