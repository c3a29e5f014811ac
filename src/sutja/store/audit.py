"""The audit trail: who did what to what, in a chain that no row leaves unnoticed.

Each row's seal covers its content and the seal before it, from the first row on, under the deployment's secret. The
database itself refuses to change or delete a row. A sealed count of the rows tells when the last ones are missing. Who
can write to the database and kept an older copy of both may put that back: keep `head()` elsewhere to notice.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from sutja.store.engine import Database
from sutja.store.seals import is_seal, seal
from sutja.store.tables import audit, audit_head

ROOT = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that somebody did; `object` names what it was done to, never its content."""

    number: int
    at: datetime
    who: str
    what: str
    object: str
    result: str
    mac: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many rows fit, and the number of the first that does not, with why; None and "" where all do."""

    rows: int
    broken: int | None
    why: str


class Audit:
    """The trail of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def verify(self) -> Verified:
        """Return whether each row is as it was written, and none is missing."""
        with self._database.reading() as connection:
            number, mac, why = _walked(connection, self._database.secret)
            if why:
                return Verified(number - 1, number, why)
            head = connection.execute(select(audit_head)).one_or_none()
        count, last = (head.rows, head.mac) if head else (0, ROOT)
        if head and not is_seal(head.seal, _head_seal(self._database.secret, count, last)):
            return Verified(number, number, "the count of rows was changed")
        if number == 0:  # whoever opens a store for the first time leaves rows
            return Verified(0, 1, "all rows are missing")
        if (count, last) != (number, mac):
            return Verified(number, number + 1, "rows at the end are missing")
        return Verified(number, None, "")

    def list(self, limit: int = 100, before: int | None = None) -> tuple[AuditRow, ...]:
        """Return rows, newest first, below the number `before`."""
        wanted = select(audit).order_by(audit.c.number.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(audit.c.number < before)
        with self._database.reading() as connection:
            return tuple(AuditRow(*row) for row in connection.execute(wanted))

    def head(self) -> str:
        """Return the seal of the newest row, 64 hex digits: kept elsewhere, it bears witness to all rows so far."""
        with self._database.reading() as connection:
            return connection.execute(select(audit_head.c.mac)).scalar() or ROOT


def append(database: Database, connection: Connection, who: str, what: str, what_to: str, result: str = "done") -> None:
    """Add a row within a writer's transaction: it is there if, and only if, what it tells of is."""
    head = connection.execute(select(audit_head)).one_or_none()
    count, last = (head.rows, head.mac) if head else (0, ROOT)
    row = AuditRow(count + 1, database.clock().astimezone(UTC), who[:140], what[:64], what_to[:200], result, "")
    mac = _mac(database.secret, last, row)
    values = {"number": row.number, "at": row.at, "who": row.who, "what": row.what}
    connection.execute(insert(audit).values(**values, object=row.object, result=row.result, mac=mac))
    changed = {"rows": row.number, "mac": mac, "seal": _head_seal(database.secret, row.number, mac)}
    connection.execute(update(audit_head).values(**changed) if head else insert(audit_head).values(slot=1, **changed))


def _walked(connection: Connection, secret: bytes) -> tuple[int, str, str]:
    """Return the number of the last row with its seal, or of the first that does not fit, with why."""
    number, mac = 0, ROOT
    try:
        for row in connection.execute(select(audit).order_by(audit.c.number)).yield_per(500):
            number += 1
            if row.number != number:
                return number, mac, "it is missing"
            if not is_seal(row.mac, _mac(secret, mac, AuditRow(*row))):
                return number, mac, "it was changed, or written under another secret"
            mac = row.mac
    except (ValueError, AttributeError):  # a time that is none
        return number + 1, mac, "it cannot be read"
    return number, mac, ""


def _mac(secret: bytes, before: str, row: AuditRow) -> str:
    content = (str(row.number), row.at.isoformat(), row.who, row.what, row.object, row.result)
    return seal(secret, "audit", before.encode(), *(each.encode("utf-8", "surrogatepass") for each in content))


def _head_seal(secret: bytes, count: int, mac: str) -> str:
    return seal(secret, "audit head", str(count).encode(), mac.encode())
