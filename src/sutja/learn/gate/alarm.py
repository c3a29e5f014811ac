"""An alarm about labels: samples that look like another digit to whoever has not seen their source.

Owns confident learning (Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset labels",
JAIR 70, 2021), whose few lines stand here, since the library of its authors brings scikit-learn and pandas. The
probabilities that it needs come from neighbours: of no network, so that a poisoned one has no say, and never of the
same source, so that nobody vouches for themselves. It only warns: whom it names may be the one who is right.
"""

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from sutja.learn.dataset import NO_DIGIT, Dataset
from sutja.learn.dataset.labelled import joined
from sutja.learn.gate.admission import Given
from sutja.learn.gate.judgement import Reason, Ruling

LIMIT = 0.05
"""More than this share of new samples is alarming."""
LEAST_COUNT = 20
"""Of fewer samples a share says nothing."""
NEIGHBOURS = 10
FOLDS = 5
BASE_COUNT = 4_000
"""So many of the base digits are asked at most: more take longer and say the same."""
PART = 512  # samples whose distances are there at once

Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Doubts:
    """Which of N samples look mislabelled, (N,), and how likely their neighbours find each label, (N, 11)."""

    is_doubtful: NDArray[np.bool_]
    probabilities: Probabilities


def label_issues(labels: NDArray[np.int64], probabilities: Probabilities) -> NDArray[np.bool_]:
    """Return which labels (N,) are confidently another, (N,), by out-of-sample probabilities (N, K).

    A label's own threshold is the mean probability of it among those that bear it. A sample counts as whichever label,
    among those that reach their thresholds, is most likely; where that is not its own, it is an issue.
    """
    thresholds = np.full(probabilities.shape[1], np.inf)  # what no sample bears, none is taken for
    for label in np.unique(labels):
        thresholds[label] = probabilities[labels == label, label].mean()
    confident = np.where(probabilities >= thresholds, probabilities, -1.0)
    return np.asarray((confident.max(1) >= 0) & (confident.argmax(1) != labels))


def doubts(given: Given, base: Dataset) -> Doubts:
    """Return which samples look mislabelled to those of other folds, base data among them.

    Sources fall into five folds by hash, base data by turns; these have their say in the thresholds as well, else
    whoever sends but one label would set its own. Takes some seconds for thousands of samples.
    """
    some = base[np.unique(np.linspace(0, max(0, len(base) - 1), min(len(base), BASE_COUNT)).astype(np.intp))]
    whole, count = joined([given.samples, some]), len(given)
    by_source = [sha256(source.encode()).digest()[0] % FOLDS for source in given.sources.tolist()]
    folds = np.array([*by_source, *(place % FOLDS for place in range(len(some)))], np.int64)
    found = np.zeros((len(whole), NO_DIGIT + 1))
    for fold in range(FOLDS):
        found[folds == fold] = _by_neighbours(whole.glyphs[folds == fold], whole[folds != fold])
    return Doubts(label_issues(whole.labels, found)[:count], found[:count])


def alarm(given: Given, base: Dataset) -> Reason:
    """Return a reason that asks for a look where too many of the samples look mislabelled."""
    count = len(given)
    flagged = int(doubts(given, base).is_doubtful.sum()) if count >= LEAST_COUNT else 0
    share = flagged / count if count else 0.0
    words = f"{flagged} of {count} new samples look mislabelled beside their neighbours ({share:.1%})"
    numbers = {"flagged": flagged, "count": count, "share": share, "limit": LIMIT}
    if share > LIMIT:
        return Reason("labels", Ruling.HOLD, f"{words}; more than {LIMIT:.0%} is alarming.", numbers)
    return Reason("labels", Ruling.PROMOTE, f"{words}; up to {LIMIT:.0%} is usual.", numbers)


def _by_neighbours(glyphs: NDArray[np.float32], known: Dataset) -> Probabilities:
    """Return (N, 11): the labels' shares among the nearest known glyphs, by cosine, each softened a little."""
    found = np.full((len(glyphs), NO_DIGIT + 1), 1.0 / (NO_DIGIT + 1))
    count = min(NEIGHBOURS, len(known))
    if not count:
        return found
    rows = _blurred(known.glyphs)
    for start in range(0, len(glyphs), PART):
        nearness = _blurred(glyphs[start : start + PART]) @ rows.T
        nearest = np.argpartition(-nearness, count - 1, axis=1)[:, :count]
        votes = (known.labels[nearest][:, :, None] == np.arange(NO_DIGIT + 1)).sum(1)
        found[start : start + PART] = (votes + 0.1) / (count + 0.1 * (NO_DIGIT + 1))
    return found


def _blurred(glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return unit rows (N, 784) of glyphs blurred by three pixels: strokes beside each other are near."""
    beside = (np.roll(glyphs, 1, 1) + 2 * glyphs + np.roll(glyphs, -1, 1)) / 4
    both = (np.roll(beside, 1, 2) + 2 * beside + np.roll(beside, -1, 2)) / 4
    flat = both.reshape(len(glyphs), -1)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9), np.float32)
