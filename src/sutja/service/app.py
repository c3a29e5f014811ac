"""The application: where reader, routes and rules meet."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.middleware.cors import CORSMiddleware

from sutja._version import __version__
from sutja.reader import Reader
from sutja.service import doors, problems
from sutja.service.capacity import Line, Load
from sutja.service.champion import Champion
from sutja.service.headers import SecurityHeaders
from sutja.service.limits import BodyLimit
from sutja.service.routes import explain, health, model, page, pin, pin_page, pin_sample, predict, read, review, samples
from sutja.service.schema import DescribedApp, refusals
from sutja.service.watch import install as watch
from sutja.settings import Settings
from sutja.store import Store

# Pictures wait for one another here, so that a heap of big ones takes neither all memory nor the threads of others.
PICTURES_AT_ONCE = 2
PICTURES_WAITING_MAX = 32
# Pages of other origins may ask as visitors; the cookies of operators and givers they never have sent.
CORS: dict[str, Any] = {
    "allow_methods": ("GET", "POST", "DELETE"),
    "allow_headers": ("Authorization", "Content-Type", "Idempotency-Key"),
    "expose_headers": ("ETag", "Retry-After"),
}


def create_app(settings: Settings, store: Store | None = None) -> DescribedApp:
    """Return the application with its model loaded and warm. Raises `BundleError`.

    Where there is a `store`, samples are kept in it, and its champion reads unless the settings name a bundle. Without
    one, the bundle of the settings or the shipped one reads, and samples are refused.
    """
    champion = Champion.of(store) if store and not settings.bundle else None
    app = DescribedApp(
        describe=partial(doors.describe, is_public=settings.is_public),
        lifespan=_following(champion) if champion else None,
        title="sutja",
        summary="Reads digits that people draw.",
        version=__version__,
        license_info={"name": "MIT", "identifier": "MIT"},
        docs_url=None,  # its scripts come from elsewhere, which our Content-Security-Policy forbids
        redoc_url=None,
        responses=refusals("default"),
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings
    app.state.store = store
    app.state.reader = champion.reader if champion else Reader.load(settings.bundle)
    app.state.is_stopping = False
    app.state.load = Load()
    app.state.threads = Line(app.state.load, PICTURES_AT_ONCE, PICTURES_WAITING_MAX)
    app.state.champion = champion
    health.install(app, settings)
    samples.install(app, settings)
    pin_sample.install(app, settings)
    for router in _routers(settings):
        app.include_router(router)
    problems.install(app)
    _guard(app, settings, store)
    watch.install(app, settings)
    return app


def _routers(settings: Settings) -> tuple[APIRouter, ...]:
    return (
        predict.router,
        read.router,
        pin.router,
        pin_sample.router,
        samples.router,
        review.router(),
        explain.router,
        model.router,
        health.router,
        pin_page.router(settings),
        page.router(),
    )


def _guard(app: DescribedApp, settings: Settings, store: Store | None) -> None:
    """Put before the routes what each request passes first, from the inside to the outside."""
    doors.expect_declared(app.routes)
    app.add_middleware(BodyLimit)
    app.add_middleware(doors.Guard, settings=settings, store=store)
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, **CORS)
    app.add_middleware(doors.TrustedNames, settings=settings)
    app.add_middleware(SecurityHeaders, is_public=settings.is_public)


def _following(champion: Champion) -> Callable[[DescribedApp], AbstractAsyncContextManager[None]]:
    """Return the lifespan of an application that reads with the store's champion, whichever that is meanwhile."""

    @contextlib.asynccontextmanager
    async def lifespan(app: DescribedApp) -> AsyncIterator[None]:
        def swap(reader: Reader) -> None:
            app.state.reader = reader
            app.state.meter.swapped()

        with champion.followed(swap):
            yield

    return lifespan
