"""A lattice: all the ways to cut a drawing into pieces that may be digits.

Owns primitives (what is never cut further) and the pieces: groups of neighbouring primitives, each with a prior that
says how likely something of its size and gaps is one digit. Knows nothing of strokes, pixels or models. Plain
arithmetic, so that another language can repeat it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sutja.ink import Ink, InkImage
from sutja.reading import Box, union
from sutja.segment.bonds import Bonds
from sutja.segment.boxes import gap_between, shared_width

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
PIECES_MAX = 1200  # of a drawing; with more marks than these, fewer pieces begin at each
PRIOR_MIN = -2.5  # what is less likely a digit is not looked at
SIDE_BY_SIDE = 0.5  # share of the narrower one's width that is also the other's: less, and sure digits are two
LATE_COST = 2.0  # of a piece between whose strokes others were drawn
PAUSE_MS, PAUSE_COST = (700.0, 2000.0), 1.0  # of the pen between strokes of a piece: from nothing to all of the cost


@dataclass(frozen=True, slots=True)
class Primitive:
    """A part of a drawing that is never cut further.

    What was cut from one stroke or component shares its `whole` and counts its `place` in it from 0; `cut_cost` is what
    it costs to part it from the one before. `drawn` counts the strokes in the order in which they were drawn, and
    `begun_ms` and `ended_ms` tell when that was, where it is known. What `is_digit` was read as one for sure: two of
    them side by side are no piece.
    """

    box: Box
    whole: int
    place: int = 0
    cut_cost: float = 0.0
    drawn: int | None = None
    is_digit: bool = False
    begun_ms: float | None = None
    ended_ms: float | None = None


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
    """A group and its part of the drawing; `whole` is the place among the picture's wholes if it is one of them."""

    group: Group
    drawing: Ink | InkImage
    whole: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """The pieces of a drawing of `size` primitives in reading order, by their first primitive.

    A way through it is a choice of pieces in which each primitive is once.
    """

    size: int
    pieces: tuple[Piece, ...]


def groups_most(count: int) -> int:
    """Return how many groups of several primitives may begin at each, so that a page full of marks stays bounded."""
    return max(1, min(GROUPS_MAX, PIECES_MAX // max(1, count)))


def groups(
    primitives: Sequence[Primitive], height: float, bonds: Bonds | None = None, most: int = GROUPS_MAX
) -> list[Group]:
    """Return the groups of one line's primitives that may be one digit about as high as `height`, by their first.

    The primitives go from left to right, and so do the places in their `bonds`. Each of them alone is among the groups,
    and at most so many more with the same first one.
    """
    line = _Line(primitives, height, bonds or {})
    return [group for first in range(len(primitives)) for group in line.groups_from(first, most)]


class _Line:
    """The primitives of a line of writing, and who of them is whose neighbour."""

    def __init__(self, primitives: Sequence[Primitive], height: float, bonds: Bonds) -> None:
        self.primitives = primitives
        self.height = height
        self.parting = _partings(primitives, bonds)
        self.after = [
            [place for place in self._reach(first) if _are_neighbours(one, primitives[place], height)]
            for first, one in enumerate(primitives)
        ]

    def groups_from(self, first: int, most: int) -> list[Group]:
        """Grow groups from their first primitive by one neighbour at a time, and keep the likeliest of each size."""
        alone = self._group((first,))
        found, grown = [alone], [alone]
        while grown and len(grown[0].places) < SIZE_MAX:
            larger = {
                tuple(sorted((*group.places, place))) for group in grown for place in self._around(group.places, first)
            }
            fitting = [places for places in larger if _width(self.primitives, places) <= WIDTH_MAX * self.height]
            grown = sorted((self._group(places) for places in fitting), key=_likelihood)[: min(BEAM, most)]
            found += grown
        likely = sorted(found[1:], key=_likelihood)[:most]
        return [alone, *(group for group in likely if group.prior > PRIOR_MIN)]

    def _reach(self, first: int) -> range:
        return range(first + 1, min(first + REACH, len(self.primitives)))

    def _around(self, places: tuple[int, ...], first: int) -> set[int]:
        """Return the neighbours of a group that are within reach of its first primitive."""
        ahead = {place for member in places for place in self.after[member] if place < first + REACH}
        behind = {place for place in range(first + 1, places[-1]) if not set(places).isdisjoint(self.after[place])}
        return (ahead | behind) - set(places)

    def _group(self, places: tuple[int, ...]) -> Group:
        parts = [self.primitives[place] for place in places]
        boxes = [part.box for part in parts]
        box = union(boxes)
        parted = sum(cost for place in places for other, cost in self.parting[place] if other not in places)
        drawing_cost = _late_cost(parts) + _pause_cost(parts)
        return Group(places, box, -(_form_cost(box, _gap(boxes), self.height) + parted + drawing_cost))


def _likelihood(group: Group) -> tuple[float, tuple[int, ...]]:
    """Return what sorts the likeliest first; of equals those whose places come first, in any language alike."""
    return -group.prior, group.places


def _are_neighbours(one: Primitive, other: Primitive, height: float) -> bool:
    if one.whole == other.whole:
        return abs(one.place - other.place) == 1
    if one.is_digit and other.is_digit and shared_width(one.box, other.box) < SIDE_BY_SIDE:
        return False
    return gap_between(one.box, other.box) <= APART_MAX * height


def _width(primitives: Sequence[Primitive], places: Sequence[int]) -> float:
    boxes = [primitives[place].box for place in places]
    return max(box.right for box in boxes) - min(box.left for box in boxes)


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


def _partings(primitives: Sequence[Primitive], bonds: Bonds) -> list[list[tuple[int, float]]]:
    """Return for each primitive the others from which it costs something to part it, and half of that.

    The piece with the other one pays the other half.
    """
    costs = dict(bonds)
    at = {(each.whole, each.place): place for place, each in enumerate(primitives)}
    for place, each in enumerate(primitives):
        if each.place:
            before = at[each.whole, each.place - 1]
            costs[min(before, place), max(before, place)] = each.cut_cost
    partings: list[list[tuple[int, float]]] = [[] for _ in primitives]
    for (one, other), cost in costs.items():
        if cost:
            partings[one].append((other, cost / 2))
            partings[other].append((one, cost / 2))
    return partings


def _late_cost(parts: Sequence[Primitive]) -> float:
    drawn = {part.drawn for part in parts if part.drawn is not None}
    return LATE_COST if drawn and max(drawn) - min(drawn) >= len(drawn) else 0.0


def _pause_cost(parts: Sequence[Primitive]) -> float:
    """Return what the longest pause costs in which the pen rested between two strokes; nothing where no time is known.

    A hand goes on within a digit and rests between two. It may also rest within one: strokes that cross are worth more.
    """
    ordered = sorted(parts, key=lambda part: (part.drawn or 0, part.place))
    pauses = [
        other.begun_ms - one.ended_ms
        for one, other in pairwise(ordered)
        if one.ended_ms is not None and other.begun_ms is not None
    ]
    start, full = PAUSE_MS
    return PAUSE_COST * min(1.0, max(0.0, (max(pauses, default=0.0) - start) / (full - start)))
