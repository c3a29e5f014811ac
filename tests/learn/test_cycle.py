"""A whole cycle on a small MNIST: people write digits lying on their side, which the champion cannot read."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from databases import bundle
from learn.mortal import LIMITS, SECRET, TUNING, ask_less, silent
from sutja.bundle import Bundle
from sutja.errors import ConflictError, StoreError, TooFewError, TrainingError
from sutja.holdout import is_held_out
from sutja.learn import sources
from sutja.learn.cycle import (
    STEPS,
    Running,
    Tuning,
    Turn,
    begin,
    blame,
    forget_left,
    go_on,
    holder,
    leaving,
    steps,
    training,
)
from sutja.learn.cycle import given as gifts
from sutja.learn.cycle.parts import GIVEN, diet_of
from sutja.learn.dataset import Mix, mnist_training
from sutja.learn.gate import Limits
from sutja.learn.plan import Diet, Network, Plan
from sutja.learn.train import Outcome, train
from sutja.sample import PIN_SOURCE, Gift, SampleState
from sutja.secret import put_secret
from sutja.store import CycleState, Store, Wanted, upgrade

PLAN = Plan(network=Network.SMALL, diet=Diet.MNIST, epochs=6, batch_size=32, learning_rate=3e-3, seed=3)
SOURCES = 15
FEW = Limits(least_count=0)


_trained: dict[str, Bundle] = {}


@pytest.fixture
def champion(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    """Return a network that has learnt digits as they are."""
    ask_less(monkeypatch)
    if not _trained:
        _trained["champion"] = train(PLAN, data, tmp_path / "champion", silent).bundle
    return _trained["champion"]


@pytest.fixture
def store(champion: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Give a store whose champion that is."""
    url = f"sqlite:///{tmp_path / 'sutja.db'}"
    upgrade(url)
    with Store.open(url, secret=SECRET, shipped=champion) as store:
        yield store


def mirrored(data: Path) -> list[tuple[np.ndarray, int]]:
    """Return digits that are seen in a mirror, with labels."""
    digits, _ = mnist_training(data)
    glyphs = np.round(digits.glyphs[:, :, ::-1] * 255).astype(np.uint8)
    return list(zip(glyphs, digits.labels.tolist(), strict=True))


def upright(data: Path) -> list[tuple[np.ndarray, int]]:
    """Return digits that the champion reads, with labels."""
    digits, _ = mnist_training(data)
    glyphs = np.round(digits.glyphs * 255).astype(np.uint8)
    return list(zip(glyphs, digits.labels.tolist(), strict=True))


def left(store: Store, turn: Turn) -> None:
    """End a cycle without a verdict."""
    held = go_on(store, turn.cycle.id, holder())
    store.cycles.finish(held.id, held.holder, CycleState.LEFT)


def give(store: Store, given: list[tuple[np.ndarray, int]]) -> None:
    """Let fifteen sources with keys give digits, one after another."""
    store.samples.give_all(
        [
            Gift(glyph=glyph, label=label, source=f"key:giver-{place % SOURCES}", consent="1")
            for place, (glyph, label) in enumerate(given)
        ]
    )


@pytest.fixture
def turned(store: Store, data: Path, tmp_path: Path) -> Callable[[], Turn]:
    """Return a function that begins a cycle, or takes it over, as a process of its own would."""

    def begun() -> Turn:
        cycle = begin(store, holder(), "a test", {})
        return Turn(
            store=store,
            cycle=cycle,
            secret=SECRET,
            data=data,
            folder=tmp_path / cycle.id,
            watch=silent,
            say=silent,
            tuning=TUNING,
            limits=LIMITS,
        )

    return begun


@pytest.fixture
def untrained(champion: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no candidate be trained: the champion stands for it, as one that was taught these very samples."""

    def train(turn: Turn) -> dict[str, object]:
        return {"candidate": champion.card.sha256, "epochs": 0, "taught": turn.result("snapshot").get("taught")}

    monkeypatch.setitem(STEPS, "train", train)


def test_what_is_better_is_promoted(store: Store, data: Path, turned: Callable[[], Turn], champion: Bundle) -> None:
    """Digits seen in a mirror are learnt from those who gave them, and whoever is judged by was never trained on."""
    give(store, mirrored(data)[:900])
    turn = turned()
    with Running(turn) as running:
        ended = running.all()
    assert list(ended.results) == list(STEPS)
    assert ended.state is CycleState.PROMOTED, ended.results["gate"]["judgement"]
    active = store.bundles.active()
    assert (active.generation, active.sha) == (2, ended.results["train"]["candidate"])
    frozen = ended.results["snapshot"]
    assert frozen["learnt"] + frozen["held_out"] == ended.results["collect"]["samples"]
    held_out = [each for each in store.samples.each(Wanted()) if is_held_out(each.source, SECRET)]
    assert 0 < frozen["held_out"] <= len(held_out)
    before, now = (ended.results["evaluate"][role]["drawn"]["right"] for role in ("champion", "candidate"))
    assert now > before
    words = Path(ended.results["report"]["report"]).read_text("utf-8")
    assert f"Cycle {ended.id}: promote" in words
    [decision] = store.decisions.list(candidate=active.sha)
    assert (decision.verdict, decision.cycle, decision.champion) == ("promote", ended.id, champion.card.sha256)


def test_what_is_known_already_is_refused(
    store: Store, data: Path, turned: Callable[[], Turn], champion: Bundle
) -> None:
    """Digits that the champion reads anyway make no candidate better: it is refused, in words that are kept."""
    give(store, upright(data)[:300])
    with Running(turned()) as running:
        ended = running.all()
    assert ended.state is CycleState.REJECTED
    assert store.bundles.active().sha == champion.card.sha256
    [decision] = store.decisions.list(candidate=ended.results["train"]["candidate"])
    assert decision.verdict == "reject"
    assert "drawn digits" in decision.reason
    assert store.samples.fresh() == 0  # they were looked at, and are not new again


def test_worse_data_make_no_champion(store: Store, data: Path, turned: Callable[[], Turn], champion: Bundle) -> None:
    """Law: what is learnt from wrong labels is refused, even where a reviewer let all of them through."""
    random = np.random.default_rng(5)
    given = [
        (glyph, label if is_held_out(f"key:giver-{place % SOURCES}", SECRET) else (label + random.integers(1, 10)) % 10)
        for place, (glyph, label) in enumerate(upright(data)[:900])
    ]
    give(store, [(glyph, int(label)) for glyph, label in given])
    store.samples.move([each.id for each in store.samples.each()], SampleState.ACCEPTED, "operator:kim")
    with Running(turned()) as running:
        ended = running.all()
    frozen = ended.results["snapshot"]
    assert (frozen["learnt"] > 500, ended.results["collect"]["quarantined"]) == (True, 0)
    assert ended.state is CycleState.REJECTED
    assert (store.bundles.active().generation, store.bundles.active().sha) == (1, champion.card.sha256)
    [decision] = store.decisions.list()
    assert (decision.verdict, decision.candidate) == ("reject", ended.results["train"]["candidate"])


def test_a_candidate_goes_on_from_the_champion() -> None:
    """Law: a cycle goes on gently from the champion's weights, by its diet; the last epoch is kept."""
    champion, tuning = Bundle.shipped(), Tuning(epochs=5, seed=3)
    plan = training.plan_of(champion, tuning)
    assert (plan.start, plan.network.value) == (champion.card.sha256, champion.card.network)
    assert (plan.epochs, plan.learning_rate, plan.augment) == (5, tuning.learning_rate, tuning.augment)
    assert (plan.diet, plan.patience, plan.seed) == (diet_of(champion), None, 3)


@pytest.mark.parametrize(
    ("champion", "is_from_scratch"), [(Bundle.shipped(), True), (bundle("of another kind"), False)]
)
def test_a_candidate_begins_anew_where_it_is_asked_or_has_to(champion: Bundle, is_from_scratch: bool) -> None:
    """Law: asked for, or where the champion is no network of ours, a new network learns as `sutja train` has it."""
    plan = training.plan_of(champion, Tuning(is_from_scratch=is_from_scratch, epochs=5, seed=3))
    assert plan == Plan(diet=diet_of(champion), patience=None, seed=3)


def killed(folder: Path, data: Path, step: str, moment: str) -> None:
    """Run the cycle in a process of its own until that moment of the step, and `kill -9` it there."""
    command = [sys.executable, "-m", "learn.mortal", str(folder), str(data), step, moment]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        assert process.stdout.readline() == f"{step}\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL: Windows has none")
def test_a_cycle_that_is_killed_in_every_step_is_finished_by_the_next(
    store: Store, data: Path, tmp_path: Path, turned: Callable[[], Turn]
) -> None:
    """Law: `kill -9` within each step, and again when its work is done but not recorded: the next process goes on with
    the same cycle, and the last one comes to the end that a cycle comes to which nobody killed, once.
    """
    give(store, mirrored(data)[:900])
    names = set()
    for step in STEPS:
        for moment in ("begun", "worked"):
            killed(tmp_path, data, step, moment)
            [cycle] = store.cycles.list()
            names.add(cycle.id)
            assert list(cycle.results) == list(STEPS)[: list(STEPS).index(step)]
    time.sleep(1)  # the lease of the last one
    with Running(turned()) as running:
        ended = running.all()
    assert names == {ended.id}
    assert ended.state is CycleState.PROMOTED
    assert store.bundles.active().generation == 2
    assert len(store.decisions.list(candidate=ended.results["train"]["candidate"])) == 1
    assert store.samples.fresh() == 0
    assert store.audit.verify().broken is None


def test_one_cycle_at_a_time(store: Store, data: Path, turned: Callable[[], Turn]) -> None:
    """While one process has a cycle a second one is sent away, and cannot take its steps."""
    turn = turned()
    with pytest.raises(ConflictError, match="nobody holds"):
        turned()
    with pytest.raises(ConflictError):
        go_on(store, turn.cycle.id, holder())


@pytest.mark.parametrize(("count", "said"), [(0, "samples to learn from"), (45, "at least 20 digits")])
def test_too_few_samples_are_not_trained_on(
    store: Store, data: Path, turned: Callable[[], Turn], count: int, said: str
) -> None:
    """Law: where the gate could only hold the candidate, the first step says what is missing, and the cycle is over:
    held, as it would be after the training, and nobody tries again until more came.
    """
    give(store, upright(data)[:count])
    with Running(turned()) as running, pytest.raises(TooFewError, match=said):
        running.all()
    [cycle] = store.cycles.list()
    assert (cycle.state, said in cycle.note, cycle.results) == (CycleState.HELD, True, {})
    assert (store.cycles.running(), store.samples.fresh(), len(store.bundles.list())) == (None, 0, 1)


def test_a_step_wants_those_before_it(turned: Callable[[], Turn]) -> None:
    """The steps have an order, and one that is done is not done again."""
    turn = turned()
    with Running(turn) as running, pytest.raises(StoreError, match="collect"):
        running.step("train")


def test_a_promotion_meanwhile_holds_the_candidate(
    store: Store, data: Path, turned: Callable[[], Turn], tmp_path: Path
) -> None:
    """Whoever was compared with a champion that serves no longer is not promoted over the new one."""
    other = train(replace(PLAN, epochs=1, seed=8), data, tmp_path / "other", silent).bundle
    give(store, mirrored(data)[:900])
    with Running(turned()) as running:
        for step in ("collect", "snapshot", "train", "evaluate", "gate"):
            running.step(step)
        store.bundles.promote(store.bundles.add(other, "import"), 1, "somebody", "by hand")
        ended = running.all()
    assert ended.state is CycleState.HELD
    assert store.bundles.active().sha == other.card.sha256
    assert "Another champion" in ended.note


def test_whoever_pauses_learning_is_heard(store: Store, data: Path, turned: Callable[[], Turn]) -> None:
    """A cycle under way comes to its verdict; nothing is promoted while learning is paused."""
    give(store, mirrored(data)[:900])
    with Running(turned()) as running:
        store.cycles.pause("operator:kim", "the kiosk is being moved")
        ended = running.all()
    assert ended.state is CycleState.HELD
    assert "the kiosk is being moved" in ended.note
    assert store.bundles.active().generation == 1


def purged(store: Store) -> None:
    """Purge what one of the givers gave whose samples are learnt from."""
    source = next(each for each in store.samples.sources() if not is_held_out(each, SECRET))
    assert store.samples.purge_source(source, "operator:kim")


def test_a_purge_stops_the_promotion(store: Store, data: Path, turned: Callable[[], Turn]) -> None:
    """Law: what learnt the purged samples does not serve, even where the gate has said that it may."""
    give(store, mirrored(data)[:900])
    turn = turned()
    with Running(turn) as running:
        for step in ("collect", "snapshot", "train", "evaluate", "gate"):
            found = running.step(step)
        assert found["verdict"] == "promote"
        purged(store)
        with pytest.raises(ConflictError, match="or it is finished"):
            running.step("promote")
    assert (store.bundles.active().generation, store.decisions.list()) == (1, ())
    assert turn.training.exists()
    forget_left(store, turn.folder.parent)
    assert not turn.training.exists()


def test_a_cycle_that_is_left_while_it_trains_adds_no_candidate(
    store: Store, data: Path, turned: Callable[[], Turn], champion: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: what was trained with samples that were purged meanwhile is no model of the store, nor stays on the disk."""

    def train(turn: Turn, *_: object) -> Bundle:
        turn.training.mkdir(parents=True)
        purged(store)
        return champion.with_card(network="another")

    monkeypatch.setattr(training, "candidate_of", train)
    give(store, mirrored(data)[:200])
    turn, kept = turned(), store.bundles.list()
    with Running(turn) as running:
        running.step("collect")
        running.step("snapshot")
        with pytest.raises(ConflictError, match="or it is finished"):
            running.step("train")
    assert store.bundles.list() == kept
    forget_left(store, turn.folder.parent)
    assert not turn.training.exists()


def test_a_cycle_that_is_left_while_it_is_judged_gives_no_verdict(
    store: Store, data: Path, turned: Callable[[], Turn], untrained: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: a verdict is one of a cycle that goes on; what it was found on was purged."""
    judge = steps.judge

    def judged(*parts: object, **more: object) -> object:
        purged(store)
        return judge(*parts, **more)

    monkeypatch.setattr(steps, "judge", judged)
    give(store, mirrored(data)[:200])
    with Running(turned()) as running:
        for step in ("collect", "snapshot", "train", "evaluate"):
            running.step(step)
        with pytest.raises(ConflictError, match="or it is finished"):
            running.step("gate")
    assert store.decisions.list() == ()


def test_what_a_cycle_trained_stays_that_was_not_left(store: Store, turned: Callable[[], Turn]) -> None:
    """Law: only a cycle that was left loses its training; one under way goes on with it, and others keep it."""
    turn = turned()
    for folder in (turn.training, turn.folder.parent / "nobody" / "training"):
        folder.mkdir(parents=True)
    forget_left(store, turn.folder.parent)
    store.cycles.finish(turn.cycle.id, turn.cycle.holder, CycleState.REJECTED)
    forget_left(store, turn.folder.parent)
    assert len(list(turn.folder.parent.glob("*/training"))) == 2


def test_a_sample_that_is_taken_back_is_not_learnt_from(store: Store, data: Path, turned: Callable[[], Turn]) -> None:
    """Whoever deletes a sample between two steps is heard: the training has one less."""
    given = mirrored(data)[:200]
    give(store, given[1:])
    receipt = store.samples.give(Gift(glyph=given[0][0], label=given[0][1], source="key:giver-16", consent="1"))
    turn = turned()
    with Running(turn) as running:
        before = running.step("collect")["samples"]
        assert store.samples.withdraw(receipt.token)
        frozen = running.step("snapshot")
    assert frozen["learnt"] + frozen["held_out"] == before - 1


def test_what_the_champion_cannot_believe_waits_for_a_second_source(
    store: Store, data: Path, turned: Callable[[], Turn]
) -> None:
    """A label that the champion strongly disagrees with is quarantined; a second key lets it out again."""
    sevens = [glyph for glyph, label in upright(data) if label == 7][:30]
    give(store, [*((glyph, 1) for glyph in sevens), *upright(data)[:20]])
    turn = replace(turned(), limits=FEW)
    with Running(turn) as running:
        found = running.step("collect")
        waiting = [each.id for each in store.samples.each(Wanted(states=(SampleState.QUARANTINED,)))]
        assert found["quarantined"] == len(waiting) > 20
        assert found["samples"] == 50 - len(waiting)
    second = [Gift(glyph=glyph, label=1, source="key:second", consent="1") for glyph in sevens]
    store.samples.give_all(second)
    left(store, turn)
    with Running(replace(turned(), limits=FEW)) as running:
        found = running.step("collect")
    assert (found["quarantined"], found["samples"]) == (0, 50)
    assert {store.samples.get(each).state for each in waiting} == {SampleState.NEW}


@pytest.mark.parametrize(
    ("sources", "are_let_out"),
    [
        (("key:a", "visitor:a"), False),
        (("key:a", "visitor:a", "visitor:b", PIN_SOURCE), False),
        (("visitor:a", "visitor:b"), False),
        (("visitor:a", "key:a"), False),
        (("key:a", "key:b"), True),
        (("visitor:a", "key:a", "key:b"), True),
        (("key:a", "import:school"), True),
    ],
)
def test_nobody_vouches_who_costs_nothing(
    store: Store, data: Path, turned: Callable[[], Turn], sources: tuple[str, ...], are_let_out: bool
) -> None:
    """Law: who has a key vouches for nothing by giving it again without: sources that cost nothing are no witnesses.

    What came without a key first comes out as well, once two with keys say the same.
    """
    sevens = [glyph for glyph, label in upright(data) if label == 7][:30]
    for source in sources:
        store.samples.give_all([Gift(glyph=glyph, label=1, source=source, consent="1") for glyph in sevens])
    give(store, upright(data)[:20])  # else there is nothing to learn from
    with Running(replace(turned(), limits=FEW)) as running:
        assert (running.step("collect")["quarantined"] == 0) is are_let_out


def test_nobody_but_a_reviewer_confirms_a_label(store: Store, data: Path, turned: Callable[[], Turn]) -> None:
    """Law: what only the champion's opinion keeps in quarantine comes out where that changes, and is not accepted: the
    next champion may think otherwise. What a reviewer accepted is, whatever any of them thinks.
    """
    give(store, [*upright(data)[:20], *((glyph, 1) for glyph, label in upright(data) if label == 7)][:30])
    every = [each.id for each in store.samples.each()]
    store.samples.move(every[:20], SampleState.QUARANTINED, "cycle:of a champion that read nothing")
    store.samples.move(every[20:], SampleState.ACCEPTED, "operator:kim")
    with Running(replace(turned(), limits=FEW)) as running:
        assert running.step("collect")["samples"] == 30
    states = [store.samples.get(each).state for each in every]
    assert states == [SampleState.NEW] * 20 + [SampleState.ACCEPTED] * 10


def test_a_sample_that_is_rejected_meanwhile_is_not_learnt_from(
    store: Store, data: Path, turned: Callable[[], Turn]
) -> None:
    """Law: a reviewer who rejects a sample between two steps is heard by the next one."""
    give(store, mirrored(data)[:200])
    with Running(turned()) as running:
        before = running.step("collect")["samples"]
        store.samples.move([next(store.samples.each()).id], SampleState.REJECTED, "operator:kim")
        frozen = running.step("snapshot")
    assert frozen["learnt"] + frozen["held_out"] == before - 1


def test_a_rebuild_has_nothing_of_a_source_that_was_purged(
    store: Store,
    data: Path,
    tmp_path: Path,
    turned: Callable[[], Turn],
    champion: Bundle,
    sutja: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Law: a cycle from new weights, after all of a source was purged by the command, gets none of it to learn from;
    the command names the cycle that did, with its candidate. The training is left out, what it is given is looked at.
    """
    glyphs = []

    def train(plan: Plan, *_: object, parts: tuple[Mix, Mix], **__: object) -> Outcome:
        learnt = parts[0].sets[GIVEN]
        glyphs.append({each.tobytes() for each in np.rint(learnt.glyphs * 255).astype(np.uint8)})
        begun.append(plan.start)
        return Outcome(champion, is_interrupted=False)

    begun, name = [], next(f"key:x-{n}" for n in range(99) if not is_held_out(f"key:x-{n}", SECRET))
    monkeypatch.setattr(training, "train", train)
    given = upright(data)[:240]
    theirs = {glyph.tobytes() for glyph, _ in given[:40]}
    store.samples.give_all([Gift(glyph=glyph, label=label, source=name, consent="1") for glyph, label in given[:40]])
    give(store, given[40:])
    with Running(turned()) as running:
        ended = running.all()
    put_secret(tmp_path, SECRET)
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path))
    told = sutja("samples", "purge", "--source", name)
    assert f"40 samples of {name} deleted" in told.out, told.err
    assert f"cycle {ended.id} used some of them and was rejected; its candidate is {champion.card.sha256}" in told.out
    turn = turned()
    with Running(replace(turn, tuning=replace(turn.tuning, is_from_scratch=True))) as running:
        again = running.all()
    assert begun == [champion.card.sha256, None]
    assert (theirs & glyphs[0], theirs & glyphs[1]) == (theirs, set())
    assert len(glyphs[1]) == again.results["snapshot"]["learnt"] == ended.results["snapshot"]["learnt"] - 40
    assert again.results["collect"]["sources"] == ended.results["collect"]["sources"] - 1
    assert name not in Path(again.results["report"]["report"]).with_name("sources.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("is_judged", "code", "ruling"), [(False, "changed", "promote"), (True, "changed_holdouts", "hold")]
)
def test_samples_that_change_while_a_cycle_runs_are_told(
    store: Store,
    data: Path,
    turned: Callable[[], Turn],
    untrained: None,
    is_judged: bool,
    code: str,
    ruling: str,
) -> None:
    """Law: nobody is promoted by other samples than both were measured on; of others that is said."""
    give(store, mirrored(data)[:200])
    turn = turned()
    with Running(turn) as running:
        for step in ("collect", "snapshot", "train", "evaluate"):
            running.step(step)
        used = store.samples.each(Wanted(used_by=turn.cycle.id))
        changed = next(each for each in used if is_held_out(each.source, SECRET) is is_judged)
        store.samples.label([changed.id], (changed.label + 1) % 10, "operator:kim")
        found = running.step("gate")
    reasons = {each["code"]: each["ruling"] for each in found["judgement"]["reasons"]}
    assert {name: reasons[name] for name in reasons if name.startswith("changed")} == {code: ruling}


def test_a_cycle_that_an_older_sutja_left_is_held(
    store: Store, data: Path, turned: Callable[[], Turn], untrained: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: a cycle that was left before an update comes to its end: without knowing what was read, to no promotion."""
    for name in ("snapshot", "train", "evaluate"):
        monkeypatch.setitem(STEPS, name, partial(without, STEPS[name]))
    give(store, mirrored(data)[:200])
    with Running(turned()) as running:
        ended = running.all()
    reasons = {each["code"]: each["ruling"] for each in ended.results["gate"]["judgement"]["reasons"]}
    assert reasons["changed_holdouts"] == "hold"


def without(step: Callable[[Turn], dict[str, object]], turn: Turn) -> dict[str, object]:
    """Return what a step came to, but for what says what it read."""
    return {name: value for name, value in step(turn).items() if name not in ("taught", "hold_out")}


def test_the_report_is_for_all_and_who_gave_for_whoever_runs_it(
    store: Store, data: Path, turned: Callable[[], Turn], untrained: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: a file beside the report says what each source gave; the report, which MLflow gets, names none."""
    monkeypatch.setattr(steps, "suspicion", lambda *_: ["key:giver-1"])
    monkeypatch.setattr(leaving, "SOURCES_MAX", 12)
    give(store, upright(data)[:200])
    with Running(turned()) as running:
        ended = running.all()
    report = Path(ended.results["report"]["report"])
    names = [f"key:giver-{place}" for place in range(SOURCES)]
    told = report.with_name("sources.md").read_text("utf-8")
    assert not [name for name in names if f"{name}`" in report.read_text("utf-8")]
    used = Counter(each.source for each in store.samples.each(Wanted(used_by=ended.id)))
    rows = [line for line in told.splitlines() if line.startswith("| `")]
    assert len(rows) == 12
    for name, count in used.items():
        role = "judged by" if is_held_out(name, SECRET) else "learnt from"
        assert f"| `{name}` | {count} | {role} |" in rows or min(map(_count, rows)) >= count
    assert f"3 more sources gave {sum(used.values()) - sum(map(_count, rows))} samples" in told
    assert "no mark misleads the candidate: `key:giver-1`" in told


def _count(row: str) -> int:
    return int(row.split("|")[2])


def test_a_verdict_outlives_what_is_asked_after_it(
    store: Store, data: Path, turned: Callable[[], Turn], untrained: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: where the search for whoever taught a mark breaks off, the refusal is kept all the same, and once."""

    def broken(*_: object) -> None:
        raise TrainingError("Expected a loss. Received none.")

    monkeypatch.setattr(steps, "suspicion", broken)
    give(store, mirrored(data)[:200])
    with Running(turned()) as running:
        for step in ("collect", "snapshot", "train", "evaluate"):
            running.step(step)
        for _ in range(2):
            with pytest.raises(TrainingError):
                running.step("gate")
    [decision] = store.decisions.list()
    assert decision.verdict == "reject"


def test_a_source_without_whom_nothing_can_be_trained_is_passed_over(
    store: Store, data: Path, turned: Callable[[], Turn], champion: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: one training that fails does not end the search for whoever taught a mark, and is told."""
    asked, said = [], []

    def train(_: Turn, learnt: gifts.Gathered, __: Path) -> Bundle:
        asked.append(set(learnt.given.sources.tolist()))
        if len(asked) == 1:
            raise TrainingError("Expected a loss. Received none.")
        return champion

    def suspects(*parts: object) -> list[str]:
        *_, sources, retrain = parts
        return [each for each in sources if retrain(each) is None]

    monkeypatch.setattr(blame, "SOURCES_TRIED", 2)
    monkeypatch.setattr(blame, "suspects", suspects)
    give(store, mirrored(data)[:200])
    turn = replace(turned(), say=said.append)
    with Running(turn) as running:
        running.step("collect")
    [passed_over] = blame.suspicion(turn, *[None] * 3, train)
    assert (len(asked), passed_over in asked[0], passed_over in asked[1]) == (2, False, True)
    assert f"Without {passed_over} it cannot be trained" in said[-2]


def test_each_step_may_run_on_a_machine_of_its_own(
    store: Store, data: Path, tmp_path: Path, turned: Callable[[], Turn], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: a step that finds no public data fetches what it needs, and says so."""
    homes = tuple(replace(each, homes=((data / each.path).as_uri(),)) for each in sources.MNIST_TRAINING)
    monkeypatch.setattr(sources, "MNIST_TRAINING", homes)
    give(store, mirrored(data)[:200])
    fetching = []
    for step in ("collect", "snapshot", "train", "evaluate", "gate", "promote", "report"):
        said = []
        turn = replace(turned(), data=tmp_path / step, folder=tmp_path / f"folder of {step}", say=said.append)
        with Running(turn) as running:
            running.step(step)
        fetching += [step] if f"Downloading {Path(homes[0].path).name}." in said else []
    assert fetching == ["snapshot", "train", "evaluate", "gate"]
