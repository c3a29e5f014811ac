"""Decisions: every verdict on a candidate, with all its numbers, kept for ever."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select

from sutja.errors import StoreError
from sutja.store.engine import Database
from sutja.store.tables import decisions

VERDICTS = ("promote", "reject", "hold")


@dataclass(frozen=True, slots=True)
class Decision:
    """One verdict on a candidate beside the champion of then, both by their sha-256; `numbers` is any JSON object."""

    id: int
    at: datetime
    cycle: str | None
    champion: str
    candidate: str
    verdict: str
    by: str
    reason: str
    numbers: dict[str, Any]


class Decisions:
    """The decisions of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_the_gate(self, champion: str) -> dict[str, str]:
        """Return what the gate said last of each candidate beside a champion."""
        with self._database.reading() as connection:
            return of_the_gate(connection, champion)

    def list(self, limit: int = 100, candidate: str | None = None) -> tuple[Decision, ...]:
        """Return decisions, newest first; those on one candidate, where it is named."""
        wanted = select(decisions).order_by(decisions.c.id.desc()).limit(limit)
        if candidate is not None:
            wanted = wanted.where(decisions.c.candidate == candidate)
        with self._database.reading() as connection:
            return tuple(_decision(row) for row in connection.execute(wanted).mappings())


def of_the_gate(connection: Connection, champion: str) -> dict[str, str]:
    """Return the newest verdict on each candidate beside a champion that a cycle gave.

    What somebody promoted by hand, on a page or a command line, is kept as well, and is no verdict of the gate.
    """
    is_meant = (decisions.c.champion == champion) & decisions.c.cycle.is_not(None)
    newest = select(func.max(decisions.c.id)).where(is_meant).group_by(decisions.c.candidate)
    wanted = select(decisions.c.candidate, decisions.c.verdict).where(decisions.c.id.in_(newest))
    return {row.candidate: row.verdict for row in connection.execute(wanted)}


def is_decided(connection: Connection, cycle: str, candidate: str) -> bool:
    """Tell whether a cycle gave its verdict on a candidate."""
    wanted = select(decisions.c.id).where((decisions.c.cycle == cycle) & (decisions.c.candidate == candidate))
    return connection.execute(wanted.limit(1)).first() is not None


def add(
    database: Database,
    connection: Connection,
    candidate: str,
    champion: str,
    verdict: str,
    reason: str,
    by: str,
    cycle: str | None,
    numbers: Mapping[str, Any],
) -> Decision:
    """Keep a verdict within a writer's transaction; `cycle` is None where somebody promoted by hand.

    Raises `StoreError` for another verdict, or for numbers that JSON cannot say.
    """
    if verdict not in VERDICTS:
        raise StoreError(f"Expected a verdict of {', '.join(VERDICTS)}. Received another.")
    values = {"cycle": cycle, "champion": champion, "candidate": candidate, "verdict": verdict, "by": by[:140]}
    wanted = insert(decisions).values(at=database.clock(), reason=reason, numbers=as_json(numbers), **values)
    return _decision(connection.execute(wanted.returning(decisions)).mappings().one())


def as_json(value: Mapping[str, Any]) -> str:
    """Return an object as JSON; raises `StoreError` where there is none of it, as there is none of NaN."""
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise StoreError(f"Expected what JSON can say. Received something else: {error}.") from error


def _decision(row: RowMapping) -> Decision:
    return Decision(**{**row, "numbers": json.loads(row["numbers"])})
