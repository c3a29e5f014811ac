"""What watches an application, as far as the settings ask for it: by default nothing stands in the way of a request."""

from fastapi import FastAPI

from sutja.service.watch.logs import LogKind, tell
from sutja.service.watch.meter import Meter
from sutja.service.watch.requests import Watched
from sutja.settings import Settings


def install(app: FastAPI, settings: Settings) -> None:
    """Give an application its meter and, around all that it has so far, what tells of each request."""
    app.state.meter = Meter() if settings.metrics_port is None else _metrics(app)
    is_told = settings.log == LogKind.JSON
    if is_told or settings.metrics_port is not None:
        app.add_middleware(
            Watched,
            meter=app.state.meter,
            tell=tell if is_told else None,
            bundle=lambda: app.state.reader.bundle.card.sha256,
        )


def _metrics(app: FastAPI) -> Meter:
    """Return a meter that counts. Prometheus' library is for whoever asks for it."""
    from sutja.service.watch.metrics import Metrics, Snapshot

    def look() -> Snapshot:
        state = app.state
        reader, champion = state.reader, state.champion
        return Snapshot(
            condition=state.examiner.look(reader),
            bundle=reader.bundle.card.sha256,
            network=reader.bundle.card.network,
            load=state.load,
            waiting=state.threads.waiting,
            is_champion_refused=None if champion is None else champion.is_refused,
        )

    return Metrics(look)
