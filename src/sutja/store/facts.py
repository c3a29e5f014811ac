"""Facts of a deployment, a name and a text each: whose secret the store is kept under, whether learning is paused."""

from sqlalchemy import Connection, delete, insert, select

from sutja.store.tables import facts


def recall(connection: Connection, name: str) -> str | None:
    """Return a fact, or None."""
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def remember(connection: Connection, name: str, value: str) -> None:
    """Keep a fact in place of the one of that name."""
    forget(connection, name)
    connection.execute(insert(facts).values(name=name, value=value))


def forget(connection: Connection, name: str) -> None:
    """Drop a fact."""
    connection.execute(delete(facts).where(facts.c.name == name))
