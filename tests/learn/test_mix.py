from pathlib import Path

import numpy as np
import pytest

from packing import digits_of
from sutja.learn import sources
from sutja.learn.dataset import NO_DIGIT, Dataset, Mix, archives, mixes, mnist_training
from sutja.learn.dataset.bhmsds import SYMBOLS, bhmsds
from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import pendigits
from sutja.learn.plan import Diet
from sutja.prepare import prepare

DIGITS = ("mnist", "strokes", "pen pictures", "photographs")
TRAINING_WRITERS = (1, 2, 5, 6, 7, 12, 14, 15, 16, 19, 20, 21, 22, 24, 25)
NO_DIGITS = ("symbols", "letters", "scribbles", "several", "halves")


def numbered(start: int, count: int) -> Dataset:
    """Return glyphs whose first pixel is their number."""
    glyphs = np.zeros((count, 28, 28), np.float32)
    glyphs[:, 0, 0] = np.arange(start, start + count)
    return Dataset(glyphs, np.zeros(count, np.int64))


@pytest.fixture
def small() -> Mix:
    """Return two sets, of which an epoch has a half and two and a half of each sample."""
    return Mix({"large": numbered(0, 100), "little": numbered(100, 20)}, {"large": 50, "little": 50})


def test_an_epoch_has_its_shares(small: Mix) -> None:
    """An epoch has of each set as many samples as its share: of a large one none twice, of a little one all in turn."""
    chosen = small.epoch(np.random.default_rng(0))
    assert len(chosen) == len(small) == 100
    counts = np.bincount(chosen, minlength=120)
    assert (counts[:100].sum(), counts[:100].max()) == (50, 1)
    assert (counts[100:].sum(), counts[100:].min(), counts[100:].max()) == (50, 2, 3)
    assert (small.whole().glyphs[chosen, 0, 0] == chosen).all()


def test_an_epoch_is_shuffled_by_its_seed(small: Mix) -> None:
    """Same generator, same order; the next epoch has another, and no set comes first."""
    generator = np.random.default_rng(0)
    first, second = small.epoch(generator), small.epoch(generator)
    np.testing.assert_array_equal(first, small.epoch(np.random.default_rng(0)))
    assert (first != second).any()
    assert 10 < (first[:50] < 100).sum() < 40


def test_a_snapshot_knows_every_set(small: Mix) -> None:
    """Another pixel, another name or another order is another snapshot; shares are of the plan, not of the data."""
    sets = dict(small.sets)
    other = Dataset(sets["little"].glyphs.copy(), sets["little"].labels)
    other.glyphs[3, 5, 5] = 0.1
    snapshots = {
        Mix(each, {}).snapshot()
        for each in (
            sets,
            {**sets, "little": other},
            {"large": sets["large"], "least": sets["little"]},
            dict(reversed(sets.items())),
        )
    }
    assert len(snapshots) == 4
    assert Mix(sets, {"large": 1, "little": 1}).snapshot() == small.snapshot()


def test_a_diet_names_what_it_needs() -> None:
    """MNIST alone needs MNIST's training half; the mixed diet pens, photographs and fonts too; neither what tests."""
    assert archives(Diet.MNIST) == sources.MNIST_TRAINING
    mixed = set(archives(Diet.MIXED))
    assert {sources.PENDIGITS, sources.BHMSDS, *sources.FONTS_TRAINING, *sources.FONTS_CALIBRATION} < mixed
    assert not mixed & {*sources.MNIST_TEST, *sources.FONTS_TEST}


def test_the_diet_of_mnist_is_mnist(data: Path) -> None:
    """On MNIST's diet there is nothing but MNIST, and an epoch is all of it."""
    parts = mnist_training(data)
    for alone, part in zip(mixes(data, Diet.MNIST), parts, strict=True):
        assert alone.digests() == {"mnist": part.digest()}
        assert sorted(alone.epoch(np.random.default_rng(0))) == list(range(len(part)))


def test_each_part_has_every_kind(mixed_data: Path) -> None:
    """Both parts have four kinds of digits and five of what is none, without a blank; and no drawing is in both."""
    training, calibration = mixes(mixed_data)
    for made in (training, calibration):
        assert tuple(made.sets) == (*DIGITS, *NO_DIGITS) == tuple(made.shares)
        for name, each in made.sets.items():
            assert (each.glyphs.shape, each.glyphs.dtype) == ((len(each), 28, 28), np.float32)
            assert each.labels.dtype == np.int64
            assert each.glyphs.max((1, 2)).min() > 0.5, f"a blank in {name}"
            assert set(each.labels) <= set(range(10)) if name in DIGITS else set(each.labels) == {NO_DIGIT}
    for name in {*DIGITS, *NO_DIGITS} - {"photographs", "symbols"}:  # here many of these are one stroke
        glyphs = [{glyph.tobytes() for glyph in part.sets[name].glyphs} for part in (training, calibration)]
        assert not glyphs[0] & glyphs[1], name


def test_an_epoch_of_the_mixed_diet(mixed_data: Path) -> None:
    """An epoch has 68,000 samples, however many drawings there are: 30 inks, each as it is and by twelve other hands,
    and each as four pictures.
    """
    made, _ = mixes(mixed_data)
    assert len(made) == 68_000
    assert (len(made.sets["strokes"]), len(made.sets["pen pictures"])) == (30 * 13, 30 * 4)
    labels = [digit for writer in TRAINING_WRITERS for digit in digits_of(writer)]
    np.testing.assert_array_equal(made.sets["strokes"].labels, np.tile(labels, 13))
    np.testing.assert_array_equal(made.sets["pen pictures"].labels, np.tile(labels, 4))


def test_what_calibrates_is_as_it_is(mixed_data: Path) -> None:
    """The calibration part has all that is in it once, inks as they were written; two loads are one snapshot."""
    _, made = mixes(mixed_data)
    assert made.shares == {name: len(each) for name, each in made.sets.items()}
    penned = pendigits(mixed_data, Part.CALIBRATION)
    np.testing.assert_array_equal(made.sets["strokes"].glyphs, prepare([each.ink for each in penned]))
    assert len(made.sets["pen pictures"]) == 2 * len(penned) == 20
    photographed = bhmsds(mixed_data, Part.CALIBRATION)
    np.testing.assert_array_equal(made.sets["photographs"].labels, [each.label for each in photographed])
    assert len(made.sets["symbols"]) == len(bhmsds(mixed_data, Part.CALIBRATION, SYMBOLS)) < 36 - len(photographed)
    assert mixes(mixed_data)[1].snapshot() == made.snapshot()
