"""Models behind the operators' door: shown, compared, promoted and rolled back; and what comes in."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import event

import reviewing
from reviewing import ALIKE, NAME, SWAPPED, Client, Clock, asking, gift, ink, opened, variant
from sutja import Ink
from sutja.bundle import Bundle, draft
from sutja.drift import REFERENCE, Profile
from sutja.holdout import is_held_out
from sutja.prepare import prepare
from sutja.sample import SampleState
from sutja.secret import secret_of
from sutja.service import create_app, watching
from sutja.settings import STORE_NAME, Settings
from sutja.store import Store

PREFIX = "/api/review"
SHIPPED = Bundle.shipped()
OTHER = variant(SHIPPED, ALIKE)
OPERATOR = f"operator:{NAME}"
WHY = "It reads our kiosk better."


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with opened(tmp_path, clock, SHIPPED) as store:
        yield store


@pytest.fixture
def operator(tmp_path: Path, store: Store) -> Iterator[Client]:
    """Give a client who is logged in."""
    with asking(create_app(Settings(home=tmp_path), store)) as client:
        assert client.log_in().status_code == 200
        yield client


def promote(client: Client, bundle: Bundle, generation: int, reason: str = ""):
    body = {"generation": generation, "reason": reason}
    return client.post(f"{PREFIX}/models/{bundle.card.sha256}/promote", json=body)


def judge(store: Store, bundle: Bundle, verdict: str, champion: Bundle = SHIPPED) -> None:
    reviewing.judge(store, bundle.card.sha256, champion.card.sha256, verdict, "the gate's words", {"p": 0.3})


def test_models_are_listed_with_all_that_is_known(operator: Client, store: Store) -> None:
    """Law: champion and candidates with their scores, the gate's verdict, and the whole card with its course."""
    store.bundles.add(OTHER, "cycle:1")
    judge(store, OTHER, "reject")
    listed = operator.get(f"{PREFIX}/models").json()
    assert (listed["champion"], listed["generation"]) == (SHIPPED.card.sha256, 1)
    found = {each["sha"]: each for each in listed["models"]}
    other = found[OTHER.card.sha256]
    assert (other["role"], other["verdict"], other["origin"]) == ("candidate", "reject", "cycle:1")
    assert other["scores"]["test"] == SHIPPED.card.scores["test"].accuracy
    assert found[SHIPPED.card.sha256]["role"] == "champion"
    told = operator.get(f"{PREFIX}/models/{OTHER.card.sha256}").json()
    assert len(told["card"]["training"]["history"]["loss"]) >= 1
    [decision] = told["decisions"]
    assert (decision["verdict"], decision["reason"], decision["numbers"]) == ("reject", "the gate's words", {"p": 0.3})


def test_with_the_gate_no_reason_is_asked(operator: Client, store: Store) -> None:
    """Law: what the gate promotes is promoted by one press."""
    store.bundles.add(OTHER, "cycle:1")
    judge(store, OTHER, "promote")
    assert promote(operator, OTHER, 1).json()["generation"] == 2
    assert store.bundles.active().sha == OTHER.card.sha256


@pytest.mark.parametrize("verdict", ["reject", "hold", None])
def test_against_the_gate_it_takes_a_reason(operator: Client, store: Store, verdict: str | None) -> None:
    """Law: without the gate's word nothing is promoted but with a written reason, which is kept for ever."""
    store.bundles.add(OTHER, "import")
    if verdict:
        judge(store, OTHER, verdict)
    for reason in ("", "   ", "too short", " \n\t  short  \n", "x" * 1001, WHY + 1000 * " "):
        assert promote(operator, OTHER, 1, reason).status_code == 422
    assert store.bundles.active().generation == 1
    assert promote(operator, OTHER, 1, WHY).status_code == 200
    decision = store.decisions.list(candidate=OTHER.card.sha256)[0]
    assert (decision.by, decision.reason, decision.numbers) == (OPERATOR, WHY, {"gate": verdict})
    assert store.bundles.history()[-1].reason == WHY
    assert OPERATOR in {row.who for row in store.audit.list()}


def test_many_models_take_no_more_questions_than_one(operator: Client, store: Store) -> None:
    """Law: the list asks the store as often however many there are, and of one model only its card is read."""

    def asked(path: str) -> list[str]:
        said: list[str] = []
        note = lambda *found: said.append(found[2])  # noqa: E731  # connection, cursor, statement
        event.listen(store._database.engine, "before_cursor_execute", note)
        assert operator.get(f"{PREFIX}/{path}").status_code == 200
        event.remove(store._database.engine, "before_cursor_execute", note)
        return said

    one = f"models/{SHIPPED.card.sha256}"
    before = len(asked("models")), len(asked(one))
    for parameters in range(5):
        store.bundles.add(draft(f"another {parameters}".encode() * 100, "compact", parameters), "cycle:1")
    assert (len(asked("models")), len(asked(one))) == before
    assert all("bundles.sha =" in each for each in asked(one) if "bundles.card" in each)


def test_a_verdict_holds_beside_its_champion_alone(operator: Client, store: Store) -> None:
    """Law: what was better than another champion is not thereby better than this one; nor do operators judge."""
    third = variant(SHIPPED, ALIKE, name="third")
    store.bundles.add(OTHER, "cycle:1")
    store.bundles.add(third, "cycle:2")
    judge(store, OTHER, "promote", champion=third)
    assert promote(operator, OTHER, 1).status_code == 422
    assert promote(operator, OTHER, 1, WHY).status_code == 200
    assert operator.post(f"{PREFIX}/rollback", json={"generation": 2}).status_code == 200
    assert promote(operator, OTHER, 3).status_code == 422


@pytest.mark.parametrize("by", ["command line:kim", OPERATOR])
def test_whoever_promoted_by_hand_is_not_the_gate(operator: Client, store: Store, by: str) -> None:
    """Law: what was promoted against the gate, and rolled back, takes a reason again: the gate has said nothing new."""
    sha = store.bundles.add(OTHER, "cycle:1")
    judge(store, OTHER, "reject")
    store.bundles.promote_by_hand(sha, 1, by, WHY)
    store.bundles.rollback(by)
    listed = {each["sha"]: each for each in operator.get(f"{PREFIX}/models").json()["models"]}
    assert listed[sha]["verdict"] == "reject"
    assert promote(operator, OTHER, 3).status_code == 422
    assert store.bundles.active().generation == 3


def test_who_comes_second_looks_again(operator: Client, store: Store) -> None:
    """Law: where another generation serves than the one that was seen, nothing is changed: 409."""
    store.bundles.add(OTHER, "cycle:1")
    judge(store, OTHER, "promote")
    for generation in (0, 2, 10**9):
        assert promote(operator, OTHER, generation).status_code == 409
    assert promote(operator, SHIPPED, 1, WHY).status_code == 409
    assert promote(operator, OTHER, 1).status_code == 200
    assert promote(operator, OTHER, 1).status_code in (409, 422)
    assert operator.post(f"{PREFIX}/rollback", json={"generation": 1}).status_code == 409
    assert store.bundles.active().generation == 2


def test_a_rollback_leads_back(operator: Client, store: Store) -> None:
    """Law: the champion before reads again, the reason is kept, and before the first there is none: 409."""
    assert operator.post(f"{PREFIX}/rollback", json={"generation": 1}).status_code == 409
    store.bundles.add(OTHER, "cycle:1")
    promote(operator, OTHER, 1, WHY)
    answer = operator.post(f"{PREFIX}/rollback", json={"generation": 2, "reason": "It reads 7 as 1."})
    assert (answer.json()["generation"], answer.json()["sha"]) == (3, SHIPPED.card.sha256)
    newest = operator.get(f"{PREFIX}/models").json()["history"][0]
    assert (newest["kind"], newest["by"], newest["reason"]) == ("rollback", OPERATOR, "It reads 7 as 1.")


def test_a_damaged_model_is_not_promoted(operator: Client, store: Store, tmp_path: Path) -> None:
    """Law: one flipped byte and it neither reads nor compares: 409, and the champion goes on."""
    store.bundles.add(OTHER, "cycle:1")
    broken = bytearray(OTHER.onnx)
    broken[len(broken) // 2] ^= 1
    with sqlite3.connect(tmp_path / STORE_NAME) as database:
        database.execute("UPDATE bundles SET onnx = ? WHERE sha = ?", (bytes(broken), OTHER.card.sha256))
    database.close()
    assert promote(operator, OTHER, 1, WHY).status_code == 409
    assert operator.get(f"{PREFIX}/models/{OTHER.card.sha256}/changes").status_code == 409
    assert operator.get(f"{PREFIX}/models").status_code == 200
    assert store.bundles.active().sha == SHIPPED.card.sha256


def test_every_digit_that_changes_sides_is_shown(operator: Client, store: Store, tmp_path: Path) -> None:
    """Law: of held-out sources alone, those that both read and not alike, on the side on which they are now."""
    swapped = variant(SHIPPED, SWAPPED)
    store.bundles.add(swapped, "cycle:1")
    secret = secret_of(tmp_path)
    names = [f"visitor:v{place}" for place in range(40)]
    held = [name for name in names if is_held_out(name, secret)]
    other = next(name for name in names if name not in held)
    assert held
    ones = [store.samples.give(gift(1, place, source=held[0])).sample for place in range(3)]
    mislabelled = store.samples.give(gift(7, 5, label=1, source=held[0])).sample
    store.samples.give(gift(3, 0, source=held[0]))
    store.samples.give(gift(1, 9, source=other))
    rejected = store.samples.give(gift(7, 11, source=held[0])).sample
    store.samples.move([rejected], SampleState.REJECTED, OPERATOR)
    found = operator.get(f"{PREFIX}/models/{swapped.card.sha256}/changes").json()
    assert (found["count"], found["is_whole"]) == (5, True)
    assert {each["id"] for each in found["broken"]} == set(ones)
    assert [each["id"] for each in found["fixed"]] == [mislabelled]
    assert found["otherwise"] == []
    assert (found["broken"][0]["champion"]["digit"], found["broken"][0]["candidate"]["digit"]) == (1, 7)
    alike = operator.get(f"{PREFIX}/models/{SHIPPED.card.sha256}/changes").json()
    assert (alike["fixed"], alike["broken"], alike["otherwise"]) == ([], [], [])


def test_nothing_held_out_is_nothing_to_compare(operator: Client, store: Store) -> None:
    """Law: without such samples the answer is empty, not an error."""
    store.bundles.add(OTHER, "cycle:1")
    assert operator.get(f"{PREFIX}/models/{OTHER.card.sha256}/changes").json()["count"] == 0


def test_the_overview_names_the_largest_sources(operator: Client, store: Store) -> None:
    """Law: however many visitors there were, fifty rows and one for all others."""
    names = [f"visitor:{place:02}" for place in range(60)]
    store.samples.give_all([gift(1, 0, source=name) for name in names])
    store.samples.give_all([gift(4, 0, source=name) for name in names[10:]])
    found = operator.get(f"{PREFIX}/overview").json()
    assert [(each["name"], each["count"]) for each in found["sources"]] == [(name, 2) for name in names[10:]]
    assert found["others"] == {"name": "others", "sources": 10, "count": 10, "read": 10, "agreed": 10}


def test_the_overview_counts(operator: Client, store: Store, clock: Clock) -> None:
    """Law: samples by day, label and source, with on how many giver and reader agree; who labelled; and the cycles."""
    for place in range(3):
        store.samples.give(gift(7, place, label=1, source="key:kiosk"))
    clock.move(days=1)
    given = store.samples.give(gift(4, 0, source="visitor:v1"))
    store.samples.label([given.sample], 4, OPERATOR)
    store.cycles.finish(store.cycles.begin("me").id, "me", "rejected", "not better")
    found = operator.post(f"{PREFIX}/login", json={"name": NAME, "password": "correct horse battery"})
    assert found.status_code == 200
    found = operator.get(f"{PREFIX}/overview").json()
    assert found["days"] == [
        {"name": "2026-11-21", "count": 3, "read": 3, "agreed": 0},
        {"name": "2026-11-22", "count": 1, "read": 1, "agreed": 1},
    ]
    assert [(each["name"], each["count"]) for each in found["labels"]] == [("1", 3), ("4", 1)]
    assert [(each["name"], each["agreed"]) for each in found["sources"]] == [("key:kiosk", 0), ("visitor:v1", 1)]
    assert found["others"] is None
    assert found["sayers"] == [
        {"name": "giver", "count": 4, "read": 4, "agreed": 1},
        {"name": OPERATOR, "count": 1, "read": 1, "agreed": 1},
    ]
    assert (found["fresh"], found["learn_new"]) == (4, 500)
    assert [(each["state"], each["note"]) for each in found["cycles"]] == [("rejected", "not better")]


def test_the_learning_is_paused_and_goes_on(operator: Client, store: Store) -> None:
    """Law: paused, the store says who did it and why; until somebody lets it go on."""
    assert operator.post(f"{PREFIX}/pause", json={"reason": "holidays"}).status_code == 204
    assert (store.cycles.paused().by, operator.get(f"{PREFIX}/overview").json()["paused"]["reason"]) == (
        OPERATOR,
        "holidays",
    )
    assert operator.post(f"{PREFIX}/unpause").status_code == 204
    assert operator.get(f"{PREFIX}/overview").json()["paused"] is None


# What comes in


def slanted(digit: int, place: int) -> Ink:
    return Ink([[(point.x - 0.6 * point.y, point.y) for point in stroke] for stroke in ink(digit, place).strokes])


def with_reference(home: Path, clock: Clock, kind: str = "strokes") -> Store:
    """Return a store whose champion is familiar with the hand of these tests."""
    glyphs = prepare([ink(place % 10, place * 7 % 401) for place in range(1_000)])
    confidences = 1 - np.random.default_rng(0).beta(0.3, 20, 1_000)
    reference = {kind: Profile.of(glyphs, confidences).to_json()}
    return opened(home, clock, variant(SHIPPED, ALIKE, **{REFERENCE: reference}))


@pytest.mark.parametrize(("draw", "is_alarming"), [(ink, False), (slanted, True)])
def test_another_hand_raises_the_alarm(tmp_path: Path, clock: Clock, draw, is_alarming: bool) -> None:
    """Law: what looks like the training raises none; a slanted hand does, and the feature that shows it comes first."""
    with with_reference(tmp_path, clock) as store, asking(create_app(Settings(home=tmp_path), store)) as client:
        sure = 1 - np.random.default_rng(1).beta(0.3, 20, 260)
        gifts = [
            gift(place % 10, ink=draw(place % 10, place * 11 % 397), confidence=float(sure[place]))
            for place in range(260)
        ]
        store.samples.give_all(gifts)
        client.log_in()
        report = client.get(f"{PREFIX}/drift").json()
        strokes = report["kinds"][0]
        assert (strokes["kind"], strokes["reference"]) == ("strokes", "strokes")
        assert (report["is_alarming"], strokes["count"] >= report["count_min"]) == (is_alarming, True)
        assert strokes["from_before"] is None
        if is_alarming:
            assert strokes["from_training"][0]["feature"] == "lean"
        clock.move(days=8)
        client.log_in()
        assert client.get(f"{PREFIX}/drift").json()["is_alarming"] is False
        assert client.get(f"{PREFIX}/drift", params={"days": 30}).json()["is_alarming"] is is_alarming


def test_a_model_that_knows_no_strokes_is_told_so(tmp_path: Path, clock: Clock) -> None:
    """Law: where the champion was made on pictures alone, strokes are compared with these, and the report says so."""
    with (
        with_reference(tmp_path, clock, "pictures") as store,
        asking(create_app(Settings(home=tmp_path), store)) as client,
    ):
        store.samples.give(gift(4))
        client.log_in()
        assert client.get(f"{PREFIX}/drift").json()["kinds"][0]["reference"] == "pictures"


@pytest.mark.parametrize("reference", [None, "x", {"strokes": {}}, {"canary": {"count": 1, "histograms": {}}}])
def test_a_card_without_a_reference_is_no_error(tmp_path: Path, clock: Clock, reference: object) -> None:
    """Law: an older card has none: then nothing is compared with it, and nothing invented."""
    bundle = variant(SHIPPED, ALIKE, **({} if reference is None else {REFERENCE: reference}))
    with opened(tmp_path, clock, bundle) as store, asking(create_app(Settings(home=tmp_path), store)) as client:
        store.samples.give(gift(4))
        client.log_in()
        assert {each["from_training"] for each in client.get(f"{PREFIX}/drift").json()["kinds"]} == {None}


@pytest.mark.parametrize(("draw", "is_alarming"), [(ink, False), (slanted, True)])
def test_without_a_reference_the_time_before_decides(tmp_path: Path, clock: Clock, draw, is_alarming: bool) -> None:
    """Law: where nothing is known of the training, what is alarming beside the time before is so, and the metric is."""
    bare = variant(SHIPPED, ALIKE)
    with opened(tmp_path, clock, bare) as store, asking(create_app(Settings(home=tmp_path), store)) as client:
        for drawn, days in ((ink, 10), (draw, 0)):
            sure = 1 - np.random.default_rng(days).beta(0.3, 20, 300)
            store.samples.give_all(
                [gift(n % 10, ink=drawn(n % 10, n * 11 % 397 + days), confidence=float(sure[n])) for n in range(300)]
            )
            clock.move(days=days)
        client.log_in()
        report = client.get(f"{PREFIX}/drift").json()
        strokes = report["kinds"][0]
        assert strokes["from_training"] is None
        assert any(each["is_alarming"] for each in strokes["from_before"]) is report["is_alarming"] is is_alarming
        assert any(each.is_alarming for each in watching._points(client.app)) is is_alarming


def test_more_corrections_than_before_raise_the_alarm(operator: Client, store: Store, clock: Clock) -> None:
    """Law: where givers correct more than chance explains, beside the time before, the report is alarming."""
    store.samples.give_all([gift(place % 10, place, read=9 if place % 20 == 3 else place % 10) for place in range(300)])
    clock.move(days=10)
    store.samples.give_all(
        [gift(place % 10, place + 31, read=9 if place % 4 == 3 else place % 10) for place in range(300)]
    )
    operator.log_in()
    report = operator.get(f"{PREFIX}/drift").json()
    assert (report["corrections_alarm"], report["is_alarming"]) == (True, True)
    assert report["now"]["corrected"] > 3 * report["before"]["corrected"] > 0
