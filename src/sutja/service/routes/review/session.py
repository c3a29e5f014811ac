"""`POST /api/review/login` and `/logout`, `GET /api/review/me`: who is there."""

import math
from functools import partial
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sutja.service import doors
from sutja.service.bodies import answer
from sutja.service.routes.review.wire import Credentials, Me
from sutja.service.schema import refusals

# A password takes 64 MB and a tenth of a second to check: two at once are plenty, and whoever reads digits goes first.
CHECKS_AT_ONCE = 2
LOGIN = "login"
_TOO_OFTEN = (
    f"Expected fewer than {doors.TRIES} wrong passwords within {doors.TRIES_S / 60:.0f} minutes. Received more."
)


def router() -> APIRouter:
    """Return the routes, which check so many passwords at once."""
    routes = APIRouter(prefix="/api/review", tags=["review"])
    checks = CapacityLimiter(CHECKS_AT_ONCE)

    @routes.post(
        "/login",
        summary="Log in",
        response_model=Me,
        response_description="Who is logged in, and a cookie.",
        responses=refusals(401, 403, 422, 429, 503),
        dependencies=[Depends(doors.same_origin)],
    )
    async def review_login(request: Request, credentials: Credentials) -> Response:
        """Begin a session, which ends 15 minutes after the last request and 12 hours after the login.

        For 5 minutes it may promote and roll back; then that takes another login.
        """
        return await to_thread.run_sync(partial(_logged_in, request, credentials), limiter=checks)

    @routes.post(
        "/logout",
        summary="Log out",
        status_code=204,
        responses=refusals(403),
        dependencies=[Depends(doors.same_origin)],
    )
    def review_logout(request: Request) -> Response:
        """End the session, if there is one."""
        response = Response(status_code=204, headers={"Cache-Control": "no-store"})
        doors.let_out(request, response)
        return response

    @routes.get(
        "/me", summary="Tell who is logged in", response_model=Me, response_description="Who.", responses=refusals(401)
    )
    def review_me(name: Annotated[str, Depends(doors.operator)]) -> Response:
        """Tell the name of the operator, whom it keeps logged in."""
        return answer(Me(name=name))

    return routes


def _logged_in(request: Request, credentials: Credentials) -> Response:
    store, address = doors.store_of(request), doors.address_of(request.scope)
    # Before the password is looked at: many at once are as many as one after the other.
    wait_s = store.tries.take(LOGIN, address, doors.TRIES, doors.TRIES_S)
    if wait_s:
        raise HTTPException(429, _TOO_OFTEN, {"Retry-After": str(math.ceil(wait_s))})
    session = store.operators.login(credentials.name, credentials.password)
    if session is None:
        raise HTTPException(401, "Expected the name and the password of an operator. Received others.")
    store.tries.forget(LOGIN, address)
    response = answer(Me(name=session.operator))
    doors.let_in(request, response, session.token)
    return response
