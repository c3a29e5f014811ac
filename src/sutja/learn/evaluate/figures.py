"""The figures of a set: shares with their intervals, losses and curves, counted from answers.

Owns the formulas, which know weights: drawings of a set that is smaller may weigh more. Without weights all weigh 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sutja.learn.evaluate.answers import Answers, joined

BINS = 15
CURVE_POINTS = 200
Z = 1.96  # of the normal distribution 95 % lie within so many standard deviations

Flags: TypeAlias = NDArray[np.bool_]
Weights: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """A share in [0, 1] of `of` drawings, and its 95 % interval."""

    value: float
    low: float
    high: float
    of: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers that are about equally sure: their share of all, their mean confidence and the share of right ones."""

    mass: float
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Point:
    """Where one accepts what is at least as sure as `threshold`: the share accepted, and of it the share wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What a reader scored on a set of digits.

    `right` counts a digit that was given and is the label, so that a refused one is wrong; `likeliest` the likeliest of
    the ten, whatever the verdict. `wrong` is the share of wrong ones among the accepted, those with verdict `digit`.
    `log_loss` is the mean of -ln p(label).
    """

    count: int
    right: Share
    likeliest: Share
    accepted: Share
    wrong: Share
    unsure: Share
    refused: Share
    log_loss: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Curves:
    """Calibration, coverage against risk, and confusion by label (row) and likeliest digit (column)."""

    calibration: tuple[Bin, ...]
    coverage: tuple[Point, ...]
    confusion: tuple[tuple[int, ...], ...]


def figures(answers: Answers, weights: Weights | None = None) -> Figures:
    """Return the figures of answers about digits."""
    weights = np.ones(len(answers)) if weights is None else weights
    likelihoods = answers.probabilities[np.arange(len(answers)), answers.labels].astype(np.float64)
    accepted = answers.is_accepted
    return Figures(
        count=len(answers),
        right=share(answers.is_right, weights),
        likeliest=share(answers.is_likeliest, weights),
        accepted=share(accepted, weights),
        wrong=share(~answers.is_right[accepted], weights[accepted]),
        unsure=share(answers.is_unsure, weights),
        refused=share(answers.is_refused, weights),
        log_loss=float(np.average(-np.log(np.maximum(likelihoods, 1e-12)), weights=weights)),
        calibration_error=calibration_error(bins(answers.confidences, answers.is_likeliest, weights)),
    )


def curves(answers: Answers, weights: Weights | None = None) -> Curves:
    """Return the curves of answers about digits."""
    weights = np.ones(len(answers)) if weights is None else weights
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (answers.labels, answers.digits), 1)
    return Curves(
        calibration=tuple(bins(answers.confidences, answers.is_likeliest, weights)),
        coverage=tuple(coverage(answers, weights)),
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
    )


def equally(parts: Sequence[Answers]) -> tuple[Answers, Weights]:
    """Return all parts as one, and weights, (N,), that give each part the same weight, however many it has."""
    return joined(parts), np.concatenate([np.full(len(part), 1 / (len(parts) * len(part))) for part in parts])


def share(is_so: Flags, weights: Weights | None = None) -> Share:
    """Return the share of those that are so. Of none it is 0, and may be anything from 0 to 1.

    Weighted ones have the interval of as many equal ones as carry the same variance: (sum w)^2 / sum w^2 (Kish, "Survey
    sampling", 1965).
    """
    if not len(is_so):
        return Share(0.0, 0.0, 1.0, 0)
    weights = np.ones(len(is_so)) if weights is None else weights
    total = float(weights.sum())
    value = float(weights[is_so].sum()) / total
    low, high = wilson(value, total**2 / float((weights**2).sum()))
    return Share(value, low, high, len(is_so))


def wilson(value: float, count: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share of `count` (Wilson, "Probable inference", JASA 22, 1927)."""
    middle = (value + Z * Z / (2 * count)) / (1 + Z * Z / count)
    reach = Z / (1 + Z * Z / count) * math.sqrt(value * (1 - value) / count + Z * Z / (4 * count * count))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def bins(confidences: NDArray[np.float32], is_right: Flags, weights: Weights | None = None) -> list[Bin]:
    """Return up to `BINS` bins of equal mass, the least sure first."""
    weights = np.ones(len(confidences)) if weights is None else weights
    order = np.argsort(confidences, kind="stable")
    mass = weights[order] / weights.sum()
    place = np.minimum(((np.cumsum(mass) - mass / 2) * BINS).astype(np.intp), BINS - 1)
    totals, sure, right = (
        np.bincount(place, mass * values[order], BINS)
        for values in (np.ones(len(order)), confidences.astype(np.float64), is_right)
    )
    return [Bin(float(m), float(s / m), float(r / m)) for m, s, r in zip(totals, sure, right, strict=True) if m > 0]


def calibration_error(found: Sequence[Bin]) -> float:
    """Return the expected calibration error: the sum over bins of mass x |share of right ones - mean confidence|.

    Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning" (2015), here in bins of equal mass,
    since almost all confidences are close to 1.
    """
    return sum(each.mass * abs(each.right - each.confidence) for each in found)


def coverage(answers: Answers, weights: Weights) -> list[Point]:
    """Return the curve of coverage against risk, surest first, of those that were not refused, in even steps.

    El-Yaniv and Wiener, "On the foundations of noise-free selective classification", JMLR 11, 2010.
    """
    confidences = np.where(answers.is_refused, 0, answers.confidences)
    order = np.argsort(-confidences, kind="stable")
    falling, mass = confidences[order], weights[order] / weights.sum()
    covered, missed = np.cumsum(mass), np.cumsum(mass * ~answers.is_right[order])
    # Those that are equally sure stand or fall together: only the last of them is a point.
    is_point = np.append(falling[1:] < falling[:-1], True) & (falling > 0)
    places = np.flatnonzero(is_point)
    steps = (covered[places] * CURVE_POINTS).astype(np.intp)
    chosen = places[np.append(steps[1:] > steps[:-1], True)] if places.size else places
    return [Point(float(falling[i]), float(covered[i]), float(missed[i] / covered[i])) for i in chosen]
