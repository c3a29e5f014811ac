"""The application: where reader, routes and rules meet."""

from anyio import CapacityLimiter

from sutja._version import __version__
from sutja.reader import Reader
from sutja.service import problems
from sutja.service.headers import SecurityHeaders
from sutja.service.limits import BodyLimit
from sutja.service.routes import explain, health, model, page, pin, pin_page, predict, read
from sutja.service.schema import DescribedApp, refusals
from sutja.settings import Settings

# Pictures wait for one another here, so that a heap of big ones takes neither all memory nor the threads of others.
PICTURES_AT_ONCE = 2


def create_app(settings: Settings) -> DescribedApp:
    """Return the application with its model loaded and warm. Raises `BundleError`."""
    app = DescribedApp(
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
    app.state.reader = Reader.load(settings.bundle)
    app.state.threads = CapacityLimiter(PICTURES_AT_ONCE)
    for router in (
        predict.router,
        read.router,
        pin.router,
        explain.router,
        model.router,
        health.router,
        pin_page.router(settings),
        page.router(),
    ):
        app.include_router(router)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    return app
