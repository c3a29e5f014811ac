"""A lattice: all the ways to cut a drawing into pieces that may be digits.

Owns primitives (what is never cut further) and the pieces: groups of neighbouring primitives, each with a prior that
says how likely something of its size and gaps is one digit. Knows nothing of strokes, pixels or models. Plain
arithmetic, so that another language can repeat it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sutja.ink import Ink, InkImage
from sutja.reading import Box, union

REACH = 10  # a piece has no primitive farther from its first one, in their order from left to right
SIZE_MAX = 8  # primitives of one piece
BEAM = 12  # pieces of one size with the same first primitive from which larger ones grow
# In heights of the line's digits.
WIDTH_MAX = 1.9  # of a piece of several primitives
APART_MAX = 0.3  # between the boxes of neighbours
# What is as usual costs nothing; beyond it the logarithm of the weight falls.
HEIGHTS, HEIGHT_COST = (0.8, 1.4), 1.7
WIDTH, WIDTH_COST = 0.6, 1.0
GAP, GAP_COST = 0.03, 6.0
GROUPS_MAX = 16  # pieces with the same first primitive
PRIOR_MIN = -2.5  # what is less likely a digit is not looked at
LATE_COST = 2.0  # of a piece between whose strokes others were drawn


@dataclass(frozen=True, slots=True)
class Primitive:
    """A part of a drawing that is never cut further.

    What was cut from one stroke or component shares its `whole` and counts its `place` in it from 0; `cut_cost` is what
    it costs to part it from the one before. `drawn` counts the strokes in the order in which they were drawn.
    """

    box: Box
    whole: int
    place: int = 0
    cut_cost: float = 0.0
    drawn: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Primitives by their places, in ascending order, as one piece.

    `prior` is the logarithm of how likely one digit has such a form.
    """

    places: tuple[int, ...]
    box: Box
    prior: float

    def moved(self, count: int) -> "Group":
        """Return the group where so many primitives of other lines come first."""
        return replace(self, places=tuple(place + count for place in self.places))


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A group and its part of the drawing."""

    group: Group
    drawing: Ink | InkImage


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """The pieces of a drawing of `size` primitives in reading order, by their first primitive.

    A way through it is a choice of pieces in which each primitive is once.
    """

    size: int
    pieces: tuple[Piece, ...]


def groups(primitives: Sequence[Primitive], height: float) -> list[Group]:
    """Return the groups of one line's primitives that may be one digit about as high as `height`, by their first.

    The primitives go from left to right. Each of them alone is among the groups.
    """
    return [group for first in range(len(primitives)) for group in _groups_from(primitives, first, height)]


def _groups_from(primitives: Sequence[Primitive], first: int, height: float) -> list[Group]:
    """Grow groups from their first primitive by one neighbour at a time, and keep the likeliest of each size."""
    alone = _group(primitives, (first,), height)
    found, grown = [alone], [alone]
    reach = range(first + 1, min(first + REACH, len(primitives)))
    while grown and len(grown[0].places) < SIZE_MAX:
        larger = {
            tuple(sorted((*group.places, place)))
            for group in grown
            for place in reach
            if place not in group.places
            and any(_are_neighbours(primitives[other], primitives[place], height) for other in group.places)
        }
        fitting = [places for places in larger if _width(primitives, places) <= WIDTH_MAX * height]
        scored = sorted((_group(primitives, places, height) for places in fitting), key=lambda group: -group.prior)
        grown = scored[:BEAM]
        found += grown
    likely = sorted(found[1:], key=lambda group: -group.prior)[:GROUPS_MAX]
    return [alone, *(group for group in likely if group.prior > PRIOR_MIN)]


def _are_neighbours(one: Primitive, other: Primitive, height: float) -> bool:
    if one.whole == other.whole:
        return abs(one.place - other.place) == 1
    return _gap_between(one.box, other.box) <= APART_MAX * height


def _gap_between(one: Box, other: Box) -> float:
    """Return how far apart two boxes are, in x or in y."""
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, down)


def _width(primitives: Sequence[Primitive], places: Sequence[int]) -> float:
    boxes = [primitives[place].box for place in places]
    return max(box.right for box in boxes) - min(box.left for box in boxes)


def _group(primitives: Sequence[Primitive], places: tuple[int, ...], height: float) -> Group:
    parts = [primitives[place] for place in places]
    box = union([part.box for part in parts])
    cost = (
        _form_cost(box, _gap([part.box for part in parts]), height) + _cut_cost(primitives, parts) + _late_cost(parts)
    )
    return Group(places, box, -cost)


def _form_cost(box: Box, gap: float, height: float) -> float:
    size = max(box.height / height, 1e-3)
    return (
        HEIGHT_COST * max(0.0, math.log(HEIGHTS[0] / size), math.log(size / HEIGHTS[1])) ** 2
        + WIDTH_COST * max(0.0, box.width / height - WIDTH) ** 2
        + GAP_COST * max(0.0, gap / height - GAP)
    )


def _gap(boxes: Sequence[Box]) -> float:
    """Return the widest strip without ink between the boxes."""
    ordered = sorted(boxes, key=lambda each: each.left)
    widest, reached = 0.0, ordered[0].right
    for box in ordered[1:]:
        widest = max(widest, box.left - reached)
        reached = max(reached, box.right)
    return widest


def _cut_cost(primitives: Sequence[Primitive], parts: Sequence[Primitive]) -> float:
    """Return half of what the cuts at the ends of the parts cost: the pieces beyond them pay the other half."""
    inside = {(part.whole, part.place) for part in parts}
    cuts = [each for each in primitives if each.place > 0]
    return sum(
        each.cut_cost / 2
        for each in cuts
        if ((each.whole, each.place) in inside) != ((each.whole, each.place - 1) in inside)
    )


def _late_cost(parts: Sequence[Primitive]) -> float:
    drawn = {part.drawn for part in parts if part.drawn is not None}
    return LATE_COST if drawn and max(drawn) - min(drawn) >= len(drawn) else 0.0
