"""The service's application on Ray Serve: a replica is the very application of `sutja serve`, without its server.

    serve run sutja.scale.serving:app

Owns what a replica takes from the environment. Who may call what, and how often, the application decides as always.
"""

import os
from collections.abc import Mapping
from contextlib import ExitStack

from fastapi import FastAPI
from ray import serve

from sutja.errors import SettingsError
from sutja.service.hardening import harden
from sutja.service.process import application
from sutja.settings import Settings

REQUESTS_AT_ONCE = 256
"""Of one replica; the application itself says what it cannot take."""
DEFAULTS = {"SUTJA_HOST": "0.0.0.0"}  # noqa: S104  # Serve's proxy is before it, which others can reach
_NO_STORE = (
    "Expected SUTJA_DATABASE_URL to name the PostgreSQL that all replicas share, or none, which keeps nothing. "
    "Received neither."
)


def settings_of(environ: Mapping[str, str]) -> Settings:
    """Return the settings of a replica: public unless SUTJA_HOST says otherwise, with a store that others share.

    Raises `SettingsError` where no store is named: a file for each replica would be none.
    """
    settings = Settings.from_env({**DEFAULTS, **environ})
    if not settings.database_url:
        raise SettingsError(_NO_STORE)
    return settings


def replica() -> FastAPI:
    """Return the application of one replica, in the process where it runs until that ends."""
    settings = settings_of(os.environ)
    harden()
    kept = ExitStack()
    app = kept.enter_context(application(settings))
    app.state.kept = kept
    return app


app = serve.deployment(name="sutja", max_ongoing_requests=REQUESTS_AT_ONCE)(serve.ingress(replica)()).bind()
