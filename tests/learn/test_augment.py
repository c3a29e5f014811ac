from dataclasses import fields, replace

import numpy as np
import pytest

from drawings import DRAWINGS, drawing
from sutja.learn.augment import Augmentation, augment
from sutja.prepare import prepare

STILL = Augmentation(
    rotation_deg=0,
    slant=0,
    zoom=0,
    shift=0,
    elastic_px=0,
    thicker_share=0,
    thinner_share=0,
    broken_share=0,
    blotted_share=0,
)


@pytest.fixture(scope="module")
def glyphs() -> np.ndarray:
    """Return ten glyphs."""
    return prepare([drawing(digit) for digit in DRAWINGS])


@pytest.fixture(scope="module")
def many(glyphs: np.ndarray) -> np.ndarray:
    """Return 1,000 glyphs, ten of them over and over."""
    return np.tile(glyphs, (100, 1, 1))


def seeded() -> np.random.Generator:
    """Return a fresh generator."""
    return np.random.default_rng(7)


def test_no_distortion_changes_nothing(glyphs: np.ndarray) -> None:
    """With all amounts zero a glyph stays what it is."""
    np.testing.assert_allclose(augment(glyphs, STILL, seeded()), glyphs, atol=1e-5)


def test_the_seed_decides(glyphs: np.ndarray) -> None:
    """The same generator distorts alike; the next draw distorts otherwise."""
    generator = seeded()
    first, second = augment(glyphs, Augmentation(), generator), augment(glyphs, Augmentation(), generator)
    np.testing.assert_array_equal(first, augment(glyphs, Augmentation(), seeded()))
    assert np.abs(first - second).max() > 0.1


def test_glyphs_stay_glyphs(many: np.ndarray) -> None:
    """Distorted glyphs are float32 in [0, 1] and keep most of their ink; what was given is left as it was."""
    before = many.copy()
    distorted = augment(many, Augmentation(), seeded())
    np.testing.assert_array_equal(many, before)
    assert distorted.dtype == np.float32
    assert 0 <= distorted.min() < distorted.max() <= 1
    ratio = distorted.sum((1, 2)) / many.sum((1, 2))
    assert 0.4 < ratio.min() < ratio.max() < 2
    assert 0.9 < np.median(ratio) < 1.2


def displaced(augmentation: Augmentation, count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Return from how many rows below and columns to the right each pixel was taken: (N, 20, 20) each, of the middle.

    A ramp tells: its brightness at a pixel is the row, or the column, that the pixel came from.
    """
    rows, columns = np.mgrid[:28, :28].astype(np.float32)
    found = [27 * augment(np.tile(axis / 27, (count, 1, 1)), augmentation, seeded()) - axis for axis in (rows, columns)]
    down, right = (each[:, 4:24, 4:24] for each in found)
    return down, right


def slopes(field: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return by how much a displacement grows from row to row, and from column to column: (N,) each."""
    return (field[:, -1] - field[:, 0]).mean(1) / 19, (field[:, :, -1] - field[:, :, 0]).mean(1) / 19


def test_a_turn_turns() -> None:
    """Rotation turns to either side, as far as asked for, and neither moves the middle nor changes the size."""
    down, right = displaced(replace(STILL, rotation_deg=10))
    angle = np.rad2deg(np.arcsin(slopes(right)[0]))
    assert (angle.min(), angle.max()) == pytest.approx((-10, 10), abs=0.3)
    np.testing.assert_allclose(slopes(down)[1], -slopes(right)[0], atol=1e-3)
    np.testing.assert_allclose(slopes(down)[0], np.cos(np.deg2rad(angle)) - 1, atol=1e-3)
    assert np.abs(down.mean((1, 2))).max() < 0.01


def test_a_slant_leans() -> None:
    """Slant shifts rows against each other, to either side, and leaves each row as it is."""
    down, right = displaced(replace(STILL, slant=0.2))
    lean, stretch = slopes(right)
    assert (lean.min(), lean.max()) == pytest.approx((-0.2, 0.2), abs=0.01)
    assert np.abs(stretch).max() < 1e-3
    assert np.abs(down).max() < 1e-3


def test_a_zoom_stretches_each_way_by_itself() -> None:
    """Zoom makes a glyph taller or lower, and for itself wider or narrower, by as much as asked for."""
    down, right = displaced(replace(STILL, zoom=0.1))
    tall, wide = 1 / (1 + slopes(down)[0]), 1 / (1 + slopes(right)[1])
    for each in (tall, wide):
        assert (each.min(), each.max()) == pytest.approx((0.9, 1.1), abs=0.01)
    assert abs(np.corrcoef(tall, wide)[0, 1]) < 0.2


def test_a_shift_moves() -> None:
    """Shift moves the whole glyph by a part of its side, up and down, left and right."""
    for each in displaced(replace(STILL, shift=0.1)):
        assert (each.min(), each.max()) == pytest.approx((-2.8, 2.8), abs=0.1)
        assert np.ptp(each, axis=(1, 2)).max() < 1e-3


def test_an_elastic_map_bends_smoothly() -> None:
    """An elastic map pushes each place its own way, by less than what the knots are pushed, and tears nothing."""
    for each in displaced(replace(STILL, elastic_px=1.4)):
        assert 0.5 < each.std() < 1.4
        assert each.std((1, 2)).mean() > 0.3
        steps = np.concatenate([np.diff(each, axis=1).ravel(), np.diff(each, axis=2).ravel()])
        assert np.quantile(np.abs(steps), 0.999) < 0.7


@pytest.mark.parametrize(
    ("name", "sign"), [("thicker_share", 1), ("thinner_share", -1), ("broken_share", -1), ("blotted_share", 1)]
)
def test_a_share_gets_another_pen_or_a_spot(many: np.ndarray, name: str, sign: int) -> None:
    """The share that is asked for is thickened, thinned, broken or blotted, each in its own sense; the rest stays."""
    change = (augment(many, replace(STILL, **{name: 0.3}), seeded()) - many) * sign
    assert change.min() > -1e-5
    is_changed = change.max((1, 2)) > 0.02
    assert is_changed.mean() == pytest.approx(0.3, abs=0.05)
    share = change[is_changed].sum((1, 2)) / many[is_changed].sum((1, 2))
    assert 0.02 < share.mean() < 0.5
    assert share.max() < 0.9


def test_a_spot_is_a_spot(many: np.ndarray) -> None:
    """A break and a blot lie on ink and change a patch of less than a third of the glyph's side."""
    for name in ("broken_share", "blotted_share"):
        change = np.abs(augment(many, replace(STILL, **{name: 1.0}), seeded()) - many) > 0.1
        for each in change[change.any((1, 2))]:
            rows, columns = np.nonzero(each)
            assert max(np.ptp(rows), np.ptp(columns)) < 10


def test_a_blank_glyph_stays_blank() -> None:
    """Where there is no ink there is nothing to break or to blot."""
    assert not augment(
        np.zeros((50, 28, 28), np.float32), Augmentation(broken_share=0.5, blotted_share=0.5), seeded()
    ).any()


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0, 2.0])
def test_strength_scales_every_amount(glyphs: np.ndarray, strength: float) -> None:
    """At strength 0 nothing is distorted, at 1 as ever, at 2 everything twice as far and twice as often."""
    scaled = Augmentation().scaled(strength)
    for each in fields(Augmentation):
        assert getattr(scaled, each.name) == pytest.approx(strength * getattr(Augmentation(), each.name))
    change = np.abs(augment(glyphs, scaled, seeded()) - glyphs).mean()
    assert (change < 1e-6) if strength == 0 else (0.02 < change / np.sqrt(strength) < 0.2)
