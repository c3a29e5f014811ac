"""The guard: stands before all routes that do anything, and asks who comes.

Owns the order: whoever shows a key is that key, and nobody else; a page comes next; a program without a key passes
where only its own machine can reach the service.
"""

from fastapi import FastAPI
from starlette._utils import get_route_path  # the router's own: what it would match, and nothing else
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sutja.errors import UnavailableError
from sutja.service.doors.declared import COSTS, PIN, PIN_SAMPLE, SAFE_METHODS, SAMPLES, Door, door_of
from sutja.service.doors.keyring import Keyring
from sutja.service.doors.pins import unfit
from sutja.service.doors.rates import Rates
from sutja.service.doors.sides import ELSEWHERE, address_of, is_from_a_browser, is_from_here
from sutja.service.givers import KEY_OF_SCOPE
from sutja.service.problems import absent, problem
from sutja.settings import Settings
from sutja.store import Key, Store

BEARER = {"WWW-Authenticate": "Bearer"}
_NO_KEY = "Expected an API key, as Authorization: Bearer ID.SECRET. Received none."
_BAD_KEY = "Expected an API key that is good. Received another: it may have expired, or been revoked."
_TOO_OFTEN = "Expected fewer requests in so short a time. Received more: Retry-After says when to come again."


class Guard:
    """ASGI middleware that lets each request through its door, or says why not."""

    def __init__(self, app: ASGIApp, settings: Settings, store: Store | None) -> None:
        """Wrap an application."""
        self._app, self._settings = app, settings
        self._is_public, self._friends = settings.is_public, frozenset(settings.cors_origins)
        self._keyring, self._rates = Keyring(store), Rates(settings, store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        refusal = None
        if scope["type"] == "http":
            path = get_route_path(scope)
            refusal = unfit(scope, path, self._settings)
            door = None if refusal or scope["method"] in SAFE_METHODS else door_of(path)
            if door is not None:  # else there is no such route, and the router says so
                refusal = await self._refused(scope, door, path)
        await (refusal or self._app)(scope, receive, send)

    async def _refused(self, scope: Scope, door: Door, path: str) -> Response | None:
        headers = Headers(scope=scope)
        if door.scope is None:
            return None if is_from_here(headers) else problem(403, ELSEWHERE)
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            key = await self._key(scope["app"], token.strip(), address_of(scope))
            return key if isinstance(key, Response) else await self._opened(scope, door, key, path)
        if not self._is_public:
            return None
        if not (is_from_here(headers) or headers.get("origin") in self._friends):
            return problem(403, ELSEWHERE) if is_from_a_browser(headers) else problem(401, _NO_KEY, BEARER)
        return await self._counted(path, f"visitor:{address_of(scope)}", has_key=False)

    async def _opened(self, scope: Scope, door: Door, key: Key, path: str) -> Response | None:
        """Refuse a key that is not for this door; let the route know the others."""
        if door.scope not in key.scopes:
            return problem(403, f"Expected a key with the scope {door.scope}. Received one without.")
        scope[KEY_OF_SCOPE] = key.id
        return await self._counted(path, f"key:{key.id}", has_key=True)

    async def _key(self, app: FastAPI, token: str, address: str) -> Key | Response:
        """Return the key of a token, or the refusal."""
        known = self._keyring.recent(token)
        if known is not None:
            return known
        # Who shares an address with somebody who tries keys is not shut out: a key that was good is asked after anyway.
        wait_s = 0 if self._keyring.was_good(token) else self._rates.may_show_a_key(address)
        if wait_s:
            return _too_often(wait_s)
        try:
            key = await self._keyring.ask(token)
        except UnavailableError as error:
            return absent(app, error)
        if key is None:
            self._rates.showed_a_wrong_key(address)
            return problem(401, _BAD_KEY, BEARER)
        return key

    async def _counted(self, path: str, caller: str, *, has_key: bool) -> Response | None:
        if not self._is_public:
            return None
        wait_s = self._rates.reading(caller, COSTS.get(path, 1), has_key=has_key)
        if not wait_s and path == PIN:
            wait_s = await self._rates.pin(caller)
        if not wait_s and not has_key and path == SAMPLES:  # a key has a quota of its own
            wait_s = await self._rates.sample(caller)
        if not wait_s and not has_key and path == PIN_SAMPLE:
            wait_s = self._rates.pin_digit(caller)
        return _too_often(wait_s) if wait_s else None


def _too_often(wait_s: int) -> Response:
    return problem(429, _TOO_OFTEN, {"Retry-After": str(wait_s)})
