"""Labelled glyphs: what every set of digits, letters or scribbles becomes before a network sees it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_DIGIT = 10
"""The label of whatever is no digit, and its column in a model's probabilities."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Glyphs, (N, 28, 28) float32 in [0, 1] with ink bright, and labels, (N,) int64: a digit, or `NO_DIGIT`."""

    glyphs: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many glyphs there are."""
        return len(self.labels)

    def __getitem__(self, part: slice | NDArray[np.intp] | NDArray[np.bool_]) -> "Dataset":
        """Return a part of it."""
        return Dataset(self.glyphs[part], self.labels[part])

    def digest(self) -> str:
        """Return the sha-256 over glyphs and labels: what a card calls its snapshot."""
        return hashlib.sha256(self.glyphs.tobytes() + self.labels.tobytes()).hexdigest()


def joined(parts: Sequence[Dataset]) -> Dataset:
    """Return all of the parts as one, in their order."""
    return Dataset(np.concatenate([part.glyphs for part in parts]), np.concatenate([part.labels for part in parts]))


def no_digits(glyphs: NDArray[np.float32]) -> Dataset:
    """Return glyphs, (N, 28, 28), none of which is a digit."""
    return Dataset(glyphs, np.full(len(glyphs), NO_DIGIT, np.int64))
