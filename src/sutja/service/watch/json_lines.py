"""Lines of JSON: the one place that knows structlog. Loaded when the first line is written."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from sutja.service.watch.lines import FIELDS, line_of


class _Stderr:
    """Writes lines to whatever the standard error is just then, each in one piece."""

    def info(self, line: str) -> None:
        """Write a line."""
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def _allow(_: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Let through the fields that are named, in their order, and no others."""
    return {name: event[name] for name in FIELDS if event.get(name) is not None}


_RENDER = structlog.processors.JSONRenderer(ensure_ascii=False)
_requests: Any = structlog.wrap_logger(
    _Stderr(),
    processors=[
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.add_log_level,
        _allow,
        _RENDER,
    ],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    cache_logger_on_first_use=True,
)


def render(record: logging.LogRecord) -> str:
    """Return a record of Python's logging as a line."""
    return str(_RENDER(None, record.levelname, _allow(None, record.levelname, line_of(record))))


def tell(**fields: object) -> None:
    """Write a line about a request. Raises `OSError` where it cannot be written."""
    _requests.info("request", logger="sutja.requests", **fields)
