"""The table of doors: each route by which anything is done, and who may go through.

Owns that none is forgotten: an application with such a route that is not here does not start.
"""

import re
from collections.abc import Iterable
from enum import Enum

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, compile_path

from sutja.store import Scope

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Door(Enum):
    """Who may call a route."""

    READ = "read"
    """Visitors, and keys with the scope `read`."""
    PIN = "pin"
    """Visitors, and keys with the scope `pin`."""
    SAMPLES = "samples"
    """Visitors, and keys with the scope `samples`."""
    PAGE = "page"
    """Pages of this server alone, whoever sits before them: to log in, and out."""
    OPERATOR = "operator"
    """Pages of this server alone, with an operator's session."""

    @property
    def scope(self) -> Scope | None:
        """The scope that a key needs; None where no key will do."""
        return None if self in {Door.PAGE, Door.OPERATOR} else Scope(self.value)


PIN = "/pin"
PIN_SAMPLE = f"{PIN}/sample"
SAMPLES = "/samples"
REVIEW = "/api/review"
DOORS = {
    "/predict": Door.READ,
    "/predict/batch": Door.READ,
    "/read": Door.READ,
    "/explain": Door.READ,
    PIN: Door.PIN,
    PIN_SAMPLE: Door.PIN,
    SAMPLES: Door.SAMPLES,
    f"{SAMPLES}/{{receipt}}": Door.SAMPLES,
    f"{REVIEW}/login": Door.PAGE,
    f"{REVIEW}/logout": Door.PAGE,
    f"{REVIEW}/samples": Door.OPERATOR,
    f"{REVIEW}/models/{{sha}}/promote": Door.OPERATOR,
    f"{REVIEW}/rollback": Door.OPERATOR,
    f"{REVIEW}/pause": Door.OPERATOR,
    f"{REVIEW}/unpause": Door.OPERATOR,
}
"""By the path, for every method but GET, HEAD and OPTIONS."""
COSTS = {"/predict/batch": 8, "/read": 2, "/explain": 8}
"""How many readings one request counts as, where that is more than one."""

_PATTERNS: tuple[tuple[re.Pattern[str], Door], ...] = tuple(
    (compile_path(path)[0], door) for path, door in DOORS.items() if "{" in path
)


def door_of(path: str) -> Door | None:
    """Return the door of a path, as the router would match it; None where no route that does anything has it."""
    found = DOORS.get(path)
    if found is not None:
        return found
    return next((door for pattern, door in _PATTERNS if pattern.match(path)), None)


def unsafe_routes(routes: Iterable[BaseRoute]) -> list[tuple[str, str]]:
    """Return method and path of each route that is called otherwise than by GET, HEAD or OPTIONS."""
    found = []
    for each in iter_route_contexts(list(routes)):
        # A route without methods, such as a mount, may take them all.
        methods = {"POST"} if each.methods is None else each.methods - SAFE_METHODS
        found += [(method, str(each.path)) for method in sorted(methods)]
    return found


def expect_declared(routes: Iterable[BaseRoute]) -> None:
    """Raise `RuntimeError` where a route has no door: it would stand open."""
    missing = sorted({path for _, path in unsafe_routes(routes)} - DOORS.keys())
    if missing:
        raise RuntimeError(f"Expected each unsafe route to have a door in DOORS. Received none for {missing}.")
