"""API keys: what a program shows at the door, and what it may do there.

A key is `ID.SECRET`. The secret has 256 random bits and is shown once; the store has its SHA-256. A key has scopes and
an end, and can be revoked. Of its use the day is kept, and no more.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Row, insert, select, update

from sutja.errors import InputError, UnavailableError
from sutja.store import audit
from sutja.store.engine import Database
from sutja.store.names import expect_name
from sutja.store.tables import keys

KEY_DAYS = 90
KEY_DAYS_MAX = 3660
TOKEN = re.compile(r"([0-9a-f]{12})\.([A-Za-z0-9_-]{43})")


class Scope(StrEnum):
    """What a key may be used for."""

    READ = "read"
    """Reading digits and numbers, and having readings explained."""
    PIN = "pin"
    """Reading PINs, and giving one digit of a PIN."""
    SAMPLES = "samples"
    """Giving samples, and taking them back."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. `used` is the last day on which it was, in UTC, and None before the first."""

    id: str
    name: str
    scopes: frozenset[Scope]
    added: datetime
    expires: datetime
    revoked: datetime | None
    used: date | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: `token` is shown to whoever gets it, and kept nowhere."""

    key: Key
    token: str = field(repr=False)


class Keys:
    """The keys of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, scopes: Iterable[Scope], *, days: int = KEY_DAYS, by: str = "command line") -> NewKey:
        """Make a key that is good for so many days, from 1 to 3660. Raises `InputError`."""
        wanted = frozenset(scopes)
        _expect(name, wanted, days)
        now = self._database.clock().astimezone(UTC)
        key = Key(secrets.token_hex(6), name, wanted, now, now + timedelta(days=days), None, None)
        secret = secrets.token_urlsafe(32)
        row = {"id": key.id, "name": name, "secret_sha": _sha(secret), "scopes": " ".join(sorted(wanted))}
        with self._database.writing() as connection:
            connection.execute(insert(keys).values(**row, added=key.added, expires=key.expires))
            audit.append(self._database, connection, by, "key added", f"key:{key.id} {name}")
        return NewKey(key, f"{key.id}.{secret}")

    def list(self) -> tuple[Key, ...]:
        """Return all keys, those too that are good no longer, oldest first."""
        with self._database.reading() as connection:
            return tuple(_key(row) for row in connection.execute(select(keys).order_by(keys.c.added, keys.c.id)))

    def revoke(self, name: str, by: str) -> bool:
        """End the key with that id, now; False where there is none, or it was revoked before."""
        with self._database.writing() as connection:
            mine = (keys.c.id == name) & keys.c.revoked.is_(None)
            is_done = connection.execute(update(keys).where(mine).values(revoked=self._database.clock())).rowcount == 1
            if is_done:
                audit.append(self._database, connection, by, "key revoked", f"key:{name}")
            return is_done

    def check(self, token: str) -> Key | None:
        """Return the key of a token, and note the day; None where there is none, or it is good no longer."""
        parts = TOKEN.fullmatch(token)
        if parts is None:
            return None
        with self._database.reading() as connection:
            row = connection.execute(select(keys).where(keys.c.id == parts[1])).one_or_none()
        if row is None or not hmac.compare_digest(row.secret_sha, _sha(parts[2])):
            return None
        now = self._database.clock().astimezone(UTC)
        if row.revoked is not None or now >= row.expires:
            return None
        if row.used != now.date():
            self._note(row.id, now.date())
        return _key(row)

    def _note(self, name: str, day: date) -> None:
        """Keep the day of use. Where it cannot be written just now, the key is good all the same."""
        try:
            with self._database.writing() as connection:
                connection.execute(update(keys).where(keys.c.id == name).values(used=day))
        except UnavailableError:
            return


def _key(row: Row[tuple[object, ...]]) -> Key:
    known = frozenset(Scope(each) for each in row.scopes.split())
    return Key(row.id, row.name, known, row.added, row.expires, row.revoked, row.used)


def _expect(name: str, scopes: frozenset[Scope], days: int) -> None:
    expect_name(name)
    if not scopes:
        raise InputError(f"Expected one of the scopes {', '.join(Scope)}, or several. Received none.")
    if not 1 <= days <= KEY_DAYS_MAX:
        raise InputError(f"Expected a key to be good for 1 to {KEY_DAYS_MAX} days. Received another count.")


def _sha(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
