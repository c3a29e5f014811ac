"""Rates: how often one caller may ask in a minute, or in an hour.

Readings are counted in this process, so that reading needs no store: each of several workers allows its share. PINs and
samples are counted in the store too, for all processes together; while it is away, this process's count holds.
"""

import math
import time

from anyio import CapacityLimiter, move_on_after, to_thread
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from sutja.errors import StoreError
from sutja.settings import Settings
from sutja.store import Store

WRONG_KEYS = 20
"""So many keys that are not good are looked up for one address in a minute: each costs the store a question."""
STORE_S = 1.0
"""So long a count waits for a store."""
_COUNTING_AT_ONCE = 4


class Rates:
    """The counts of one process."""

    def __init__(self, settings: Settings, store: Store | None) -> None:
        """Count by the limits of the settings."""
        self._store = store
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._visitor = RateLimitItemPerMinute(settings.share(settings.limit_visitor))
        self._key = RateLimitItemPerMinute(settings.share(settings.limit_key))
        self._pin = RateLimitItemPerMinute(settings.limit_pin)
        self._sample = RateLimitItemPerHour(settings.limit_samples)
        self._wrong = RateLimitItemPerMinute(settings.share(WRONG_KEYS))
        self._counting = CapacityLimiter(_COUNTING_AT_ONCE)

    def reading(self, caller: str, cost: int, *, has_key: bool) -> int:
        """Count a request as so many readings; return 0, or after how many seconds to come again."""
        limit = self._key if has_key else self._visitor
        return self._taken(limit, "reading", caller, cost)

    def may_show_a_key(self, address: str) -> int:
        """Return 0, or, where too many keys from there were not good, after how many seconds to come again."""
        if self._limiter.test(self._wrong, "key", address):
            return 0
        return self._wait(self._wrong, "key", address)

    def showed_a_wrong_key(self, address: str) -> None:
        """Count a key that was not good."""
        self._limiter.hit(self._wrong, "key", address)

    async def pin(self, caller: str) -> int:
        """Count a PIN, here and in the store; return 0, or after how many seconds to come again."""
        return await self._together(self._pin, "pin", caller)

    async def sample(self, caller: str) -> int:
        """Count a sample, here and in the store; return 0, or after how many seconds to come again."""
        return await self._together(self._sample, "sample", caller)

    def pin_digit(self, caller: str) -> int:
        """Count a digit of a PIN, here alone: no row is to say when somebody gave one. Return as `sample` does."""
        return self._taken(self._sample, "pin digit", caller, 1)

    async def _together(self, limit: RateLimitItem, kind: str, caller: str) -> int:
        """Count for all processes together and, for when the store is away, in this one."""
        wait_s = self._taken(limit, kind, caller, 1)
        if wait_s or self._store is None:
            return wait_s
        take = self._store.tries.take
        try:
            with move_on_after(STORE_S):
                wait = await to_thread.run_sync(
                    take,
                    kind,
                    caller,
                    limit.amount,
                    limit.get_expiry(),
                    abandon_on_cancel=True,
                    limiter=self._counting,
                )
                return math.ceil(wait)
        except StoreError:  # away: reading goes on, and this process has counted
            return 0
        return 0

    def _taken(self, limit: RateLimitItem, kind: str, caller: str, cost: int) -> int:
        cost = min(cost, limit.amount)  # else what costs more than a minute has would never be let through
        return 0 if self._limiter.hit(limit, kind, caller, cost=cost) else self._wait(limit, kind, caller)

    def _wait(self, limit: RateLimitItem, kind: str, caller: str) -> int:
        reset = self._limiter.get_window_stats(limit, kind, caller).reset_time
        return max(1, math.ceil(reset - time.time()))
