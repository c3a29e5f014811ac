import numpy as np
import pytest

from drawings import DRAWINGS, drawing
from sutja.learn.augment import Augmentation, augment
from sutja.prepare import prepare

STILL = Augmentation(rotation_deg=0, zoom=0, shift=0)


@pytest.fixture(scope="module")
def glyphs() -> np.ndarray:
    """Return ten glyphs."""
    return prepare([drawing(digit) for digit in DRAWINGS])


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


def test_glyphs_stay_glyphs(glyphs: np.ndarray) -> None:
    """Distorted glyphs are float32 in [0, 1] and keep most of their ink."""
    distorted = augment(np.repeat(glyphs, 20, axis=0), Augmentation(), seeded())
    assert distorted.dtype == np.float32
    assert 0 <= distorted.min() < distorted.max() <= 1
    ratio = distorted.sum((1, 2)) / np.repeat(glyphs, 20, axis=0).sum((1, 2))
    assert 0.7 < ratio.min() < ratio.max() < 1.35


def spread(augmentation: Augmentation) -> tuple[float, float, float]:
    """Return how far a bar is turned (degrees), grown (ratio) and shifted (pixels) at most."""
    bar = np.zeros((500, 28, 28), np.float32)
    bar[:, 13:15, 6:22] = 1
    distorted = augment(bar, augmentation, seeded())
    mass = distorted.sum((1, 2))
    y, x = np.mgrid[:28, :28]
    middle = [(distorted * axis).sum((1, 2)) / mass for axis in (y, x)]
    dy, dx = y - middle[0][:, None, None], x - middle[1][:, None, None]
    moments = [(distorted * a * b).sum((1, 2)) / mass for a, b in ((dy, dy), (dx, dx), (dx, dy))]
    angle = np.degrees(np.arctan2(2 * moments[2], moments[1] - moments[0]) / 2)
    return np.abs(angle).max(), mass.max() / 32, np.abs(middle[1] - 13.5).max()


def test_each_amount_does_its_own() -> None:
    """Rotation, zoom and shift reach what was asked for, and each leaves the other two alone."""
    turned = spread(Augmentation(rotation_deg=10, zoom=0, shift=0))
    grown = spread(Augmentation(rotation_deg=0, zoom=0.1, shift=0))
    shifted = spread(Augmentation(rotation_deg=0, zoom=0, shift=0.1))
    assert turned == pytest.approx((10, 1, 0), abs=0.7)
    assert grown == pytest.approx((0, 1.21, 0), abs=0.05)
    assert shifted == pytest.approx((0, 1, 2.8), abs=0.1)
