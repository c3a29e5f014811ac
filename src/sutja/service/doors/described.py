"""The doors in the description of the API: what a caller shows at each route.

Owns nothing but the words: who passes where is derived from the table of doors.
"""

from typing import Any

from sutja.service.doors.declared import DOORS, REVIEW, SAFE_METHODS, Door
from sutja.service.doors.sessions import COOKIE

SCHEMES: dict[str, dict[str, str]] = {
    "page": {
        "type": "apiKey",
        "in": "header",
        "name": "Sec-Fetch-Site",
        "description": "A page of this server: browsers say `same-origin` by themselves, or send an `Origin` that "
        "equals the `Host`. Where an API key opens a door, pages of the origins in SUTJA_CORS_ORIGINS pass as well.",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key with the scope that is named, `ID.SECRET`, as `sutja keys add` makes one. A service "
        "that others can reach asks programs for it; beside one that only its own machine can reach they need none.",
    },
    "operator": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": f"The session that POST {REVIEW}/login begins; over https its name begins with `__Host-`.",
    },
}


def describe(described: dict[str, Any], *, is_public: bool) -> None:
    """Write into the description of a service who may call what."""
    described["components"]["securitySchemes"] = SCHEMES
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            security = security_of(method.upper(), path, is_public=is_public)
            if security:
                operation["security"] = security


def security_of(method: str, path: str, *, is_public: bool) -> list[dict[str, list[str]]]:
    """Return what a caller shows at a route: all of any one of these; {} is nothing, and none at all is no door."""
    if method in SAFE_METHODS:
        return [{"operator": []}] if path.startswith(REVIEW) else []
    door = DOORS[path]
    if door.scope is None:
        return [{"page": [], "operator": []} if door is Door.OPERATOR else {"page": []}]
    return [*[{}] * (not is_public), {"page": []}, {"key": [door.scope.value]}]
