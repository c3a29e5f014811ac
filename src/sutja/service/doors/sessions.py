"""The operators' door: a cookie that scripts cannot read and other sites cannot make a browser send.

The store knows which sessions there are and when they end.
"""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from sutja.service.doors.sides import same_origin, store_of

TRIES = 5
"""So many wrong passwords are taken from one address"""
TRIES_S = 15 * 60.0
"""within this time."""
FRESH = timedelta(minutes=5)
"""So long after a login its password holds for what is not easily undone."""
PASSWORD_AGAIN = {"WWW-Authenticate": "Password"}
"""What an answer carries that asks an operator, who is logged in, for the password again."""

COOKIE = "sutja-review"
"""What has the token of a session."""
_NOT_LOGGED_IN = "Expected an operator who is logged in. Received nobody, or a session that is over: log in."
_STALE = f"Expected a password given within {FRESH.seconds // 60} minutes. Received an older login: log in again."


def operator(request: Request) -> str:
    """Return the name of the operator who asks; refuse anybody else. Each request keeps the session awake."""
    same_origin(request)
    token = _token(request)
    name = store_of(request).operators.who(token) if token else None
    if name is None:
        raise HTTPException(401, _NOT_LOGGED_IN)
    return name


def fresh_operator(request: Request, name: Annotated[str, Depends(operator)]) -> str:
    """Return the name of an operator who gave the password a short time ago; refuse anybody else."""
    if not store_of(request).operators.is_fresh(_token(request), FRESH):
        raise HTTPException(401, _STALE, PASSWORD_AGAIN)
    return name


def let_in(request: Request, response: Response, token: str) -> None:
    """Give the browser the token of a session, until it is closed; the session that it had is over."""
    if _token(request):
        store_of(request).operators.logout(_token(request))
    response.set_cookie(
        _cookie(request), token, path="/", secure=_is_encrypted(request), httponly=True, samesite="strict"
    )


def let_out(request: Request, response: Response) -> None:
    """End the session, and have the browser forget its token."""
    if _token(request):
        store_of(request).operators.logout(_token(request))
    response.delete_cookie(_cookie(request), path="/", secure=_is_encrypted(request), httponly=True, samesite="strict")


def _token(request: Request) -> str:
    return request.cookies.get(_cookie(request)) or ""


def _cookie(request: Request) -> str:
    """Return the cookie's name: with the prefix, browsers take it over https alone, and from this very host."""
    return f"__Host-{COOKIE}" if _is_encrypted(request) else COOKIE


def _is_encrypted(request: Request) -> bool:
    return request.url.scheme == "https"
