"""Distillation: what is wanted of a network by the labels, and by the networks that teach it.

Owns how far teachers are believed (Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015).
They see each glyph as the pupil does, distorted in the same way (Beyer et al., "Knowledge distillation: a good teacher
is patient and consistent", 2022).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sutja.learn.dataset.labelled import NO_DIGIT
from sutja.reader import Reader

BELIEF = 0.5
"""The weight of what the teachers say; the label has the rest."""


def wanted(glyphs: NDArray[np.float32], labels: NDArray[np.int64], teachers: Sequence[Reader]) -> NDArray[np.float32]:
    """Return the probabilities (N, 11) that a network should give to glyphs (N, 28, 28) with labels (N,)."""
    labelled = one_hot(labels)
    if not teachers:
        return labelled
    taught = np.mean([teacher.probabilities(glyphs) for teacher in teachers], axis=0, dtype=np.float32)
    return np.asarray((1 - BELIEF) * labelled + BELIEF * taught, np.float32)


def one_hot(labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return (N, 11): 1 in the column of the label."""
    return np.eye(NO_DIGIT + 1, dtype=np.float32)[labels]
