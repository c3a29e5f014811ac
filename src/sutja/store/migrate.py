"""Migrating: the one place that changes tables, once, while every other process waits.

Alembic is imported where there is something to migrate only: a service that finds all done need not carry it.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from sutja.errors import StoreError
from sutja.store.engine import Database, database
from sutja.store.tables import VERSION

if TYPE_CHECKING:
    from alembic.config import Config

WAIT_S = 120.0
"""How long one process waits for another's migration."""
MIGRATIONS = Path(__file__).with_name("migrations")


def upgrade(url: str) -> None:
    """Bring a database to this version's tables; where it has them, do nothing. Safe in many processes at once.

    All migrations are one transaction, which holds the writers' lock: the second process waits, and finds all done.
    Raises `StoreError` where a newer version of sutja made the tables.
    """
    place = database(url, lambda: datetime.now(UTC), wait_s=WAIT_S)
    try:
        with place.writing() as connection:
            if version(connection) != VERSION:
                _migrate(connection)
    finally:
        place.close()


def expect_current(place: Database) -> None:
    """Raise `StoreError` where the tables of a database are not those of this version."""
    with place.reading() as connection:
        found = version(connection)
    if found != VERSION:
        raise StoreError(
            f"Expected the store's tables to be of version {VERSION}. Received {found or 'none'}: sutja db upgrade."
        )


def version(connection: Connection) -> str | None:
    """Return the version of the tables in a database, or None where it has none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def configured(connection: Connection | None = None) -> "Config":
    """Return Alembic's configuration, which is not kept in a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest() -> str | None:
    """Return the version of the newest migration."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(configured()).get_current_head()


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(configured(connection), "head")
    except CommandError as error:
        raise StoreError(f"Expected tables of version {VERSION} or older. Received others: {error}.") from error
    except SQLAlchemyError as error:
        raise StoreError(f"Expected to make the store's tables. Received: {type(error).__name__}.") from error
