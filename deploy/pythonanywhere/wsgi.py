"""PythonAnywhere, or any host that speaks WSGI alone: `application`.

Owns what differs from `sutja serve`: the host listens and starts processes, by `fork` as a rule, which the thread of an
event loop would not outlive. So the application is made at the first request.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from a2wsgi import ASGIMiddleware

from sutja.keeping import NOWHERE, opened
from sutja.service.app import create_app
from sutja.settings import Settings


@cache
def made() -> ASGIMiddleware:
    """Return the application of this process. Raises `SettingsError`, `StoreError` and `BundleError`."""
    settings = Settings.from_env(os.environ)
    # The doors are those of a public service. Several machines may share the disk, which SQLite does not bear.
    settings = replace(settings, host="0.0.0.0", database_url=settings.database_url or NOWHERE)  # noqa: S104
    store = None if settings.database_url == NOWHERE else opened(settings)
    return ASGIMiddleware(create_app(settings, store))


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one request."""
    return made()(environ, start_response)
