import numpy as np
import pytest

from drawings import drawing
from sutja import Ink
from sutja.learn.dataset.pendigits import Penned
from sutja.learn.dataset.traits import TRAITS

SEVEN = [(20, 10), (80, 10), (42, 95)]
LINE = [(50, 5), (50, 95)]


def traits(label: int, *strokes: list[tuple[float, float]]) -> set[str]:
    return {name for name, holds in TRAITS.items() if holds(Penned(Ink(list(strokes)), label, 1))}


def test_sevens() -> None:
    """A level stroke across the middle is a bar; one at the top is the 7's own, and a lone stroke has none."""
    assert "7 with a bar" in traits(7, SEVEN, [(40, 50), (75, 50)])
    assert "7 with a bar" not in traits(7, SEVEN[1:], [(20, 10), (80, 10)])
    assert traits(7, SEVEN) >= {"7 without a bar"}
    assert not traits(4, SEVEN, [(40, 50), (75, 50)]) & {"7 with a bar", "7 without a bar"}


def test_ones() -> None:
    """An upstroke from the left is a flag; a plain line has none, and neither has what begins at the top."""
    assert "1 with a flag" in traits(1, [(25, 40), *LINE])
    assert "1 without a flag" in traits(1, LINE)
    assert "1 with a flag" not in traits(1, [(50, 40), *LINE])


def test_strokes() -> None:
    """A 4 in one stroke and an 8 in two are told by counting."""
    assert "4 in one stroke" in traits(4, [(55, 5), (18, 62), (82, 62)])
    assert "4 in one stroke" not in traits(4, [(55, 5), (18, 62), (82, 62)], [(62, 35), (62, 97)])
    assert "8 in several strokes" in traits(8, LINE, LINE)


@pytest.mark.parametrize(
    ("slant", "name"),
    [(-0.5, "leaning right by more than 15°"), (0.5, "leaning left by more than 15°"), (-0.1, ""), (0.1, "")],
)
def test_leaning(slant: float, name: str) -> None:
    """A 0 that is sheared leans by so much; a little to either side is how people write."""
    [stroke] = drawing(0).strokes
    sheared = np.array([point[:2] for point in stroke]) @ np.array([[1, 0], [slant, 1]])
    leaning = {each for each in TRAITS if each.startswith("leaning")}
    assert traits(0, sheared.tolist()) & leaning == ({name} if name else set())
