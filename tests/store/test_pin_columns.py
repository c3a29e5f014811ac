"""What the store could never tell of a PIN, since no column has it."""

import re

from sutja.store.tables import audit, metadata, samples

TELLING = re.compile(r"pin|kiosk|session|order|index|address|agent|visit|sequence|place$|position", re.IGNORECASE)
ALLOWED = {"sessions"}
"""Those of operators; nothing of samples leads to them."""


def test_no_column_leads_from_a_digit_to_its_pin() -> None:
    """Law: no table has a PIN, and no column of a sample says which PIN, visit, kiosk or place it came from."""
    assert {name for name in metadata.tables if "pin" in name.lower()} == set()
    columns = {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns}
    assert {name for name in columns if TELLING.search(name.partition(".")[2])} == set()
    assert {name for name in metadata.tables if TELLING.search(name)} <= ALLOWED
    assert [each.name for each in samples.foreign_keys] == []
    assert samples.dialect_options["sqlite"]["with_rowid"] is False, "its rows lie in the order of their random ids"
    assert "number" in audit.columns
