"""The first tables, and the triggers that let nobody change what is kept for ever."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEPT_FOR_EVER = ("audit", "decisions", "promotions")


def upgrade() -> None:
    """Make all tables."""
    _samples()
    _said_of_samples()
    _champions()
    _verdicts()
    _cycles()
    _audit()
    _operators()
    for table in KEPT_FOR_EVER:
        _forbid_changes(table)


def _samples() -> None:
    op.create_table(
        "samples",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(140), nullable=False),
        sa.Column("consent", sa.String(64), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("label", sa.SmallInteger()),
        sa.Column("read", sa.SmallInteger()),
        sa.Column("confidence", sa.Float()),
        sa.Column("bundle", sa.String(64), nullable=False),
        sa.Column("glyph", sa.LargeBinary(), nullable=False),
        sa.Column("glyph_sha", sa.String(64), nullable=False),
        sa.Column("band_0", sa.Integer(), nullable=False),
        sa.Column("band_1", sa.Integer(), nullable=False),
        sa.Column("band_2", sa.Integer(), nullable=False),
        sa.Column("band_3", sa.Integer(), nullable=False),
        sa.Column("ink", sa.Text()),
        sa.Column("picture", sa.LargeBinary()),
        sa.Column("double_of", sa.String(32)),
        sa.Column("cycle", sa.String(40)),
        sa.CheckConstraint("read BETWEEN 0 AND 9", name="read_is_a_digit"),
        sa.CheckConstraint("label BETWEEN 0 AND 9", name="label_is_a_digit"),
        sqlite_with_rowid=False,
    )
    op.create_index("samples_by_band_0", "samples", ["label", "band_0"])
    op.create_index("samples_by_band_1", "samples", ["label", "band_1"])
    op.create_index("samples_by_band_2", "samples", ["label", "band_2"])
    op.create_index("samples_by_band_3", "samples", ["label", "band_3"])
    op.create_index("samples_by_cycle", "samples", ["cycle"])
    op.create_index("samples_by_expiry", "samples", ["expires"])
    op.create_index("samples_by_glyph", "samples", ["label", "glyph_sha"])
    op.create_index("samples_by_original", "samples", ["double_of"])
    op.create_index("samples_by_source", "samples", ["source", "day"])
    op.create_index("samples_by_time", "samples", ["created", "id"])


def _said_of_samples() -> None:
    op.create_table(
        "labels",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("sample", sa.String(32), sa.ForeignKey("samples.id", ondelete="CASCADE"), nullable=False),
        sa.Column("label", sa.SmallInteger()),
        sa.Column("by", sa.String(140), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_labels_sample", "labels", ["sample"])
    op.create_table(
        "gifts",
        sa.Column("source", sa.String(140), primary_key=True),
        sa.Column("key_sha", sa.String(64), primary_key=True),
        sa.Column("content_sha", sa.String(64), nullable=False),
        sa.Column("sample", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_gifts_at", "gifts", ["at"])
    op.create_table(
        "tallies",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("source", sa.String(140), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )


def _champions() -> None:
    op.create_table(
        "bundles",
        sa.Column("sha", sa.String(64), primary_key=True),
        sa.Column("onnx", sa.LargeBinary(), nullable=False),
        sa.Column("card", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "active",
        sa.Column("slot", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("sha", sa.String(64), sa.ForeignKey("bundles.sha"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("slot = 1", name="one_champion"),
    )
    op.create_table(
        "promotions",
        sa.Column("generation", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("by", sa.String(140), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _verdicts() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cycle", sa.String(40)),
        sa.Column("champion", sa.String(64), nullable=False),
        sa.Column("candidate", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("by", sa.String(140), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
    )
    op.create_index("ix_decisions_candidate", "decisions", ["candidate"])


def _cycles() -> None:
    op.create_table(
        "cycles",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("holder", sa.String(140), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("trigger", sa.String(64), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_table(
        "cycle_samples",
        sa.Column("cycle", sa.String(40), sa.ForeignKey("cycles.id"), primary_key=True),
        sa.Column("sample", sa.String(32), primary_key=True),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_cycle_samples_sample", "cycle_samples", ["sample"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(140), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("object", sa.String(200), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("slot", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.CheckConstraint("slot = 1", name="one_head"),
    )


def _operators() -> None:
    op.create_table(
        "operators",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("added", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha", sa.String(64), primary_key=True),
        sa.Column("operator", sa.String(64), sa.ForeignKey("operators.name", ondelete="CASCADE"), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_sessions_operator", "sessions", ["operator"])
    op.create_table(
        "facts",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        _forbid_on_postgresql(table)
    else:
        _forbid_on_sqlite(table)


def _forbid_on_postgresql(table: str) -> None:
    op.execute(
        f"CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'the rows of {table} are kept for ever'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_kept()"
    )


def _forbid_on_sqlite(table: str) -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'the rows of {table} are kept for ever'); END"
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuse}")
    # INSERT OR REPLACE deletes without asking the trigger above.
    is_there = f"EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"  # noqa: S608  # of the names above
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {is_there} {refuse}")
