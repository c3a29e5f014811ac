"""The audit trail: nothing in it changes unnoticed, and the database lets nobody change it."""

import pytest
from sqlalchemy import text

from databases import SECRET, bundle
from sutja import StoreError
from sutja.store import Store, utc_now
from sutja.store.engine import database

ROWS = 6
COLUMNS = ("at", "who", "what", "object", "result", "mac", "number")


@pytest.fixture
def trail(store: Store) -> Store:
    """Return a store with some rows in its trail."""
    for place in range(ROWS - store.audit.verify().rows):
        store.cycles.pause(f"operator:{place}", "to look")
    return store


def unguarded(url: str, *statements: str) -> None:
    """Change the trail as one who owns the database may: without its triggers."""
    place = database(url, utc_now)
    with place.writing() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_no_{verb}"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))
    place.close()


def test_what_was_written_is_whole(trail: Store) -> None:
    """All rows fit, and can be read again, newest first."""
    found = trail.audit.verify()
    assert (found.rows, found.broken) == (ROWS, None)
    rows = trail.audit.list(limit=3)
    assert [row.number for row in rows] == [6, 5, 4]
    assert [row.number for row in trail.audit.list(before=3)] == [2, 1]
    assert trail.audit.head() == rows[0].mac


@pytest.mark.parametrize("number", [1, 3, ROWS])
def test_any_edited_row_is_found(url: str, trail: Store, number: int) -> None:
    """Whichever column of whichever row, and by its number."""
    for column in COLUMNS[1:6]:
        before = f"(SELECT {column} FROM audit WHERE number = {number})"
        unguarded(url, f"CREATE TABLE kept AS SELECT * FROM audit WHERE number = {number}")
        unguarded(url, f"UPDATE audit SET {column} = substr({before}, 2) || 'x' WHERE number = {number}")
        assert trail.audit.verify().broken == number, column
        unguarded(
            url, f"UPDATE audit SET {column} = (SELECT {column} FROM kept) WHERE number = {number}", "DROP TABLE kept"
        )
    assert trail.audit.verify().broken is None
    moment = "2001-01-01 00:00:00.000000"
    unguarded(url, f"UPDATE audit SET at = '{moment}' WHERE number = {number}")
    assert trail.audit.verify().broken == number


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["DELETE FROM audit WHERE number = 1"], 1),
        (["DELETE FROM audit WHERE number = 3"], 3),
        (["DELETE FROM audit WHERE number = 6"], 6),
        (["DELETE FROM audit WHERE number > 2"], 3),
        (["DELETE FROM audit"], 1),
        (["DELETE FROM audit", "DELETE FROM audit_head"], 1),
        (["DELETE FROM audit WHERE number = 6", "UPDATE audit_head SET rows = 5"], 5),
        (["UPDATE audit_head SET rows = 7"], 6),
        (["DELETE FROM audit_head"], 7),
        (["UPDATE audit SET number = 60 WHERE number = 6"], 6),
        (["UPDATE audit SET number = 0 WHERE number = 2"], 1),
        (["INSERT INTO audit SELECT 7, at, who, what, object, result, mac FROM audit WHERE number = 6"], 7),
    ],
)
def test_rows_that_are_missing_moved_or_put_in_are_found(
    url: str, trail: Store, statements: list[str], broken: int
) -> None:
    """At the beginning, in the middle and at the end, or all of them."""
    unguarded(url, *statements)
    assert trail.audit.verify().broken == broken


def test_a_trail_goes_on_after_a_break_and_stays_broken(url: str, trail: Store) -> None:
    """Whoever edits a row cannot have the next one hide it."""
    unguarded(url, "UPDATE audit SET who = 'nobody' WHERE number = 6")
    trail.cycles.pause("operator:a", "to look")
    assert trail.audit.verify().broken == 6


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'nobody'",
        "UPDATE audit SET who = who WHERE number = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE number = 6",
        "INSERT INTO audit SELECT * FROM audit WHERE number = 6",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_row(url: str, trail: Store, statement: str) -> None:
    """Also for one who has the store's own rights, by mistake."""
    attempts = [statement]
    if url.startswith("sqlite"):
        attempts += ["INSERT OR REPLACE INTO audit SELECT number, at, 'x', what, object, result, mac FROM audit"]
    else:
        attempts += ["TRUNCATE audit"]
    for attempt in attempts:
        place = database(url, utc_now)
        with pytest.raises(StoreError), place.writing() as connection:
            connection.execute(text(attempt))
        place.close()
    assert trail.audit.verify().broken is None
    assert trail.audit.verify().rows == ROWS


def test_a_time_that_is_none_breaks_the_trail_and_not_the_check(url: str, trail: Store) -> None:
    """SQLite keeps any text as a time."""
    if url.startswith("sqlite"):
        unguarded(url, "UPDATE audit SET at = 'yesterday' WHERE number = 4")
        assert trail.audit.verify().broken == 4


def test_another_secret_fits_no_row(url: str, trail: Store) -> None:
    """Who has not the secret cannot write a row that fits."""
    unguarded(url, "DELETE FROM facts")
    with Store.open(url, secret=b"another" * 8, shipped=bundle("first")) as other:
        assert other.audit.verify().broken == 1
    assert SECRET != b"another" * 8
