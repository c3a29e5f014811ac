"""Lines: what of a record of Python's logging may be told.

Owns the fields. A message is shown where it is ours or uvicorn's, for these repeat no input; of all others, and of
every exception, only the kind and the place are.
"""

import logging
import re
from datetime import UTC, datetime
from traceback import walk_tb
from typing import Any, TypeAlias

Line: TypeAlias = dict[str, Any]
"""The fields of a line, by name: each of `FIELDS`, in that order."""

FIELDS = (
    "at",
    "level",
    "logger",
    "event",
    "request",
    "route",
    "method",
    "status",
    "ms",
    "bytes_in",
    "bytes_out",
    "bundle",
    "key",
    "error",
    "places",
)
"""All that a line may hold."""
PLACES_MAX = 20
_OURS = ("sutja", "uvicorn")
_WARNINGS = "py.warnings"
_WARNING_PLACE = re.compile(r"(?P<place>[^\n]*?:\d+): (?P<kind>\w+):")


def line_of(record: logging.LogRecord) -> Line:
    """Return what may be told of a record."""
    line: Line = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": _message(record),
    }
    if record.exc_info and record.exc_info[1]:
        line |= _failure(record.exc_info[1])
    return line


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in _OURS:
        return record.getMessage().strip()
    if record.name == _WARNINGS and (found := _WARNING_PLACE.match(record.getMessage())):
        return f"{found['kind']} at {found['place']}"
    return f"Something was said at {record.module}:{record.lineno}; what it said is withheld."


def _failure(error: BaseException) -> Line:
    """Return the kinds of an exception and of what led to it, and where it came from."""
    kinds: list[str] = []
    places: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < PLACES_MAX:
        kinds.append(_kind(cause))
        frames = [(frame.f_code, line) for frame, line in walk_tb(cause.__traceback__)]
        places += [f"{code.co_filename}:{line} in {code.co_name}" for code, line in reversed(frames)]
        cause = cause.__cause__ or cause.__context__
    return {"error": " from ".join(kinds), "places": places[:PLACES_MAX]}


def _kind(error: BaseException) -> str:
    """Return the kind of an exception; its words, which may hold the input, where they are our own."""
    is_ours = type(error).__module__.partition(".")[0] == "sutja"
    return f"{type(error).__name__}: {error}" if is_ours else type(error).__name__
