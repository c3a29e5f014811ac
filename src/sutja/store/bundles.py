"""Bundles in the store, and which of them is the champion.

A bundle's row is sealed, so that no byte of it changes unnoticed, and is loaded whole or not at all. Owns when a reason
has to be written for a change of the champion.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, insert, select

from sutja.bundle import Bundle, Card
from sutja.errors import BundleError, ConflictError, InputError
from sutja.store import audit, decisions
from sutja.store.champions import Active, Promotion, active_in, challenged, expect_generation, history_in, line_of, move
from sutja.store.cycles import Cycle, expect_held
from sutja.store.engine import Database
from sutja.store.pausing import expect_no_pause
from sutja.store.seals import is_seal, seal
from sutja.store.tables import active, bundles, promotions
from sutja.store.tables import decisions as decided

SHIPPED = "shipped"
PROMOTE = "promote"
REASON_MIN = 10
"""A reason is a sentence, not a full stop."""
AS_THE_GATE_SAYS = "As the gate says."
NO_REASON = "No reason was written."


class Role(StrEnum):
    """What a bundle is to those who read."""

    CHAMPION = "champion"
    CANDIDATE = "candidate"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Kept:
    """A bundle as a list shows it; `verdict` is the newest on it, or None. `card` is None where its row is damaged."""

    sha: str
    origin: str
    added: datetime
    card: Card | None
    role: Role
    verdict: str | None


class Bundles:
    """The bundles of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, bundle: Bundle, origin: str, *, cycle: Cycle | None = None) -> str:
        """Keep a bundle, once, and return its sha-256. Raises `ConflictError` for the same model with another card.

        Also where it is the candidate of a `cycle` that is finished by now, or that another took over.
        """
        with self._database.writing() as connection:
            if cycle is not None:
                expect_held(connection, cycle)
            return _add(self._database, connection, bundle, origin)

    def load(self, sha: str) -> Bundle:
        """Return a bundle, every byte of it checked. Raises `BundleError` where it is damaged or there is none."""
        with self._database.reading() as connection:
            row = _row(connection, sha)
        if row is None:
            raise BundleError("Expected the sha-256 of a bundle in the store. Received another.")
        return _checked(self._database, row)

    def list(self) -> tuple[Kept, ...]:
        """Return all bundles, newest first."""
        with self._database.reading() as connection:
            return _kept(connection)

    def get(self, sha: str) -> Kept | None:
        """Return a bundle as a list shows it, or None."""
        with self._database.reading() as connection:
            return next(iter(_kept(connection, bundles.c.sha == sha)), None)

    def active(self) -> Active:
        """Return the champion; cheap enough to be asked every second."""
        with self._database.reading() as connection:
            return active_in(connection)

    def history(self) -> tuple[Promotion, ...]:
        """Return all champions, oldest first."""
        with self._database.reading() as connection:
            return history_in(connection)

    def promote(
        self,
        sha: str,
        expected_generation: int,
        by: str,
        reason: str,
        *,
        cycle: Cycle | None = None,
        numbers: Mapping[str, Any] | None = None,
    ) -> Active:
        """Make a bundle the champion, where `expected_generation` still serves; all or nothing, with its decision.

        Raises `ConflictError` where another generation serves or the bundle is the champion already, and `BundleError`
        where it is damaged. Of a `cycle` it is asked at the same moment whether it is still held and under way, else
        `ConflictError` too, and whether nobody paused the learning, else `PausedError`.
        """
        self.load(sha)
        with self._database.writing() as connection:
            if cycle is not None:
                expect_held(connection, cycle)
                expect_no_pause(connection)
            champion = challenged(connection, sha, expected_generation)
            said = (PROMOTE, reason, by, None if cycle is None else cycle.id, numbers or {})
            decisions.add(self._database, connection, sha, champion.sha, *said)
            return move(self._database, connection, sha, champion.generation, PROMOTE, by, reason)

    def promote_by_hand(self, sha: str, expected_generation: int, by: str, reason: str = "") -> Active:
        """Do the same because somebody says so: with the gate, or against it for a reason.

        Raises as `promote` does, and `InputError` for a short reason where the gate said nothing of this model beside
        the champion, or something else than to promote it.
        """
        self.load(sha)
        with self._database.writing() as connection:
            champion = challenged(connection, sha, expected_generation)
            verdict = decisions.of_the_gate(connection, champion.sha).get(sha)
            if verdict != PROMOTE and len(reason.strip()) < REASON_MIN:
                raise InputError(
                    f"Expected a reason of at least {REASON_MIN} characters, since the gate does not promote this "
                    "model. Received a shorter one."
                )
            why = reason.strip() or AS_THE_GATE_SAYS
            said = (PROMOTE, why, by, None, {"gate": verdict})
            decisions.add(self._database, connection, sha, champion.sha, *said)
            return move(self._database, connection, sha, champion.generation, PROMOTE, by, why)

    def rollback(self, by: str, reason: str = "", *, expected_generation: int | None = None) -> Active:
        """Make the champion before this one champion again; after another rollback, the one before that.

        It takes no reason: whoever finds the champion at fault is in a hurry. Raises `ConflictError` where there is
        none or where not `expected_generation` serves, and `BundleError` where that bundle is damaged.
        """
        with self._database.writing() as connection:
            champion = active_in(connection)
            expect_generation(champion, champion.generation if expected_generation is None else expected_generation)
            line = line_of(history_in(connection))
            if len(line) < 2:
                raise ConflictError("Expected a champion before this one. Received a store in which it is the first.")
            sha = line[-2]
            _checked(self._database, _row(connection, sha))
            why = reason.strip() or NO_REASON
            return move(self._database, connection, sha, champion.generation, "rollback", by, why)

    def welcome(self, shipped: Bundle) -> None:
        """Take the shipped bundle in: as generation 1 of an empty store, else as a candidate, once."""
        sha = shipped.card.sha256
        with self._database.reading() as connection:
            has_champion = connection.execute(select(active.c.slot)).one_or_none() is not None
            is_known = connection.execute(select(bundles.c.sha).where(bundles.c.sha == sha)).one_or_none() is not None
        if has_champion and is_known:
            return
        with self._database.writing() as connection:
            if connection.execute(select(active.c.slot)).one_or_none() is None:
                _add(self._database, connection, shipped, SHIPPED)
                now = self._database.clock()
                connection.execute(insert(active).values(slot=1, generation=0, sha=sha, since=now))
                move(self._database, connection, sha, 0, "first", "sutja", "shipped")
            elif connection.execute(select(bundles.c.sha).where(bundles.c.sha == sha)).one_or_none() is None:
                _add(self._database, connection, shipped, SHIPPED)


def _add(database: Database, connection: Connection, bundle: Bundle, origin: str) -> str:
    sha = bundle.card.sha256
    card = json.dumps(bundle.card.to_json()).encode()
    found = connection.execute(select(bundles.c.card).where(bundles.c.sha == sha)).scalar()
    if found == card:
        return sha
    if found is not None:
        raise ConflictError("Expected the card that the store has for this model. Received another.")
    Bundle.from_bytes(bundle.onnx, card, Path("bundle"))
    sealed = _seal(database, sha, bundle.onnx, card)
    values = {
        "sha": sha,
        "onnx": bundle.onnx,
        "card": card,
        "seal": sealed,
        "origin": origin,
        "added": database.clock(),
    }
    connection.execute(insert(bundles).values(**values))
    audit.append(database, connection, origin, "bundle added", sha)
    return sha


def _kept(connection: Connection, *which: ColumnElement[bool]) -> tuple[Kept, ...]:
    """Return such bundles, newest first."""
    newest = (
        select(decided.c.verdict).where(decided.c.candidate == bundles.c.sha).order_by(decided.c.id.desc()).limit(1)
    )
    is_past = exists().where(promotions.c.sha == bundles.c.sha)
    columns = (bundles.c.sha, bundles.c.origin, bundles.c.added, bundles.c.card)
    wanted = select(*columns, is_past.label("is_past"), newest.scalar_subquery().label("verdict")).where(*which)
    champion = active_in(connection).sha
    return tuple(
        Kept(row.sha, row.origin, row.added, _card(row.card), _role(row, champion), row.verdict)
        for row in connection.execute(wanted.order_by(bundles.c.added.desc(), bundles.c.sha))
    )


def _row(connection: Connection, sha: str) -> Any:
    columns = (bundles.c.sha, bundles.c.onnx, bundles.c.card, bundles.c.seal)
    return connection.execute(select(*columns).where(bundles.c.sha == sha)).one_or_none()


def _checked(database: Database, row: Any) -> Bundle:
    if not is_seal(row.seal, _seal(database, row.sha, row.onnx, row.card)):
        raise BundleError(f"Expected bundle {row.sha[:12]} to be as it was stored. Received a damaged one.")
    return Bundle.from_bytes(row.onnx, row.card, Path("store") / row.sha[:12])


def _seal(database: Database, sha: str, onnx: bytes, card: bytes) -> str:
    return seal(database.secret, "bundle", sha.encode(), onnx, card)


def _card(text: bytes) -> Card | None:
    try:
        return Card.from_json(json.loads(text))
    except (BundleError, ValueError, RecursionError):
        return None


def _role(row: Any, champion: str) -> Role:
    if row.sha == champion:
        return Role.CHAMPION
    return Role.PAST if row.is_past else Role.CANDIDATE
