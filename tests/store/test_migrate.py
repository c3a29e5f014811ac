"""Migrating: once, whole, and by whoever comes first."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from databases import SECRET, bundle, start
from sutja import StoreError
from sutja.store import Store, upgrade, utc_now
from sutja.store.engine import database
from sutja.store.migrate import newest
from sutja.store.tables import VERSION, metadata


def test_a_fresh_database_gets_the_tables_that_queries_name(empty_url: str) -> None:
    """The migrations make just what `tables` says, and a second upgrade changes nothing."""
    for _ in range(2):
        upgrade(empty_url)
        place = database(empty_url, utc_now)
        with place.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        place.close()
    assert newest() == VERSION


def test_eight_processes_upgrade_at_once(empty_url: str) -> None:
    """All of them are done without an error, and the tables are made once."""
    processes = [start("upgrading.py", empty_url) for _ in range(8)]
    assert [each.stdout.readline() for each in processes] == ["ready\n"] * 8
    for each in processes:
        each.stdin.write("go\n")
    assert [each.communicate()[0] for each in processes] == ["done\n"] * 8
    assert [each.returncode for each in processes] == [0] * 8
    with Store.open(empty_url, secret=SECRET, shipped=bundle("first")) as store:
        assert store.bundles.active().generation == 1


def test_tables_that_are_missing_or_newer_are_refused(empty_url: str) -> None:
    """A store without tables is not opened, and says what to run; nor is one that a newer version made."""
    with pytest.raises(StoreError, match="Received none: sutja db upgrade"):
        Store.open(empty_url, secret=SECRET)
    upgrade(empty_url)
    place = database(empty_url, utc_now)
    with place.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    place.close()
    with pytest.raises(StoreError, match="Received 9999"):
        Store.open(empty_url, secret=SECRET)
    with pytest.raises(StoreError, match="or older"):
        upgrade(empty_url)


def test_a_migration_that_fails_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All tables are made, or none: the next upgrade begins anew."""
    monkeypatch.setattr("alembic.op.create_index", None)
    with pytest.raises(TypeError):
        upgrade(empty_url)
    monkeypatch.undo()
    upgrade(empty_url)
    with Store.open(empty_url, secret=SECRET, shipped=bundle("first")) as store:
        assert store.bundles.active().generation == 1


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """The error says so, and the file stays as it was."""
    path = tmp_path / "store.db"
    path.write_bytes(b"not a database, but a letter" * 100)
    with pytest.raises(StoreError, match="not a database"):
        upgrade(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"not a database")
