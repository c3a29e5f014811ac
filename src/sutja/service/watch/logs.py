"""Logs: every record of Python's logging goes to the standard error, in one form, and requests besides.

Knows nothing of what a line may hold: `lines` does.
"""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Any

from sutja.service.watch.lines import line_of


class LogKind(StrEnum):
    """In what form the logs are written."""

    JSON = "json"
    """An object a line, for machines: every request, and whatever is a warning."""
    TEXT = "text"
    """A line of text for whatever is a warning, and nothing of requests."""
    NONE = "none"
    """Nothing at all."""


@contextmanager
def written(kind: LogKind) -> Iterator[None]:
    """Have whatever is logged written to the standard error, or nowhere."""
    handler = logging.NullHandler() if kind is LogKind.NONE else _Lines(_renderer(kind))
    root = logging.getLogger()
    root.addHandler(handler)
    logging.captureWarnings(capture=True)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        root.removeHandler(handler)


def prepare(kind: LogKind) -> None:
    """Load what renders JSON, in a thread: neither the start nor the first request waits for it."""
    if kind is LogKind.JSON:
        threading.Thread(target=_json, name="logs", daemon=True).start()


def tell(**fields: object) -> None:
    """Write a line about a request, as JSON. What cannot be written is lost: no request fails for it."""
    with suppress(Exception):  # a pipe that is closed, a disk that is full: there is nowhere to say so
        _json().tell(**fields)


class _Lines(logging.Handler):
    """Writes records as lines of one form."""

    def __init__(self, render: Callable[[logging.LogRecord], str]) -> None:
        super().__init__(logging.WARNING)
        self._render = render

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record. What cannot be written is lost: logging's own complaint would repeat the arguments."""
        with suppress(Exception):
            sys.stderr.write(self._render(record) + "\n")
            sys.stderr.flush()


def _renderer(kind: LogKind) -> Callable[[logging.LogRecord], str]:
    return _text if kind is LogKind.TEXT else lambda record: str(_json().render(record))


def _text(record: logging.LogRecord) -> str:
    line = line_of(record)
    head = f"{line['at']} {line['level']} {line['logger']}: {line['event']}"
    tail = [f"  {line['error']}"] if "error" in line else []
    return "\n".join([head, *tail, *(f"    at {place}" for place in line.get("places", ()))])


def _json() -> Any:
    """Return what renders JSON; structlog takes a tenth of a second to load, which text and tests do without."""
    from sutja.service.watch import json_lines

    return json_lines
