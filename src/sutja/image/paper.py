"""The paper of a picture: what lies under the ink.

Owns the frame that may be around it, and its shading. The paper is what lies at the border: its colour is the median of
the outermost pixels or, where those are not of one colour, a quadratic surface fitted to everything that looks like
paper (least squares, refitted without outliers), so that the slow shading of a photo is not taken for ink. A hard
shadow is. How grainy it is goes by neighbours, and only by those that are neither white nor black: where a picture is
clipped there is no noise, and the clipped part says nothing of the rest.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Planes: TypeAlias = NDArray[np.float32]
"""(C, H, W) float32 in [0, 255], C = 1 for grey and 3 for colour."""

Bytes: TypeAlias = NDArray[np.uint8]
"""The same as it was decoded, (C, H, W) uint8: a quarter of the memory."""

FLATNESS = 2
FRAME_CONTRAST = 64.0
FRAMED_SIDE_PX = 40  # in a smaller picture a line is as wide as a frame
GRAINY_SIDE_PX = 40  # in a smaller picture most neighbours lie at an edge of the ink
GRAINY_SHARE = 0.1  # unclipped: the soft edges of ink on clean paper have less
SIGMA_OF_MEDIAN = 1.483  # the standard deviation of normal noise over its median deviation


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """The paper under the ink: its level, (C, 1, 1) or (C, H, W), and its grain, the deviation of its noise in levels.

    It was looked at every so many rows and columns, `steps_px`; `is_seen` says where that showed paper, not clipped.
    """

    level: NDArray[np.float32]
    grain: float
    steps_px: tuple[int, int]
    is_seen: NDArray[np.bool_]

    def at_seen(self, plane: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the values (N,) of a plane (H, W) where the paper was seen."""
        down, across = self.steps_px
        return np.asarray(plane[::down, ::across][self.is_seen])


def without_frame(planes: Planes | Bytes) -> Planes | Bytes:
    """Return the picture without the frame around it, such as the lines of a form's cell, if it has one.

    A frame is of one colour, goes all the way round, takes at most a twentieth of each side, and what begins inside of
    it is of one other colour.
    """
    deepest = max(2, min(planes.shape[1:]) // 20)
    if not _may_be_framed(planes, deepest):
        return planes
    rings = [border(_inside(planes, depth)) for depth in range(deepest + 2)]
    levels = [median(ring) for ring in rings]
    for depth in range(1, deepest + 1):
        is_other = np.abs(levels[depth] - levels[0]).max() > FRAME_CONTRAST
        is_paper = _is_flat(rings[depth], levels[depth]) and np.abs(levels[depth + 1] - levels[depth]).max() <= FLATNESS
        if is_other and is_paper:
            return _inside(planes, depth)
    return planes


def _may_be_framed(planes: Planes | Bytes, deepest: int) -> bool:
    """Whether each side changes its colour soon, at its middle: a quick look, since most pictures have no frame."""
    _, height, width = planes.shape
    if min(height, width) < FRAMED_SIDE_PX:
        return False
    middles = (
        planes[:, : deepest + 1, width // 2],
        planes[:, : -deepest - 2 : -1, width // 2],
        planes[:, height // 2, : deepest + 1],
        planes[:, height // 2, : -deepest - 2 : -1],
    )
    changes = (np.abs(middle - middle[:, :1].astype(np.float32)).max() for middle in middles)
    return all(change > FRAME_CONTRAST for change in changes) and _is_flat(border(planes), median(border(planes)))


def _is_flat(ring: NDArray[np.float32], level: NDArray[np.float32]) -> bool:
    return bool(np.mean(np.abs(ring - level[:, np.newaxis]).max(axis=0) > FRAME_CONTRAST / 4) < 0.05)


def _inside(planes: Planes | Bytes, depth: int) -> Planes | Bytes:
    return planes[:, depth : planes.shape[1] - depth, depth : planes.shape[2] - depth]


def paper(planes: Planes) -> Paper:
    """Return the paper under the ink: of one colour and without grain where the border is of one, else a surface."""
    if is_flat(planes):
        level = median(border(planes))[:, np.newaxis, np.newaxis]
        return Paper(level, 0.0, (1, 1), np.zeros(planes.shape[1:], np.bool_))
    return _shaded(planes)


def is_flat(planes: Planes | Bytes) -> bool:
    """Whether the border is of one colour, but for little."""
    outermost = border(planes)
    level = median(outermost)[:, np.newaxis]
    return bool(np.count_nonzero(np.abs(outermost - level) > FLATNESS) < 0.1 * outermost.size)


def _shaded(planes: Planes) -> Paper:
    """Fit a quadratic surface to the paper, seen at 64x64 points at most."""
    _, height, width = planes.shape
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, np.newaxis]
    x = np.linspace(-1, 1, width, dtype=np.float32)
    steps = -(-height // 64), -(-width // 64)
    rows, columns = (slice(None, None, step) for step in steps)
    seen, terms = planes[:, rows, columns], _terms(y[rows], x[columns])
    grain = _grain(planes[:, rows]) if min(height, width) >= GRAINY_SIDE_PX else 0.0
    weights = _tilt(planes)
    for _ in range(4):
        error = np.abs(seen - _surface(weights, y[rows], x[columns])).max(axis=0)
        sigma = max(SIGMA_OF_MEDIAN * float(median(error.ravel())), grain)
        is_paper = error <= np.clip(3 * sigma, 4, 32)
        weights = _fitted(terms[:, is_paper], seen[:, is_paper])
    level = np.clip(_surface(weights, y, x), np.float32(0), np.float32(255))
    return Paper(level, grain, steps, is_paper & _is_unclipped(seen))


def _grain(rows: Planes) -> float:
    """Return the deviation of the noise from pixel to pixel in some rows; 0 where they are clipped but for a little.

    A second difference has nothing of shading and of the inside of ink, and sqrt(6) times the noise.
    """
    is_unclipped = _is_unclipped(rows[:, :, 1:-1])
    if np.count_nonzero(is_unclipped) < GRAINY_SHARE * is_unclipped.size:
        return 0.0
    bends = np.abs(rows[:, :, :-2] - 2 * rows[:, :, 1:-1] + rows[:, :, 2:]).mean(axis=0)
    return SIGMA_OF_MEDIAN * float(median(bends[is_unclipped])) / 6**0.5


def _is_unclipped(planes: Planes) -> NDArray[np.bool_]:
    return np.asarray(((planes > 0) & (planes < 255)).all(axis=0))


def _terms(y: NDArray[np.float32], x: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.stack(np.broadcast_arrays(np.ones_like(x), x, y, x * x, x * y, y * y))


def _fitted(terms: NDArray[np.float32], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the least-squares weights (C, 6) of terms (6, N) for values (C, N).

    The normal equations, without BLAS, whose threads cost more than they bring here; the ridge keeps them solvable.
    """
    square = np.einsum("in,jn->ij", terms, terms) + 1e-3 * np.eye(len(terms))
    return np.linalg.solve(square, np.einsum("in,cn->ic", terms, values)).T.astype(np.float32)


def _surface(weights: NDArray[np.float32], y: NDArray[np.float32], x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the quadratic with the weights (C, 6) at y (H, 1) and x (W,), as (C, H, W)."""
    level, along, down, along2, both, down2 = weights.T[:, :, np.newaxis, np.newaxis]
    return np.asarray((level + (along + along2 * x) * x + (down + down2 * y) * y) + both * y * x)


def _tilt(planes: Planes) -> NDArray[np.float32]:
    """Return the weights (C, 6) of the plane through the medians of the four sides."""
    top, bottom = median(planes[:, 0]), median(planes[:, -1])
    left, right = median(planes[:, :, 0]), median(planes[:, :, -1])
    middle, none = (top + bottom + left + right) / 4, np.zeros_like(top)
    return np.stack([middle, (right - left) / 2, (bottom - top) / 2, none, none, none], axis=1)


def border(planes: NDArray[Any]) -> NDArray[np.float32]:
    """Return the outermost pixels, (C, N) float32."""
    sides = [planes[:, 0], planes[:, -1], planes[:, 1:-1, 0], planes[:, 1:-1, -1]]
    return np.concatenate(sides, axis=1, dtype=np.float32)


def median(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the upper median along the last axis; NumPy's own loads masked arrays, 9 MB, at its first call."""
    middle = values.shape[-1] // 2
    return np.asarray(np.partition(values, middle)[..., middle])
