"""Drawings that are no digits, made up: scribbles, hatchings, spirals, lines that lie, arrows, stars, blots.

Owns their shapes, each of which is no digit by the way it is made: a plain upright line is not among them, since it is
a 1, no ring, which is a 0, and no pen that turns so seldom that it may draw an 8 by chance.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink

Shape = list[NDArray[np.float64]]
"""Strokes, (P, 2) x and y, of about the size 1."""


def scribble(generator: np.random.Generator) -> Ink:
    """Return a drawing of a kind that is drawn by lot."""
    shape = _SHAPES[int(generator.integers(len(_SHAPES)))](generator)
    return Ink([stroke.tolist() for stroke in shape])


def _wandering(generator: np.random.Generator) -> Shape:
    """A pen that turns as it likes, ten times at least: with fewer turns it draws an 8 or a 5 now and then."""
    count = int(generator.integers(11, 19))
    knots = generator.uniform(0, 1, (count, 2))
    return [_smooth(knots)]


def _smooth(knots: NDArray[np.float64], per_knot: int = 12) -> NDArray[np.float64]:
    """Return a Catmull-Rom spline through the knots (Catmull and Rom, 1974)."""
    p = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0, 1, per_knot, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.concatenate([*parts, knots[-1:]])


def _zigzag(generator: np.random.Generator) -> Shape:
    # Of five corners, made smooth and upright, it would be a 3.
    count = int(generator.integers(7, 15))
    x = np.linspace(0, generator.uniform(0.6, 1.6), count) + generator.normal(0, 0.03, count)
    y = np.where(np.arange(count) % 2, 1.0, 0.0) * generator.uniform(0.3, 1.2) + generator.normal(0, 0.06, count)
    knots = _turned(np.stack([x, y], axis=1), generator.uniform(0, 2 * np.pi))
    return [knots if generator.random() < 0.5 else _smooth(knots)]


def _spiral(generator: np.random.Generator) -> Shape:
    """From its very middle outwards: with a hole there a thick pen would make a 0 of it."""
    turns = generator.uniform(2.5, 4.5)
    angle = np.linspace(0, 2 * np.pi * turns, 120) * (1 if generator.random() < 0.5 else -1)
    radius = np.linspace(0, 0.5, 120)
    return [np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)]


def _coil(generator: np.random.Generator) -> Shape:
    turns = generator.uniform(3, 7)
    t = np.linspace(0, 2 * np.pi * turns, 150)
    drift = t * generator.uniform(0.12, 0.3) / np.pi
    coil = np.stack([drift - 0.5 * np.sin(t), generator.uniform(0.4, 1.2) * np.cos(t)], axis=1)
    return [_turned(coil, generator.uniform(0, 2 * np.pi))]


def _lying(generator: np.random.Generator) -> Shape:
    """A line that lies, or hangs by less than 35 degrees; it may be wavy."""
    t = np.linspace(0, 1, 40)
    wave = generator.uniform(0, 0.12) * np.sin(2 * np.pi * generator.uniform(0.3, 3) * t)
    line = np.stack([t, wave], axis=1)
    return [_turned(line, np.deg2rad(generator.uniform(-35, 35)))]


def _lines(generator: np.random.Generator) -> Shape:
    """Three to seven straight lines, criss-cross."""
    return [generator.uniform(0, 1, (2, 2)) for _ in range(int(generator.integers(3, 8)))]


def _hatching(generator: np.random.Generator) -> Shape:
    """Parallel lines, or two sets of them across each other."""
    count = int(generator.integers(3, 7))
    lines = [np.array([[place / count, 0.0], [place / count, 1.0]]) for place in range(count)]
    crossing = [line[:, ::-1] for line in lines] if generator.random() < 0.6 else []
    turn = generator.uniform(0, np.pi)
    return [_turned(line + generator.normal(0, 0.03, (2, 2)), turn) for line in lines + crossing]


def _star(generator: np.random.Generator) -> Shape:
    """Lines through one point, three at least, or a pentagram in one stroke."""
    if generator.random() < 0.5:
        angles = np.arange(6) * 4 * np.pi / 5 + generator.uniform(0, 2 * np.pi)
        return [np.stack([np.cos(angles), np.sin(angles)], axis=1) + generator.normal(0, 0.05, (6, 2))]
    count, turn = int(generator.integers(3, 6)), generator.uniform(0, np.pi)
    ends = [turn + np.pi * place / count + generator.normal(0, 0.08) for place in range(count)]
    return [np.array([[np.cos(a), np.sin(a)], [-np.cos(a), -np.sin(a)]]) for a in ends]


def _arrow(generator: np.random.Generator) -> Shape:
    """An arrow in any direction but those in which it would be a 1 or a 7."""
    head = generator.uniform(0.2, 0.4)
    shaft = np.array([[0.0, 0.0], [1.0, 0.0]])
    barbs = np.array([[1 - head, -head], [1.0, 0.0], [1 - head, head]])
    turn = generator.uniform(0, 2 * np.pi)
    return [_turned(part + generator.normal(0, 0.02, part.shape), turn) for part in (shaft, barbs)]


def _polygon(generator: np.random.Generator) -> Shape:
    """A closed triangle, or a box with its diagonals."""
    if generator.random() < 0.5:
        angles = np.arange(4) * 2 * np.pi / 3 + generator.uniform(0, 2 * np.pi)
        return [np.stack([np.cos(angles), np.sin(angles)], axis=1) * generator.uniform(0.6, 1, (1, 2))]
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], np.float64)
    box = (corners + generator.normal(0, 0.04, (5, 2))) * generator.uniform(0.6, 1, (1, 2))
    return [box, box[[0, 2]], box[[1, 3]]]


def _blot(generator: np.random.Generator) -> Shape:
    """A patch that is filled to and fro."""
    rows = int(generator.integers(12, 25))
    width = generator.uniform(0.5, 1.4)
    x = np.where(np.arange(rows) % 2, 0.0, width) + generator.normal(0, 0.08, rows)
    y = np.linspace(0, generator.uniform(0.4, 1.2), rows)
    return [_turned(np.stack([x, y], axis=1), generator.uniform(0, np.pi))]


def _target(generator: np.random.Generator) -> Shape:
    """Two rings, one within the other, or a ring with a cross in it."""
    angle = np.linspace(0, 2 * np.pi, 50)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if generator.random() < 0.5:
        return [ring, ring * generator.uniform(0.3, 0.6)]
    turn = generator.uniform(0, np.pi)
    return [ring, *(_turned(np.array([[-1.0, 0.0], [1.0, 0.0]]), turn + right) for right in (0, np.pi / 2))]


def _turned(points: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    return np.asarray(points @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]))


_SHAPES: tuple[Callable[[np.random.Generator], Shape], ...] = (
    _wandering,
    _wandering,
    _zigzag,
    _spiral,
    _coil,
    _lying,
    _lying,
    _lines,
    _lines,
    _hatching,
    _star,
    _arrow,
    _polygon,
    _blot,
    _target,
)
