"""Ink: the strokes that a hand made, in the order in which it made them.

Owns points, strokes and their JSON, and names the form of ink that is only a picture. Knows nothing of models. The axes
are those of a screen: x grows to the right, y grows downwards; the unit is whatever the pad uses, since every reader of
ink scales it anyway.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sutja.errors import InkError

# Beyond this a float32 of the model or a square of a distance is no longer exact; no pad comes near it.
COORDINATE_LIMIT = 1e6
_NUMBERS = {int, float}
_TRUTHS = {bool, np.bool_}  # which count as 0 and 1 among numbers


class Point(NamedTuple):
    """Where the pen was: x and y in units of the pad, `t` in ms since any start, `pressure` mostly in [0, 1]."""

    x: float
    y: float
    t: float | None = None
    pressure: float | None = None


Stroke: TypeAlias = tuple[Point, ...]
"""The points of one pen-down to pen-up, at least one; a single point is a dot."""

InkImage: TypeAlias = NDArray[np.float32]
"""(H, W) float32 in [0, 1], ink bright and paper 0: a drawing of which only the picture is known."""


@dataclass(frozen=True, slots=True)
class Ink:
    """One drawing: strokes of `(x, y)`, `(x, y, t)` or `(x, y, t, pressure)`, finite, x and y within ±1e6.

    A `t` or a `pressure` that is not known may be None. Strokes without points are dropped. Raises `InkError` for
    anything else that is not ink, booleans too.
    """

    strokes: tuple[Stroke, ...]

    def __init__(self, strokes: Iterable[Iterable[Sequence[float | None]]] = ()) -> None:
        """Check and freeze the strokes."""
        checked = (_stroke(stroke, place) for place, stroke in enumerate(_listed(strokes, "an ink", "strokes")))
        object.__setattr__(self, "strokes", tuple(stroke for stroke in checked if stroke))

    @classmethod
    def of_known(cls, strokes: Iterable[Stroke]) -> "Ink":
        """Return an ink of strokes that another ink holds: what was checked once is not checked again."""
        ink = object.__new__(cls)
        object.__setattr__(ink, "strokes", tuple(strokes))
        return ink

    def __bool__(self) -> bool:
        """Whether anything was drawn."""
        return bool(self.strokes)

    def __repr__(self) -> str:
        """Say how much was drawn, but not what: ink may be a secret."""
        return f"<Ink of {len(self.strokes)} strokes, {sum(map(len, self.strokes))} points>"

    def to_json(self) -> list[list[list[float | None]]]:
        """Return the strokes as lists; what a point does not know is left off its end, and null before it."""
        return [[_plain(point) for point in stroke] for stroke in self.strokes]

    @classmethod
    def from_json(cls, data: Any) -> "Ink":
        """Return the ink of decoded JSON: a list of strokes, each a list of points. Raises `InkError`."""
        return cls(data)


def _listed(value: Any, whole: str, parts: str) -> Iterable[Any]:
    if isinstance(value, (str, bytes, dict)) or not isinstance(value, Iterable):
        raise InkError(f"Expected {whole} to be a list of {parts}. Received {type(value).__name__}.")
    return value


def _stroke(stroke: Any, place: int) -> Stroke:
    points = _listed(stroke, f"stroke {place}", "points")
    return _alike(points) or tuple([_point(point, place) for point in points])


def _alike(points: Iterable[Any]) -> Stroke:
    """Return a stroke as pads send it, of lists that are all alike; () where it is another, or not all of it is right.

    What is checked by the column takes a third of the time.
    """
    try:
        columns = [*zip(*points, strict=True)] if isinstance(points, list) else []
        if not 2 <= len(columns) <= 4 or not all(map(_are_finite, columns)):
            return ()
    except (TypeError, ValueError, OverflowError):
        return ()
    if not all(-COORDINATE_LIMIT <= min(column) <= max(column) <= COORDINATE_LIMIT for column in columns[:2]):
        return ()
    values = [map(float, column) for column in columns] + [repeat(None)] * (4 - len(columns))
    return tuple(map(partial(tuple.__new__, Point), zip(*values, strict=False)))


def _are_finite(column: tuple[Any, ...]) -> bool:
    return {*map(type, column)} <= _NUMBERS and math.isfinite(sum(column))


def _point(point: Any, place: int) -> Point:
    try:
        x, y, *rest = point
        is_known = len(rest) <= 2 and _TRUTHS.isdisjoint(map(type, (x, y, *rest)))
        # False for NaN
        if is_known and -COORDINATE_LIMIT <= x <= COORDINATE_LIMIT and -COORDINATE_LIMIT <= y <= COORDINATE_LIMIT:
            return Point(float(x), float(y), *map(_finite, rest))
    except (TypeError, ValueError, OverflowError):
        pass
    raise InkError(
        f"Expected each point of stroke {place} to be [x, y], [x, y, t] or [x, y, t, pressure] in finite numbers, "
        "x and y within ±1e6. Received something else."
    )


def _finite(value: Any) -> float | None:
    if value is None:
        return None
    if not math.isfinite(value):
        raise ValueError
    return float(value)


def _plain(point: Point) -> list[float | None]:
    values = list(point)
    while values and values[-1] is None:
        values.pop()
    return values
