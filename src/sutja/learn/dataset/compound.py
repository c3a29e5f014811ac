"""Drawings that a box around one digit should not hold: several digits, or half of one.

They are made of digits of the same part. Owns how they are put together; half of a digit counts as no digit only where
no half of it looks like another.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink, InkImage
from sutja.learn.dataset.labelled import Dataset

LEFT_HALVES, RIGHT_HALVES, UPRIGHT_HALVES = (0, 2, 3, 5, 6, 8, 9), (0, 6), (0,)
"""Digits of which such a half is no digit: right of an 8 there is a 3, the stem of a 9 is a 1, half of a 1 is a 1."""
INK_FLOOR = 0.2


def several_inks(inks: Sequence[Ink], count: int, generator: np.random.Generator) -> list[Ink]:
    """Return `count` inks, each of two or three of `inks` side by side, some of them touching."""
    return [_row_of_inks([inks[int(i)] for i in _chosen(len(inks), generator)], generator) for _ in range(count)]


def _chosen(count: int, generator: np.random.Generator) -> NDArray[np.int64]:
    return generator.integers(0, count, 2 if generator.random() < 0.8 else 3)


def _row_of_inks(inks: Sequence[Ink], generator: np.random.Generator) -> Ink:
    strokes: list[list[list[float]]] = []
    right = 0.0
    for ink in inks:
        points = np.concatenate([np.array([point[:2] for point in stroke]) for stroke in ink.strokes])
        low, high = points.min(0), points.max(0)
        scale = generator.uniform(0.75, 1.25) / max(float(high[1] - low[1]), float(high[0] - low[0]), 1e-9)
        shift = np.array([right + generator.uniform(-0.03, 0.35), generator.uniform(-0.15, 0.15)])
        strokes += [((np.array([p[:2] for p in stroke]) - low) * scale + shift).tolist() for stroke in ink.strokes]
        right = float(shift[0] + (high[0] - low[0]) * scale)
    return Ink(strokes)


def several_pictures(digits: Dataset, count: int, generator: np.random.Generator) -> list[InkImage]:
    """Return `count` pictures, (H, W) float32, ink bright, each of two or three glyphs side by side."""
    return [_row_of_glyphs(digits.glyphs[_chosen(len(digits), generator)], generator) for _ in range(count)]


def _row_of_glyphs(glyphs: NDArray[np.float32], generator: np.random.Generator) -> InkImage:
    canvas = np.zeros((36, 28 * len(glyphs) + 24), np.float32)
    right = 0
    for glyph in glyphs:
        columns = np.flatnonzero((glyph > INK_FLOOR).any(0))
        part = glyph[:, columns[0] : columns[-1] + 1]
        left = max(0, right + int(generator.integers(-2, 7)))
        top = int(generator.integers(0, 9))
        place = canvas[top : top + 28, left : left + part.shape[1]]
        np.maximum(place, part, out=place)
        right = left + part.shape[1]
    return canvas[:, :right]


def halves(digits: Dataset, count: int, generator: np.random.Generator) -> list[InkImage]:
    """Return `count` pictures, (h, w) float32, ink bright, each of what is left of a glyph that was cut in two."""
    left, right, upright = (
        digits.glyphs[np.isin(digits.labels, chosen)] for chosen in (LEFT_HALVES, RIGHT_HALVES, UPRIGHT_HALVES)
    )
    made: list[InkImage] = []
    for _ in range(count):
        lot = generator.random()
        if lot < 0.6:
            made.append(_half(left[generator.integers(len(left))], generator))
        elif lot < 0.8:
            made.append(_half(right[generator.integers(len(right)), :, ::-1], generator)[:, ::-1])
        else:
            flip = 1 if generator.random() < 0.5 else -1
            made.append(_half(upright[generator.integers(len(upright))].T[:, ::flip], generator)[:, ::flip].T)
    return made


def _half(glyph: NDArray[np.float32], generator: np.random.Generator) -> NDArray[np.float32]:
    """Return what is left of a cut near the middle."""
    columns = np.flatnonzero((glyph > INK_FLOOR).any(0))
    return glyph[:, columns[0] : int(columns[0] + max(2, len(columns) * generator.uniform(0.35, 0.52)))]
