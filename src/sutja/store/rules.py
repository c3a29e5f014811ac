"""Rules: how many samples a day takes, and when a sample's time is over.

Owns the one definition of that time: what was promised when it was given, or what the rules make of that moment now,
whichever is sooner. So fewer days hold for what is there already, and more days keep nothing for longer than its giver
was told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_

from sutja.sample import PIN_SOURCE
from sutja.store.tables import samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How long samples are kept, in days, and how many of one source, and of all keyless ones together, a day takes."""

    sample_days: int = 365
    pin_days: int = 30
    quota_source: int = 200
    quota_keyless: int = 2000

    def expiry(self, source: str, created: datetime, promised: datetime | None = None) -> datetime:
        """Return when the time of a sample is over, given what was promised before."""
        days = self.pin_days if source == PIN_SOURCE else self.sample_days
        by_now = created + timedelta(days=days)
        return by_now if promised is None else min(by_now, promised)

    def are_over(self, now: datetime) -> ColumnElement[bool]:
        """Return, as SQL has it, which samples' `expiry` has come."""
        is_of_pin = samples.c.source == PIN_SOURCE
        return or_(
            samples.c.expires <= now,
            and_(is_of_pin, samples.c.created <= now - timedelta(days=self.pin_days)),
            and_(~is_of_pin, samples.c.created <= now - timedelta(days=self.sample_days)),
        )
