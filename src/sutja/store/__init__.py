"""The store: what people gave, which model serves, and who decided that; SQL is known here alone.

    upgrade(url)
    with Store.open(url, secret=secret_of(home)) as store:
        receipt = store.samples.give(Gift(...))
        champion = store.bundles.load(store.bundles.active().sha)

Every call is one transaction of its own, committed when it returns; what it gives out is frozen and holds no
connection. A `Store` may be used by many threads. A process that forks opens its own.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Self

from sutja.bundle import Bundle
from sutja.store.audit import Audit, AuditRow, Verified
from sutja.store.bundles import Bundles, Kept, Role
from sutja.store.champions import Active, Promotion
from sutja.store.copying import copy
from sutja.store.counting import BySource, Tally
from sutja.store.cycles import Cycle, Cycles, CycleState
from sutja.store.decisions import Decision, Decisions
from sutja.store.engine import Database, database
from sutja.store.giving import Receipt
from sutja.store.keys import KEY_DAYS, KEY_DAYS_MAX, Key, Keys, NewKey, Scope
from sutja.store.migrate import expect_current, upgrade
from sutja.store.operators import Operator, Operators, Session
from sutja.store.pausing import Pause
from sutja.store.rules import Rules
from sutja.store.samples import SaidLabel, Samples
from sutja.store.secrecy import expect_ours, expect_secret, is_kept_under
from sutja.store.steady import JUMPED, is_ahead
from sutja.store.tries import Tries
from sutja.store.wanted import Page, Wanted

__all__ = [
    "JUMPED",
    "KEY_DAYS",
    "KEY_DAYS_MAX",
    "Active",
    "Audit",
    "AuditRow",
    "Bundles",
    "BySource",
    "Cycle",
    "CycleState",
    "Cycles",
    "Decision",
    "Decisions",
    "Kept",
    "Key",
    "Keys",
    "NewKey",
    "Operator",
    "Operators",
    "Page",
    "Pause",
    "Promotion",
    "Receipt",
    "Role",
    "Rules",
    "SaidLabel",
    "Samples",
    "Scope",
    "Session",
    "Store",
    "Tally",
    "Tries",
    "Verified",
    "Wanted",
    "copy",
    "is_kept_under",
    "upgrade",
    "utc_now",
]


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


class Store:
    """One store. `warnings` says what an operator should know of its database, a sentence each.

    `is_clock_ahead` says whether, at the last `ping`, nothing was deleted since the clock had jumped ahead.
    """

    def __init__(self, place: Database, rules: Rules) -> None:
        self._database = place
        self.clock = place.clock
        self.warnings = place.warnings
        self.is_clock_ahead = False
        self.samples = Samples(place, rules)
        self.bundles = Bundles(place)
        self.decisions = Decisions(place)
        self.cycles = Cycles(place)
        self.audit = Audit(place)
        self.operators = Operators(place)
        self.keys = Keys(place)
        self.tries = Tries(place)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        secret: bytes,
        clock: Callable[[], datetime] = utc_now,
        rules: Rules | None = None,
        shipped: Bundle | None = None,
    ) -> Self:
        """Open a store that was made by `upgrade`, and take the shipped bundle in.

        `clock` gives times with a zone. Raises `StoreError` where its tables are of another version or it was kept
        under another secret, and `UnavailableError` where it does not answer.
        """
        place = database(url, clock, secret, check=lambda connection: expect_ours(connection, secret), makes=False)
        try:
            expect_current(place)
            expect_secret(place)
            store = cls(place, rules or Rules())
            store.bundles.welcome(shipped or Bundle.shipped())
        except BaseException:
            place.close()
            raise
        return store

    def ping(self) -> None:
        """Return where the database answers and takes a writer. Raises `UnavailableError`."""
        with self._database.writing() as connection:
            self.is_clock_ahead = is_ahead(connection)

    def close(self) -> None:
        """Give all connections back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
