"""Counting: how many samples there are of each kind, grouped by the database."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Subquery, case, func, select

from sutja.store.tables import labels, samples
from sutja.store.wanted import IS_AGREED, IS_READ, Wanted

OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many samples there are of one kind, of how many something was read, and in how many of these the label."""

    name: str
    count: int
    read: int
    agreed: int


@dataclass(frozen=True, slots=True)
class BySource:
    """The sources that gave most, most first, and what all others gave together, `other_count` of them."""

    largest: tuple[Tally, ...]
    other_count: int
    others: Tally | None


def counted(connection: Connection, column: ColumnElement[object], wanted: Wanted) -> tuple[Tally, ...]:
    """Return how many samples there are of each value of a column, in the order of its text."""
    rows = connection.execute(select(_grouped(column, wanted)))
    tallies = (Tally(str(name), *counts) for name, *counts in rows)
    return tuple(sorted(tallies, key=lambda tally: tally.name))


def by_sayer(connection: Connection) -> tuple[Tally, ...]:
    """Return how many labels givers and each reviewer gave, in the order of names, and how many of them were read."""
    is_read_so = IS_READ & labels.c.label.is_not_distinct_from(samples.c.read)
    read, agreed = (func.sum(case((claim, 1), else_=0)) for claim in (IS_READ, is_read_so))
    every = select(labels.c.by, func.count(), read, agreed).join_from(labels, samples, labels.c.sample == samples.c.id)
    return tuple(Tally(*row) for row in connection.execute(every.group_by(labels.c.by).order_by(labels.c.by)))


def by_source(connection: Connection, wanted: Wanted, most: int) -> BySource:
    """Return the `most` sources that gave most; every visitor without a key is one, so that there may be a million."""
    every = _grouped(samples.c.source, wanted)
    rank = func.row_number().over(order_by=(every.c.count.desc(), every.c.name)).label("rank")
    ranked = select(every, rank).subquery()
    name = case((ranked.c.rank <= most, ranked.c.name))
    sums = (func.sum(column) for column in (ranked.c.count, ranked.c.read, ranked.c.agreed))
    query = select(name, func.count(), *sums).group_by(name).order_by(func.min(ranked.c.rank))
    largest, others, other_count = [], None, 0
    for source, sources, *counts in connection.execute(query):
        tally = Tally(source or OTHERS, *map(int, counts))  # PostgreSQL sums into decimals
        if source is None:
            others, other_count = tally, sources
        else:
            largest.append(tally)
    return BySource(tuple(largest), other_count, others)


def _grouped(column: ColumnElement[object], wanted: Wanted) -> Subquery:
    read, agreed = (func.sum(case((claim, 1), else_=0)) for claim in (IS_READ, IS_AGREED))
    counts = (func.count().label("count"), read.label("read"), agreed.label("agreed"))
    return select(column.label("name"), *counts).where(wanted.condition()).group_by(column).subquery()
