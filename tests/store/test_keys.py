"""API keys and tries: what lets a program in, and how often."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from databases import SECRET, Clock, bundle
from sutja import InputError
from sutja.store import Scope, Store, utc_now
from sutja.store.engine import database


def test_a_key_lets_in_and_another_does_not(store: Store) -> None:
    """By its whole token alone; neither the id, nor another's secret, nor its hash is one."""
    new, other = (store.keys.add(name, [Scope.READ, Scope.PIN]) for name in ("kiosk", "other"))
    assert re.fullmatch(r"[0-9a-f]{12}\.[A-Za-z0-9_-]{43}", new.token)
    found = store.keys.check(new.token)
    assert (found.id, found.name, found.scopes) == (new.key.id, "kiosk", {Scope.READ, Scope.PIN})
    secret, others = new.token.partition(".")[2], other.token.partition(".")[2]
    hashed = hashlib.sha256(secret.encode()).hexdigest()
    for token in ("", ".", new.key.id, secret, f"{new.key.id}.{others}", f"{new.key.id}.{hashed}", new.token + "\n"):
        assert store.keys.check(token) is None
    assert store.keys.check(new.token[:-1] + ("A" if new.token[-1] != "A" else "B")) is None
    assert store.keys.check("ä" * 56) is None


def test_a_key_ends_after_its_days_and_when_it_is_revoked(store: Store, clock: Clock) -> None:
    """90 days unless one says otherwise; revoked at once, once, and on record with who did it."""
    usual, short = store.keys.add("usual", [Scope.READ]), store.keys.add("short", [Scope.READ], days=1)
    clock.wait(days=1)
    assert store.keys.check(short.token) is None
    clock.wait(days=88, hours=23)
    assert store.keys.check(usual.token)
    clock.wait(hours=1)
    assert store.keys.check(usual.token) is None
    fresh = store.keys.add("fresh", [Scope.READ], by="mina")
    assert [store.keys.revoke(fresh.key.id, "jun") for _ in range(2)] == [True, False]
    assert store.keys.revoke("0" * 12, "jun") is False
    assert store.keys.check(fresh.token) is None
    rows = [(row.who, row.what, row.object) for row in store.audit.list(2)]
    name = f"key:{fresh.key.id}"
    assert rows == [("jun", "key revoked", name), ("mina", "key added", f"{name} fresh")]
    assert store.audit.verify().broken is None


def test_neither_the_secret_nor_the_time_of_use_is_kept(url: str, store: Store, clock: Clock) -> None:
    """The database has a SHA-256 and a day; no repr shows the token, and nor does the audit trail."""
    new = store.keys.add("kiosk", [Scope.SAMPLES])
    secret = new.token.partition(".")[2]
    assert store.keys.list()[0].used is None
    store.keys.check(new.token)
    clock.wait(days=1)
    store.keys.check(new.token)
    assert store.keys.list()[0].used == clock().date()
    place = database(url, utc_now)
    with place.reading() as connection:
        kept = repr(connection.execute(text("SELECT * FROM keys")).all())
        trail = repr(connection.execute(text("SELECT * FROM audit")).all())
    place.close()
    assert hashlib.sha256(secret.encode()).hexdigest() in kept
    assert secret not in kept + trail + repr(new) + repr(store.keys.list())


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [("", ["read"], 1), ("Ki osk", ["read"], 1), ("kiosk", [], 1), ("kiosk", ["read"], 0), ("kiosk", ["read"], 3661)],
)
def test_a_key_that_will_not_do_is_refused(store: Store, name: str, scopes: list[str], days: int) -> None:
    """One without a name, a scope or an end is none."""
    with pytest.raises(InputError, match="Expected"):
        store.keys.add(name, map(Scope, scopes), days=days)
    assert store.keys.list() == ()


def test_tries_are_counted_over_a_moving_window(store: Store, clock: Clock) -> None:
    """Of each kind and of each who, in all processes; the wait is until the first of them is over."""
    taken = []
    for _ in range(3):
        taken.append(store.tries.take("pin", "a", 3, 60))
        clock.wait(seconds=10)
    assert taken == [0, 0, 0]
    assert store.tries.take("pin", "a", 3, 60) == 30
    assert store.tries.take("pin", "b", 3, 60) == store.tries.take("login", "a", 3, 60) == 0
    clock.wait(seconds=30)
    assert [store.tries.take("pin", "a", 3, 60), store.tries.take("pin", "a", 3, 60)] == [0, 10]
    store.tries.forget("pin", "a")
    assert store.tries.take("pin", "a", 1, 60) == 0


def test_of_many_tries_at_once_as_many_count_as_one_after_the_other(url: str) -> None:
    """Law: four threads, by a clock that goes: whoever waited for another counts what it did."""
    with (
        Store.open(url, secret=SECRET, shipped=bundle("first")) as store,
        ThreadPoolExecutor(4) as pool,
    ):
        waits_s = list(pool.map(lambda _: store.tries.take("pin", "a", 5, 3600), range(36)))
    assert waits_s.count(0) == 5
    assert all(0 < each <= 3600 for each in waits_s if each)


def test_tries_of_a_machine_whose_clock_is_ahead_count(store: Store, clock: Clock) -> None:
    """By less than a minute, as clocks are; nobody waits longer for it than a whole window."""
    clock.wait(seconds=50)
    assert store.tries.take("pin", "a", 1, 10) == 0
    clock.wait(seconds=-50)
    assert store.tries.take("login", "b", 1, 10) == 0
    assert store.tries.take("pin", "a", 1, 10) == 10


def test_tries_name_nobody_and_do_not_stay(url: str, store: Store, clock: Clock) -> None:
    """Who it was is a keyed hash, gone with the next try after its time; a clock set back locks nobody out."""
    store.tries.take("pin", "203.0.113.9", 3, 60)
    place = database(url, utc_now)

    def kept() -> list[object]:
        with place.reading() as connection:
            return list(connection.execute(text("SELECT who FROM tries")).scalars())

    assert [len(who) for who in kept()] == [64]
    assert hashlib.sha256(b"203.0.113.9").hexdigest() not in kept()
    clock.wait(seconds=60)
    store.tries.take("login", "x", 3, 60)
    assert len(kept()) == 1
    clock.now -= timedelta(days=365)
    assert store.tries.take("login", "x", 1, 60) == 0
    place.close()
