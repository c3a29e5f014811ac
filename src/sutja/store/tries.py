"""Tries: how often somebody did something lately, counted for all processes together.

Who it was is kept as a keyed hash, and for as long as it counts.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select

from sutja.store.engine import Database
from sutja.store.seals import seal
from sutja.store.tables import tries

SKEW = timedelta(seconds=60)
"""So far apart the clocks of several machines may be."""


class Tries:
    """The tries of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, kind: str, who: str, most: int, window_s: float) -> float:
        """Count a try, of which there may be `most` in so many seconds, and return 0.

        Where there were as many, count nothing and return after how many seconds, more than 0, there is room for one.
        Many at once are as many as one after the other. Raises `UnavailableError`.
        """
        window = timedelta(seconds=window_s)
        mine = (tries.c.kind == kind) & (tries.c.who == self._hash(kind, who))
        with self._database.writing() as connection:
            now = self._database.clock().astimezone(UTC)  # in its turn: what another counted before is no later
            # What lies far ahead was counted before the clock was set back: it would keep people out for as long.
            connection.execute(delete(tries).where((tries.c.ends <= now) | (tries.c.at > now + SKEW)))
            found = list(connection.execute(select(tries.c.at).where(mine).order_by(tries.c.at)).scalars())
            if len(found) >= most:
                first: datetime = found[-most]
                return min(window_s, max(0.001, (first + window - now).total_seconds()))
            values = {"kind": kind, "who": self._hash(kind, who), "at": now, "ends": now + window}
            connection.execute(insert(tries).values(**values))
        return 0.0

    def forget(self, kind: str, who: str) -> None:
        """Forget the tries of somebody: the last of them was right. Raises `UnavailableError`."""
        with self._database.writing() as connection:
            mine = (tries.c.kind == kind) & (tries.c.who == self._hash(kind, who))
            connection.execute(delete(tries).where(mine))

    def _hash(self, kind: str, who: str) -> str:
        return seal(self._database.secret, "tries", kind.encode(), who.encode("utf-8", "replace"))
