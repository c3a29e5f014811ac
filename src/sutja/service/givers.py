"""Givers: whom a sample comes from, as far as anyone knows.

Whoever shows an API key is known by that. Owns the cookie of all others: a random id, signed so that nobody can make
one up. The store gets a keyed hash of it, so that who reads the store cannot tell which browser it was. It is sent to
/samples alone.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from sutja.sample import VISITOR

COOKIE = "sutja_giver"
KEY_OF_SCOPE = "sutja.key"
"""Where the scope of a request has the id of the API key that it came with."""
KEY = "key:"
COOKIE_S = 400 * 86_400  # browsers keep none longer


@dataclass(frozen=True, slots=True)
class Giver:
    """A source, and the cookie by which it is known the next time; "" where a key tells as much."""

    source: str
    cookie: str = field(repr=False)


class Givers:
    """Knows givers by their cookies."""

    def __init__(self, secret: bytes) -> None:
        """Sign by the deployment's secret."""
        self._secret = secret

    def of(self, request: Request, key: str | None) -> Giver:
        """Return the giver of a request with that idempotency key.

        One without a cookie gets an id that follows from the key: where an answer was lost, and its cookie with it, the
        same request made again comes from the same giver.
        """
        shown = request.scope.get(KEY_OF_SCOPE)
        if shown:
            return Giver(f"{KEY}{shown}", "")
        name = self._known(request.cookies.get(COOKIE, ""))
        if not name:
            name = self._digest("id of a first gift", key) if key else secrets.token_hex(16)
        return Giver(VISITOR + self._digest("source", name), f"{name}.{self._digest('signature', name)}")

    def _known(self, cookie: str) -> str:
        """Return the id of a cookie that was signed here; "" for any other."""
        name, _, signature = cookie.partition(".")
        is_ours = hmac.compare_digest(signature.encode(), self._digest("signature", name).encode())
        return name if is_ours else ""

    def _digest(self, purpose: str, text: str) -> str:
        message = f"sutja giver: {purpose}: {text}".encode()
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()[:32]


def remember(giver: Giver, request: Request, answer: Response) -> None:
    """Set the cookie of a giver on an answer, where one is needed."""
    if not giver.cookie:
        return
    answer.set_cookie(
        COOKIE,
        giver.cookie,
        max_age=COOKIE_S,
        path=f"{request.scope.get('root_path', '')}/samples",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
