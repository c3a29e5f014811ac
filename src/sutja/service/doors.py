"""Doors: who may call what.

Owns the operator's door: a cookie that scripts cannot read and other sites cannot make a browser send, and a look at
where a request that changes something comes from. The store knows which sessions there are and when they end.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sutja.store import Store

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TRIES = 10
"""So many wrong passwords are taken from one address"""
TRIES_S = 15 * 60.0
"""within this time."""
WATCHED_MAX = 10_000  # addresses; the oldest is pushed out

_COOKIE = "sutja-review"
_NOT_LOGGED_IN = "Expected an operator who is logged in. Received nobody, or a session that is over: log in."
_ELSEWHERE = "Expected a request from a page of this server. Received one from elsewhere, or one that does not say."


def store_of(request: Request) -> Store:
    """Return the store of the service; refuse where it keeps none."""
    store: Store | None = request.app.state.store
    if store is None:
        raise HTTPException(503, "Expected a service with a store. Received one that was started without.")
    return store


def same_origin(request: Request) -> None:
    """Refuse what changes something unless a page of this very server sent it."""
    if request.method not in SAFE_METHODS and not _is_from_here(request):
        raise HTTPException(403, _ELSEWHERE)


def _is_from_here(request: Request) -> bool:
    """Tell by `Sec-Fetch-Site`, which no page can forge, or, where a browser sends none, by `Origin`."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin, host = request.headers.get("origin"), request.headers.get("host")
    try:
        return bool(origin and host) and urlsplit(origin).netloc == host
    except ValueError:  # no address at all
        return False


def operator(request: Request) -> str:
    """Return the name of the operator who asks; refuse anybody else. Each request keeps the session awake."""
    same_origin(request)
    token = request.cookies.get(_cookie(request))
    name = store_of(request).operators.who(token) if token else None
    if name is None:
        raise HTTPException(401, _NOT_LOGGED_IN)
    return name


def let_in(request: Request, response: Response, token: str) -> None:
    """Give the browser the token of a session, until it is closed."""
    response.set_cookie(
        _cookie(request), token, path="/", secure=_is_encrypted(request), httponly=True, samesite="strict"
    )


def let_out(request: Request, response: Response) -> None:
    """End the session, and have the browser forget its token."""
    token = request.cookies.get(_cookie(request))
    if token:
        store_of(request).operators.logout(token)
    response.delete_cookie(_cookie(request), path="/", secure=_is_encrypted(request), httponly=True, samesite="strict")


def _cookie(request: Request) -> str:
    """Return the cookie's name: with the prefix, browsers take it over https alone, and from this very host."""
    return f"__Host-{_COOKIE}" if _is_encrypted(request) else _COOKIE


def _is_encrypted(request: Request) -> bool:
    return request.url.scheme == "https"


class Patience:
    """How many wrong passwords are taken from an address before whoever is there has to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by a clock in seconds."""
        self._clock = clock
        self._tries: OrderedDict[str, list[float]] = OrderedDict()

    def tried(self, address: str) -> None:
        """Count a try, before its password is looked at: many at once are as many as one after the other.

        Refuses whoever has tried too often.
        """
        since = self._clock() - TRIES_S
        recent = [at for at in self._tries.pop(address, []) if at > since]
        self._tries[address] = recent
        if len(recent) >= TRIES:
            wait_s = max(1, round(recent[0] - since))
            message = f"Expected fewer than {TRIES} wrong passwords within {TRIES_S / 60:.0f} minutes. Received more."
            raise HTTPException(429, message, {"Retry-After": str(wait_s)})
        recent.append(self._clock())
        while len(self._tries) > WATCHED_MAX:
            self._tries.popitem(last=False)

    def was_right(self, address: str) -> None:
        """Forget the tries: the last of them was right."""
        self._tries.pop(address, None)
