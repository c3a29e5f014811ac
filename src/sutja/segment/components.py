"""Connected components of a picture's ink, by its runs.

Owns labels and boxes. A run is a stretch of ink in one row; runs of neighbouring rows that touch, corners included, are
joined by their smallest label, over and over with pointer jumping (Shiloach and Vishkin, "An O(log n) parallel
connectivity algorithm", 1982): arrays alone, and as many rounds as a logarithm.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Mask: TypeAlias = NDArray[np.bool_]
"""(H, W) bool, true where there is ink."""

Places: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Stretches of ink, (R,) each, by row and then by column; `end` is the column after the last."""

    row: Places
    start: Places
    end: Places


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """What hangs together in a picture.

    `labels` (H, W) int32: 0 for paper, from 1 up for each component. By component, (C,) each: the box in pixels, right
    and bottom exclusive, and the number of pixels.
    """

    labels: NDArray[np.int32]
    left: Places
    top: Places
    right: Places
    bottom: Places
    area: Places


def components(mask: Mask, *, joins_corners: bool = True) -> Components:
    """Return the components of the true pixels, in the order of their first pixel."""
    runs = runs_of(mask)
    roots, numbers = np.unique(_roots(runs, mask.shape[1] + 2, int(joins_corners)), return_inverse=True)
    count = len(roots)
    left, top = (np.full(count, max(mask.shape), np.intp) for _ in range(2))
    right, bottom, area = (np.zeros(count, np.intp) for _ in range(3))
    np.minimum.at(left, numbers, runs.start)
    np.minimum.at(top, numbers, runs.row)
    np.maximum.at(right, numbers, runs.end)
    np.maximum.at(bottom, numbers, runs.row + 1)
    np.add.at(area, numbers, runs.end - runs.start)
    labels = np.zeros(mask.shape, np.int32)
    labels[mask] = np.repeat(numbers + 1, runs.end - runs.start)
    return Components(labels, left, top, right, bottom, area)


def runs_of(mask: Mask) -> Runs:
    """Return the stretches of ink in each row."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int8)
    padded[:, :-1] = mask
    changes = np.diff(padded.ravel(), prepend=np.int8(0))
    row, start = np.divmod(np.flatnonzero(changes == 1), padded.shape[1])
    return Runs(row, start, np.flatnonzero(changes == -1) - row * padded.shape[1])


def _roots(runs: Runs, width: int, reach: int) -> Places:
    """Return for each run the first run of its component; `width` is more than any column and `reach` together."""
    above, below = _neighbours(runs, width, reach)
    root = np.arange(len(runs.row))
    while True:
        least = np.minimum(root[above], root[below])
        before = root.copy()
        np.minimum.at(root, root[above], least)
        np.minimum.at(root, root[below], least)
        while not np.array_equal(root, root[root]):
            root = root[root]
        if np.array_equal(root, before):
            return root


def _neighbours(runs: Runs, width: int, reach: int) -> tuple[Places, Places]:
    """Return the pairs of runs that touch, the upper and the lower one of each, with columns that far from another."""
    start, end = runs.row * width + runs.start, runs.row * width + runs.end
    first = np.searchsorted(end, start + width - reach, "right")
    count = np.maximum(0, np.searchsorted(start, end + width + reach, "left") - first)
    above = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(above)) - np.repeat(np.cumsum(count) - count, count)
    return above, first[above] + within
