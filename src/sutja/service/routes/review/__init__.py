"""`/api/review` and `/review`: what operators do, each of it behind their door."""

import time
from collections.abc import Callable

from fastapi import APIRouter

from sutja.service.routes.review import learning, models, page, samples, session


def router(clock: Callable[[], float] = time.monotonic) -> APIRouter:
    """Return all routes of operators; `clock`, in seconds, tells how long ago a wrong password was."""
    routes = APIRouter()
    for each in (session.router(clock), samples.router, models.router(), learning.router, page.router()):
        routes.include_router(each)
    return routes
