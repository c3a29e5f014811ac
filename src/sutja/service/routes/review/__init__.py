"""`/api/review` and `/review`: what operators do, each of it behind their door."""

from fastapi import APIRouter

from sutja.service.routes.review import learning, models, page, samples, session


def router() -> APIRouter:
    """Return all routes of operators."""
    routes = APIRouter()
    for each in (session.router(), samples.router, models.router(), learning.router, page.router()):
        routes.include_router(each)
    return routes
