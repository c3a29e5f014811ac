"""Pausing: whether somebody stopped the learning, who, when and why; a fact of the deployment."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from sutja.errors import PausedError
from sutja.store import audit
from sutja.store.engine import Database
from sutja.store.facts import forget, recall, remember

PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Pause:
    """Who stopped the learning, when and why."""

    by: str
    reason: str
    at: datetime


def pause(database: Database, connection: Connection, by: str, reason: str) -> None:
    """Stop the learning."""
    said = {"by": by, "reason": reason, "at": database.clock().isoformat()}
    remember(connection, PAUSE, json.dumps(said))
    audit.append(database, connection, by, "learning paused", "cycles", reason)


def unpause(database: Database, connection: Connection, by: str) -> None:
    """Let the learning go on."""
    forget(connection, PAUSE)
    audit.append(database, connection, by, "learning goes on", "cycles")


def paused(connection: Connection) -> Pause | None:
    """Return who paused the learning, or None."""
    said = recall(connection, PAUSE)
    if said is None:
        return None
    kept = json.loads(said)
    return Pause(kept["by"], kept["reason"], datetime.fromisoformat(kept["at"]))


def expect_no_pause(connection: Connection) -> None:
    """Raise `PausedError` where somebody paused the learning."""
    found = paused(connection)
    if found is not None:
        raise PausedError(f"Expected the learning to go on. Received a pause by {found.by}: {found.reason}.")
