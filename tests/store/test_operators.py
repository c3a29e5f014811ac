"""Operators: let in by a password, and for a while."""

import pytest
from sqlalchemy import text

from databases import Clock
from sutja import ConflictError, InputError
from sutja.store import Store, utc_now
from sutja.store.engine import database

PASSWORD = "correct horse battery"  # noqa: S105  # of nobody


def test_a_password_lets_in_and_another_does_not(store: Store) -> None:
    """Nor does another's name, the name of nobody, or the hash; each attempt is on record."""
    store.operators.add("mina", PASSWORD)
    session = store.operators.login("mina", PASSWORD)
    assert store.operators.who(session.token) == "mina"
    assert [each.name for each in store.operators.list()] == ["mina"]
    for name, password in (
        ("mina", PASSWORD + " "),
        ("mina", ""),
        ("nobody", PASSWORD),
        ("MINA", PASSWORD),
        ("", ""),
        ("mina' OR '1'='1", PASSWORD),
        ("mina", "x" * 10**6),
        ("mina", "\ud800"),
        ("\ud800", PASSWORD),
    ):
        assert store.operators.login(name, password) is None
    assert {row.result for row in store.audit.list(9)} == {"refused"}
    assert "nobody" not in {row.who for row in store.audit.list()}


def test_a_session_ends_when_nobody_uses_it_and_after_half_a_day(store: Store, clock: Clock) -> None:
    """15 minutes without a request, or 12 hours in all."""
    store.operators.add("mina", PASSWORD)
    token = store.operators.login("mina", PASSWORD).token
    for _ in range(51):
        clock.wait(minutes=14)
        assert store.operators.who(token) == "mina"
    clock.wait(minutes=6)
    assert store.operators.who(token) is None
    token = store.operators.login("mina", PASSWORD).token
    clock.wait(minutes=15)
    assert store.operators.who(token) is None


def test_a_session_ends_with_a_logout_a_new_password_or_the_operator(store: Store) -> None:
    """At once, wherever it is used."""
    store.operators.add("mina", PASSWORD)
    tokens = [store.operators.login("mina", PASSWORD).token for _ in range(2)]
    store.operators.logout(tokens[0])
    assert [store.operators.who(token) for token in tokens] == [None, "mina"]
    with pytest.raises(ConflictError):
        store.operators.add("mina", PASSWORD)
    store.operators.add("mina", "another horse battery", anew=True)
    assert store.operators.who(tokens[1]) is None
    assert store.operators.login("mina", PASSWORD) is None
    token = store.operators.login("mina", "another horse battery").token
    assert (store.operators.remove("mina", "me"), store.operators.remove("mina", "me")) == (True, False)
    assert store.operators.who(token) is None
    assert store.operators.who("") is None


def test_neither_passwords_nor_tokens_are_kept(url: str, store: Store) -> None:
    """The database has an Argon2id hash and a SHA-256; no repr shows a token."""
    store.operators.add("mina", PASSWORD)
    session = store.operators.login("mina", PASSWORD)
    place = database(url, utc_now)
    with place.reading() as connection:
        hashed = connection.execute(text("SELECT password FROM operators")).scalar()
        kept = connection.execute(text("SELECT token_sha FROM sessions")).scalar()
    place.close()
    assert hashed.startswith("$argon2id$")
    assert PASSWORD not in hashed
    assert session.token not in kept + repr(session)
    assert len(session.token) >= 43


@pytest.mark.parametrize("name", ["", "Mina", "mi na", "-x", "a" * 65, "미나", "a\n", "../x"])
def test_a_name_that_will_not_do_is_refused(store: Store, name: str) -> None:
    """It stands in logs and in the trail."""
    with pytest.raises(InputError, match="Expected a name"):
        store.operators.add(name, PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "a" * 12, "x" * 1025, "abababababab", "\ud800" + PASSWORD])
def test_a_password_that_will_not_do_is_refused(store: Store, password: str) -> None:
    """Too short, too long, or guessed at once; and it is not repeated."""
    with pytest.raises(InputError) as caught:
        store.operators.add("mina", password)
    assert not password or password not in str(caught.value)
