"""How good a reader is on labelled glyphs. Needs no Keras: what is measured is what serves."""

import time

import numpy as np
from numpy.typing import NDArray

from sutja.bundle import NOTHING, Score, Thresholds
from sutja.learn.dataset import Dataset
from sutja.reader import Reader

ACCEPTED_ERROR_LIMIT = 0.002
"""The promise of the verdict `digit`: at most this share of them is wrong, measured on the calibration part."""


def evaluate(reader: Reader, data: Dataset) -> Score:
    """Return the score of `reader` on `data`, at the thresholds of its own card."""
    probabilities = reader.probabilities(data.glyphs)
    digits, confidences = probabilities.argmax(1), probabilities.max(1)
    is_right, is_accepted = digits == data.labels, confidences >= reader.bundle.card.thresholds.unsure_below
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (data.labels, digits), 1)
    likelihood = probabilities[np.arange(len(data)), data.labels]
    return Score(
        count=len(data),
        accuracy=float(is_right.mean()),
        log_loss=float(-np.log(np.maximum(likelihood, 1e-12)).mean()),
        accepted=float(is_accepted.mean()),
        accepted_error=float((~is_right)[is_accepted].mean()) if is_accepted.any() else 0.0,
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
    )


def time_ms(reader: Reader, data: Dataset, runs: int = 300) -> float:
    """Return the median time in ms that the model takes for one glyph, over `runs` glyphs one after the other."""
    times = []
    for place in range(runs):
        glyphs = data[place % len(data) : place % len(data) + 1].glyphs
        start = time.perf_counter()
        reader.probabilities(glyphs)
        times.append(time.perf_counter() - start)
    return 1e3 * float(np.median(times))


def calibrate(reader: Reader, data: Dataset) -> Thresholds:
    """Return the lowest threshold on the confidence above which at most 0.2 % of `data` are read wrongly."""
    probabilities = reader.probabilities(data.glyphs)
    return Thresholds(unsure_below=_threshold(probabilities.max(1), probabilities.argmax(1) == data.labels))


def _threshold(confidences: NDArray[np.float32], is_right: NDArray[np.bool_]) -> float:
    order = np.argsort(-confidences, kind="stable")
    falling = confidences[order]
    error = np.cumsum(~is_right[order]) / np.arange(1, len(order) + 1)
    # A threshold accepts all that are equal to it: only the last of them tells what it does.
    is_last = np.append(falling[1:] < falling[:-1], True)
    fine = np.flatnonzero((error <= ACCEPTED_ERROR_LIMIT) & is_last)
    return float(falling[fine[-1]]) if fine.size else NOTHING
