"""The pool: digits of PINs in memory, until there are so many of them that none can be told from the others.

Owns their mixing. What is in here when the process ends is lost, by design: nobody was told that it is kept.
"""

import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import date

from sutja.errors import QuotaError, StoreError, UnavailableError
from sutja.sample import PIN_SOURCE, Gift, GlyphBytes
from sutja.service.gifts import PIN_CONSENT

BATCH = 20
"""So many PINs are mixed before one digit of each is written."""
POOL_MAX = 200
"""More do not wait for a store that is away."""

Keep = Callable[[Sequence[Gift]], object]


class PinPool:
    """Takes digits of PINs, and gives them on in batches that are shuffled."""

    def __init__(self, keep: Keep, day_max: int, today: Callable[[], date]) -> None:
        """Give batches to `keep`, such as `store.samples.give_all`, and take at most `day_max` digits a day."""
        self._keep, self._day_max, self._today = keep, day_max, today
        self._waiting: list[Gift] = []
        self._lock = threading.Lock()
        self._day, self._count = today(), 0
        self._random = secrets.SystemRandom()

    def add(self, glyph: GlyphBytes, digit: int) -> None:
        """Take one digit; with the last of a batch all are written.

        Raises `QuotaError` after so many in a day, `UnavailableError` where no more can wait. Where the batch cannot be
        written just now it waits for the next digit, and nobody is told.
        """
        gift = Gift(glyph=glyph, label=digit, read=digit, source=PIN_SOURCE, consent=PIN_CONSENT)
        with self._lock:
            self._expect_room()
            # Anywhere among the others: not even memory has the order in which they came.
            self._waiting.insert(self._random.randrange(len(self._waiting) + 1), gift)
            self._count += 1
            if len(self._waiting) >= BATCH:
                self._flush()

    def _expect_room(self) -> None:
        today = self._today()
        if today != self._day:
            self._day, self._count = today, 0
        if self._count >= self._day_max:
            raise QuotaError("Expected fewer digits of PINs in a day. Received more: they are taken again tomorrow.")
        if len(self._waiting) >= POOL_MAX:
            raise UnavailableError("Expected the store to be there. It is away, and no more digits can wait for it.")

    def _flush(self) -> None:
        self._random.shuffle(self._waiting)
        try:
            self._keep(tuple(self._waiting))
        except StoreError:
            return
        self._waiting.clear()
