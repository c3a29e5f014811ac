"""The champion: one row, moved by compare-and-set, and who moved it when.

Whoever read an older generation loses, and reads again. Knows nothing of what a bundle is.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from sutja.errors import ConflictError, StoreError
from sutja.store import audit
from sutja.store.engine import Database
from sutja.store.tables import active, promotions


@dataclass(frozen=True, slots=True)
class Active:
    """The champion; its generation grows with every promotion and rollback."""

    generation: int
    sha: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Promotion:
    """A champion that began: `kind` is "first", "promote" or "rollback"."""

    generation: int
    sha: str
    kind: str
    by: str
    reason: str
    at: datetime


def active_in(connection: Connection) -> Active:
    """Return the champion. Raises `StoreError` where there is none."""
    row = connection.execute(select(active.c.generation, active.c.sha, active.c.since)).one_or_none()
    if row is None:
        raise StoreError("Expected the store to have a champion. Received one without.")
    return Active(*row)


def history_in(connection: Connection) -> tuple[Promotion, ...]:
    """Return all champions, oldest first."""
    return tuple(Promotion(*row) for row in connection.execute(select(promotions).order_by(promotions.c.generation)))


def line_of(history: tuple[Promotion, ...]) -> tuple[str, ...]:
    """Return the champions that led to this one: a rollback takes the newest away."""
    line: list[str] = []
    for each in history:
        if each.kind == "rollback":
            line.pop()
        else:
            line.append(each.sha)
    return tuple(line)


def challenged(connection: Connection, sha: str, expected_generation: int) -> Active:
    """Return the champion that another bundle is to replace. Raises `ConflictError`."""
    champion = active_in(connection)
    expect_generation(champion, expected_generation)
    if champion.sha == sha:
        raise ConflictError("Expected another bundle than the champion. Received the champion.")
    return champion


def expect_generation(champion: Active, generation: int) -> None:
    """Raise `ConflictError` where another generation serves than somebody saw."""
    if champion.generation != generation:
        raise ConflictError(f"Expected generation {generation} to serve. Received {champion.generation}: look again.")


def move(
    database: Database, connection: Connection, sha: str, generation: int, kind: str, by: str, reason: str
) -> Active:
    """Move the champion by compare-and-set, and write down who did it."""
    moved = Active(generation + 1, sha, database.clock())
    changed = {"generation": moved.generation, "sha": sha, "since": moved.since}
    found = connection.execute(update(active).where(active.c.generation == generation).values(**changed))
    if found.rowcount != 1:
        raise ConflictError(f"Expected generation {generation} to serve. Received another: look again.")
    values = {"generation": moved.generation, "sha": sha, "kind": kind, "by": by[:140], "reason": reason}
    connection.execute(insert(promotions).values(at=moved.since, **values))
    audit.append(database, connection, by, f"champion: {kind}", sha, f"generation {moved.generation}: {reason}")
    return moved
