"""Samples: given once, counted once, and gone when they are to be gone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from databases import SECRET, Clock, bundle, gift, glyph
from drawings import DRAWINGS, drawing
from sutja import ConflictError, Ink, InputError, QuotaError, StoreError
from sutja.errors import ClockError
from sutja.prepare import prepare
from sutja.sample import PIN_SOURCE, PNG, SampleState
from sutja.store import BySource, CycleState, Rules, Store, Tally, Wanted
from sutja.store.engine import database
from sutja.store.tables import gifts, labels, samples, tallies

INK = Ink([[(1, 2), (3, 4, 5, 0.5)], [(6, 7)]])


def noisy(of: np.ndarray) -> np.ndarray:
    """Return nearly the same glyph: some grey levels off all over."""
    noise = np.random.default_rng(0).integers(-8, 9, of.shape)
    return np.clip(of.astype(int) + noise, 0, 255).astype(np.uint8)


def test_what_is_given_is_kept(store: Store, clock: Clock) -> None:
    """Every field comes back, with the times of the clock, and the giver's word as its first label."""
    given = gift(label=None, read=9, ink=INK, picture=PNG + b"...", source="key:kiosk-1", confidence=0.25)
    receipt = store.samples.give(given)
    kept = store.samples.get(receipt.sample)
    fields = ("label", "read", "source", "consent", "bundle", "confidence", "ink", "picture")
    assert {name: getattr(kept, name) for name in fields} == {name: getattr(given, name) for name in fields}
    assert (kept.glyph == given.glyph).all()
    assert (kept.created, kept.expires) == (clock.now, datetime(2027, 3, 1, 12, tzinfo=UTC))
    assert (kept.state, kept.double_of, kept.cycle) == (SampleState.NEW, None, None)
    [said] = store.samples.labels(kept.id)
    assert (said.label, said.by, said.at) == (None, "giver", clock.now)


def test_a_retry_makes_no_double(store: Store) -> None:
    """The same key of the same source is the same gift, with the same receipt; another's key is another."""
    first, again = (store.samples.give(gift(key="k")) for _ in range(2))
    assert (first.is_new, again.is_new) == (True, False)
    assert (first.token, first.sample) == (again.token, again.sample)
    assert store.samples.give(gift(key="k", source="visitor:two")).is_new
    assert store.samples.count() == 2
    with pytest.raises(ConflictError):
        store.samples.give(gift(key="k", label=2))
    with pytest.raises(ConflictError):
        store.samples.give(gift(5, key="k"))


def test_a_retry_after_a_withdrawal_brings_nothing_back(store: Store) -> None:
    """A request that arrives twice, the second time after the sample was deleted, leaves it deleted."""
    receipt = store.samples.give(gift(key="k"))
    assert store.samples.withdraw(receipt.token)
    again = store.samples.give(gift(key="k"))
    assert (again.token, again.is_new, again.is_kept) == (receipt.token, False, False)
    assert store.samples.count() == 0


def test_a_retry_after_a_sample_expired_brings_nothing_back(url: str, clock: Clock) -> None:
    """But what a source gave before all of it was purged leaves no trace: it can be given like anything else."""
    with Store.open(url, secret=SECRET, clock=clock, shipped=bundle("first"), rules=Rules(sample_days=1)) as store:
        store.samples.give(gift(key="k"))
        clock.wait(days=2)
        assert store.samples.purge_expired() == 1
        assert not store.samples.give(gift(key="k")).is_kept
        store.samples.purge_source("visitor:one", "somebody")
        again = store.samples.give(gift(key="k"))
        assert (again.is_new, again.is_kept, store.samples.count()) == (True, True, 1)


def test_exact_and_near_doubles_count_once(store: Store) -> None:
    """They are kept, and only the first of them is new; another label or another drawing is no double."""
    drawn = [(each * 255).astype(np.uint8) for each in prepare([drawing(digit) for digit in DRAWINGS])]
    several = [store.samples.give(gift(glyph=each)) for each in drawn]
    assert [each.double_of for each in several] == [None] * len(drawn)
    first = several[0]
    assert store.samples.give(gift(glyph=drawn[0])).double_of == first.sample
    for kept, given in zip(drawn, several, strict=True):
        assert store.samples.give(gift(glyph=noisy(kept), source="visitor:two")).double_of == given.sample
    assert store.samples.give(gift(glyph=drawn[0], label=2)).double_of is None
    assert store.samples.give(gift(glyph=drawn[0], label=None)).double_of is None
    assert (store.samples.count(), store.samples.fresh()) == (2 * len(drawn) + 3, len(drawn) + 2)
    assert store.samples.supporters([first.sample])[first.sample] == {"visitor:one", "visitor:two"}


def test_a_double_stands_in_for_a_sample_that_goes(store: Store, clock: Clock) -> None:
    """It takes over its state as well: nobody gets a refused sample in by withdrawing its original."""
    receipts = []
    for _ in range(3):
        receipts.append(store.samples.give(gift(1)))
        clock.wait(seconds=1)
    first, second, third = receipts
    store.samples.move([first.sample], SampleState.REJECTED, "operator:a")
    store.samples.withdraw(first.token)
    heir = store.samples.get(second.sample)
    assert (heir.double_of, heir.state) == (None, SampleState.REJECTED)
    assert store.samples.get(third.sample).double_of == heir.id
    assert store.samples.fresh() == 0


def test_a_new_label_finds_its_own_doubles(store: Store) -> None:
    """A sample that is labelled anew leaves its doubles, and may be one of another; all labels are kept."""
    seven = store.samples.give(gift(1, label=7))
    one, also_one = store.samples.give(gift(1)), store.samples.give(gift(1))
    assert store.samples.label([one.sample, "nobody"], 7, "operator:a", SampleState.ACCEPTED) == 1
    moved = store.samples.get(one.sample)
    assert (moved.label, moved.double_of, moved.state) == (7, seven.sample, SampleState.ACCEPTED)
    assert store.samples.get(also_one.sample).double_of is None
    assert [(said.label, said.by) for said in store.samples.labels(one.sample)] == [(1, "giver"), (7, "operator:a")]
    with pytest.raises(InputError):
        store.samples.label([one.sample], 10, "operator:a")


def test_a_receipt_deletes_its_sample_and_no_other(url: str, store: Store) -> None:
    """What is deleted is gone with its labels; a receipt that was made up deletes nothing."""
    mine, other = store.samples.give(gift(1)), store.samples.give(gift(2))
    for token in ("", ".", mine.sample, f"{other.sample}.{mine.token.split('.')[1]}", mine.token[:-1], "é" * 40):
        assert store.samples.of_receipt(token) is None
        assert not store.samples.withdraw(token)
    assert store.samples.of_receipt(mine.token).id == mine.sample
    assert store.samples.withdraw(mine.token)
    assert not store.samples.withdraw(mine.token)
    assert store.samples.get(mine.sample) is store.samples.of_receipt(mine.token) is None
    assert store.samples.get(other.sample) is not None
    assert rows(url, labels) == 1


def rows(url: str, table: object) -> int:
    place = database(url, lambda: datetime.now(UTC))
    with place.reading() as connection:
        found = len(connection.execute(table.select()).all())
    place.close()
    return found


def test_quotas_hold_for_one_source_and_for_all_without_a_key(url: str, store: Store, clock: Clock) -> None:
    """A day's quota begins anew with the day; a withdrawal gives nothing back, and an operator has none."""
    with Store.open(url, secret=SECRET, clock=clock, rules=Rules(quota_source=2, quota_keyless=3)) as strict:
        give = strict.samples.give
        receipts = [give(gift(seed, source="visitor:a")) for seed in range(2)]
        strict.samples.withdraw(receipts[0].token)
        with pytest.raises(QuotaError, match="at most 2 samples a day from one source"):
            give(gift(3, source="visitor:a"))
        give(gift(4, source="visitor:b"))
        with pytest.raises(QuotaError, match="at most 3 samples a day without a key"):
            give(gift(5, source="visitor:c"))
        give(gift(6, source="key:a"))
        assert len(strict.samples.give_all([gift(seed, source="import:x") for seed in range(10, 15)])) == 5
        clock.wait(hours=12)
        give(gift(7, source="visitor:a"))


def test_what_is_refused_leaves_no_trace(url: str, store: Store, clock: Clock) -> None:
    """A gift over the quota is not kept; of several gifts all are kept, or none."""
    with Store.open(url, secret=SECRET, clock=clock, rules=Rules(quota_source=1)) as strict:
        strict.samples.give(gift(1, key="a"))
        with pytest.raises(QuotaError):
            strict.samples.give(gift(2, key="b"))
        with pytest.raises(ConflictError):
            strict.samples.give_all([gift(3, key="c"), gift(4, key="a")])
    assert (rows(url, samples), rows(url, gifts), rows(url, labels)) == (1, 1, 1)


def test_samples_are_purged_when_their_time_is_over(url: str, store: Store, clock: Clock) -> None:
    """Not a second before; with their labels, and later with what retries and quotas left."""
    store.samples.give(gift(1, key="k"))
    clock.wait(days=100)
    late = store.samples.give(gift(2))
    clock.wait(days=265, seconds=-1)
    assert store.samples.purge_expired(trusts_clock=True) == 0
    clock.wait(seconds=1)
    assert store.samples.purge_expired() == 1
    assert [each.id for each in store.samples.each()] == [late.sample]
    assert [rows(url, table) for table in (samples, labels, gifts, tallies)] == [1, 1, 0, 0]
    assert store.audit.list(1)[0].what == "samples expired"


@pytest.mark.parametrize(("promised", "now"), [(365, 40), (40, 365)])
def test_the_sooner_of_promise_and_setting_holds(url: str, clock: Clock, promised: int, now: int) -> None:
    """Law: fewer days hold for what is there already; more days keep nothing for longer than its giver was told.

    What is read of a sample says the same, and a digit of a PIN is none of the setting's.
    """
    with Store.open(url, secret=SECRET, clock=clock, shipped=bundle("first"), rules=Rules(sample_days=promised)) as old:
        soon = old.samples.give(gift(1, expires=clock.now + timedelta(days=20))).sample
        given = old.samples.give(gift(2)).sample
        pin = old.samples.give_all([gift(3, source=PIN_SOURCE, confidence=None)])[0].sample
    with Store.open(url, secret=SECRET, clock=clock, rules=Rules(sample_days=now)) as store:
        began = clock.now
        expiries = {each.id: (each.expires - began).days for each in store.samples.each()}
        assert expiries == {soon: 20, given: 40, pin: 29}
        assert store.samples.get(given).expires == began + timedelta(days=40)
        for later, left in (
            (timedelta(days=20), {given, pin}),
            (timedelta(days=20, seconds=-1), {given}),
            (timedelta(seconds=1), set()),
        ):
            clock.now += later
            store.samples.purge_expired()
            assert {each.id for each in store.samples.each()} == left


def test_fewer_days_delete_nothing_by_a_clock_that_jumped(url: str, clock: Clock) -> None:
    """Law: what a lowered setting ends waits like all else where the clock is far ahead of what was believed."""
    with Store.open(url, secret=SECRET, clock=clock, shipped=bundle("first")) as store:
        store.samples.give(gift(1))
    clock.wait(days=80)
    lowered = Rules(sample_days=30)
    with Store.open(url, secret=SECRET, clock=clock, shipped=bundle("first"), rules=lowered) as store:
        with pytest.raises(ClockError):
            store.samples.purge_expired()
        assert store.samples.count() == 1
        assert store.samples.purge_expired(trusts_clock=True) == 1


def test_a_clock_that_jumps_ahead_deletes_nothing(store: Store, clock: Clock) -> None:
    """Law: years ahead at once nothing expires, and the store says so; set right again, all is as it was."""
    store.samples.give(gift(1))
    right = clock.now
    clock.wait(days=3 * 365)
    with pytest.raises(ClockError, match="--trust-clock"):
        store.samples.purge_expired()
    store.ping()
    assert (store.samples.count(), store.is_clock_ahead) == (1, True)
    clock.now = right + timedelta(hours=1)
    assert store.samples.purge_expired() == 0
    store.ping()
    assert not store.is_clock_ahead


def test_a_clock_that_walks_on_is_believed_after_a_week(store: Store, clock: Clock) -> None:
    """Law: whoever was away for a year has to wait seven days of purges, or to say that the date is right; once."""
    store.samples.give(gift(1))
    for _ in range(2):
        clock.wait(days=200)
        with pytest.raises(ClockError):
            store.samples.purge_expired()
        clock.wait(days=7, seconds=-1)
        with pytest.raises(ClockError):
            store.samples.purge_expired()
    clock.wait(days=40)  # away again: the days count anew
    with pytest.raises(ClockError):
        store.samples.purge_expired()
    clock.wait(days=7)
    assert store.samples.purge_expired() == 1
    store.samples.give(gift(2))
    clock.wait(days=366)
    assert store.samples.purge_expired(trusts_clock=True) == 1
    for _ in range(40):  # as a service that is up does it
        clock.wait(days=30)
        assert store.samples.purge_expired() == 0


def test_all_that_a_source_gave_can_be_purged(store: Store) -> None:
    """A double that another source gave stands in; who purged it is on record. A verdict that there is stays."""
    mine = [store.samples.give(gift(seed, source="visitor:a")) for seed in (1, 1, 2)]
    other = store.samples.give(gift(1, source="visitor:b"))
    cycle = store.cycles.begin("me")
    store.cycles.claim(cycle.id, "me", [mine[0].sample], [mine[0].sample])
    store.cycles.finish(cycle.id, "me", CycleState.PROMOTED)
    assert [each.id for each in store.cycles.with_source("visitor:a")] == [cycle.id]
    assert store.cycles.with_source("visitor:b") == ()
    assert store.samples.purge_source("visitor:a", "operator:x") == 3
    [left] = store.samples.each()
    assert (left.id, left.double_of, left.cycle) == (other.sample, None, cycle.id)
    assert store.cycles.samples_of(cycle.id) == (mine[0].sample,)
    assert store.cycles.get(cycle.id).state is CycleState.PROMOTED
    assert store.audit.list(1)[0].who == "operator:x"


def test_a_cycle_that_uses_what_is_purged_ends(store: Store) -> None:
    """Law: nothing that was trained on what an operator purges comes to a verdict; what it counted is new again."""
    mine, other = (store.samples.give(gift(seed, source=f"visitor:{seed}")).sample for seed in (1, 2))
    cycle = store.cycles.begin("me")
    store.cycles.claim(cycle.id, "me", [mine, other], [mine, other])
    store.samples.purge_source("visitor:1", "operator:x")
    ended = store.cycles.get(cycle.id)
    assert (ended.state, ended.finished is not None, "visitor:1" in ended.note) == (CycleState.LEFT, True, True)
    assert (store.cycles.running(), store.samples.fresh()) == (None, 1)
    with pytest.raises(ConflictError):
        store.cycles.record(cycle.id, "me", "train", {})
    assert "cycle finished" in [each.what for each in store.audit.list(2) if each.who == "operator:x"]
    assert store.audit.verify().broken is None


def test_a_cycle_goes_on_without_what_it_does_not_use_or_is_withdrawn(store: Store) -> None:
    """Law: who purges what a cycle never took, and who takes back what they gave, stop no learning."""
    mine, _ = (store.samples.give(gift(seed, source=f"visitor:{seed}")) for seed in (1, 2))
    cycle = store.cycles.begin("me")
    store.cycles.claim(cycle.id, "me", [mine.sample], [mine.sample])
    store.samples.purge_source("visitor:2", "operator:x")
    assert store.samples.withdraw(mine.token)
    assert store.cycles.running().id == cycle.id


def test_of_a_pin_the_day_is_known_and_nothing_to_link_it_by(url: str, store: Store, clock: Clock) -> None:
    """Midnight for a time, no label row, 30 days; ids are random, and the rows lie in their order."""
    for seed in range(20):
        store.samples.give_all([gift(seed, source=PIN_SOURCE, confidence=None)])
        clock.wait(seconds=7)
    kept = list(store.samples.each())
    assert {each.created for each in kept} == {datetime(2026, 3, 1, tzinfo=UTC)}
    assert {each.expires for each in kept} == {datetime(2026, 3, 31, tzinfo=UTC)}
    assert (rows(url, labels), rows(url, gifts), rows(url, tallies)) == (0, 0, 0)
    order = [next(place for place in range(20) if (each.glyph == glyph(place)).all()) for each in kept]
    assert order != sorted(order)
    for more in ({"ink": INK}, {"picture": PNG}, {"key": "k"}, {"confidence": 0.5}):
        with pytest.raises(InputError, match="from a PIN"):
            gift(source=PIN_SOURCE, **{"confidence": None, **more})


def test_pages_go_through_all_samples_once(store: Store, clock: Clock) -> None:
    """In order of time, either way, though others come and go meanwhile."""
    given = []
    for seed in range(7):
        given.append(store.samples.give(gift(seed)).sample)
        clock.wait(seconds=seed % 2)  # some at the same time
    first = store.samples.page(limit=3)
    store.samples.withdraw(store.samples.give(gift(50)).token)
    second = store.samples.page(after=first.after, limit=3)
    third = store.samples.page(after=second.after, limit=3)
    assert sorted(each.id for page in (first, second, third) for each in page.samples) == sorted(given)
    assert third.after is None
    newest = [each.id for each in store.samples.each(Wanted(newest_first=True))]
    assert newest == [each.id for each in store.samples.each()][::-1]
    for after in ("", "x-y", "9" * 40, "1e5-a"):
        with pytest.raises(InputError):
            store.samples.page(after=after)
    for limit in (0, -1, 1001):
        with pytest.raises(InputError):
            store.samples.page(limit=limit)


def test_samples_are_found_and_counted_by_what_they_are(store: Store, clock: Clock) -> None:
    """By label, state, source, day, dispute, double and use; statistics agree."""
    one = store.samples.give(gift(1, label=1, read=7)).sample
    clock.wait(days=1)
    two = store.samples.give(gift(2, label=None, read=None, source="key:k")).sample
    three = store.samples.give(gift(3, label=3, read=None, bundle="", source="import:x")).sample

    def found(**wanted: object) -> set[str]:
        return {each.id for each in store.samples.each(Wanted(**wanted))}

    assert found(labels=[1, None]) == {one, two}
    assert found(labels=[None]) == {two}
    assert found(labels=[]) == found(ids=[]) == set()
    assert found(is_disputed=True) == {one}
    assert found(is_disputed=False) == {two}
    assert found(source="key:k") == {two}
    assert found(from_day=date(2026, 3, 2)) == {two, three}
    assert found(to_day=date(2026, 3, 1)) == {one} == found(ids=[one, "x"])
    assert found(states=[SampleState.QUARANTINED]) == set()
    assert [(each.name, each.count, each.read, each.agreed) for each in store.samples.by_day()] == [
        ("2026-03-01", 1, 1, 0),
        ("2026-03-02", 2, 1, 1),
    ]
    assert [each.name for each in store.samples.by_label()] == ["1", "3", "None"]
    assert [each.name for each in store.samples.by_source(3).largest] == list(store.samples.sources())


def test_the_largest_sources_are_named_and_the_others_counted_together(store: Store) -> None:
    """Those that gave most come first; of the others it is said how many they are."""
    given = [("key:b", 1), ("key:c", 1), ("key:a", 1), ("key:d", 2), ("key:c", 1), ("key:b", 2)]
    for seed, (source, read) in enumerate(given):
        store.samples.give(gift(seed, source=source, read=read))
    found = store.samples.by_source(2)
    assert found.largest == (Tally("key:b", 2, 2, 1), Tally("key:c", 2, 2, 2))
    assert (found.other_count, found.others) == (2, Tally("others", 2, 2, 1))
    assert store.samples.by_source(4).others is None
    assert store.samples.by_source(4, Wanted(source="key:x")) == BySource((), 0, None)


def test_labels_are_counted_by_who_gave_them(store: Store) -> None:
    """Law: of each reviewer, and of all givers together, how many labels there are, and how many are what was read."""
    ids = [store.samples.give(gift(seed, label=label)).sample for seed, label in enumerate((1, 7, None))]
    store.samples.give(gift(5, bundle="", read=None, confidence=None))
    store.samples.label(ids[1:], 1, "operator:jun")
    store.samples.label(ids[:1], None, "operator:kim")
    assert [(each.name, each.count, each.read, each.agreed) for each in store.samples.by_sayer()] == [
        ("giver", 4, 3, 1),
        ("operator:jun", 2, 2, 2),
        ("operator:kim", 1, 1, 0),
    ]


def test_only_learnable_samples_are_fresh(store: Store) -> None:
    """Neither what waits in quarantine nor what was refused makes a cycle due."""
    ids = [store.samples.give(gift(seed)).sample for seed in range(4)]
    assert store.samples.move(ids[:1], SampleState.QUARANTINED, "gate") == 1
    assert store.samples.move(ids[1:2], SampleState.REJECTED, "operator:a") == 1
    assert store.samples.move([*ids[2:3], "nobody"], SampleState.ACCEPTED, "operator:a") == 1
    assert store.samples.fresh() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"label": 10},
        {"label": -1},
        {"label": "1"},
        {"label": True},
        {"read": 1.0},
        {"glyph": np.zeros((28, 28), np.uint8)},
        {"glyph": np.ones((28, 27), np.uint8)},
        {"glyph": np.ones((28, 28), np.float32)},
        {"source": "visitor"},
        {"source": "visitor:"},
        {"source": "visitor:a b"},
        {"source": "key:" + "a" * 129},
        {"source": "visitor:a\n"},
        {"consent": ""},
        {"consent": "x" * 65},
        {"confidence": float("nan")},
        {"confidence": 1.5},
        {"key": ""},
        {"key": "k" * 201},
        {"picture": b"GIF89a"},
        {"picture": PNG + bytes(1 << 20)},
        {"ink": Ink([[(1, 1)] * 20_001])},
    ],
)
def test_what_no_store_should_keep_is_refused(changes: dict[str, object]) -> None:
    """A gift that makes no sense is none."""
    with pytest.raises(InputError):
        gift(**changes)


def test_text_that_no_database_takes_is_refused(store: Store) -> None:
    """A key may be any text; what stands in a row has to be text that can be written."""
    assert store.samples.give(gift(key="\ud800")).is_new
    with pytest.raises(StoreError):
        store.samples.give(gift(2, consent="\ud800"))
    assert store.samples.count() == 1


def test_a_sample_shows_neither_its_label_nor_its_glyph(store: Store) -> None:
    """It may be a digit of a PIN."""
    kept = store.samples.get(store.samples.give(gift(label=8, read=8)).sample)
    for shown in (repr(kept), repr(gift(label=8)), repr(replace(gift(label=8), key="key-9"))):
        assert "label" not in shown
        assert "glyph" not in shown
        assert "key-9" not in shown
