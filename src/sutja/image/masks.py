"""Masks: where in a picture something is, (H, W) bool, its extent, the width of its strokes, and what lies beside it.

A part of a mask knows at which rows and columns of its picture it lies. Knows nothing of ink.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Mask: TypeAlias = NDArray[np.bool_]
Extent: TypeAlias = tuple[slice, slice]
"""Rows and columns."""


def extent(mask: Mask) -> Extent:
    """Return the rows and the columns of the smallest box around the true pixels, of which there is at least one."""
    rows = np.flatnonzero(mask.any(axis=1))
    down = slice(int(rows[0]), int(rows[-1]) + 1)
    columns = np.flatnonzero(mask[down].any(axis=0))
    return down, slice(int(columns[0]), int(columns[-1]) + 1)


def neighbours(mask: Mask) -> NDArray[np.uint8]:
    """Count the true pixels in the 3x3 around each: 3 within a line, 2 at its end, 1 for a speck."""
    padded = np.zeros((mask.shape[0] + 2, mask.shape[1] + 2), np.uint8)
    padded[1:-1, 1:-1] = mask
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:])


def width(mask: Mask, at: Extent, shape: tuple[int, int]) -> float:
    """Return the mean width of strokes in pixels: twice the area over the outline, which has 4/pi times its length.

    The mask is a part of a picture of that shape, and all that is true there.
    """
    outline = np.count_nonzero(mask[1:] != mask[:-1]) + np.count_nonzero(mask[:, 1:] != mask[:, :-1])
    outline += sum(count for count, is_end in ends(mask, at, shape) if not is_end)
    return 2 * np.count_nonzero(mask) / max(outline * np.pi / 4, 1)


def ends(mask: Mask, at: Extent, shape: tuple[int, int]) -> list[tuple[int, bool]]:
    """Return of each side of a part of a picture how many pixels are true there, and whether the picture ends there."""
    (down, across), (height, width) = at, shape
    sides = (mask[0], mask[-1], mask[:, 0], mask[:, -1])
    are_ends = (down.start == 0, down.stop == height, across.start == 0, across.stop == width)
    return [(int(np.count_nonzero(side)), bool(is_end)) for side, is_end in zip(sides, are_ends, strict=True)]
