"""Cycles: one at a time, gone on with by whoever comes after, and each sample new once."""

import pytest

from databases import Clock, gift
from sutja import ConflictError, StoreError
from sutja.sample import SampleState
from sutja.store import CycleState, Store, Wanted


def test_a_second_cycle_waits(store: Store) -> None:
    """While one holds its lease nobody else begins or goes on with it; the holder may."""
    cycle = store.cycles.begin("a", trigger="operator", params={"new": 500})
    assert (cycle.state, cycle.trigger, cycle.params, cycle.results) == ("running", "operator", {"new": 500}, {})
    assert store.cycles.running() == cycle
    for attempt in (lambda: store.cycles.begin("b"), lambda: store.cycles.resume(cycle.id, "b")):
        with pytest.raises(ConflictError, match="that nobody holds"):
            attempt()
    assert store.cycles.begin("a").id == store.cycles.resume(cycle.id, "a").id == cycle.id


def test_a_cycle_whose_holder_died_is_taken_over(store: Store, clock: Clock) -> None:
    """With the results of what was done; the old holder, back from sleep, is told so by whatever it does."""
    cycle = store.cycles.begin("a", lease_s=60)
    store.cycles.record(cycle.id, "a", "snapshot", {"sha": "x"}, lease_s=60)
    clock.wait(seconds=59)
    store.cycles.beat(cycle.id, "a", lease_s=60)
    clock.wait(seconds=60)
    taken = store.cycles.begin("b")
    assert (taken.id, taken.holder, taken.results) == (cycle.id, "b", {"snapshot": {"sha": "x"}})
    late = (
        lambda: store.cycles.beat(cycle.id, "a"),
        lambda: store.cycles.record(cycle.id, "a", "train", {}),
        lambda: store.cycles.finish(cycle.id, "a", CycleState.PROMOTED),
        lambda: store.cycles.claim(cycle.id, "a", [], []),
        lambda: store.cycles.release(cycle.id, "a"),
    )
    for attempt in late:
        with pytest.raises(ConflictError, match="Another took it over"):
            attempt()
    assert store.cycles.get(cycle.id).results == {"snapshot": {"sha": "x"}}


def test_a_cycle_goes_from_process_to_process(store: Store) -> None:
    """Whoever did a step lets go, and the next one takes it."""
    cycle = store.cycles.begin("a")
    store.cycles.release(cycle.id, "a")
    assert store.cycles.resume(cycle.id, "b").holder == "b"


def test_a_step_that_is_done_again_replaces_its_result(store: Store) -> None:
    """And no result is kept that JSON cannot say."""
    cycle = store.cycles.begin("a")
    for loss in (2.0, 1.0):
        cycle = store.cycles.record(cycle.id, "a", "train", {"loss": loss})
    assert cycle.results == {"train": {"loss": 1.0}}
    for wrong in ({"loss": float("nan")}, {"loss": {1}}):
        with pytest.raises(StoreError):
            store.cycles.record(cycle.id, "a", "train", wrong)


def test_a_finished_cycle_stays_finished(store: Store) -> None:
    """The next one is another; nobody goes on with the old one."""
    cycle = store.cycles.begin("a")
    with pytest.raises(StoreError, match="in which a cycle ends"):
        store.cycles.finish(cycle.id, "a", "running")
    ended = store.cycles.finish(cycle.id, "a", CycleState.REJECTED, "worse")
    assert (ended.state, ended.note, ended.finished is not None) == (CycleState.REJECTED, "worse", True)
    with pytest.raises(ConflictError):
        store.cycles.resume(cycle.id, "a")
    with pytest.raises(ConflictError):
        store.cycles.finish(cycle.id, "a", CycleState.PROMOTED)
    other = store.cycles.begin("a")
    assert {each.id for each in store.cycles.list()} == {cycle.id, other.id}
    assert store.cycles.get("nothing") is None
    with pytest.raises(StoreError):
        store.cycles.resume("nothing", "a")


def test_each_sample_counts_as_new_once(store: Store) -> None:
    """Whatever cycles learn from it later; claiming again changes nothing."""
    one, two, three = (store.samples.give(gift(seed)).sample for seed in range(3))
    first = store.cycles.begin("a")
    for _ in range(2):
        assert store.cycles.claim(first.id, "a", [one, two, one, "gone"], [one, two]) == 2
    assert store.samples.fresh() == 1
    store.cycles.finish(first.id, "a", CycleState.REJECTED)
    second = store.cycles.begin("a")
    assert store.cycles.claim(second.id, "a", [two, three], [one, two, three]) == 1
    assert store.cycles.samples_of(second.id) == tuple(sorted((one, two, three)))
    assert store.samples.get(two).cycle == first.id
    assert store.samples.fresh() == 0


@pytest.mark.parametrize("state", [CycleState.FAILED, CycleState.LEFT])
def test_a_cycle_without_a_verdict_used_nothing_up(store: Store, state: CycleState) -> None:
    """What it counted is new again."""
    sample = store.samples.give(gift()).sample
    cycle = store.cycles.begin("a")
    store.cycles.claim(cycle.id, "a", [sample], [sample])
    store.cycles.finish(cycle.id, "a", state)
    assert store.samples.fresh() == 1


def test_many_samples_are_claimed_at_once(store: Store) -> None:
    """More than one statement takes."""
    receipts = store.samples.give_all([gift(seed, source="import:x") for seed in range(520)])
    ids = [each.sample for each in receipts]
    cycle = store.cycles.begin("a")
    assert store.cycles.claim(cycle.id, "a", ids, ids) == 520
    assert len(store.samples.supporters(ids)) == 520 == store.samples.move(ids, SampleState.ACCEPTED, "operator:a")


def test_what_a_cycle_uses_is_found_however_much_it_is(store: Store) -> None:
    """Law: a cycle may use more samples than a statement takes values: PostgreSQL takes 65,535. Only those still there
    are found, and oldest first.
    """
    ids = [store.samples.give(gift(seed)).sample for seed in range(3)]
    cycle = store.cycles.begin("a")
    store.cycles.claim(cycle.id, "a", [], [*ids[:2], *(f"gone-{place}" for place in range(70_000))])
    assert [each.id for each in store.samples.each(Wanted(used_by=cycle.id))] == sorted(ids[:2])
    assert store.samples.count(Wanted(used_by="nothing")) == 0


def test_learning_is_paused_and_goes_on(store: Store, clock: Clock) -> None:
    """Who paused it, when and why can be asked by all."""
    assert store.cycles.paused() is None
    store.cycles.pause("operator:a", "the kiosk is broken")
    store.cycles.pause("operator:b", "still")
    pause = store.cycles.paused()
    assert (pause.by, pause.reason, pause.at) == ("operator:b", "still", clock.now)
    store.cycles.unpause("operator:a")
    assert store.cycles.paused() is None
