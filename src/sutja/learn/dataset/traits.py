"""Ways of writing a digit, found in the strokes of real ones: small named claims, to measure each way by itself.

The rules were read off the training writers; they look at geometry alone and may miss one drawing in twenty.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink
from sutja.learn.dataset.canvas import box_of
from sutja.learn.dataset.pendigits import Penned

LEAN_DEG = 15
USUAL_LEANS_DEG = (1, 10, 2, 3, -7, 4, 8, -3, 6, 2)
"""The median of each digit over the training writers: a 4 and a 7 reach to the left, whoever writes them."""

Path = NDArray[np.float64]
"""(P, 2) x and y of a stroke, in the ink's own units."""


def is_crossed(penned: Penned) -> bool:
    """Whether it is a 7 with a bar: a later stroke, rather level, across the middle of its height."""
    first, *later = _strokes(penned.ink)
    top, height = _top_and_height([first, *later])
    return penned.label == 7 and any(_is_bar(stroke, top, height) for stroke in later)


def is_uncrossed(penned: Penned) -> bool:
    """Whether it is a 7 in one stroke."""
    return penned.label == 7 and len(penned.ink.strokes) == 1


def is_flagged(penned: Penned) -> bool:
    """Whether it is a 1 that begins with an upstroke: left of its top, and a tenth of its height or more below it."""
    stroke, *later = _strokes(penned.ink)
    top, height = _top_and_height([stroke, *later])
    head = stroke[stroke[:, 1].argmin()]
    return penned.label == 1 and bool(stroke[0, 1] - top > 0.1 * height and stroke[0, 0] < head[0])


def is_unflagged(penned: Penned) -> bool:
    """Whether it is a 1 without an upstroke."""
    return penned.label == 1 and not is_flagged(penned)


def is_one_stroke_four(penned: Penned) -> bool:
    """Whether it is a 4 that was written without lifting the pen."""
    return penned.label == 4 and len(penned.ink.strokes) == 1


def is_many_stroke_eight(penned: Penned) -> bool:
    """Whether it is an 8 of two strokes or more."""
    return penned.label == 8 and len(penned.ink.strokes) > 1


def leans_right(penned: Penned) -> bool:
    """Whether it leans to the right of what is usual for the digit, by more than `LEAN_DEG`."""
    return _lean_deg(penned.ink) - USUAL_LEANS_DEG[penned.label] > LEAN_DEG


def leans_left(penned: Penned) -> bool:
    """Whether it leans to the left of what is usual for the digit, by more than `LEAN_DEG`."""
    return _lean_deg(penned.ink) - USUAL_LEANS_DEG[penned.label] < -LEAN_DEG


TRAITS: dict[str, Callable[[Penned], bool]] = {
    "7 with a bar": is_crossed,
    "7 without a bar": is_uncrossed,
    "1 with a flag": is_flagged,
    "1 without a flag": is_unflagged,
    "4 in one stroke": is_one_stroke_four,
    "8 in several strokes": is_many_stroke_eight,
    "leaning right by more than 15°": leans_right,
    "leaning left by more than 15°": leans_left,
}
"""Each way of writing by the name that reports give it."""


def _strokes(ink: Ink) -> list[Path]:
    return [np.array([point[:2] for point in stroke], np.float64) for stroke in ink.strokes]


def _top_and_height(strokes: list[Path]) -> tuple[float, float]:
    low, high = box_of(strokes)
    return float(low[1]), float(high[1] - low[1])


def _is_bar(stroke: Path, top: float, height: float) -> bool:
    low, high = stroke.min(0), stroke.max(0)
    width, rise = high - low
    middle = (low[1] + high[1]) / 2 - top
    return bool(0.2 * height < middle < 0.8 * height and width > 0.15 * height and rise < 0.3 * height)


def _lean_deg(ink: Ink) -> float:
    """Return by how much an ink leans, right being positive: the shear that its second moments ask for.

    "Gradient-based learning applied to document recognition" (1998) deslants by the same moments.
    """
    points = np.concatenate(_strokes(ink))
    x, y = (points - points.mean(0)).T
    square = float((y * y).sum())
    return float(np.degrees(np.arctan(-(x * y).sum() / square))) if square > 0 else 0.0
