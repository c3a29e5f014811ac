"""Seams: paths from the top of a picture to its bottom, along which touching digits may be parted.

Owns their search: of all paths through a pixel the one that crosses least ink, by dynamic programming from either end,
as in S. Avidan and A. Shamir, "Seam carving for content-aware image resizing" (2007), but free to run level. Those of
them that cross less ink than their neighbours are minima of the projection, slanted cuts and the paths of falling drops
at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sutja.ink import InkImage
from sutja.segment.components import Mask, Places, components, runs_of

SIDE_COST = 0.002  # of a pixel to the side, in pixels of ink, so that of equal paths the straight one is taken
HOLE_COST = 0.03  # of a pixel of paper within a loop, in pixels of ink
PAPER_BELOW = 0.3  # of the full ink
BLOT, BLOT_SAVING = (0.69, 0.77), 0.97  # where strokes lie side by side a path may run between them
# In widths of the pen.
LEAST = 0.015  # a path that costs less runs beside the ink
MOST = 6.0  # and one that costs more is no cut
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)  # rows, as shares of the height, whose gaps paths go through

Costs = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Seam:
    """A path down a picture: by row, the first column that lies to its right; and its cost, in pixels of ink."""

    columns: Places
    cost: float


@dataclass(frozen=True, slots=True, eq=False)
class _Descent:
    """The least cost of a path from the first row to each pixel, and the column in which that path entered its row."""

    cost: Costs
    entry: Places


def seams(ink: InkImage, pen_px: float, height_px: float, count: int) -> list[Seam]:
    """Return at most `count` seams, the best, from left to right; the pen that made the ink is `pen_px` wide.

    What lies on either side is at least `height_px` high.
    """
    cost = _costs(ink, pen_px)
    down, up = _descents(np.stack([cost, cost[::-1]]))
    total = down.cost + up.cost[::-1] - cost
    found = []
    for row in sorted({int(level * len(ink)) for level in LEVELS}):
        for place in _gaps(ink[row], total[row]):
            if LEAST * pen_px <= total[row, place] <= MOST * pen_px:
                columns = np.array([*_columns(down, row, place), *_columns(up, len(ink) - 1 - row, place)[-2::-1]])
                found.append(Seam(columns, float(total[row, place])))
    chosen: list[Seam] = []
    for seam in sorted(found, key=lambda each: each.cost):
        is_other = all(_ink_between(ink, seam, other) > pen_px**2 for other in chosen)
        if len(chosen) < count and is_other and min(_heights(ink, seam)) >= height_px:
            chosen.append(seam)
    return sorted(chosen, key=lambda seam: float(seam.columns.mean()))


def _costs(ink: InkImage, pen_px: float) -> Costs:
    """Return what it costs to pass each pixel: its ink, more within a loop, and less between strokes that merge."""
    blot = np.clip((_density(ink, pen_px) - BLOT[0]) / (BLOT[1] - BLOT[0]), 0, 1)
    return np.where(_holes(ink), HOLE_COST, ink * (1 - BLOT_SAVING * blot))


def _heights(ink: InkImage, seam: Seam) -> tuple[int, int]:
    """Return how high the ink is on the left and on the right of a seam."""
    is_right = np.arange(ink.shape[1]) >= seam.columns[:, None]
    is_ink = ink > PAPER_BELOW
    left, right = (np.flatnonzero((is_ink & side).any(1)) for side in (~is_right, is_right))
    return int(np.ptp(left)) + 1 if left.size else 0, int(np.ptp(right)) + 1 if right.size else 0


def _ink_between(ink: InkImage, one: Seam, other: Seam) -> float:
    x = np.arange(ink.shape[1])
    is_between = (x >= one.columns[:, None]) != (x >= other.columns[:, None])
    return float(ink[is_between].sum())


def _density(ink: InkImage, pen_px: float) -> Costs:
    """Return the mean ink around each pixel, in a square half as wide again as the pen: 1 only where strokes merge."""
    half = max(1, round(0.75 * pen_px))
    sums = np.pad(np.pad(ink.astype(np.float64), half).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    side = 2 * half + 1
    return np.asarray((sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]) / side**2)


def _holes(ink: InkImage) -> Mask:
    """Return what is paper and shut in by ink: two digits mostly touch once, and outside of their loops."""
    paper = np.pad(ink <= PAPER_BELOW, 1, constant_values=True)
    found = components(paper, joins_corners=False)
    return np.asarray(paper & (found.labels != found.labels[0, 0]))[1:-1, 1:-1]


def _gaps(ink: NDArray[np.float32], total: Costs) -> list[int]:
    """Return the best column of each stretch of paper in a row that lies between ink."""
    runs = runs_of(ink[np.newaxis] > PAPER_BELOW)
    between = zip(runs.end[:-1].tolist(), runs.start[1:].tolist(), strict=True)
    return [start + int(total[start:stop].argmin()) for start, stop in between]


def _descents(ink: Costs) -> list[_Descent]:
    """Find the cheapest paths down each of N pictures, (N, H, W): one enters a row from above and may run level there.

    Running level costs the ink on the way, and so the least over all entries is a running least from either side.
    """
    cost, entry = ink.copy(), np.empty(ink.shape, np.intp)
    x = np.arange(ink.shape[2])
    entry[:, 0] = x
    travel = np.cumsum(ink + SIDE_COST, axis=2)
    before = travel - ink - SIDE_COST
    rightwards, leftwards = ink - travel, ink + before
    for row in range(1, ink.shape[1]):
        entered = cost[:, row - 1]
        sides = np.stack([entered + rightwards[:, row], (entered + leftwards[:, row])[:, ::-1]])
        least = np.minimum.accumulate(sides, axis=2)
        last = np.maximum.accumulate(np.where(sides == least, x, 0), axis=2)
        right, left = least[0] + travel[:, row], least[1, :, ::-1] - before[:, row]
        cost[:, row] = np.minimum(right, left)
        entry[:, row] = np.where(right <= left, last[0], len(x) - 1 - last[1, :, ::-1])
    return [_Descent(*each) for each in zip(cost, entry, strict=True)]


def _columns(descent: _Descent, row: int, place: int) -> Sequence[int]:
    """Return the column in each row, from the first to `row`, at which the path to that pixel leaves it."""
    columns = [place]
    for above in range(row, 0, -1):
        columns.append(int(descent.entry[above, columns[-1]]))
    return columns[::-1]
