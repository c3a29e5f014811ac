"""One process that serves: its store, its application, and what runs beside it.

Knows neither the address nor whether others serve beside it; of those only the first does what is to be done once.
"""

import contextlib
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from sutja.errors import StoreError
from sutja.keeping import NOWHERE, opened
from sutja.service.app import create_app
from sutja.service.connection import Connection
from sutja.service.expiry import expiring
from sutja.service.learning import learning
from sutja.settings import Settings
from sutja.store import Store

BACKLOG = 512


@contextlib.contextmanager
def application(
    settings: Settings, *, learns: bool = False, is_first: bool = True, makes: bool = True
) -> Iterator[FastAPI]:
    """Yield the application with its model warm; the first process deletes what expires, and `learns` where it shall.

    It `makes` a store where there is none: no worker does, whose supervisor did before it.

    Raises `StoreError` where the store cannot be opened, `BundleError` where the model cannot be loaded.
    """
    with contextlib.ExitStack() as kept:
        store = kept.enter_context(store_of(settings, makes=makes))
        app = create_app(settings, store)
        if store and is_first:
            kept.enter_context(expiring(store))
        if learns and is_first:
            kept.enter_context(learning(_expect(store), settings))
        yield app


def store_of(settings: Settings, *, makes: bool = True) -> contextlib.AbstractContextManager[Store | None]:
    """Open the store of the settings, if they name one; it `makes` one that is missing. Raises `StoreError`."""
    return contextlib.nullcontext() if settings.database_url == NOWHERE else opened(settings, makes=makes)


def config_of(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Return how uvicorn is to serve an application."""
    return uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,  # whatever is logged is written already
        log_level="warning",
        access_log=False,
        server_header=False,
        ssl_certfile=settings.certfile,
        ssl_keyfile=settings.keyfile,
        http=Connection,
        ws="none",
        backlog=BACKLOG,
    )


def _expect(store: Store | None) -> Store:
    if store is None:
        raise StoreError("Expected a store to learn from. Received SUTJA_DATABASE_URL=none, by which nothing is kept.")
    return store
