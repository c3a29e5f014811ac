"""Samples: given, looked at, labelled, counted, and deleted for good."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select, update

from sutja.errors import InputError
from sutja.sample import LEARNABLE, Gift, Label, Sample, SampleState, expect_label
from sutja.store import audit
from sutja.store.counting import BySource, Tally, by_sayer, by_source, counted
from sutja.store.doubles import elect, original_of
from sutja.store.engine import Database, in_parts
from sutja.store.giving import Receipt, give, sample_of
from sutja.store.purging import purge_expired, purge_source, remove
from sutja.store.rules import Rules
from sutja.store.tables import labels, samples
from sutja.store.wanted import COLUMNS, Page, Wanted, glyph_of, page, sample_of_row

PAGE_MAX = 1000
ALL = Wanted()


@dataclass(frozen=True, slots=True)
class SaidLabel:
    """What somebody said that a sample is: "giver", or an operator by name."""

    label: Label
    by: str
    at: datetime


class Samples:
    """The samples of one store."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._database = database
        self._rules = rules

    def give(self, gift: Gift) -> Receipt:
        """Keep a gift: when this returns it is on the disk. The same key of the same source is the same gift.

        Of one that was deleted since, the receipt says so, and nothing comes back.
        Raises `QuotaError`, `ConflictError` for a key that came with another gift, and `UnavailableError`.
        """
        with self._database.writing() as connection:
            return give(self._database, self._rules, connection, gift, is_counted=True)

    def give_all(self, several: Sequence[Gift]) -> tuple[Receipt, ...]:
        """Keep all of several gifts or none, without a quota: what an operator brings in, or a batch from PINs."""
        with self._database.writing() as connection:
            return tuple(give(self._database, self._rules, connection, each, is_counted=False) for each in several)

    def withdraw(self, token: str) -> bool:
        """Delete the sample of a receipt; False where there is none, or none any longer."""
        name = sample_of(self._database.secret, token)
        if name is None:
            return False
        with self._database.writing() as connection:
            is_gone = remove(connection, samples.c.id == name) == 1
            if is_gone:
                audit.append(self._database, connection, "giver", "sample withdrawn", name)
        self._database.scrub()
        return is_gone

    def get(self, id: str) -> Sample | None:  # noqa: A002
        """Return a sample, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(*COLUMNS).where(samples.c.id == id)).mappings().one_or_none()
            return None if row is None else sample_of_row(row, self._rules)

    def of_receipt(self, token: str) -> Sample | None:
        """Return the sample of a receipt; None where there is none, or none any longer."""
        name = sample_of(self._database.secret, token)
        return None if name is None else self.get(name)

    def page(self, wanted: Wanted = ALL, after: str | None = None, limit: int = 100) -> Page:
        """Return at most `limit` samples, 1,000 at most, after a place that a page named. Raises `InputError`."""
        if not 1 <= limit <= PAGE_MAX:
            raise InputError(f"Expected a page of 1 to {PAGE_MAX} samples. Received another size.")
        with self._database.reading() as connection:
            return page(connection, self._rules, wanted, after, limit)

    def each(self, wanted: Wanted = ALL) -> Iterator[Sample]:
        """Yield all such samples, one after another."""
        after: str | None = None
        while True:
            some = self.page(wanted, after, PAGE_MAX)
            yield from some.samples
            after = some.after
            if after is None:
                return

    def count(self, wanted: Wanted = ALL) -> int:
        """Return how many such samples there are."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(samples).where(wanted.condition())).scalar_one()

    def fresh(self) -> int:
        """Return how many samples the next cycle would count as new: learnable, no doubles, and counted by none."""
        return self.count(Wanted(states=LEARNABLE, is_double=False, is_used=False))

    def label(self, ids: Sequence[str], label: Label, by: str, state: SampleState | None = None) -> int:
        """Say what some samples are and, with a `state`, what becomes of them; return how many there were."""
        expect_label("label", label)
        with self._database.writing() as connection:
            known = _known(connection, ids)
            for name in known:
                _relabel(connection, name, label)
                said = {"sample": name, "label": label, "by": by, "at": self._database.clock()}
                connection.execute(insert(labels).values(**said))
                if state is not None:
                    connection.execute(update(samples).where(samples.c.id == name).values(state=SampleState(state)))
            audit.append(self._database, connection, by, "samples labelled", f"{len(known)} samples", state or "done")
        return len(known)

    def labels(self, id: str) -> tuple[SaidLabel, ...]:  # noqa: A002
        """Return all that was said of a sample, oldest first."""
        said = select(labels.c.label, labels.c.by, labels.c.at).where(labels.c.sample == id).order_by(labels.c.number)
        with self._database.reading() as connection:
            return tuple(SaidLabel(*row) for row in connection.execute(said))

    def move(self, ids: Sequence[str], state: SampleState, by: str) -> int:
        """Say what becomes of some samples; return how many there were."""
        with self._database.writing() as connection:
            known = _known(connection, ids)
            for some in in_parts(known):
                connection.execute(update(samples).where(samples.c.id.in_(some)).values(state=SampleState(state)))
            audit.append(self._database, connection, by, "samples moved", f"{len(known)} samples", SampleState(state))
        return len(known)

    def supporters(self, ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return, for each sample, the sources that gave it or a double of it under the same label."""
        found: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            for some in in_parts(ids):
                same = or_(samples.c.id.in_(some), samples.c.double_of.in_(some))
                rows = connection.execute(select(samples.c.id, samples.c.double_of, samples.c.source).where(same))
                for row in rows:
                    for name in {row.id, row.double_of} & set(some):
                        found.setdefault(name, set()).add(row.source)
        return {name: frozenset(sources) for name, sources in found.items()}

    def purge_expired(self, *, trusts_clock: bool = False) -> int:
        """Delete the samples whose time is over by `Rules.expiry`; return how many. Old keys and tallies go with them.

        Raises `ClockError` where the clock jumped ahead: samples of years would be gone at once. One who knows what
        time it is `trusts_clock`.
        """
        return purge_expired(self._database, self._rules, trusts_clock=trusts_clock)

    def purge_source(self, source: str, by: str) -> int:
        """Delete all that a source gave; return how many samples. An unfinished cycle that uses any of them ends.

        Cycles that learnt from them still know their ids.
        """
        return purge_source(self._database, source, by)

    def by_day(self, wanted: Wanted = ALL) -> tuple[Tally, ...]:
        """Return how many samples came on each day, in UTC, such as "2026-11-21"."""
        with self._database.reading() as connection:
            return counted(connection, samples.c.day, wanted)

    def by_label(self, wanted: Wanted = ALL) -> tuple[Tally, ...]:
        """Return how many samples there are of each label, "0" to "9" and "None"."""
        with self._database.reading() as connection:
            return counted(connection, samples.c.label, wanted)

    def by_sayer(self) -> tuple[Tally, ...]:
        """Return how many labels each gave: "giver", which is all of them but those of PINs, and operators by name."""
        with self._database.reading() as connection:
            return by_sayer(connection)

    def by_source(self, most: int, wanted: Wanted = ALL) -> BySource:
        """Return how many samples each of the `most` sources gave that gave most, and how many all others."""
        with self._database.reading() as connection:
            return by_source(connection, wanted, most)

    def sources(self) -> tuple[str, ...]:
        """Return the sources of all samples, in order."""
        with self._database.reading() as connection:
            return tuple(connection.scalars(select(samples.c.source).distinct().order_by(samples.c.source)))


def _known(connection: Connection, ids: Sequence[str]) -> list[str]:
    found: set[str] = set()
    for some in in_parts(ids):
        found.update(connection.scalars(select(samples.c.id).where(samples.c.id.in_(some))))
    return [name for name in dict.fromkeys(ids) if name in found]


def _relabel(connection: Connection, name: str, label: Label) -> None:
    """Give a sample another label, among whose samples it may be a double, while its own doubles keep theirs."""
    row = connection.execute(select(*COLUMNS).where(samples.c.id == name)).mappings().one()
    if row["label"] == label:
        return
    elect(connection, name)
    original = original_of(connection, glyph_of(row), label, besides=name)
    connection.execute(update(samples).where(samples.c.id == name).values(label=label, double_of=original))
