"""Inks by an unsteady hand, at a strength that is given. Measures; `hands` is what trains, and shakes otherwise."""

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink
from sutja.learn.dataset.canvas import box_of

STEP = 1 / 80  # between the points of a stroke, as a part of the ink's longer side
WAVES = 6
TURNS = (5.0, 12.0)
"""How often the hand shakes while it draws one height of the digit: 5 to 12 Hz, at a height a second."""


def trembling(ink: Ink, strength: float, generator: np.random.Generator) -> Ink:
    """Return the ink shaken by several waves at once, whose root mean square is `strength` of its longer side.

    Tremor of the hand is a narrow band of frequencies (Elble, "Tremor: clinical features, pathophysiology, and
    treatment", Neurologic Clinics 27, 2009), here of random phases and directions, and other in each stroke.
    """
    strokes = [np.array([point[:2] for point in stroke], np.float64) for stroke in ink.strokes]
    low, high = box_of(strokes)
    side = float((high - low).max()) or 1.0  # a dot has no size of its own
    return Ink([_shaken(stroke / side, strength, generator).tolist() for stroke in strokes])


def _shaken(stroke: NDArray[np.float64], strength: float, generator: np.random.Generator) -> NDArray[np.float64]:
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
    steps = np.linspace(0, along[-1], max(2, int(along[-1] / STEP) + 1))
    points = np.stack([np.interp(steps, along, stroke[:, axis]) for axis in (0, 1)], axis=1)
    turns = generator.uniform(*TURNS, (WAVES, 1, 2))
    phases = generator.uniform(0, 2 * np.pi, (WAVES, 1, 2))
    waves = np.sin(2 * np.pi * turns * steps[None, :, None] + phases).sum(0)
    # Two axes of so many sines, each with a mean square of 1/2, have this root mean square in all.
    return np.asarray(points + strength * waves / np.sqrt(WAVES))
