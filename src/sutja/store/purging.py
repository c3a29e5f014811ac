"""Purging: samples deleted for good, with all that hangs on them, and nothing left where the database kept them."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, delete, select

from sutja.errors import ClockError
from sutja.store import audit
from sutja.store.cycles import leave_cycle_with
from sutja.store.doubles import elect
from sutja.store.engine import Database
from sutja.store.rules import Rules
from sutja.store.steady import JUMPED, believe, is_steady
from sutja.store.tables import gifts, samples, tallies

GIFT_DAYS = 7  # for so long a retry is known for what it is


def purge_expired(database: Database, rules: Rules, *, trusts_clock: bool) -> int:
    """Delete the samples whose time is over; return how many. Raises `ClockError` where the clock jumped ahead."""
    now = database.clock()
    with database.writing() as connection:
        if trusts_clock:
            believe(connection, now)
        may_delete = is_steady(connection, now)
    if not may_delete:  # which the transaction before has kept
        raise ClockError(JUMPED)
    with database.writing() as connection:
        count = remove(connection, rules.are_over(now))
        connection.execute(delete(gifts).where(gifts.c.at < now - timedelta(days=GIFT_DAYS)))
        connection.execute(delete(tallies).where(tallies.c.day < (now - timedelta(days=1)).date()))
        if count:
            audit.append(database, connection, "sutja", "samples expired", f"{count} samples")
    database.scrub()
    return count


def purge_source(database: Database, source: str, by: str) -> int:
    """Delete all that a source gave; return how many samples.

    A cycle under way, or left, that uses any of them ends here: what it trained knows them. Where one giver withdraws,
    or time is over, it goes on without: else anybody could stop the learning by giving and withdrawing.
    """
    with database.writing() as connection:
        leave_cycle_with(database, connection, samples.c.source == source, by, f"Samples of {source} were purged.")
        count = remove(connection, samples.c.source == source)
        connection.execute(delete(gifts).where(gifts.c.source == source))
        audit.append(database, connection, by, "samples of a source purged", source, f"{count} samples")
    database.scrub()
    return count


def remove(connection: Connection, which: ColumnElement[bool]) -> int:
    """Delete samples with their labels; where doubles of them stay, one stands in for it."""
    doubles = connection.execute(delete(samples).where(which, samples.c.double_of.is_not(None))).rowcount
    has_doubles = samples.c.id.in_(select(samples.c.double_of).where(samples.c.double_of.is_not(None)))
    for original in connection.scalars(select(samples.c.id).where(which, has_doubles)).all():
        elect(connection, original)
    return doubles + connection.execute(delete(samples).where(which)).rowcount
