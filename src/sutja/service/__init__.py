"""The service: the page and the API, over HTTP.

`create_app` makes the application, `run` serves it. Knows nothing of training.
"""

from sutja.service.app import create_app
from sutja.service.server import run

__all__ = ["create_app", "run"]
