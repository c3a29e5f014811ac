"""Bonds: which strokes belong together."""

from sutja.ink import Point, Stroke
from sutja.reading import Box
from sutja.segment.bonds import CORNER_COST, CROSSING, bonds


def stroke(*places: tuple[float, float]) -> Stroke:
    """Return a stroke through places."""
    return tuple(Point(x, y) for x, y in places)


def bond(one: Stroke, other: Stroke) -> float:
    """Return the bond between two strokes of digits that are 100 high."""
    boxes = []
    for each in (one, other):
        x, y = [point.x for point in each], [point.y for point in each]
        boxes.append(Box(min(x), min(y), max(x) - min(x), max(y) - min(y)))
    return bonds((one, other), boxes, 100.0).get((0, 1), 0.0)


def test_strokes_that_cross_are_bound() -> None:
    """Two diagonals cross, whichever was drawn first; so does the stem of a 4."""
    one, other = stroke((0, 0), (60, 100)), stroke((60, 0), (0, 100))
    assert bond(one, other) == bond(other, one) == CROSSING
    assert bond(stroke((50, 0), (0, 60), (80, 60)), stroke((60, 30), (60, 100))) == CROSSING


def test_strokes_side_by_side_are_not() -> None:
    """Two ones have no bond, however near; lines of one direction do not cross where they would meet if prolonged."""
    assert bond(stroke((0, 0), (0, 100)), stroke((10, 0), (10, 100))) == 0
    assert bond(stroke((0, 0), (0, 100)), stroke((30, 20), (10, 40))) == 0


def test_a_corner_is_bound_and_a_dot_is_not() -> None:
    """Ends that meet make a corner; a dot has no direction."""
    assert bond(stroke((0, 100), (0, 0)), stroke((1, 0), (60, 100))) >= CORNER_COST
    assert bond(stroke((0, 0), (0, 100)), stroke((8, 50), (8, 50))) < CROSSING
