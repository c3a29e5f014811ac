"""Ink of several digits becomes a lattice: strokes, cut where one may run through several digits.

Plain arithmetic, so that another language can repeat it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from sutja.ink import Ink, Stroke
from sutja.reading import Box
from sutja.segment.bonds import bonds
from sutja.segment.lattice import Group, Lattice, Piece, Primitive, groups, groups_most
from sutja.segment.lines import digit_height, lines, middle_height

CUTS_MAX = 40  # of a stroke: with more it is a scribble, and is not cut
# In heights of the line's digits.
CUT_FROM = 0.6  # a stroke at least so wide may run through several digits
CUT_WIDTH = 0.15  # what a cut leaves on either side is at least so wide
CUT_OVERLAP = 0.35  # and overlaps the other side by less
TURN = 0.06  # up or down between two turning points
CUT_COST = 1.9


@dataclass(frozen=True, slots=True)
class _Part:
    """A stroke, by its number as it was drawn, or what lies between two cuts of it, by its place in it."""

    stroke: Stroke
    box: Box
    drawn: int
    place: int = 0


def lattice_of(ink: Ink) -> Lattice:
    """Return the ways to cut ink into pieces, line by line from top to bottom, each from left to right."""
    whole = [_Part(stroke, _box(stroke), drawn) for drawn, stroke in enumerate(ink.strokes)]
    height = _height([part.box for part in whole])
    size, pieces = 0, list[Piece]()
    for places in lines([part.box for part in whole], height):
        inner = digit_height([whole[place].box for place in places]) or height
        parts = [part for place in places for part in _cut(whole[place], inner)]
        parts.sort(key=lambda part: part.box.left)
        held = bonds([part.stroke for part in parts], [part.box for part in parts], inner)
        most = groups_most(max(len(whole), len(parts)))
        likely = groups([_primitive(part) for part in parts], inner, held, most)
        pieces += [_piece(parts, group, size) for group in likely]
        size += len(parts)
    return Lattice(size, tuple(pieces))


def _height(boxes: Sequence[Box]) -> float:
    """Return the height of the digits or, where all strokes are level, their width."""
    return middle_height(boxes) or max((box.width for box in boxes), default=0.0) or 1.0


def _box(stroke: Stroke) -> Box:
    x, y = [point.x for point in stroke], [point.y for point in stroke]
    return Box(min(x), min(y), max(x) - min(x), max(y) - min(y))


def _primitive(part: _Part) -> Primitive:
    begun_ms, ended_ms = part.stroke[0].t, part.stroke[-1].t
    cost = CUT_COST if part.place else 0.0
    return Primitive(part.box, part.drawn, part.place, cost, part.drawn, begun_ms=begun_ms, ended_ms=ended_ms)


def _piece(parts: Sequence[_Part], group: Group, before: int) -> Piece:
    """Return the piece of a group of these parts; what was cut within it is whole again."""
    strokes: list[Stroke] = []
    last: _Part | None = None
    for part in sorted((parts[place] for place in group.places), key=lambda each: (each.drawn, each.place)):
        if last and (part.drawn, part.place) == (last.drawn, last.place + 1):
            strokes[-1] += part.stroke[1:]
        else:
            strokes.append(part.stroke)
        last = part
    return Piece(group.moved(before), Ink.of_known(strokes))


def _cut(part: _Part, height: float) -> list[_Part]:
    """Cut a stroke wherever it may pass from one digit to the next.

    There what is behind lies left and what is ahead lies right, save for a small overlap, and the pen turns from down
    to up or back.
    """
    if part.box.width < CUT_FROM * height:
        return [part]
    stroke = part.stroke
    cuts = _cuts([point.x for point in stroke], [point.y for point in stroke], height)
    if len(cuts) > CUTS_MAX:
        return [part]
    pieces = [stroke[start : stop + 1] for start, stop in pairwise([0, *cuts, len(stroke) - 1])]
    return [_Part(piece, _box(piece), part.drawn, place) for place, piece in enumerate(pieces)]


def _cuts(x: Sequence[float], y: Sequence[float], height: float) -> list[int]:
    behind = list(accumulate(x, max))
    ahead = list(accumulate(reversed(x), min))[::-1]
    overlap = [one - other for one, other in zip(behind, ahead, strict=True)]
    chosen: list[int] = []
    for place in _turns(y, TURN * height):
        is_wide = behind[place] - min(x) >= CUT_WIDTH * height and max(x) - ahead[place] >= CUT_WIDTH * height
        if is_wide and overlap[place] <= CUT_OVERLAP * height:
            chosen.append(place)
    return chosen


def _turns(y: Sequence[float], least: float) -> list[int]:
    """Return the places of the lowest and highest points between which y goes up or down by at least so much."""
    turns: list[int] = []
    low = high = direction = 0
    for place, value in enumerate(y):
        low, high = (place if value < y[low] else low), (place if value > y[high] else high)
        if direction <= 0 and value - y[low] >= least:
            turns.append(low)
            direction, high = 1, place
        elif direction >= 0 and y[high] - value >= least:
            turns.append(high)
            direction, low = -1, place
    return turns
