"""The keyring: which API keys are good, as one process knows it.

Asks the store, and remembers for five seconds what it said: so long a revoked key may go on. While the store is away, a
key that was good goes on until it expires.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from anyio import CapacityLimiter, move_on_after, to_thread

from sutja.errors import UnavailableError
from sutja.store import Key, Store

TRUSTED_S = 5.0
KNOWN_MAX = 1_000  # keys; the one that was asked for longest ago is pushed out
STORE_S = 1.0
"""So long somebody whose key was good waits for a store that does not answer."""
ASKING_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class _Seen:
    key: Key
    at: float


class Keyring:
    """Knows keys by their tokens; keeps hashes of these alone."""

    def __init__(self, store: Store | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask a store, and count by a clock in seconds; without a store, no key is good."""
        self._store, self._clock = store, clock
        self._seen: OrderedDict[bytes, _Seen] = OrderedDict()
        self._asking = CapacityLimiter(ASKING_AT_ONCE)

    def recent(self, token: str) -> Key | None:
        """Return the key of a token that the store called good a moment ago; None means: ask."""
        seen = self._seen.get(_digest(token))
        return seen.key if seen and self._clock() - seen.at < TRUSTED_S else None

    def was_good(self, token: str) -> bool:
        """Tell whether the store called a token good when it was last asked, and it has not expired since."""
        return self._known(_digest(token)) is not None

    async def ask(self, token: str) -> Key | None:
        """Return the key of a token, or None where it is not good.

        Raises `UnavailableError` where the store is away, unless the key was good before; then nobody waits for long.
        """
        if self._store is None:
            return None
        name = _digest(token)
        known = self._known(name)
        check = self._store.keys.check
        try:
            with move_on_after(None if known is None else STORE_S):
                key = await to_thread.run_sync(check, token, abandon_on_cancel=True, limiter=self._asking)
                return self._kept(name, key)
        except UnavailableError:
            if known is None:
                raise
        return self._kept(name, known)

    def _known(self, name: bytes) -> Key | None:
        """Return what was a good key, unless it has expired."""
        seen = self._seen.get(name)
        return seen.key if seen and self._store and self._store.clock() < seen.key.expires else None

    def _kept(self, name: bytes, key: Key | None) -> Key | None:
        """Remember what is known of a key now."""
        self._seen.pop(name, None)
        if key is not None:
            self._seen[name] = _Seen(key, self._clock())
            while len(self._seen) > KNOWN_MAX:
                self._seen.popitem(last=False)
        return key


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
