"""AWS Lambda behind an API gateway (payload 2.0) or a function URL: `handler.handler`.

Owns what differs from `sutja serve`: there is no address to listen on, and the gateway is the rest of the world.
Without `SUTJA_DATABASE_URL` nothing is kept; with a PostgreSQL there, an instance reads with the champion that it found
when it began.
"""

import os
from dataclasses import replace

from mangum import Mangum

from sutja.keeping import NOWHERE, opened
from sutja.service.app import create_app
from sutja.settings import Settings

settings = Settings.from_env(os.environ)
# Whoever comes through the gateway is anybody, so that the doors are those of a public service.
settings = replace(settings, host="0.0.0.0", database_url=settings.database_url or NOWHERE)  # noqa: S104
store = None if settings.database_url == NOWHERE else opened(settings)
handler = Mangum(create_app(settings, store), lifespan="off")
