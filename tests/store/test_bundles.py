"""Bundles in the store: whole or not at all, and one of them the champion."""

import json
import random

import pytest
from sqlalchemy import text, update

from databases import SECRET, bundle, gift
from sutja import BundleError, ConflictError, Reader, StoreError
from sutja.bundle import Bundle
from sutja.errors import InputError, PausedError
from sutja.store import CycleState, Role, Store, utc_now
from sutja.store.engine import database
from sutja.store.tables import bundles


def test_an_empty_store_takes_the_shipped_bundle(url: str) -> None:
    """It is generation 1, with its row in the history and in the trail, and it reads."""
    with Store.open(url, secret=SECRET) as store:
        champion = store.bundles.active()
        assert champion.generation == 1
        loaded = store.bundles.load(champion.sha)
        assert loaded == Bundle.shipped()
        assert Reader(loaded).bundle.card.sha256 == champion.sha
        assert [(each.generation, each.kind) for each in store.bundles.history()] == [(1, "first")]


def test_a_newer_shipped_bundle_becomes_a_candidate_once(url: str, store: Store) -> None:
    """It is never swapped in; nor does an update that was undone take anything away."""
    before = store.bundles.active()
    for name in ("second", "second", "first"):
        with Store.open(url, secret=SECRET, shipped=bundle(name)) as again:
            assert again.bundles.active() == before
    kept = {each.sha: each for each in store.bundles.list()}
    assert {sha: store.bundles.get(sha) for sha in (*kept, "0" * 64)} == {**kept, "0" * 64: None}
    assert {each.role for each in kept.values()} == {Role.CHAMPION, Role.CANDIDATE}
    second = kept[bundle("second").card.sha256]
    assert (second.role, second.origin, second.verdict) == (Role.CANDIDATE, "shipped", None)


def test_a_promotion_leaves_all_its_traces(store: Store) -> None:
    """Champion, decision with its numbers, history and trail: one transaction."""
    cycle = store.cycles.begin("a")
    sha = store.bundles.add(bundle("second"), "cycle:c1", cycle=cycle)
    assert store.bundles.add(bundle("second"), "cycle:c1", cycle=cycle) == sha
    moved = store.bundles.promote(sha, 1, "cycle:c1", "better", cycle=cycle, numbers={"p": 0.001, "wrong": [3, 1]})
    assert (moved.generation, moved.sha) == (2, sha) == (store.bundles.active().generation, store.bundles.active().sha)
    [decision] = store.decisions.list()
    assert (decision.verdict, decision.candidate, decision.cycle, decision.reason) == (
        "promote",
        sha,
        cycle.id,
        "better",
    )
    assert decision.numbers == {"p": 0.001, "wrong": [3, 1]}
    assert store.audit.list(1)[0].object == sha
    assert {each.role for each in store.bundles.list()} == {Role.CHAMPION, Role.PAST}
    for generation in (0, 1, 3, 2):  # in the last one it is champion already
        with pytest.raises(ConflictError):
            store.bundles.promote(sha, generation, "cycle:c1", "again")
    with pytest.raises(BundleError):
        store.bundles.promote("0" * 64, 2, "cycle:c1", "unknown")
    with pytest.raises(StoreError):
        store.bundles.promote(bundle("first").card.sha256, 2, "cycle:c1", "better", numbers={"p": float("nan")})
    assert len(store.decisions.list()) == 1


def test_a_cycle_that_was_left_adds_decides_and_promotes_nothing(store: Store) -> None:
    """Law: whoever purges what a cycle uses, or pauses the learning, is heard until the very promotion."""
    sample = store.samples.give(gift(1, source="key:kim")).sample
    cycle = store.cycles.begin("a")
    store.cycles.claim(cycle.id, "a", [sample], [sample])
    sha = store.bundles.add(bundle("second"), "cycle:c1", cycle=cycle)
    store.cycles.pause("operator:kim", "the kiosk is being moved")
    with pytest.raises(PausedError, match="operator:kim: the kiosk is being moved"):
        store.bundles.promote(sha, 1, "cycle:c1", "better", cycle=cycle)
    store.cycles.unpause("operator:kim")
    store.samples.purge_source("key:kim", "operator:kim")
    late = (
        lambda: store.bundles.add(bundle("third"), "cycle:c1", cycle=cycle),
        lambda: store.cycles.decide(cycle, store.bundles.active().sha, sha, "reject", "worse", {}),
        lambda: store.bundles.promote(sha, 1, "cycle:c1", "better", cycle=cycle),
    )
    for attempt in late:
        with pytest.raises(ConflictError, match="or it is finished"):
            attempt()
    assert (store.bundles.active().generation, store.decisions.list(), len(store.bundles.list())) == (1, (), 2)


@pytest.mark.parametrize("verdict", [None, "hold", "reject"])
def test_against_the_gate_a_reason_is_written(store: Store, verdict: str | None) -> None:
    """Law: one rule for every door: ten characters where the gate does not promote, none where it does, or back."""
    sha, champion = store.bundles.add(bundle("second"), "test"), store.bundles.active().sha
    if verdict:
        judge(store, sha, champion, verdict)
    for reason in ("", "x", " too short  "):
        with pytest.raises(InputError, match="at least 10 characters"):
            store.bundles.promote_by_hand(sha, 1, "operator:jun", reason)
    assert store.bundles.promote_by_hand(sha, 1, "operator:jun", "  better at sevens ").generation == 2
    newest = store.decisions.list(1)[0]
    assert (newest.reason, newest.cycle, newest.numbers) == ("better at sevens", None, {"gate": verdict})
    store.bundles.rollback("operator:jun")
    judge(store, sha, champion, "promote")
    store.bundles.promote_by_hand(sha, 3, "operator:jun")
    assert [each.reason for each in store.bundles.history()[2:]] == ["No reason was written.", "As the gate says."]


def test_a_rollback_goes_back_one_champion_at_a_time(store: Store) -> None:
    """Not to and fro: the second one goes further back, until there is nothing before."""
    shas = [store.bundles.active().sha, *(store.bundles.add(bundle(name), "test") for name in ("b", "c", "d"))]
    for generation, sha in enumerate(shas[1:3], 1):
        store.bundles.promote(sha, generation, "me", "better")
    assert store.bundles.rollback("me", "worse").sha == shas[1]
    store.bundles.promote(shas[3], 4, "me", "better")
    with pytest.raises(ConflictError):
        store.bundles.rollback("me", "late", expected_generation=4)
    assert [store.bundles.rollback("me", "worse").sha for _ in range(2)] == [shas[1], shas[0]]
    with pytest.raises(ConflictError, match="it is the first"):
        store.bundles.rollback("me", "worse")
    assert store.bundles.active().generation == 7


def test_the_same_model_with_another_card_is_refused(store: Store) -> None:
    """A sha-256 names one bundle; and one that does not hold what its card promises is not taken."""
    with pytest.raises(ConflictError):
        store.bundles.add(bundle("first").with_card(network="other"), "test")
    with pytest.raises(BundleError):
        store.bundles.add(bundle("second").with_card(sha256="0" * 64), "test")


def test_a_damaged_row_is_never_loaded(url: str, store: Store) -> None:
    """Whichever byte of model, card or seal is another, it is neither loaded nor promoted nor rolled back to."""
    place, chance = database(url, utc_now), random.Random(0)
    first, second = store.bundles.active().sha, store.bundles.add(bundle("second"), "test")
    with place.reading() as connection:
        whole = connection.execute(bundles.select().where(bundles.c.sha == second)).mappings().one()
    store.bundles.promote(second, 1, "me", "better")
    store.bundles.rollback("me", "worse")
    for turn in range(60):
        with place.writing() as connection:
            damage = damaged(dict(whole), turn, chance)
            connection.execute(update(bundles).where(bundles.c.sha == second).values(**damage))
        with pytest.raises(BundleError):
            store.bundles.load(second)
        with pytest.raises(BundleError):
            store.bundles.promote(second, 3, "me", "again")
        assert len(store.bundles.list()) == 2
        assert store.bundles.load(store.bundles.active().sha).card.sha256 == first
    with place.writing() as connection:
        connection.execute(update(bundles).where(bundles.c.sha == second).values(**whole))
    assert store.bundles.load(second) == bundle("second")
    place.close()


def damaged(row: dict, turn: int, chance: random.Random) -> dict:
    """Return changes of a row: a flipped bit, a missing end, nothing at all, or another's seal."""
    column = ("onnx", "card")[turn % 2]
    data = bytearray(row[column])
    if turn % 5 == 0:
        return {column: bytes(data[: chance.randrange(len(data))])}
    if turn % 7 == 0:
        return {"seal": chance.choice(["", "0" * 64, "é" * 64])}
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return {column: bytes(data)}


def test_a_bundle_that_somebody_put_in_by_hand_is_never_loaded(url: str, store: Store) -> None:
    """Model and card may fit: without the secret there is no seal."""
    place, forged = database(url, utc_now), bundle("forged")
    with place.writing() as connection:
        row = connection.execute(bundles.select()).mappings().one()
        card = json.dumps(forged.card.to_json()).encode()
        values = {**row, "sha": forged.card.sha256, "onnx": forged.onnx, "card": card}
        connection.execute(bundles.insert().values(**values))
    place.close()
    with pytest.raises(BundleError, match="damaged"):
        store.bundles.load(forged.card.sha256)


def test_verdicts_are_kept_for_ever(url: str, store: Store) -> None:
    """The newest on a bundle stands in the list; no row of theirs is changed or deleted."""
    sha = store.bundles.add(bundle("second"), "test")
    for verdict in ("hold", "reject"):
        judge(store, sha, store.bundles.active().sha, verdict)
    assert [each.verdict for each in store.decisions.list(candidate=sha)] == ["reject", "hold"]
    assert next(each.verdict for each in store.bundles.list() if each.sha == sha) == "reject"
    with pytest.raises(StoreError):
        judge(store, sha, sha, "maybe")
    for table in ("decisions", "promotions"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET reason = ''"):
            refused(url, statement)


def test_the_newest_verdict_beside_a_champion_is_found(store: Store) -> None:
    """Of each candidate one, beside this champion alone, and by a cycle: whoever promotes by hand judges nothing."""
    champion, one, two = store.bundles.active().sha, store.bundles.add(bundle("second"), "test"), "2" * 64
    for candidate, beside, verdict in (
        (one, champion, "hold"),
        (one, champion, "reject"),
        (two, champion, "hold"),
        (one, two, "promote"),
    ):
        judge(store, candidate, beside, verdict)
    store.bundles.promote_by_hand(one, 1, "command line:jun", "better at sevens")
    assert store.decisions.of_the_gate(champion) == {one: "reject", two: "hold"}
    assert store.decisions.of_the_gate(one) == {}


def judge(store: Store, candidate: str, champion: str, verdict: str) -> None:
    """Have a cycle give its verdict, and be over."""
    cycle = store.cycles.begin("a gate")
    for _ in range(2):  # a step that is run again gives it once
        store.cycles.decide(cycle, champion, candidate, verdict, "worse", {"p": 0.3})
    store.cycles.finish(cycle.id, cycle.holder, CycleState.HELD)


def refused(url: str, statement: str) -> None:
    """Hold that the database refuses a statement."""
    place = database(url, utc_now)
    with pytest.raises(StoreError), place.writing() as connection:
        connection.execute(text(statement))
    place.close()
