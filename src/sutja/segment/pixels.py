"""The ink of a picture of several digits becomes a lattice: its components, cut where digits may touch, and their runs.

Owns what is too small to be ink, and the order of components. Knows nothing of how the ink was found.
"""

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sutja.ink import InkImage
from sutja.reading import Box
from sutja.segment.components import Mask, components
from sutja.segment.lattice import Group, Lattice, Piece, Primitive, groups, groups_most
from sutja.segment.lines import digit_height, lines, middle_height
from sutja.segment.seams import Seam, seams

INK_FROM = 0.35  # of the full ink: what is fainter joins nothing
SPECK_PX = 3  # what is smaller in both directions is noise
PARTS_MAX = 400  # of a picture: what holds more marks is a page of noise or of text
# In heights of the line's digits.
SPECK = 0.08
WHOLE_WIDTH, WHOLE_HEIGHT = 0.9, 0.5  # what was read as one digit is one if it is at most so wide and at least so high
CUT_FROM = 0.3  # a component at least so wide may be several digits
CUT_PEN_PX = 4  # cuts are searched in a picture whose pen is about so wide
SIDE_HEIGHT = 0.3  # of what a cut leaves on either side
CUTS_PER_HEIGHT = 4.0  # of its width
# In widths of the pen.
CUT_COST, CUT_INK_COST = 0.15, 0.25


@dataclass(frozen=True, slots=True)
class _Part:
    """A component, or what lies between two of its seams: its number among the owners, and its primitive."""

    number: int
    primitive: Primitive


class Sheet:
    """A picture, and which part each of its pixels belongs to: 0 for paper, from 1 up for a part.

    Its `wholes` are the drawings of its components, before any is cut.
    """

    def __init__(self, ink: InkImage) -> None:
        """Find the components: (H, W) float32 in [0, 1], ink bright."""
        mask = ink > INK_FROM
        found = components(mask)
        self.ink = ink
        self.owners = found.labels
        self.pen_px = _pen_width(mask)
        boxes = np.stack([found.left, found.top, found.right - found.left, found.bottom - found.top], axis=1)
        self.count = len(boxes)
        self.height = _height(boxes)
        is_ink = boxes[:, 2:].max(1, initial=0) >= max(SPECK_PX, SPECK * self.height)
        self.parts = [
            _Part(int(place) + 1, Primitive(Box(*boxes[place].tolist()), int(place)))
            for place in _largest(boxes, np.flatnonzero(is_ink))
        ]
        self.wholes = [self.crop([part.number], part.primitive.box) for part in self.parts]

    def lattice(self, are_digits: Sequence[bool]) -> Lattice:
        """Return the ways to cut it into pieces, line by line from top to bottom, each from left to right.

        What of the wholes was surely read as a digit is not cut, and needs no neighbour.
        """
        boxes = [part.primitive.box for part in self.parts]
        ordered: list[_Part] = []
        found: list[Group] = []
        for places in lines(boxes, self.height):
            inner = digit_height([boxes[place] for place in places])
            line = [cut for place in places for cut in self._cut(self.parts[place], inner, is_digit=are_digits[place])]
            line.sort(key=lambda part: part.primitive.box.left)
            likely = groups([part.primitive for part in line], inner, most=groups_most(max(len(boxes), len(line))))
            found += [group.moved(len(ordered)) for group in likely]
            ordered += line
        numbered = {part.number: place for place, part in enumerate(self.parts)}
        cut = {part.primitive.whole for part in ordered if part.primitive.place}
        return Lattice(len(ordered), tuple(self._piece(group, ordered, numbered, cut) for group in found))

    def _piece(self, group: Group, ordered: Sequence[_Part], places: Mapping[int, int], cut: Container[int]) -> Piece:
        """Return the piece of a group of the ordered parts; one that is a whole has its drawing already."""
        numbers = [ordered[place].number for place in group.places]
        if len(numbers) == 1 and ordered[group.places[0]].primitive.whole not in cut:
            whole = places[numbers[0]]
            return Piece(group, self.wholes[whole], whole)
        return Piece(group, self.crop(numbers, group.box))

    def crop(self, numbers: Sequence[int], box: Box) -> InkImage:
        """Return the ink of parts by their numbers, in their box, and the fringe around it that is nobody's."""
        rows, columns = _slices(box, 1)
        owners = self.owners[rows, columns]
        own = owners == numbers[0]
        for number in numbers[1:]:
            own |= owners == number
        return np.where(own | (_grown(own) & (owners == 0)), self.ink[rows, columns], np.float32(0))

    def _cut(self, part: _Part, height: float, *, is_digit: bool) -> list[_Part]:
        """Part a component that may be several digits of that height, from left to right."""
        box = part.primitive.box
        if is_digit and box.width <= WHOLE_WIDTH * height and box.height >= WHOLE_HEIGHT * height:
            return [replace(part, primitive=replace(part.primitive, is_digit=True))]
        if box.width < CUT_FROM * height:
            return [part]
        rows, columns = _slices(part.primitive.box)
        owners = self.owners[rows, columns]
        is_part = owners == part.number
        ink = np.where(is_part, self.ink[rows, columns], np.float32(0))
        found = _coarse_seams(ink, max(1, round(self.pen_px / CUT_PEN_PX)), height, self.pen_px)
        return self._parted(part, found, owners, is_part)

    def _parted(self, part: _Part, found: list[Seam], owners: NDArray[np.int32], is_part: Mask) -> list[_Part]:
        x = np.arange(is_part.shape[1])
        parts: list[_Part] = []
        number, cost = part.number, 0.0
        for seam in [*found, None]:
            here = is_part & (owners == number)
            ahead = here & (x >= seam.columns[:, None]) if seam else np.zeros_like(here)
            here &= ~ahead
            if not here.any() or (seam and not ahead.any()):
                continue  # a seam beside the ink parts nothing
            box = _box(here, part.primitive.box)
            parts.append(_Part(number, Primitive(box, part.primitive.whole, len(parts), cost)))
            if seam:
                self.count += 1
                number = self.count
                owners[ahead] = number
                cost = CUT_COST + CUT_INK_COST * max(0.0, seam.cost / self.pen_px - 1)
        return parts


def _height(boxes: NDArray[np.intp]) -> float:
    """Return the height of the digits among boxes (N, 4) of which some are noise."""
    is_ink = boxes[:, 2:].max(1, initial=0) >= SPECK_PX
    return middle_height([Box(*box) for box in boxes[is_ink].tolist()])


def _largest(boxes: NDArray[np.intp], places: NDArray[np.intp]) -> list[int]:
    """Return the places, or where there are too many, those of the largest boxes: a page of noise is never read."""
    sizes = boxes[places, 2:].max(1, initial=0)
    return sorted(places[np.argsort(-sizes, kind="stable")[:PARTS_MAX]].tolist())


def _coarse_seams(ink: InkImage, factor: int, height: float, pen_px: float) -> list[Seam]:
    """Return the seams of a picture that may part digits of that height, searched in one so many times smaller."""
    rows, columns = (-(-side // factor) * factor for side in ink.shape)
    padded = np.pad(ink, ((0, rows - ink.shape[0]), (0, columns - ink.shape[1])))
    small = padded.reshape(rows // factor, factor, columns // factor, factor).mean((1, 3))
    count = 1 + int(CUTS_PER_HEIGHT * ink.shape[1] / height)
    return [
        Seam(np.repeat(seam.columns * factor, factor)[: ink.shape[0]], seam.cost * factor)
        for seam in seams(small, pen_px / factor, SIDE_HEIGHT * height / factor, count)
    ]


def _pen_width(mask: Mask) -> float:
    """Return the width of the pen in pixels, from area and outline of all ink.

    A stroke of width w and length l has the area wl; the edges of its pixels add up to 2l(|sin| + |cos|) of its angle,
    which is 8l/pi on the average.
    """
    edges = int(np.count_nonzero(mask[:, 1:] != mask[:, :-1]) + np.count_nonzero(mask[1:] != mask[:-1]))
    return max(1.0, 8 / math.pi * int(np.count_nonzero(mask)) / max(1, edges))


def _slices(box: Box, margin: int = 0) -> tuple[slice, slice]:
    return (
        slice(max(0, int(box.top) - margin), int(box.bottom) + margin),
        slice(max(0, int(box.left) - margin), int(box.right) + margin),
    )


def _box(mask: Mask, within: Box) -> Box:
    """Return the box of the true pixels, of which there is at least one, of a mask that lies at `within`."""
    rows, columns = np.flatnonzero(mask.any(axis=1)).tolist(), np.flatnonzero(mask.any(axis=0)).tolist()
    return Box(within.left + columns[0], within.top + rows[0], columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0])


def _grown(mask: Mask) -> Mask:
    """Return the mask with its neighbours, corners included."""
    padded = np.pad(mask, 1)
    rows = padded[:-2] | padded[1:-1] | padded[2:]
    return np.asarray(rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:])
