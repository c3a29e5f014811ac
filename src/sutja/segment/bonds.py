"""Bonds: how much speaks for it that two strokes belong to one digit, whatever else is read.

Strokes of one digit mostly cross; those of neighbours hardly ever do, even where they touch. Plain arithmetic on the
points, so that another language can repeat it.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Stroke
from sutja.reading import Box
from sutja.segment.boxes import gap_between, shared_width

Bonds: TypeAlias = Mapping[tuple[int, int], float]
"""By the places of two primitives, the lower one first, what it costs to part them; 0 where they are not named."""

POINTS = 32  # of a stroke, by which its course is known
REACH = 10  # a stroke has no bond with one farther from it, in their order
CROSSING = 2.9  # what it costs to part strokes that cross; still less than to take both for no digit
# In heights of the line's digits.
NEAR = 0.12  # strokes that come so close may be one digit if one stands over the other
CORNER = 0.04  # ends of strokes that come so close make a corner
CORNER_COST = 1.0
OVER, OVER_COST = (0.5, 0.85), 0.6  # shares of the narrower one's width that is also the other's, from nothing to all

Courses: TypeAlias = NDArray[np.float64]
"""(N, POINTS, 2) float64: points of N strokes, evenly by their numbers."""


def bonds(strokes: Sequence[Stroke], boxes: Sequence[Box], height: float) -> dict[tuple[int, int], float]:
    """Return the bonds between strokes of one line, with their boxes, whose digits are about as high as `height`."""
    pairs = [
        (one, other)
        for one in range(len(strokes))
        for other in range(one + 1, min(one + REACH, len(strokes)))
        if gap_between(boxes[one], boxes[other]) <= NEAR * height
    ]
    if not pairs:
        return {}
    courses = _courses(strokes)
    ones, others = (courses[[pair[side] for pair in pairs]] for side in (0, 1))
    crossing = _cross(ones, others).tolist()
    near = (_least_distance(ones, others) <= NEAR * height).tolist()
    corner = (_least_distance(ones[:, [0, -1]], others[:, [0, -1]]) <= CORNER * height).tolist()
    return {
        pair: CROSSING if crosses else CORNER_COST * has_corner + is_near * _over_cost(boxes[pair[0]], boxes[pair[1]])
        for pair, crosses, is_near, has_corner in zip(pairs, crossing, near, corner, strict=True)
    }


def _over_cost(one: Box, other: Box) -> float:
    return OVER_COST * min(1.0, max(0.0, (shared_width(one, other) - OVER[0]) / (OVER[1] - OVER[0])))


def _courses(strokes: Sequence[Stroke]) -> Courses:
    return np.array(
        [
            [stroke[(2 * step * (len(stroke) - 1) + POINTS - 1) // (2 * POINTS - 2)][:2] for step in range(POINTS)]
            for stroke in strokes
        ]
    )


def _least_distance(ones: Courses, others: Courses) -> NDArray[np.float64]:
    """Return how close the points of each pair of courses come."""
    apart = ones[:, :, None] - others[:, None]
    return np.asarray(np.sqrt((apart * apart).sum(3).min((1, 2))))


def _cross(ones: Courses, others: Courses) -> NDArray[np.bool_]:
    """Whether a line between two points of the one meets a line of the other: its ends lie on either side, twice."""
    is_parted = _is_parted(ones, others) & _is_parted(others, ones).transpose(0, 2, 1)
    return np.asarray(is_parted.any((1, 2)))


def _is_parted(lines: Courses, points: Courses) -> NDArray[np.bool_]:
    """Return (N, POINTS - 1, POINTS - 1): whether the ends of each other line lie on either side of each line."""
    start, along = lines[:, :-1, None], np.diff(lines, axis=1)[:, :, None]
    apart = points[:, None] - start
    side = along[..., 0] * apart[..., 1] - along[..., 1] * apart[..., 0]
    return np.asarray((side[..., :-1] * side[..., 1:] <= 0) & (along != 0).any(3))
