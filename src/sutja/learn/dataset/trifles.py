"""Drawings of next to nothing, made up: blank paper, dots, and the plain upright line, which is a 1.

Owns how they look. A picture is (H, W) uint8, dark on light, as a page, a scanner or a phone would send it.
"""

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink
from sutja.learn.dataset.canvas import drawn, picture

SIDE_PX = 280
Picture = NDArray[np.uint8]


def blank(generator: np.random.Generator) -> Picture:
    """Return paper of any tone and size: plain, grainy, or lit from one side."""
    height, width = generator.integers(28, 400, 2)
    across, down = np.meshgrid(np.linspace(-0.5, 0.5, width), np.linspace(-0.5, 0.5, height))
    light = generator.uniform(-60, 60, 2) * (generator.random() < 0.5)
    grain = generator.uniform(0, 10) * (generator.random() < 0.5)
    paper = generator.uniform(0, 255) + light[0] * across + light[1] * down
    return np.asarray(np.clip(paper + grain * generator.normal(0, 1, paper.shape), 0, 255).astype(np.uint8))


def dotted_ink(generator: np.random.Generator) -> Ink:
    """Return a tap of the pen: one point, or a few at one place."""
    x, y = generator.uniform(0, SIDE_PX, 2)
    return Ink([[(float(x), float(y))] * int(generator.integers(1, 4))])


def dotted(generator: np.random.Generator) -> Picture:
    """Return a page with one round dot, as small as a full stop or as large as a pen's blot."""
    x, y = generator.uniform(40, SIDE_PX - 40, 2)
    return drawn([np.array([[x, y], [x, y + 0.01]])], (SIDE_PX, SIDE_PX), generator.uniform(3, 40))


def upright(generator: np.random.Generator) -> Ink:
    """Return a plain line from top to bottom, within 12 degrees of upright, hardly bent."""
    lean = np.tan(np.deg2rad(generator.uniform(-12, 12)))
    down = np.linspace(0, 1, 25)
    bend = generator.uniform(-0.03, 0.03) * np.sin(np.pi * down)
    return Ink([np.stack([lean * (down - 0.5) + bend, down], axis=1).tolist()])


def on_a_page(ink: Ink, generator: np.random.Generator) -> Picture:
    """Return an ink as a page sends it: of any size, anywhere, with a pen of a usual width."""
    extent = generator.uniform(60, 220)
    pen = generator.uniform(4, min(18.0, 0.2 * extent))
    reach = (SIDE_PX - extent - pen) / 2 / SIDE_PX
    centre = 0.5 + generator.uniform(-reach, reach, 2)
    return picture(ink, extent_px=extent, pen_px=pen, centre=(float(centre[0]), float(centre[1])))
