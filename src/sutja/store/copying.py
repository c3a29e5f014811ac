"""Moving: all that one database keeps, into another one that is empty, such as from a file to PostgreSQL.

Owns the order of the tables, and that either all of it arrives or nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Column, Connection, Integer, Table, func, insert, select, text

from sutja.errors import StoreError
from sutja.store.engine import database
from sutja.store.migrate import expect_current
from sutja.store.tables import metadata, sessions, tries

AT_ONCE = 500
LEFT = (sessions, tries)
"""Whoever is logged in logs in again, and counts begin anew."""


def copy(source: str, target: str) -> dict[str, int]:
    """Copy all rows of the database at the URL `source` into that at `target`; return how many of each table.

    Nobody can write to either meanwhile. Both keep the same secret, by which receipts, bundles and the audit trail go
    on being valid. Raises `StoreError` where one of them has not this version's tables, or the target has rows.
    """
    if source == target:
        raise StoreError("Expected another database to copy into, an empty one. Received the same.")
    old, new = (database(url, lambda: datetime.now(UTC)) for url in (source, target))
    try:
        expect_current(old)
        expect_current(new)
        with old.writing() as whence, new.writing() as whither:
            if any(_count(whither, table) for table in metadata.sorted_tables):
                raise StoreError("Expected an empty database to copy into. Received one with rows.")
            return {
                table.name: _copied(whence, whither, table) for table in metadata.sorted_tables if table not in LEFT
            }
    finally:
        old.close()
        new.close()


def _copied(whence: Connection, whither: Connection, table: Table) -> int:
    count = 0
    for rows in _parts(whence, table):
        whither.execute(insert(table), rows)
        count += len(rows)
    if _count(whither, table) != count:
        raise StoreError(f"Expected all rows of {table.name} to arrive. Received fewer.")
    for column in table.columns:
        if whither.dialect.name == "postgresql" and count and _counts_by_itself(column):
            last = whither.execute(select(func.max(column))).scalar_one()
            name = {"table": table.name, "column": column.name, "last": last}
            whither.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), name)
    return count


def _parts(connection: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    rows = connection.execute(select(table), execution_options={"yield_per": AT_ONCE}).mappings()
    for part in rows.partitions():
        yield [dict(row) for row in part]


def _counts_by_itself(column: Column[object]) -> bool:
    return column.primary_key and column.autoincrement is True and isinstance(column.type, Integer)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()
