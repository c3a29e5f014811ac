"""`GET /health`, `/livez` and `/readyz`: whether the service is there, and what it can do."""

from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response

from sutja._version import __version__
from sutja.service import problems
from sutja.service.bodies import answer
from sutja.service.schema import refusals
from sutja.service.watch.condition import Condition, Examiner
from sutja.service.watch.wire import Liveness, Readiness
from sutja.service.wire import Health
from sutja.settings import Settings

RETRY_S = 5
_STOPPING = "Expected a service that stays. Received one that is stopping: ask another one."
_UNFIT = "Expected a model that reads ten plain digits. Received one that does not: the log says more."
_NOT_READY: dict[int | str, dict[str, Any]] = {
    503: {**refusals(503)[503], "description": "It cannot read, or is stopping."}
}

router = APIRouter(tags=["service"])
# Threads of their own, so that a store that hangs holds up nobody but those who ask after it.
EXAMINING_AT_ONCE = 2


def install(app: FastAPI, settings: Settings) -> None:
    """Make ready what the routes need besides reader and store of the application."""
    app.state.examiner = Examiner(settings, app.state.store)
    app.state.examining = CapacityLimiter(EXAMINING_AT_ONCE)


@router.get("/health", summary="Tell whether the service can read", response_description="It can.")
async def health(request: Request) -> Health:
    """The model is loaded before the first request is taken: whoever gets an answer can have a reading."""
    model = request.app.state.reader.bundle.card.sha256
    return Health(status="healthy", model_loaded=True, model=model, version=__version__)


@router.get("/livez", summary="Tell whether the process answers", response_description="It does.")
async def livez() -> Liveness:
    """Nothing is looked at: where there is no answer the process is to be started anew."""
    return Liveness(status="alive")


@router.get(
    "/readyz",
    summary="Tell whether to send requests here",
    response_description="It reads; `samples` says whether it keeps what is given, too.",
    response_model=Readiness,
    responses=_NOT_READY,
)
async def readyz(request: Request) -> Response:
    """The model has read ten plain digits rightly, and nobody is stopping the service. The store may be away."""
    reader = request.app.state.reader
    state: Condition = await to_thread.run_sync(
        request.app.state.examiner.look, reader, limiter=request.app.state.examining
    )
    if not state.is_ready:
        return problems.problem(503, _STOPPING if state.is_stopping else _UNFIT, {"Retry-After": str(RETRY_S)})
    is_told = not request.app.state.settings.is_public  # strangers learn whether it is up, and no more of the machine
    return answer(
        Readiness(
            status="ready",
            samples=bool(state.is_store_up),
            store="none" if state.is_store_up is None else "up" if state.is_store_up else "away",
            model=reader.bundle.card.sha256,
            disk_free_mb=state.disk.free_bytes // 10**6 if is_told and state.disk else None,
            warnings=list(state.warnings) if is_told else [],
        )
    )
