"""Secrecy: a store is kept under one secret, and knows it by a seal."""

from datetime import UTC, datetime

from sqlalchemy import Connection, inspect

from sutja.errors import StoreError, UnavailableError
from sutja.store.engine import Database, database, is_taken
from sutja.store.facts import recall, remember
from sutja.store.migrate import version
from sutja.store.seals import is_seal, seal
from sutja.store.tables import VERSION, facts

SECRET = "secret"  # noqa: S105  # the name of a fact


def expect_secret(place: Database) -> None:
    """Keep a seal of the first secret, and refuse another: nothing that the store holds would fit it.

    Raises `StoreError`.
    """
    mine = seal(place.secret, "store")
    with place.reading() as connection:
        known = recall(connection, SECRET)
    if known is None:
        with place.writing() as connection:
            known = recall(connection, SECRET)
            if known is None:
                remember(connection, SECRET, mine)
    if known is not None and not is_seal(known, mine):
        raise StoreError("Expected the secret that this store is kept under. Received another: see SUTJA_HOME.")


def expect_ours(connection: Connection, secret: bytes) -> None:
    """Raise `UnavailableError` unless what took a store's place is a store of this version, kept under its secret."""
    known = recall(connection, SECRET) if version(connection) == VERSION else None
    if known is None or not is_seal(known, seal(secret, "store")):
        raise UnavailableError("Expected the store, or a copy of it, by its name. Received another database.")


def is_kept_under(url: str, secret: bytes) -> bool:
    """Tell whether there is a store at a URL that is kept under a secret. Changes nothing. Raises `StoreError`."""
    if not is_taken(url):
        return False
    there = database(url, lambda: datetime.now(UTC), secret)
    try:
        with there.reading() as connection:
            known = recall(connection, SECRET) if inspect(connection).has_table(facts.name) else None
    finally:
        there.close()
    return known is not None and is_seal(known, seal(secret, "store"))
