"""Readers that answer by heart: a glyph bears its number, and a table says what is answered to it."""

import numpy as np

from sutja.bundle import Bundle, Card, Thresholds
from sutja.learn.dataset import Dataset
from sutja.reader import Reader


def numbered(numbers: np.ndarray) -> np.ndarray:
    """Return glyphs (N, 28, 28) that bear these numbers, with some ink."""
    glyphs = np.zeros((len(numbers), 28, 28), np.float32)
    glyphs[:, 0, 0] = numbers
    glyphs[:, 10:18, 14] = 1
    return glyphs


def drawn(labels: np.ndarray, begin: int = 0) -> Dataset:
    """Return glyphs numbered from `begin` on, with labels (N,)."""
    return Dataset(numbered(np.arange(begin, begin + len(labels))), np.asarray(labels, np.int64))


def sure_of(digits: np.ndarray, confidence: float = 0.99) -> np.ndarray:
    """Return (N, 11): the probability of each digit, the rest for no digit."""
    found = np.zeros((len(digits), 11), np.float32)
    found[:, 10] = 1 - confidence
    found[np.arange(len(digits)), digits] = confidence
    return found


class ByHeart(Reader):
    """Answers row n of a table, (N, 11), to the glyph that bears the number n."""

    def __init__(self, table: np.ndarray, name: str, thresholds: Thresholds | None = None, size: int = 1000) -> None:
        card = Card("compact", 1, name, 2, thresholds or Thresholds(unsure_below=0.9, no_digit_from=0.9))
        self.bundle = Bundle(b"0" * size, card)
        self._table = table

    def probabilities(self, glyphs: np.ndarray) -> np.ndarray:
        return self._table[glyphs[:, 0, 0].astype(int)]
