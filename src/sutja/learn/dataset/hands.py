"""Inks as other hands would have written them: slanted, trembling, broken off, a 7 with a bar, a 1 with a flag.

Owns the distortions of strokes. Lengths are fractions of the longer side of the ink's box.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink

Path = NDArray[np.float64]
"""(P, 2) x and y of a stroke, the longer side of the whole ink's box being 1 and its middle 0."""

STEP = 1 / 60  # between the points of a stroke: fine enough for a tremor


def varied(ink: Ink, generator: np.random.Generator, label: int | None = None) -> Ink:
    """Return the ink by another hand; a `label` of 1 or 7 may get the flag or the bar that Europeans draw."""
    strokes = _even([np.array([point[:2] for point in stroke], np.float64) for stroke in ink.strokes])
    if label in _ADDITIONS and generator.random() < 0.25:
        strokes = _ADDITIONS[label](strokes, generator)
    for change, share in _CHANGES:
        if generator.random() < share:
            strokes = change(strokes, generator)
    return Ink([stroke.tolist() for stroke in strokes])


def _even(strokes: list[Path]) -> list[Path]:
    """Scale to 1, and set the points of each stroke at even steps."""
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    scale = 1 / max(float((high - low).max()), 1e-9)
    return [_resampled((stroke - (low + high) / 2) * scale) for stroke in strokes]


def _resampled(stroke: Path) -> Path:
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    steps = np.linspace(0, along[-1], max(2, int(np.ceil(along[-1] / STEP)) + 1))
    return np.stack([np.interp(steps, along, stroke[:, axis]) for axis in (0, 1)], axis=1)


def _slanted(strokes: list[Path], generator: np.random.Generator) -> list[Path]:
    """Turn by 8 degrees, slant by 0.15 and stretch by 12 %, one standard deviation each."""
    turn = np.deg2rad(np.clip(generator.normal(0, 8), -20, 20))
    slant = np.clip(generator.normal(0, 0.15), -0.4, 0.4)
    stretch = np.exp(np.clip(generator.normal(0, 0.12, 2), -0.35, 0.35))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = rotation @ np.array([[1, slant], [0, 1]]) @ np.diag(stretch)
    return [stroke @ matrix.T for stroke in strokes]


def _bent(strokes: list[Path], generator: np.random.Generator) -> list[Path]:
    """Bend the plane by three long waves in each direction."""
    waves = generator.normal(0, 3.5, (2, 3, 2))
    phases = generator.uniform(0, 2 * np.pi, (2, 3))
    heights = generator.normal(0, 0.022, (2, 3))
    return [
        stroke + np.stack([(heights[a] * np.sin(stroke @ waves[a].T + phases[a])).sum(1) for a in (0, 1)], axis=1)
        for stroke in strokes
    ]


def _trembling(strokes: list[Path], generator: np.random.Generator) -> list[Path]:
    """Shake the pen as an unsteady hand does: a wave of 4 to 14 turns over the digit's height, and noise."""
    height, turns = generator.uniform(0.005, 0.025), generator.uniform(4, 14)
    shaken = []
    for stroke in strokes:
        along = np.arange(len(stroke))[:, None] * STEP
        phase = generator.uniform(0, 2 * np.pi, 2)
        wave = np.sin(2 * np.pi * turns * along + phase + 0.7 * generator.normal(0, 1, (len(stroke), 1)))
        shaken.append(stroke + height * wave + generator.normal(0, height / 4, stroke.shape))
    return shaken


def _broken(strokes: list[Path], generator: np.random.Generator) -> list[Path]:
    """Lift the pen for a moment within the longest stroke."""
    longest = max(range(len(strokes)), key=lambda place: len(strokes[place]))
    stroke = strokes[longest]
    gap = int(generator.uniform(0.04, 0.1) / STEP) + 1
    if len(stroke) < 4 * gap:
        return strokes
    start = int(generator.integers(gap, len(stroke) - 2 * gap))
    return [*strokes[:longest], stroke[:start], stroke[start + gap :], *strokes[longest + 1 :]]


def _trimmed(strokes: list[Path], generator: np.random.Generator) -> list[Path]:
    """Begin late or end early, by up to 8 % of the digit's height."""
    cut = int(generator.uniform(0.02, 0.08) / STEP) + 1
    place = int(generator.integers(len(strokes)))
    if len(strokes[place]) < 8 * cut:
        return strokes
    kept = strokes[place][cut:] if generator.random() < 0.5 else strokes[place][:-cut]
    return [*strokes[:place], kept, *strokes[place + 1 :]]


def _hooked(strokes: list[Path], generator: np.random.Generator) -> list[Path]:
    """Come in, or go out, by a short stroke in any direction, as a pen that is not yet up."""
    place, length = int(generator.integers(len(strokes))), generator.uniform(0.03, 0.1)
    turn = generator.uniform(0, 2 * np.pi)
    way = np.arange(1, max(2, int(length / STEP)))[:, None] * STEP * np.array([np.cos(turn), np.sin(turn)])
    stroke = strokes[place]
    hooked = np.concatenate([stroke[0] + way[::-1], stroke] if generator.random() < 0.5 else [stroke, stroke[-1] + way])
    return [*strokes[:place], hooked, *strokes[place + 1 :]]


def _flagged(strokes: list[Path], generator: np.random.Generator) -> list[Path]:
    """Give a 1 its flag, an upstroke to its head, and sometimes a foot."""
    points = np.concatenate(strokes)
    head, foot = points[points[:, 1].argmin()], points[points[:, 1].argmax()]
    flag = head + np.array([-generator.uniform(0.15, 0.45), generator.uniform(0.12, 0.45)])
    more = [_resampled(np.stack([flag, head]))]
    if generator.random() < 0.3:
        half = np.array([generator.uniform(0.12, 0.28), 0])
        more.append(_resampled(np.stack([foot - half, foot + half])))
    return [*strokes, *more]


def _barred(strokes: list[Path], generator: np.random.Generator) -> list[Path]:
    """Give a 7 its bar, across the stem at about the middle."""
    points = np.concatenate(strokes)
    height = generator.uniform(-0.1, 0.12)
    middle = points[np.abs(points[:, 1] - height).argmin()]
    half = np.array([generator.uniform(0.12, 0.28), generator.uniform(-0.04, 0.04)])
    return [*strokes, _resampled(np.stack([middle - half, middle + half]))]


_ADDITIONS: dict[int | None, Callable[[list[Path], np.random.Generator], list[Path]]] = {1: _flagged, 7: _barred}

_CHANGES = (
    (_slanted, 0.9),
    (_bent, 0.8),
    (_trembling, 0.25),
    (_broken, 0.15),
    (_trimmed, 0.15),
    (_hooked, 0.15),
)
