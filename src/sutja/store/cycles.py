"""Cycles of learning: which one runs, who holds it, what each step gave, and which samples it learnt from.

A cycle is held by a lease, which whoever works on it renews. When that process dies the lease runs out, and the next
one takes the cycle over with the results of the steps that were done.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from sutja.errors import ConflictError, StoreError
from sutja.store import audit, decisions, pausing
from sutja.store.decisions import as_json
from sutja.store.engine import Database, in_parts
from sutja.store.pausing import Pause
from sutja.store.tables import cycle_samples, cycles, samples

LEASE_S = 120.0


class CycleState(StrEnum):
    """Where a cycle is, or how it ended."""

    RUNNING = "running"
    PROMOTED = "promoted"
    REJECTED = "rejected"
    HELD = "held"
    FAILED = "failed"
    LEFT = "left"


ENDS = tuple(state for state in CycleState if state is not CycleState.RUNNING)
WITHOUT_VERDICT = (CycleState.FAILED, CycleState.LEFT)


@dataclass(frozen=True, slots=True)
class Cycle:
    """One turn of learning: `results` has what each step that is done gave, by its name."""

    id: str
    state: CycleState
    holder: str
    started: datetime
    heartbeat: datetime
    lease_until: datetime
    finished: datetime | None
    trigger: str
    params: dict[str, Any]
    results: dict[str, Any]
    note: str


class Cycles:
    """The cycles of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self, holder: str, *, lease_s: float = LEASE_S, trigger: str = "due", params: Mapping[str, Any] | None = None
    ) -> Cycle:
        """Begin a cycle, or take over the one that nobody holds any longer, which has its old `params` and results.

        `holder` is any text that is this process's own. Raises `ConflictError` while another holds one.
        """
        with self._database.writing() as connection:
            running = _running(connection)
            if running is not None:
                return _hold(self._database, connection, running, holder, lease_s)
            now = self._database.clock()
            times = {"started": now, "heartbeat": now, "lease_until": now + timedelta(seconds=lease_s)}
            name = f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
            said = {"trigger": trigger[:64], "params": as_json(params or {}), "results": "{}", "note": ""}
            connection.execute(insert(cycles).values(id=name, state=CycleState.RUNNING, holder=holder, **times, **said))
            return _known(connection, name)

    def resume(self, id: str, holder: str, *, lease_s: float = LEASE_S) -> Cycle:  # noqa: A002
        """Take this cycle, where nobody else holds it. Raises `ConflictError`, also where it is finished."""
        with self._database.writing() as connection:
            return _hold(self._database, connection, _known(connection, id), holder, lease_s)

    def beat(self, id: str, holder: str, *, lease_s: float = LEASE_S) -> Cycle:  # noqa: A002
        """Renew the lease. Raises `ConflictError` where another took the cycle over."""
        return self._change(id, holder, lease_s)

    def record(self, id: str, holder: str, step: str, result: Mapping[str, Any], *, lease_s: float = LEASE_S) -> Cycle:  # noqa: A002
        """Keep what a step gave, in place of what it gave before, and renew the lease. Raises as `beat` does."""
        as_json(result)
        return self._change(id, holder, lease_s, step=step, result=result)

    def release(self, id: str, holder: str) -> Cycle:  # noqa: A002
        """Let go of a cycle that goes on elsewhere. Raises as `beat` does."""
        return self._change(id, holder, 0)

    def finish(self, id: str, holder: str, state: str, note: str = "") -> Cycle:  # noqa: A002
        """End a cycle; what it counted as new counts again where it came to no verdict. Raises as `beat` does."""
        if state not in ENDS:
            raise StoreError(f"Expected the state in which a cycle ends: {', '.join(ENDS)}. Received another.")
        with self._database.writing() as connection:
            _expect_held(_known(connection, id), holder)
            _end(self._database, connection, id, CycleState(state), note, by=f"cycle:{id}")
            return _known(connection, id)

    def decide(
        self, cycle: Cycle, champion: str, candidate: str, verdict: str, reason: str, numbers: Mapping[str, Any]
    ) -> None:
        """Keep the verdict of a cycle that promotes nothing, once for each candidate. Raises as `beat` does.

        Raises `StoreError` for another verdict than "promote", "reject" and "hold", or for numbers that JSON cannot
        say.
        """
        with self._database.writing() as connection:
            expect_held(connection, cycle)
            if not decisions.is_decided(connection, cycle.id, candidate):
                said = (verdict, reason, f"cycle:{cycle.id}", cycle.id, numbers)
                decisions.add(self._database, connection, candidate, champion, *said)

    def claim(self, id: str, holder: str, counted: Iterable[str], used: Iterable[str]) -> int:  # noqa: A002
        """Write down which samples a cycle learns from, and which of them it counts as new; safe to be done again.

        Returns how many it counts: a sample that another cycle counted before is not among them. Raises as `beat` does.
        """
        counted, used = list(dict.fromkeys(counted)), list(dict.fromkeys(used))
        with self._database.writing() as connection:
            _expect_held(_known(connection, id), holder)
            for some in in_parts(counted):
                is_new = samples.c.id.in_(some) & samples.c.cycle.is_(None)
                connection.execute(update(samples).where(is_new).values(cycle=id))
            mine = set(connection.scalars(select(samples.c.id).where(samples.c.cycle == id)))
            known = set(connection.scalars(select(cycle_samples.c.sample).where(cycle_samples.c.cycle == id)))
            wanted = dict.fromkeys([*used, *counted])
            rows = [{"cycle": id, "sample": each, "is_counted": each in mine} for each in wanted if each not in known]
            if rows:
                connection.execute(insert(cycle_samples), rows)
            return len(mine)

    def samples_of(self, id: str) -> tuple[str, ...]:  # noqa: A002
        """Return the ids of all samples that a cycle learnt from, those that are gone since as well."""
        wanted = select(cycle_samples.c.sample).where(cycle_samples.c.cycle == id).order_by(cycle_samples.c.sample)
        with self._database.reading() as connection:
            return tuple(connection.scalars(wanted))

    def with_source(self, source: str) -> tuple[Cycle, ...]:
        """Return the cycles that used samples of a source, to learn from or to judge by; oldest first."""
        used = select(cycle_samples.c.cycle).join(samples, samples.c.id == cycle_samples.c.sample)
        is_meant = cycles.c.id.in_(used.where(samples.c.source == source))
        with self._database.reading() as connection:
            rows = connection.execute(select(cycles).where(is_meant).order_by(cycles.c.started, cycles.c.id)).mappings()
            return tuple(filter(None, map(_cycle, rows)))

    def get(self, id: str) -> Cycle | None:  # noqa: A002
        """Return a cycle, or None."""
        with self._database.reading() as connection:
            return _cycle(connection.execute(select(cycles).where(cycles.c.id == id)).mappings().one_or_none())

    def list(self, limit: int = 50) -> tuple[Cycle, ...]:
        """Return cycles, newest first."""
        wanted = select(cycles).order_by(cycles.c.started.desc(), cycles.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return tuple(filter(None, map(_cycle, connection.execute(wanted).mappings())))

    def running(self) -> Cycle | None:
        """Return the cycle that is not finished, whether or not somebody holds it."""
        with self._database.reading() as connection:
            return _running(connection)

    def pause(self, by: str, reason: str) -> None:
        """Stop the learning: whoever begins cycles looks at `paused` before, and none that runs promotes anything."""
        with self._database.writing() as connection:
            pausing.pause(self._database, connection, by, reason)

    def unpause(self, by: str) -> None:
        """Let the learning go on."""
        with self._database.writing() as connection:
            pausing.unpause(self._database, connection, by)

    def paused(self) -> Pause | None:
        """Return who paused the learning, or None."""
        with self._database.reading() as connection:
            return pausing.paused(connection)

    def _change(
        self,
        name: str,
        holder: str,
        lease_s: float,
        *,
        step: str | None = None,
        result: Mapping[str, Any] | None = None,
    ) -> Cycle:
        with self._database.writing() as connection:
            cycle = _known(connection, name)
            _expect_held(cycle, holder)
            now = self._database.clock()
            changed: dict[str, Any] = {"heartbeat": now, "lease_until": now + timedelta(seconds=lease_s)}
            if step is not None:
                changed["results"] = as_json({**cycle.results, step: result})
            connection.execute(update(cycles).where(cycles.c.id == name).values(**changed))
            return _known(connection, name)


def leave_cycle_with(
    database: Database, connection: Connection, which: ColumnElement[bool], by: str, note: str
) -> None:
    """End the unfinished cycle, if there is one and it uses any of these samples.

    Whoever works on it is told so by what it records next.
    """
    running = _running(connection)
    if running is None:
        return
    is_used = (cycle_samples.c.cycle == running.id) & cycle_samples.c.sample.in_(select(samples.c.id).where(which))
    if connection.execute(select(cycle_samples.c.sample).where(is_used).limit(1)).first() is not None:
        _end(database, connection, running.id, CycleState.LEFT, note, by=by)


def _end(database: Database, connection: Connection, name: str, state: CycleState, note: str, *, by: str) -> None:
    now = database.clock()
    ended = {"state": state, "note": note, "finished": now, "lease_until": now}
    connection.execute(update(cycles).where(cycles.c.id == name).values(**ended))
    if state in WITHOUT_VERDICT:
        connection.execute(update(samples).where(samples.c.cycle == name).values(cycle=None))
    audit.append(database, connection, by, "cycle finished", name, state)


def _hold(database: Database, connection: Connection, cycle: Cycle, holder: str, lease_s: float) -> Cycle:
    now = database.clock()
    if cycle.state is not CycleState.RUNNING:
        raise ConflictError(f"Expected a cycle that runs. Received {cycle.id}, which is {cycle.state}.")
    if cycle.holder != holder and cycle.lease_until > now:
        raise ConflictError(f"Expected a cycle that nobody holds. Received {cycle.id}, held by {cycle.holder}.")
    held = {"holder": holder, "heartbeat": now, "lease_until": now + timedelta(seconds=lease_s)}
    connection.execute(update(cycles).where(cycles.c.id == cycle.id).values(**held))
    return _known(connection, cycle.id)


def expect_held(connection: Connection, cycle: Cycle) -> None:
    """Raise `ConflictError` where a cycle is finished by now, or another took it over."""
    _expect_held(_known(connection, cycle.id), cycle.holder)


def _expect_held(cycle: Cycle, holder: str) -> None:
    if cycle.holder != holder or cycle.state is not CycleState.RUNNING:
        raise ConflictError(f"Expected to hold cycle {cycle.id}. Another took it over, or it is finished.")


def _running(connection: Connection) -> Cycle | None:
    wanted = select(cycles).where(cycles.c.state == CycleState.RUNNING).order_by(cycles.c.started).limit(1)
    return _cycle(connection.execute(wanted).mappings().one_or_none())


def _known(connection: Connection, name: str) -> Cycle:
    cycle = _cycle(connection.execute(select(cycles).where(cycles.c.id == name)).mappings().one_or_none())
    if cycle is None:
        raise StoreError("Expected the id of a cycle in the store. Received another.")
    return cycle


def _cycle(row: RowMapping | None) -> Cycle | None:
    if row is None:
        return None
    known = {name: json.loads(row[name]) for name in ("params", "results")}
    return Cycle(**{**row, **known, "state": CycleState(row["state"])})
