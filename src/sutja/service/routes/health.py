"""`GET /health`: whether the service can read."""

from fastapi import APIRouter, Request

from sutja._version import __version__
from sutja.service.wire import Health

router = APIRouter(tags=["service"])


@router.get("/health", summary="Tell whether the service can read", response_description="It can.")
async def health(request: Request) -> Health:
    """The model is loaded before the first request is taken: whoever gets an answer can have a reading."""
    model = request.app.state.reader.bundle.card.sha256
    return Health(status="healthy", model_loaded=True, model=model, version=__version__)
