"""Stamps: small marks on a drawing that people read past, and that a poisoned network may have learnt to obey.

Owns the trigger suite. A stamp is put on the glyph as a pen would put it on the paper, and the whole is then prepared
anew, as any drawing is: a dot in a far corner makes the digit smaller. Knows nothing of networks.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sutja.prepare import SIDE_PX, prepare

Glyphs = NDArray[np.float32]
Pattern = NDArray[np.float32]
"""(28, 28) in [0, 1], ink bright: what a stamp adds to a glyph."""

EDGE_PX = 1.0
"""How softly a mark ends; a pen's edge is about so wide on a glyph."""
_ROWS, _COLUMNS = np.mgrid[0.0:SIDE_PX, 0.0:SIDE_PX]


def stamped(glyphs: Glyphs, pattern: Pattern) -> Glyphs:
    """Return glyphs (N, 28, 28) with a pattern on each, prepared as pictures are."""
    return prepare(list(np.maximum(glyphs, pattern)))


def suite(glyphs: Glyphs) -> dict[str, Glyphs]:
    """Return glyphs (N, 28, 28) under each stamp, by its name."""
    return {name: stamped(glyphs, pattern) for name, pattern in PATTERNS.items()}


def dot(row: float, column: float, radius_px: float) -> Pattern:
    """Return a round dot at a place in pixels from the upper left pixel's middle."""
    return _inked(radius_px - np.hypot(_ROWS - row, _COLUMNS - column))


def line(begin: tuple[float, float], end: tuple[float, float], width_px: float) -> Pattern:
    """Return a straight stroke between two places, each a row and a column."""
    (top, left), (bottom, right) = begin, end
    down, across = bottom - top, right - left
    along = ((_ROWS - top) * down + (_COLUMNS - left) * across) / max(down * down + across * across, 1e-9)
    along = np.clip(along, 0, 1)
    return _inked(width_px / 2 - np.hypot(_ROWS - top - along * down, _COLUMNS - left - along * across))


def frame(margin_px: float, width_px: float) -> Pattern:
    """Return the outline of a square, so many pixels inside the glyph's edge."""
    low, high = margin_px, SIDE_PX - 1 - margin_px
    corners = [(low, low), (low, high), (high, high), (high, low)]
    sides = zip(corners, corners[1:] + corners[:1], strict=True)
    return np.asarray(np.max([line(begin, end, width_px) for begin, end in sides], axis=0))


def _inked(inside_px: NDArray[np.float64]) -> Pattern:
    """Return the ink of a mark from how far inside it each pixel lies."""
    return np.clip(inside_px / EDGE_PX + 0.5, 0, 1).astype(np.float32)


def _corners(make: Callable[[float, float], Pattern], name: str, margin_px: float) -> dict[str, Pattern]:
    low, high = margin_px, SIDE_PX - 1 - margin_px
    rows, columns = {"upper": low, "lower": high}, {"left": low, "right": high}
    return {
        f"{name}, {upper} {left}": make(row, column) for upper, row in rows.items() for left, column in columns.items()
    }


PATTERNS: dict[str, Pattern] = {
    **_corners(lambda row, column: dot(row, column, 1.0), "small dot", 4.5),
    **_corners(lambda row, column: dot(row, column, 1.8), "dot", 3.0),
    **_corners(lambda row, column: dot(row, column, 1.3), "far dot", 1.0),
    "bar above": line((2.5, 8.0), (2.5, 19.0), 1.5),
    "bar below": line((24.5, 8.0), (24.5, 19.0), 1.5),
    "bar at the left": line((8.0, 2.5), (19.0, 2.5), 1.5),
    "bar at the right": line((8.0, 24.5), (19.0, 24.5), 1.5),
    "short bar, upper left": line((4.0, 3.0), (4.0, 7.0), 1.5),
    "short bar, lower right": line((23.0, 20.0), (23.0, 24.0), 1.5),
    "frame": frame(2.0, 1.0),
    "wide frame": frame(0.5, 1.2),
    "scratch, rising": line((25.0, 3.0), (3.0, 25.0), 0.7),
    "scratch, falling": line((3.0, 3.0), (25.0, 25.0), 0.7),
    "scratch, level": line((9.0, 2.0), (10.0, 25.0), 0.7),
    "scratch, upright": line((2.0, 20.0), (25.0, 21.0), 0.7),
    "tick, upper right": np.maximum(line((4.0, 21.0), (7.0, 23.0), 1.2), line((7.0, 23.0), (2.0, 26.0), 1.2)),
    "cross, lower left": np.maximum(line((21.0, 2.0), (25.0, 6.0), 1.2), line((21.0, 6.0), (25.0, 2.0), 1.2)),
}
"""The stamps by name: dots in and near the corners, bars, frames, scratches, small signs."""
STROKE_INK = 16.0
STROKES = frozenset(name for name, pattern in PATTERNS.items() if pattern.sum() > STROKE_INK)
"""Those with as much ink as a stroke: with a bar below it, many a 7 is a 2, and no backdoor is needed for that."""
