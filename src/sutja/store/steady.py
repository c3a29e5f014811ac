"""Steadiness: whether the clock walked to where it is, or jumped there.

Owns the two facts by which a purge knows: the latest time that was believed, and since when the clock is far ahead of
it. Deleting cannot be taken back; a clock can be set right.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from sutja.store.facts import forget, recall, remember
from sutja.store.tables import audit, samples

JUMP = timedelta(days=30)
"""A clock that is further ahead of what was believed last has jumped, or nobody was there for as long."""
PATIENCE = timedelta(days=7)
"""So long it has to walk on from there to be believed: what was promised to be deleted is to be deleted at last."""
JUMPED = (
    f"Expected the clock to have walked on. Received one that jumped ahead by more than {JUMP.days} days: nothing "
    f"expires until it is set right, has walked on for {PATIENCE.days} days, or an operator says sutja samples purge "
    "--expired --trust-clock."
)
"""What an operator is told of a clock that is not believed."""
BELIEVED, AHEAD = "clock believed", "clock ahead since"


def is_steady(connection: Connection, now: datetime) -> bool:
    """Return whether to believe a clock, and remember what it said."""
    believed = _time(connection, BELIEVED) or _newest(connection) or now
    if now - believed <= JUMP:
        believe(connection, max(now, believed))
        return True
    since = _time(connection, AHEAD)
    if since is not None and PATIENCE <= now - since <= JUMP:
        believe(connection, now)
        return True
    if since is None or not since <= now <= since + JUMP:
        remember(connection, AHEAD, now.astimezone(UTC).isoformat())
    return False


def believe(connection: Connection, now: datetime) -> None:
    """Take the word of somebody who knows what time it is."""
    remember(connection, BELIEVED, now.astimezone(UTC).isoformat())
    forget(connection, AHEAD)


def is_ahead(connection: Connection) -> bool:
    """Return whether the clock was not believed when it was looked at last."""
    return recall(connection, AHEAD) is not None


def _time(connection: Connection, name: str) -> datetime | None:
    said = recall(connection, name)
    return None if said is None else datetime.fromisoformat(said)


def _newest(connection: Connection) -> datetime | None:
    """Return when anything was written last; None where nothing ever was."""
    times = [connection.execute(select(func.max(column))).scalar() for column in (samples.c.created, audit.c.at)]
    return max(filter(None, times), default=None)
