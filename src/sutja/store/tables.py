"""The tables, as queries name them; `migrations` makes them, and a test holds the two equal."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
)

VERSION = "0002"
"""The newest migration."""


class Utc(TypeDecorator[datetime]):
    """A time in UTC, which SQLite keeps without saying so."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn a time into UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Say again that it is UTC."""
        if value is None:
            return None
        kept: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return kept


metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)

samples = Table(
    "samples",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source", String(140), nullable=False),
    Column("consent", String(64), nullable=False),
    Column("created", Utc, nullable=False),
    Column("day", Date, nullable=False),
    Column("expires", Utc, nullable=False),
    Column("state", String(16), nullable=False),
    Column("label", SmallInteger),
    Column("read", SmallInteger),
    Column("confidence", Float),
    Column("bundle", String(64), nullable=False),
    Column("glyph", LargeBinary, nullable=False),
    Column("glyph_sha", String(64), nullable=False),
    *(Column(f"band_{place}", Integer, nullable=False) for place in range(4)),
    Column("ink", Text),
    Column("picture", LargeBinary),
    Column("double_of", String(32)),
    Column("cycle", String(40)),
    CheckConstraint("label BETWEEN 0 AND 9", name="label_is_a_digit"),
    CheckConstraint("read BETWEEN 0 AND 9", name="read_is_a_digit"),
    Index("samples_by_time", "created", "id"),
    Index("samples_by_expiry", "expires"),
    Index("samples_by_source", "source", "day"),
    Index("samples_by_glyph", "label", "glyph_sha"),
    Index("samples_by_original", "double_of"),
    Index("samples_by_cycle", "cycle"),
    *(Index(f"samples_by_band_{place}", "label", f"band_{place}") for place in range(4)),
    # Its rows lie in the order of their random ids: where a row lies says nothing of when it came.
    sqlite_with_rowid=False,
)

labels = Table(
    "labels",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("sample", String(32), ForeignKey("samples.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", SmallInteger),
    Column("by", String(140), nullable=False),
    Column("at", Utc, nullable=False),
)

gifts = Table(
    "gifts",
    metadata,
    Column("source", String(140), primary_key=True),
    Column("key_sha", String(64), primary_key=True),
    Column("content_sha", String(64), nullable=False),
    Column("sample", String(32), nullable=False),
    Column("at", Utc, nullable=False, index=True),
)

tallies = Table(
    "tallies",
    metadata,
    Column("day", Date, primary_key=True),
    Column("source", String(140), primary_key=True),
    Column("count", Integer, nullable=False),
)

bundles = Table(
    "bundles",
    metadata,
    Column("sha", String(64), primary_key=True),
    Column("onnx", LargeBinary, nullable=False),
    Column("card", LargeBinary, nullable=False),
    Column("seal", String(64), nullable=False),
    Column("origin", String(64), nullable=False),
    Column("added", Utc, nullable=False),
)

active = Table(
    "active",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),
    Column("sha", String(64), ForeignKey("bundles.sha"), nullable=False),
    Column("since", Utc, nullable=False),
    CheckConstraint("slot = 1", name="one_champion"),
)

promotions = Table(
    "promotions",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("sha", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("by", String(140), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Utc, nullable=False),
    Column("cycle", String(40)),
    Column("champion", String(64), nullable=False),
    Column("candidate", String(64), nullable=False, index=True),
    Column("verdict", String(16), nullable=False),
    Column("by", String(140), nullable=False),
    Column("reason", Text, nullable=False),
    Column("numbers", Text, nullable=False),
)

cycles = Table(
    "cycles",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("holder", String(140), nullable=False),
    Column("started", Utc, nullable=False),
    Column("heartbeat", Utc, nullable=False),
    Column("lease_until", Utc, nullable=False),
    Column("finished", Utc),
    Column("trigger", String(64), nullable=False),
    Column("params", Text, nullable=False),
    Column("results", Text, nullable=False),
    Column("note", Text, nullable=False),
)

cycle_samples = Table(
    "cycle_samples",
    metadata,
    Column("cycle", String(40), ForeignKey("cycles.id"), primary_key=True),
    # No foreign key: what a cycle learnt from stays known by its random id after the sample is gone.
    Column("sample", String(32), primary_key=True, index=True),
    Column("is_counted", Boolean, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
    Column("who", String(140), nullable=False),
    Column("what", String(64), nullable=False),
    Column("object", String(200), nullable=False),
    Column("result", Text, nullable=False),
    Column("mac", String(64), nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("rows", Integer, nullable=False),
    Column("mac", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
    CheckConstraint("slot = 1", name="one_head"),
)

operators = Table(
    "operators",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("password", Text, nullable=False),
    Column("added", Utc, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha", String(64), primary_key=True),
    Column("operator", String(64), ForeignKey("operators.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("began", Utc, nullable=False),
    Column("seen", Utc, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("secret_sha", String(64), nullable=False),
    Column("scopes", String(64), nullable=False),
    Column("added", Utc, nullable=False),
    Column("expires", Utc, nullable=False),
    Column("revoked", Utc),
    Column("used", Date),
)

tries = Table(
    "tries",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("who", String(64), nullable=False),
    Column("at", Utc, nullable=False),
    Column("ends", Utc, nullable=False, index=True),
    Index("tries_by_who", "kind", "who", "at"),
)
