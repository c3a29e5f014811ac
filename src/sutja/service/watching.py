"""Watching a service: a port for its metrics, and now and then a look at whether what comes in has drifted.

Owns both. Nothing here runs unless a port for metrics is set.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from sutja.errors import SettingsError, StoreError
from sutja.service.beside import beside
from sutja.service.routes.review.incoming import drift_report
from sutja.service.watch.meter import DriftPoint
from sutja.settings import Settings

if TYPE_CHECKING:
    from wsgiref.simple_server import WSGIServer

    from sutja.service.watch.sums import Summed

HOST = "127.0.0.1"
"""Metrics are for whoever is on this machine; what collects them from elsewhere comes through a door of its own."""
DRIFT_EVERY_S = 900.0
DRIFT_DAYS = 7
_BUSY = (
    "Expected the port of SUTJA_METRICS_PORT to be free, and one that this user may use. Received one that is not: "
    "choose another."
)

log = logging.getLogger(__name__)


@contextmanager
def watching(app: FastAPI, settings: Settings) -> Iterator[str | None]:
    """Give out the metrics of an application on a port of this machine alone, if the settings name one; yield where.

    Raises `SettingsError` where it cannot be had.
    """
    if settings.metrics_port is None:
        yield None
        return
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(settings.metrics_port, HOST, app.state.meter.registry)
    except OSError as error:
        raise SettingsError(_BUSY) from error
    with following_drift(app):
        try:
            yield url_of(server)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@contextmanager
def following_drift(app: FastAPI) -> Iterator[None]:
    """Look now and every quarter of an hour whether what comes in has drifted, in a thread, and tell the meter."""
    with beside("drift", partial(_follow_drift, app)):
        yield


@contextmanager
def watching_all(settings: Settings, ask: Callable[[], Iterable[Iterable[Any]]]) -> Iterator["Summed | None"]:
    """Yield what gives out the metrics of several processes as one, if the settings name a port; `ask` returns them.

    Raises `SettingsError` where the port cannot be had.
    """
    if settings.metrics_port is None:
        yield None
        return
    from sutja.service.watch.sums import Summed

    try:
        server = Summed((HOST, settings.metrics_port), ask)
    except OSError as error:
        raise SettingsError(_BUSY) from error
    with server:
        yield server


def url_of(server: "WSGIServer") -> str:
    """Return where metrics are given out."""
    return f"http://{HOST}:{server.server_port}/metrics"


def _follow_drift(app: FastAPI, is_over: threading.Event) -> None:
    while app.state.store is not None:
        try:
            app.state.meter.drifted(_points(app))
        except StoreError:  # away, or busy: the next time it may be there
            pass
        except Exception:  # a thread that dies would never look again, and nobody would know
            log.exception("It could not be found out just now whether what comes in has drifted.")
        if is_over.wait(DRIFT_EVERY_S):
            return


def _points(app: FastAPI) -> list[DriftPoint]:
    report = drift_report(app.state.store, app.state.reader.bundle.card, DRIFT_DAYS)
    return [
        DriftPoint(str(kind.kind), each.feature, each.psi, each.is_alarming)
        for kind in report.kinds
        for each in kind.deciding
    ]
