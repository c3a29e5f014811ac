"""Ruled paper: the printed lines of a sheet are found, and what they darken is taken off the ink.

Owns what a printed line is: thin, straight, from one border of the picture to the other, one of several that are
equally faint. Lines that are parallel on the paper meet in one point in a photo, and then their slope grows evenly with
the row in which they begin: two numbers describe them all, however the camera was held. Ink is darker than what it is
written on, and stays.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ink: TypeAlias = NDArray[np.float32]
"""(H, W) float32, how much darker than the paper, in levels; 0 where it is paper."""
Strips: TypeAlias = NDArray[np.float32]
"""(H, N) float32 in [0, 1]: by row how dark N strips of the picture are, where they are not above and below as well."""

STRIPS = 96
SAMPLE_PX = 4  # columns of a strip that are looked at
FULL = 64.0  # levels: lines and ink that are darker count for as much
THIN_PX = 9  # from the middle of a line it is as light as paper again
STEEPEST = 0.15  # rise over run: 5 degrees, and what perspective adds
NEAR, FAR = 2, 12  # strips apart between which the slope is told, coarsely and finely
CELLS = (3, 4)  # of the picture, down and across, that tell their own slope
TOLD_SHARE = 0.1  # of the height: lines that lie closer do not tell how slopes grow
SEEN_FROM = 0.08  # of `FULL`
LINE_SHARE = 0.75  # of its length on which a line is seen
END_SHARE = 0.08  # of the length: a printed line is seen there as well
LINES_LEAST, LONG_SHARE = 3, 0.25  # so many that are not cut short by a corner make a ruled sheet
SHORTEST = 4  # strips
BENT_PX = 5  # so far may a line run beside those that its neighbours tell
WIDEST_PX = 8  # from the middle of a line to its edge
ROUGH_PX = 2  # so far may the edge of a line waver
SAMPLES = 256  # of a line, by which its level is told
EDGE = 0.2  # of a line's level: what is fainter is no longer the line
FAINTER = 0.75  # than the middling line: what is darker by more is none
DARKER = 1.5  # than the line beneath is ink on it


@dataclass(frozen=True, slots=True, eq=False)
class _Pencil:
    """Lines that would meet in one point: one that begins at y = `start` rises by `slope + turn * start` a pixel."""

    slope: float
    turn: float

    def at(self, starts: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return y (L, X) of lines by their starts (L,) at x (X,)."""
        return np.asarray(starts[:, None] + (self.slope + self.turn * starts[:, None]) * x)


@dataclass(frozen=True, slots=True, eq=False)
class _Rules:
    """Lines, each by the row in which it begins and by how much it rises a pixel, (L,) each."""

    starts: NDArray[np.float64]
    slopes: NDArray[np.float64]

    def at(self, x: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the rows (L, X) of their middles in columns (X,)."""
        return (self.starts[:, None] + self.slopes[:, None] * x).round().astype(np.intp)


def without_rules(ink: Ink) -> Ink:
    """Return the ink without the level and the upright lines of ruled paper; the same array where there are none."""
    found = [_rules(each) for each in (ink, ink.T)]
    if not any(found):
        return ink
    left = ink.copy()
    for each, rules in zip((left, left.T), found, strict=True):
        if rules:
            _erase(each, rules)
    return left


def _rules(ink: Ink) -> _Rules | None:
    """Return the level lines, if there are several."""
    x, strips = _strips(ink)
    pencil = _pencil(x, strips)
    starts = _starts(pencil, x, strips) if pencil else np.empty(0)
    return _fitted(pencil, starts, x, strips) if pencil and len(starts) else None


def _strips(ink: Ink) -> tuple[NDArray[np.float64], Strips]:
    """Return where the middles of the strips are, in px, and the strips."""
    height, width = ink.shape
    sample = min(SAMPLE_PX, width)
    left = np.linspace(0, width - sample, min(STRIPS, width - sample + 1)).round().astype(np.intp)
    dark = np.clip(ink[:, left[:, None] + np.arange(sample)], 0, np.float32(FULL)).mean(2) / np.float32(FULL)
    wide = np.pad(dark, ((THIN_PX, THIN_PX), (0, 0)), mode="reflect" if height > THIN_PX else "edge")
    around = np.maximum(wide[: -2 * THIN_PX], wide[2 * THIN_PX :])
    return left + (sample - 1) / 2, np.maximum(dark - around, 0)


def _pencil(x: NDArray[np.float64], strips: Strips) -> _Pencil | None:
    """Return the slopes of the level lines, if there are strips enough to tell."""
    rows, count = strips.shape
    if count <= 2 * FAR or rows < 4 * CELLS[0]:
        return None
    pitch = float(x[1] - x[0])
    slope, _ = _slope(strips, NEAR, pitch, 0.0, STEEPEST)
    found = []
    for down in np.array_split(np.arange(rows), CELLS[0]):
        for across in np.array_split(np.arange(count), CELLS[1]):
            cell = strips[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
            near, _ = _slope(cell, NEAR, pitch, slope, STEEPEST / 2)
            fine, likeness = _slope(cell, FAR, pitch, near, 0.5 / (NEAR * pitch))
            found.append((fine, (down[0] + down[-1]) / 2 - fine * x[across].mean(), likeness))
    slopes, starts, likenesses = np.array(found).T
    weights = likenesses**2
    total = float(weights.sum())
    if total < 1e-12:
        return None
    slope, start = float(weights @ slopes) / total, float(weights @ starts) / total
    spread = float(weights @ (starts - start) ** 2) / total
    turn = float(weights @ ((starts - start) * (slopes - slope))) / total / max(spread, (TOLD_SHARE * rows) ** 2)
    return _Pencil(slope - turn * start, turn)


def _slope(strips: Strips, apart: int, pitch: float, around: float, reach: float) -> tuple[float, float]:
    """Return by how much lines rise a pixel: where strips so far apart are most alike, when one of them is moved.

    And how much more alike they are there than elsewhere.
    """
    run = apart * pitch
    shifts = np.arange(np.floor((around - reach) * run), np.ceil((around + reach) * run) + 1).astype(np.intp)
    scores = np.array([_likeness(strips[:, :-apart], strips[:, apart:], shift) for shift in shifts.tolist()])
    best = int(scores.argmax())
    likeness = float(scores[best] - np.median(scores))
    if not 0 < best < len(scores) - 1:
        return float(shifts[best]) / run, likeness
    before, here, after = scores[best - 1 : best + 2].tolist()
    bend = before - 2 * here + after
    return (float(shifts[best]) + (0.5 * (before - after) / bend if bend else 0.0)) / run, likeness


def _likeness(left: Strips, right: Strips, shift: int) -> float:
    rows = len(left) - abs(shift)
    if rows <= 0:
        return 0.0
    return float(np.einsum("ij,ij->", left[max(0, -shift) :][:rows], right[max(0, shift) :][:rows])) / rows


def _starts(pencil: _Pencil, x: NDArray[np.float64], strips: Strips) -> NDArray[np.float64]:
    """Return where lines begin that are seen all the way, also at their ends; none where there are not several."""
    rows, count = strips.shape
    margin = STEEPEST * x[-1]
    candidates = np.arange(-margin, rows + margin, 1.0)
    y = pencil.at(candidates, x).round().astype(np.intp)
    is_inside = (y >= 1) & (y < rows - 1)
    wide = np.maximum(np.maximum(strips[:-2], strips[1:-1]), strips[2:])
    seen = np.where(is_inside, wide[np.clip(y - 1, 0, rows - 3), np.arange(count)], np.float32(0)) >= SEEN_FROM
    inside = is_inside.sum(1)
    place = np.cumsum(is_inside, axis=1)
    end = np.maximum(2, END_SHARE * inside)[:, None]
    ends = (is_inside & (place <= end), is_inside & (place > inside[:, None] - end))
    has_ends = [(seen & each).sum(1) >= each.sum(1) / 2 for each in ends]
    is_line = (inside >= SHORTEST) & (seen.sum(1) >= LINE_SHARE * inside) & has_ends[0] & has_ends[1]
    is_told = len(_middles(candidates, is_line & (inside >= LONG_SHARE * count))) >= LINES_LEAST
    return _middles(candidates, is_line) if is_told else np.empty(0)


def _middles(candidates: NDArray[np.float64], is_line: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the middle of each stretch of candidates."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], is_line, [False]]).astype(np.int8)))
    begins, ends = changes[::2], changes[1::2] - 1
    return np.asarray((candidates[begins] + candidates[ends]) / 2)


def _fitted(pencil: _Pencil, starts: NDArray[np.float64], x: NDArray[np.float64], strips: Strips) -> _Rules:
    """Return lines as they really run, by least squares: paper and lenses bend a little."""
    slopes = pencil.slope + pencil.turn * starts
    offsets = np.arange(-BENT_PX, BENT_PX + 1)
    y = (starts[:, None] + slopes[:, None] * x).round().astype(np.intp)[:, None, :] + offsets[:, None]
    is_inside = (y >= 0) & (y < len(strips))
    dark = np.where(is_inside, strips[np.clip(y, 0, len(strips) - 1), np.arange(len(x))], 0).astype(np.float64)
    weights = dark.sum(1) + 1e-6
    apart = (dark * (y - (starts[:, None] + slopes[:, None] * x)[:, None, :])).sum(1) / weights
    middle = (weights * x).sum(1) / weights.sum(1)
    along = x - middle[:, None]
    mean = (weights * apart).sum(1) / weights.sum(1)
    bend = (weights * along * apart).sum(1) / np.maximum((weights * along**2).sum(1), 1e-9)
    return _Rules(starts + mean - bend * middle, slopes + bend)


def _erase(ink: Ink, rules: _Rules) -> None:
    """Erase from the ink what is hardly darker than the lines themselves mostly are, and lies on one."""
    height, width = ink.shape
    offsets = np.arange(-WIDEST_PX, WIDEST_PX + 1)
    levels = _levels(ink, rules, offsets)
    peaks = levels.max(1)
    levels[(levels < EDGE * peaks[:, None]) | (peaks > np.median(peaks) / FAINTER)[:, None]] = 0
    wide = np.pad(levels, ((0, 0), (ROUGH_PX, ROUGH_PX)))
    most = np.float32(DARKER) * np.lib.stride_tricks.sliding_window_view(wide, 2 * ROUGH_PX + 1, 1).max(2)
    x = np.arange(width)
    middle = rules.at(x)
    for offset, limit in zip(offsets.tolist(), most.T, strict=True):
        chosen = limit > 0
        y = middle[chosen] + offset
        values = ink[np.clip(y, 0, height - 1), x]
        line, column = np.nonzero((values <= limit[chosen, None]) & (values > 0) & (y >= 0) & (y < height))
        ink[y[line, column], column] = 0


def _levels(ink: Ink, rules: _Rules, offsets: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return how dark each line mostly is, (L, O), by how far one is from its middle."""
    x = np.arange(0, ink.shape[1], max(1, ink.shape[1] // SAMPLES))
    y = rules.at(x)[:, None, :] + offsets[:, None]
    is_inside = (y >= 0) & (y < len(ink))
    values = np.sort(np.where(is_inside, ink[np.clip(y, 0, len(ink) - 1), x], np.float32(np.inf)), axis=2)
    half = np.minimum(is_inside.sum(2) // 2, len(x) - 1)
    found = np.take_along_axis(values, half[..., None], axis=2)[..., 0]
    return np.where(np.isfinite(found), np.maximum(found, 0), np.float32(0))
