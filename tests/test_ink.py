import math

import numpy as np
import pytest

from sutja import Ink, InkError, Point


def test_points_know_what_they_were_given() -> None:
    """A point keeps x, y, t and pressure; what was not given is None."""
    ink = Ink([[(1, 2), (3, 4, 5), (6, 7, 8, 0.5)]])
    assert ink.strokes == ((Point(1, 2), Point(3, 4, 5), Point(6, 7, 8, 0.5)),)


def test_json_there_and_back() -> None:
    """An ink survives its JSON, and no point grows on the way."""
    data = [[[1.0, 2.0], [3.0, 4.0, 5.0]], [[6.0, 7.0, 8.0, 0.5]]]
    assert Ink.from_json(data).to_json() == data


def test_what_is_not_known_is_not_made_up() -> None:
    """A pressure without a time keeps its place, and the time stays unknown."""
    data = [[[1.0, 2.0, None, 0.5]]]
    assert Ink.from_json(data).to_json() == data


def test_arrays_are_ink_too() -> None:
    """A stroke may be an array (N, 2)."""
    assert Ink([np.array([[1, 2], [3, 4]])]) == Ink([[(1, 2), (3, 4)]])


def test_a_stroke_without_points_is_none() -> None:
    """Pen-down without a point leaves nothing."""
    assert Ink([[], [(1, 2)]]) == Ink([[(1, 2)]])
    assert not Ink([[], []])


@pytest.mark.parametrize(
    "stroke",
    [
        [[1, 2], [3, 4.5]],
        [[1, 2, 3], [4, 5, 6]],
        [[1, 2, 3, 0.5], [4, 5, 6, 1]],
        [[1, 2, 3], [4, 5, None]],
        [[1, 2], [3, 4, 5]],
        [[1e6, -1e6, 1e300], [1, 2, 1e308], [1, 2, 1e308]],
    ],
)
def test_points_that_are_all_alike_are_no_others(stroke: list[list[float | None]]) -> None:
    """What is checked by the column, as pads send it, is what it would be point by point."""
    assert Ink([stroke]) == Ink([iter(stroke)])  # an iterator is taken point by point
    assert {type(value) for point in Ink([stroke]).strokes[0] for value in point} <= {float, type(None)}


@pytest.mark.parametrize(
    "strokes",
    [
        None,
        7,
        "ink",
        {"strokes": []},
        [7],
        ["ab"],
        [[7]],
        [["12"]],
        [[(1,)]],
        [[(1, 2, 3, 4, 5)]],
        [[("1", "2")]],
        [[(None, 2)]],
        [[(math.nan, 2)]],
        [[(math.inf, 2)]],
        [[(1, 2, math.nan)]],
        [[(1, 2, 3, math.inf)]],
        [[(1e7, 2)]],
        [[[1, 2], [math.nan, 3]]],
        [[[1, 2, 3], [1, 2, math.nan]]],
        [[[1, 2, 3], [1, 2, math.inf], [1, 2, -math.inf]]],
        [[[1, 2], [1, -1e7]]],
        [[[1, 2], ["3", 4]]],
        [[[1, 2], [10**400, 4]]],
        [[(10**400, 2)]],
        [[{"x": 1, "y": 2}]],
        [[(True, 2)]],
        [[[1, 2], [3, False]]],
        [[[1, 2, True], [3, 4, 5]]],
        [[(1, 2, 3, False)]],
        [np.array([[True, False]])],
    ],
)
def test_what_is_no_ink_is_refused(strokes: object) -> None:
    """Anything but lists of finite points is an `InkError`."""
    with pytest.raises(InkError, match="Expected"):
        Ink(strokes)  # type: ignore[arg-type]


def test_repr_does_not_show_what_was_drawn() -> None:
    """What people draw may be a secret: a repr counts, and shows no coordinate."""
    assert repr(Ink([[(12345, 54321)]])) == "<Ink of 1 strokes, 1 points>"
