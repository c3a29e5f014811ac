"""Operators: who may review and promote, by a password of which Argon2id's hash is kept, and a session on the server.

A session's token is known to the browser alone; the store has its SHA-256. It ends after 15 minutes without a request
and after 12 hours at the latest.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update

from sutja.errors import ConflictError, InputError
from sutja.store import audit
from sutja.store.engine import Database
from sutja.store.names import NAME, expect_name
from sutja.store.tables import operators, sessions

IDLE = timedelta(minutes=15)
WHOLE = timedelta(hours=12)
RENEWED_AFTER = timedelta(seconds=30)  # sooner a request would cost a write and change nothing
PASSWORD_MIN, PASSWORD_MAX = 12, 1024


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who may review and promote."""

    name: str
    added: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A login: the token goes into a cookie, and nowhere else."""

    token: str = field(repr=False)
    operator: str
    expires: datetime


class Operators:
    """The operators of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hasher = PasswordHasher()  # Argon2id
        self._nobodys = self._hasher.hash(secrets.token_hex(16))

    def add(self, name: str, password: str, *, anew: bool = False, by: str = "command line") -> None:
        """Let somebody in; `anew` gives one who is known another password and ends what sessions there are.

        Raises `InputError` for a name or password that will not do, and `ConflictError` for a name that is taken.
        """
        expect_name(name)
        _expect_password(password, name)
        hashed = self._hasher.hash(password)
        with self._database.writing() as connection:
            is_known = connection.execute(select(operators).where(operators.c.name == name)).one_or_none() is not None
            if is_known and not anew:
                raise ConflictError(f"Expected the name of nobody so far. Received {name}, who is an operator.")
            if is_known:
                connection.execute(update(operators).where(operators.c.name == name).values(password=hashed))
                connection.execute(delete(sessions).where(sessions.c.operator == name))
            else:
                values = {"name": name, "password": hashed, "added": self._database.clock()}
                connection.execute(insert(operators).values(**values))
            audit.append(self._database, connection, by, "operator's password" if is_known else "operator added", name)

    def remove(self, name: str, by: str) -> bool:
        """Let somebody in no longer, and end their sessions, now; False where nobody has that name."""
        with self._database.writing() as connection:
            is_gone = connection.execute(delete(operators).where(operators.c.name == name)).rowcount == 1
            if is_gone:
                audit.append(self._database, connection, by, "operator removed", name)
            return is_gone

    def list(self) -> tuple[Operator, ...]:
        """Return all operators, by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(operators.c.name, operators.c.added).order_by(operators.c.name))
            return tuple(Operator(*row) for row in rows)

    def login(self, name: str, password: str) -> Session | None:
        """Return a session, or None where name and password do not fit; both take as long. How often is not limited."""
        with self._database.reading() as connection:
            wanted = select(operators.c.password).where(operators.c.name == name)
            hashed = connection.execute(wanted).scalar() if NAME.fullmatch(name) else None
        is_right = self._is_password(hashed or self._nobodys, password)
        now = self._database.clock()
        with self._database.writing() as connection:
            # Still the same password: it may have been changed while this one was checked.
            if hashed is None or not is_right or connection.execute(wanted).scalar() != hashed:
                known = name if hashed else "somebody unknown"
                audit.append(self._database, connection, known, "login", "review", "refused")
                return None
            connection.execute(
                delete(sessions).where((sessions.c.seen < now - IDLE) | (sessions.c.began < now - WHOLE))
            )
            token = secrets.token_urlsafe(32)
            connection.execute(insert(sessions).values(token_sha=_sha(token), operator=name, began=now, seen=now))
            audit.append(self._database, connection, f"operator:{name}", "login", "review")
        return Session(token, name, now + WHOLE)

    def who(self, token: str) -> str | None:
        """Return the name of the operator whose session it is, and keep it awake; None where it is none, or over."""
        now = self._database.clock()
        mine = sessions.c.token_sha == _sha(token)
        with self._database.reading() as connection:
            row = connection.execute(select(sessions).where(mine)).one_or_none()
        if row is None or now - row.seen >= IDLE or now - row.began >= WHOLE:
            return None
        if now - row.seen >= RENEWED_AFTER:
            with self._database.writing() as connection:
                connection.execute(update(sessions).where(mine).values(seen=now))
        return str(row.operator)

    def is_fresh(self, token: str, within: timedelta) -> bool:
        """Tell whether the session of a token began so short a time ago: whoever has it knew the password then."""
        with self._database.reading() as connection:
            began = connection.execute(select(sessions.c.began).where(sessions.c.token_sha == _sha(token))).scalar()
        return began is not None and timedelta() <= self._database.clock() - began < within

    def logout(self, token: str) -> None:
        """End a session."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_sha == _sha(token)))

    def _is_password(self, hashed: str, password: str) -> bool:
        try:
            return len(password) <= PASSWORD_MAX and self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False


def _expect_password(password: str, name: str) -> None:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise InputError(
            f"Expected a password of {PASSWORD_MIN} to {PASSWORD_MAX} characters. Received another length."
        )
    if len(set(password)) < 5 or password.lower() == name:
        raise InputError("Expected a password that is not easily guessed. Received one that is.")
    try:
        password.encode()
    except UnicodeEncodeError:
        raise InputError("Expected a password of characters that UTF-8 has. Received others.") from None


def _sha(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
