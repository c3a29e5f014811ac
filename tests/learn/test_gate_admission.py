"""What the champion strongly disagrees with waits; nobody weighs more than may be; doubtful labels raise an alarm."""

import numpy as np
import pytest
from hypothesis import given as hypothetical
from hypothesis import settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from judged import ByHeart, numbered
from sutja.learn.dataset import Dataset
from sutja.learn.gate import Given, Ruling, admit, alarm, weights
from sutja.learn.gate.alarm import doubts, label_issues


def given(
    labels: np.ndarray, sources: list[str], keyless: tuple[str, ...] = (), glyphs: np.ndarray | None = None
) -> Given:
    """Return samples of those sources, which nobody else has labelled or reviewed."""
    names = np.array(sources, np.str_)
    glyphs = numbered(np.arange(len(labels))) if glyphs is None else glyphs
    no, ones = np.zeros(len(labels), bool), np.ones(len(labels), np.int64)
    return Given(Dataset(glyphs, np.asarray(labels, np.int64)), names, np.isin(names, keyless), ones, no)


def likelihoods(*values: float) -> ByHeart:
    """Return a champion that gives the label 3 of glyph n the nth of these probabilities."""
    table = np.zeros((len(values), 11), np.float32)
    table[:, 3] = values
    table[:, 8] = 1 - np.array(values)
    return ByHeart(table, "champion")


def test_strong_disagreement_waits() -> None:
    """Below one in twenty a label waits; doubt is no disagreement."""
    found = admit(likelihoods(0.99, 0.5, 0.06, 0.04, 0.0), given([3] * 5, ["a"] * 5))
    assert found.is_admitted.tolist() == [True, True, True, False, False]
    np.testing.assert_allclose(found.likelihoods, [0.99, 0.5, 0.06, 0.04, 0.0], atol=1e-6)


def test_two_sources_or_a_reviewer_let_it_out() -> None:
    """One witness may be the giver; two are enough, and so is one reviewer."""
    samples = given([3] * 4, ["a", "b", "c", "d"])
    told = Given(samples.samples, samples.sources, samples.is_keyless, np.array([1, 2, 1, 5]), np.eye(4, dtype=bool)[2])
    assert admit(likelihoods(0, 0, 0, 0), told).is_admitted.tolist() == [False, True, True, True]


def test_nothing_given_is_nothing_admitted() -> None:
    """An empty cycle has nothing to quarantine, to weigh or to warn of."""
    nothing = given([], [])
    assert len(admit(likelihoods(0.5), nothing).is_admitted) == 0
    assert len(weights(nothing, np.full(11, 100.0))) == 0
    assert alarm(nothing, Dataset(numbered(np.arange(3)), np.arange(3))).ruling is Ruling.PROMOTE


def test_arrays_have_to_go_together() -> None:
    """Four samples by three sources are a mistake of whoever asks."""
    with pytest.raises(ValueError, match="one length"):
        given([1, 2, 3, 4], ["a", "b", "c"])


BASE = np.full(11, 5000.0)


def test_below_the_caps_everything_weighs_whole() -> None:
    """Ten keyed sources of fifty beside 55,000 base digits are left as they are."""
    labels = np.arange(500) % 10
    np.testing.assert_array_equal(weights(given(labels, [f"s{n // 50}" for n in range(500)]), BASE), 1)


def test_one_source_has_at_most_a_hundredth() -> None:
    """Of 9,900 base digits and 1,000 by one source, this one weighs as much as makes a hundredth of the whole."""
    labels = np.arange(1000) % 10
    found = weights(given(labels, ["a"] * 1000), np.full(11, 900.0))
    assert found.sum() == pytest.approx(100, rel=1e-6)
    np.testing.assert_allclose(found, found[0])  # all a little less, none chosen over another


def test_all_keyless_sources_have_at_most_a_tenth() -> None:
    """Two thousand people without a key, one digit each, weigh a tenth together; with keys they weigh whole."""
    labels, names = np.arange(2000) % 10, [f"s{n}" for n in range(2000)]
    base = np.full(11, 900.0)
    assert weights(given(labels, names, tuple(names)), base).sum() == pytest.approx(1100, rel=1e-6)
    assert weights(given(labels, names), base).sum() == 2000


def test_one_digit_has_at_most_half_as_much_again() -> None:
    """Where all give sevens, sevens get as far as 15 % of the whole, base data included."""
    base = np.full(11, 1000.0)
    found = weights(given([7] * 3000, [f"s{n}" for n in range(3000)]), base)
    assert (base[7] + found.sum()) / (base.sum() + found.sum()) == pytest.approx(0.15, rel=1e-6)


@settings(max_examples=60, deadline=None)
@hypothetical(st.data())
def test_no_group_ever_exceeds_its_cap(data: st.DataObject) -> None:
    """Whoever gives whatever: the caps hold of what comes out, and nobody weighs more than one or less than nothing."""
    count = data.draw(st.integers(1, 150))
    source = data.draw(st.lists(st.sampled_from("abcdefgh"), min_size=count, max_size=count))
    labels = np.array(data.draw(st.lists(st.integers(0, 10), min_size=count, max_size=count)))
    keyless = tuple(data.draw(st.sets(st.sampled_from("abcdefgh"))))
    base = np.array(data.draw(st.lists(st.integers(0, 300), min_size=11, max_size=11)), float)
    samples = given(labels, source, keyless)
    found = weights(samples, base)
    whole = found.sum() + base.sum()
    slack = 1e-6 * whole + 1e-12
    assert (found >= 0).all()
    assert (found <= 1).all()
    assert all(found[samples.sources == name].sum() <= 0.01 * whole + slack for name in set(source))
    assert found[samples.is_keyless].sum() <= 0.10 * whole + slack
    for digit in range(10):
        weight = found[labels == digit].sum()
        assert weight <= slack or weight + base[digit] <= 0.15 * whole + slack


def by_hand(labels: np.ndarray, probabilities: np.ndarray) -> list[bool]:
    """Return what confident learning says, one sample after the other."""
    thresholds = {k: np.mean([p[k] for p, y in zip(probabilities, labels, strict=True) if y == k]) for k in set(labels)}
    found = []
    for row, label in zip(probabilities, labels, strict=True):
        reached = [k for k in thresholds if row[k] >= thresholds[k]]
        found.append(bool(reached) and max(reached, key=lambda k: (row[k], -k)) != label)
    return found


def test_confident_learning_is_as_written() -> None:
    """On random labels and probabilities it says what the paper's rule says by hand."""
    random = np.random.default_rng(1)
    for _ in range(20):
        labels = random.integers(0, 4, 60)
        probabilities = (
            random.dirichlet(np.ones(4), 60) * 0.5 + 0.5 * np.eye(4)[(labels + (random.random(60) < 0.2)) % 4]
        )
        assert label_issues(labels, probabilities).tolist() == by_hand(labels, probabilities)


@pytest.fixture(scope="module")
def scans() -> Dataset:
    digits = load_digits()
    images = np.pad(np.kron(digits.images / 16, np.ones((2, 2))), ((0, 0), (6, 6), (6, 6)))
    return Dataset(images.astype(np.float32), digits.target.astype(np.int64))


def test_flipped_labels_raise_an_alarm(scans: Dataset) -> None:
    """Honest samples raise none; where two of eight sources call every digit another, theirs are the ones named."""
    base, new = scans[:1000], scans[1000:]
    sources = [f"s{n % 8}" for n in range(len(new))]
    honest = alarm(given(new.labels, sources, glyphs=new.glyphs), base)
    assert (honest.ruling, honest.code) == (Ruling.PROMOTE, "labels")
    assert honest.numbers["share"] <= 0.05
    is_flipped = np.arange(len(new)) % 8 < 2
    flipped = given(np.where(is_flipped, (new.labels + 3) % 10, new.labels), sources, glyphs=new.glyphs)
    assert alarm(flipped, base).ruling is Ruling.HOLD
    named = doubts(flipped, base).is_doubtful
    assert named[is_flipped].mean() > 0.8
    assert named[~is_flipped].mean() < 0.05


def test_nobody_vouches_for_themselves(scans: Dataset) -> None:
    """Whoever sends the same wrong digit a hundred times has a hundred neighbours, none of whom counts."""
    base, seven = scans[:1000], scans[1000:][scans.labels[1000:] == 7]
    liar = given(np.ones(len(seven)), ["liar"] * len(seven), glyphs=seven.glyphs)
    assert alarm(liar, base).numbers["share"] > 0.9


def test_few_samples_raise_no_alarm(scans: Dataset) -> None:
    """One wrong label of three is a third, and says nothing."""
    few = given([1, 1, 1], ["a"] * 3, glyphs=scans.glyphs[:3])
    assert alarm(few, scans[3:]).ruling is Ruling.PROMOTE
