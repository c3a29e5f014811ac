import numpy as np
import pytest

from sutja import Ink
from sutja.learn.dataset import scribbles
from sutja.learn.dataset.scribbles import scribble
from sutja.prepare import prepare


@pytest.fixture(scope="module")
def many() -> list[Ink]:
    """Return 1,500 scribbles."""
    generator = np.random.default_rng(7)
    return [scribble(generator) for _ in range(1500)]


def points(ink: Ink) -> np.ndarray:
    """Return all points of an ink, at even steps along its strokes: (P, 2)."""
    strokes = [np.array([point[:2] for point in stroke]) for stroke in ink.strokes]
    return np.concatenate([np.linspace(each[:-1], each[1:], 9).reshape(-1, 2) for each in strokes])


def straightness(ink: Ink) -> tuple[float, float]:
    """Return how wide an ink is over how long, and how its long side hangs: 0 degrees lies, 90 stands."""
    away = points(ink) - points(ink).mean(0)
    values, axes = np.linalg.eigh(away.T @ away)
    return float(np.sqrt(values[0] / values[1])), float(np.rad2deg(np.arctan2(*np.abs(axes[::-1, 1]))))


def test_the_seed_decides(many: list[Ink]) -> None:
    """The same generator scribbles alike, and no two scribbles of it are the same."""
    generator = np.random.default_rng(7)
    assert [scribble(generator) for _ in range(50)] == many[:50]
    assert len({str(ink.to_json()) for ink in many}) == len(many)


@pytest.fixture(scope="module")
def straight(many: list[Ink]) -> list[tuple[float, float]]:
    """Return the straightness of each."""
    return [straightness(ink) for ink in many]


def test_a_plain_upright_line_is_no_scribble(straight: list[tuple[float, float]]) -> None:
    """A line that stands is a 1: what is drawn as no digit is no line, or lies."""
    for width, slope in straight:
        assert width > 0.08 or slope < 40


def test_lines_that_lie_are_among_them(straight: list[tuple[float, float]]) -> None:
    """A reader has to learn that a line that lies is no 1: some scribbles are just that."""
    assert 0.02 < np.mean([width < 0.08 for width, _ in straight]) < 0.25


def test_no_scribble_is_one_ring(many: list[Ink]) -> None:
    """A ring is a 0: no scribble of one stroke has all of its points as far from its middle."""
    for ink in many:
        if len(ink.strokes) == 1:
            radius = np.hypot(*(points(ink) - points(ink).mean(0)).T)
            assert radius.std() / radius.mean() > 0.1


@pytest.mark.parametrize("shape", sorted(set(scribbles._SHAPES), key=lambda shape: shape.__name__))
def test_each_kind_is_drawn(shape) -> None:
    """Each kind of scribble, whatever the lot, has strokes of two points or more and about the size of the others."""
    for seed in range(100):
        strokes = shape(np.random.default_rng(seed))
        whole = np.concatenate(strokes)
        assert all(stroke.ndim == 2 and len(stroke) >= 2 for stroke in strokes)
        assert np.isfinite(whole).all()
        assert 0.25 < np.ptp(whole, axis=0).max() < 6


def test_a_scribble_has_a_glyph(many: list[Ink]) -> None:
    """Every scribble becomes a glyph with ink in it."""
    glyphs = prepare(many[:300])
    assert (glyphs.max((1, 2)) == 1).all()
    assert (glyphs.sum((1, 2)) > 20).all()
