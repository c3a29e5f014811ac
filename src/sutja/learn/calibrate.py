"""Temperature and thresholds: what turns a model's probabilities into verdicts that keep their promise.

Owns the promises and how they are kept on the calibration part of the data. They are fitted anew for each bundle.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sutja.bundle import NOTHING, Thresholds
from sutja.learn.dataset.labelled import NO_DIGIT, Dataset, joined
from sutja.learn.dataset.mix import Mix
from sutja.reader import Reader, tempered

ACCEPTED_ERROR_LIMIT = 0.002
"""The promise of the verdict `digit`: at most this share of them is wrong."""
CONFIDENCE_Z = 1.645
"""The promise is held by the upper end of a one-sided 95 % interval: it is made to those who were not measured."""
ACCEPTED_FLOOR = 0.965
"""At least this share of each kind is accepted where the promise allows it: up to there the threshold is raised."""
REFUSED_LIMIT = 0.001
"""At most this share of digits gets the verdict `not_a_digit`: held, too, by the upper end of the interval."""
KINDS = ("mnist", "strokes", "photographs")
"""The kinds of digits that weigh the same, by the names of their sets in a mix."""


def calibrate(reader: Reader, mix: Mix) -> Thresholds:
    """Return the temperature and the thresholds that keep the promises on the calibration part `mix`.

    Each kind of digit (MNIST, pens, photographs) has the same weight, however many there are of it. `reader` has the
    model at temperature 1.
    """
    kinds = [mix.sets[name] for name in KINDS if name in mix.sets]
    digits = joined(kinds)
    weights = np.concatenate([np.full(len(kind), 1 / (len(kinds) * len(kind))) for kind in kinds])
    found = reader.probabilities(digits.glyphs)
    temperature = _temperature(found, digits.labels, weights)
    found = tempered(found, temperature)
    no_digit_from = _no_digit_from(found[:, NO_DIGIT], weights)
    is_read = found[:, NO_DIGIT] < no_digit_from
    is_right = found[:, :NO_DIGIT].argmax(1) == digits.labels
    confidences = np.where(is_read, found[:, :NO_DIGIT].max(1), 0)
    strictest = min(_quantile(part, 1 - ACCEPTED_FLOOR) for part in np.split(confidences, _ends(kinds)))
    return Thresholds(
        unsure_below=max(_threshold(confidences, is_right, weights), strictest),
        no_digit_from=no_digit_from,
        temperature=temperature,
        promised_error=ACCEPTED_ERROR_LIMIT,
    )


def _ends(kinds: Sequence[Dataset]) -> NDArray[np.intp]:
    return np.cumsum([len(kind) for kind in kinds])[:-1]


def _quantile(confidences: NDArray[np.float32], share: float) -> float:
    """Return the confidence below which that share lies, or a little less."""
    return float(np.sort(confidences)[int(share * len(confidences))])


def _temperature(found: NDArray[np.float32], labels: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    """Return the temperature of the least log loss, by a search over a hundred between 1/4 and 4."""
    rows = np.arange(len(labels))

    def loss(temperature: float) -> float:
        likelihood = tempered(found, temperature)[rows, labels]
        return float(-(weights * np.log(np.maximum(likelihood, 1e-12))).sum())

    return float(min(np.round(np.geomspace(0.25, 4, 101), 4), key=loss))


def _no_digit_from(no_digit: NDArray[np.float32], weights: NDArray[np.float64]) -> float:
    """Return the lowest probability of no digit, 1/2 or more, that refuses at most `REFUSED_LIMIT` of the digits."""
    order = np.argsort(-no_digit, kind="stable")
    refused = np.cumsum(weights[order]) / weights.sum()
    count = np.full(len(order), weights.sum() ** 2 / (weights**2).sum())  # Kish, 1965, as below
    place = int(np.searchsorted(_upper(refused, count), REFUSED_LIMIT, side="right"))
    return max(0.5, float(np.nextafter(no_digit[order[min(place, len(order) - 1)]], np.float32(2))))


def _threshold(
    confidences: NDArray[np.float32], is_right: NDArray[np.bool_], weights: NDArray[np.float64] | None = None
) -> float:
    """Return the lowest confidence from which on, at 95 % confidence, at most `ACCEPTED_ERROR_LIMIT` is wrong."""
    weights = np.ones(len(confidences)) if weights is None else weights
    order = np.argsort(-confidences, kind="stable")
    falling, weights = confidences[order], weights[order]
    accepted = np.cumsum(weights)
    counts = accepted**2 / np.cumsum(weights**2)  # as many of equal weight would tell as much (Kish, 1965)
    error = _upper(np.cumsum(weights * ~is_right[order]) / accepted, counts)
    # A threshold accepts all that are equal to it: only the last of them tells what it does.
    is_last = np.append(falling[1:] < falling[:-1], True)
    fine = np.flatnonzero((error <= ACCEPTED_ERROR_LIMIT) & is_last & (falling > 0))
    return float(falling[fine[-1]]) if fine.size else NOTHING


def _upper(shares: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the upper ends of Wilson's intervals of shares among so many (Wilson, "Probable inference", 1927)."""
    z = CONFIDENCE_Z
    middle = shares + z * z / (2 * counts)
    reach = z * np.sqrt(shares * (1 - shares) / counts + z * z / (4 * counts * counts))
    return np.asarray((middle + reach) / (1 + z * z / counts))
