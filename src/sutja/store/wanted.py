"""Which samples are wanted, page by page, and how rows become samples again."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select, true

from sutja.errors import InputError
from sutja.ink import Ink
from sutja.sample import GlyphBytes, Label, Sample, SampleState
from sutja.store.rules import Rules
from sutja.store.tables import cycle_samples, samples

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
IS_READ = samples.c.bundle != ""
IS_AGREED = IS_READ & samples.c.label.is_not_distinct_from(samples.c.read)

COLUMNS = (
    samples.c.id,
    samples.c.glyph,
    samples.c.label,
    samples.c.read,
    samples.c.source,
    samples.c.consent,
    samples.c.created,
    samples.c.expires,
    samples.c.state,
    samples.c.confidence,
    samples.c.bundle,
    samples.c.ink,
    samples.c.picture,
    samples.c.double_of,
    samples.c.cycle,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which samples; None is no condition, and all conditions hold together.

    `is_disputed`: something else was read than its label. `is_used`: a cycle counted it as new. `used_by` names a cycle
    that took it, counted as new or not. Days are UTC, both included. `ids` are a few hundred at most: a database takes
    so many values in a statement and no more.
    """

    ids: Collection[str] | None = None
    labels: Collection[Label] | None = None
    states: Collection[SampleState] | None = None
    source: str | None = None
    from_day: date | None = None
    to_day: date | None = None
    is_disputed: bool | None = None
    is_double: bool | None = None
    is_used: bool | None = None
    used_by: str | None = None
    newest_first: bool = False

    def condition(self) -> ColumnElement[bool]:
        """Return it as SQL has it."""
        return and_(true(), *self._values(), *self._claims())

    def _values(self) -> Iterator[ColumnElement[bool]]:
        if self.ids is not None:
            yield samples.c.id.in_(list(self.ids))
        if self.labels is not None:
            is_digit = samples.c.label.in_([label for label in self.labels if label is not None])
            yield or_(is_digit, samples.c.label.is_(None)) if None in self.labels else is_digit
        if self.states is not None:
            yield samples.c.state.in_(list(self.states))
        if self.source is not None:
            yield samples.c.source == self.source
        if self.from_day is not None:
            yield samples.c.day >= self.from_day
        if self.to_day is not None:
            yield samples.c.day <= self.to_day
        if self.used_by is not None:
            yield samples.c.id.in_(select(cycle_samples.c.sample).where(cycle_samples.c.cycle == self.used_by))

    def _claims(self) -> Iterator[ColumnElement[bool]]:
        if self.is_disputed is not None:
            yield IS_READ & ~IS_AGREED if self.is_disputed else IS_AGREED
        if self.is_double is not None:
            yield samples.c.double_of.is_not(None) if self.is_double else samples.c.double_of.is_(None)
        if self.is_used is not None:
            yield samples.c.cycle.is_not(None) if self.is_used else samples.c.cycle.is_(None)


@dataclass(frozen=True, slots=True)
class Page:
    """Some samples in order, and what to name to get those after them; None at the end."""

    samples: tuple[Sample, ...]
    after: str | None


def page(connection: Connection, rules: Rules, wanted: Wanted, after: str | None, limit: int) -> Page:
    """Return a page; samples that come or go between two pages move no other. Raises `InputError` for no such place."""
    condition = wanted.condition()
    if after is not None:
        created, name = _place(after)
        moment = samples.c.created
        beyond = moment < created if wanted.newest_first else moment > created
        beyond_name = samples.c.id < name if wanted.newest_first else samples.c.id > name
        condition = condition & (beyond | ((moment == created) & beyond_name))
    order = [each.desc() if wanted.newest_first else each.asc() for each in (samples.c.created, samples.c.id)]
    rows = connection.execute(select(*COLUMNS).where(condition).order_by(*order).limit(limit + 1)).mappings().all()
    found = tuple(sample_of_row(row, rules) for row in rows[:limit])
    return Page(found, _name(found[-1]) if len(rows) > limit else None)


def sample_of_row(row: RowMapping, rules: Rules) -> Sample:
    """Return the sample of a row of `COLUMNS`; by the rules of now it may expire sooner than was promised."""
    ink = None if row["ink"] is None else Ink.from_json(json.loads(row["ink"]))
    expires = rules.expiry(row["source"], row["created"], row["expires"])
    as_it_is = {"glyph": glyph_of(row), "ink": ink, "state": SampleState(row["state"]), "expires": expires}
    return Sample(**{**row, **as_it_is})


def glyph_of(row: RowMapping) -> GlyphBytes:
    """Return the glyph of a row of `COLUMNS`."""
    return np.frombuffer(row["glyph"], np.uint8).reshape(28, 28)


def _name(sample: Sample) -> str:
    return f"{(sample.created - EPOCH) // timedelta(microseconds=1)}-{sample.id}"


def _place(after: str) -> tuple[datetime, str]:
    microseconds, _, name = after.partition("-")
    try:
        return EPOCH + timedelta(microseconds=int(microseconds)), name
    except (ValueError, OverflowError):
        raise InputError("Expected the place after a page, as the page named it. Received something else.") from None
