"""The score of a reader on one set of labelled glyphs, as it stands in a card, and its speed."""

import time

import numpy as np

from sutja.bundle import Score
from sutja.learn.dataset.labelled import NO_DIGIT, Dataset
from sutja.reader import Reader
from sutja.reading import Verdict


def evaluate(reader: Reader, data: Dataset) -> Score:
    """Return the score of `reader` on `data`, at the thresholds of its own card."""
    probabilities = reader.probabilities(data.glyphs)
    digits = probabilities[:, :NO_DIGIT].argmax(1)
    verdicts = reader.bundle.card.thresholds.verdicts(probabilities)
    is_right = digits == data.labels
    is_accepted = np.array([verdict is Verdict.DIGIT for verdict in verdicts], bool)
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
