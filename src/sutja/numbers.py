"""A lattice that was scored becomes the marks of a number: which pieces, which digits, how sure.

Owns the weight of a piece and how sure a digit has to be in a number. Knows nothing of glyphs, sessions or files.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sutja.bundle import Thresholds
from sutja.reading import Box, Probabilities, Verdict
from sutja.segment import Lattice, Step, best_path

LEAST = 1e-4  # no probability counts for less: one wild guess of the model must not forbid a path
WHOLE_FROM = 0.97  # so likely a digit, a mark is one
OTHER_COST = 3.0  # of taking a mark for no digit, as a logarithm: most marks are digits
SHARPNESS = 8.0  # of the weights of paths: neighbours tell a piece from a wrong one better than it alone does
# In heights of a digit.
BESIDE = 1.0  # so far reaches the doubt about a mark that is none,
JOINED, DOUBTFUL = 0.05, 0.8  # and about one that is likelier none than this
LARGE = 0.5  # share of its rows that such a mark has as well


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A piece of the best path, by its place in the lattice, with its probabilities and its verdict.

    The probabilities are those of the model times the probability that the drawing is to be cut just so there.
    """

    place: int
    probabilities: Probabilities
    verdict: Verdict


def marks(
    lattice: Lattice, probabilities: NDArray[np.float32], thresholds: Thresholds, length: int | None = None
) -> list[Mark]:
    """Return the marks of a drawing in reading order, from the probabilities (N, 11) of its N pieces.

    With a `length` so many of them are digits. Where the drawing cannot be cut so, it is read as if none had been
    given, and no digit is better than `unsure`.
    """
    if not lattice.pieces:
        return []
    digits, others = _weights(lattice, probabilities)
    steps = best_path(lattice, digits, others, length)
    if steps is not None:
        return _doubted(lattice, _judged(steps, probabilities, thresholds, is_counted=length is not None))
    found = _judged(best_path(lattice, digits, others) or [], probabilities, thresholds)
    return [_unsure(mark) for mark in found]


def are_digits(probabilities: NDArray[np.float32]) -> list[bool]:
    """Return which of the drawings with these probabilities, (N, 11), need no other way to cut them."""
    return [bool(likeliest >= WHOLE_FROM) for likeliest in probabilities[:, :10].max(1, initial=0)]


def _weights(lattice: Lattice, probabilities: NDArray[np.float32]) -> tuple[list[float], list[float]]:
    """Return the logarithms of each piece's weight as a digit and as something else."""
    priors = np.array([piece.group.prior for piece in lattice.pieces])
    digits = np.log(np.maximum(probabilities[:, :10].max(1), LEAST)) + priors
    others = np.log(np.maximum(probabilities[:, 10], LEAST)) - OTHER_COST
    return (SHARPNESS * digits).tolist(), (SHARPNESS * others).tolist()


def _judged(
    steps: Sequence[Step], probabilities: NDArray[np.float32], thresholds: Thresholds, *, is_counted: bool = False
) -> list[Mark]:
    """Judge each mark: one of n digits has to be surer than one alone, so that most of all numbers are right.

    Were all as often wrong as the threshold allows, it would have to be n times as sure; most are far surer, and the
    root of n keeps numbers of any length as reliable.
    """
    count = sum(step.is_digit for step in steps)
    wanted = 1 - (1 - thresholds.unsure_below) / math.sqrt(max(1, count))
    found = []
    for step in steps:
        share = probabilities[step.place, :10] * np.float32(step.share)
        is_none = probabilities[step.place, 10] >= thresholds.no_digit_from and not is_counted
        verdict = Verdict.DIGIT if share.max() >= wanted else Verdict.UNSURE
        found.append(Mark(step.place, share, verdict if step.is_digit and not is_none else Verdict.NOT_A_DIGIT))
    return found


def _doubted(lattice: Lattice, found: Sequence[Mark]) -> list[Mark]:
    """Doubt each digit beside a mark that is as large, and none or hardly one: the stem of a K is no 1."""
    boxes = [lattice.pieces[mark.place].group.box for mark in found]
    reaches = [(box, _reach(mark)) for box, mark in zip(boxes, found, strict=True)]
    return [
        _unsure(mark) if any(other is not box and _is_beside(box, other, reach) for other, reach in reaches) else mark
        for box, mark in zip(boxes, found, strict=True)
    ]


def _reach(mark: Mark) -> float:
    """Return how far the doubt about a mark reaches, in heights of the digit beside it."""
    if mark.verdict is Verdict.NOT_A_DIGIT:
        return BESIDE
    return JOINED if mark.probabilities.max() < DOUBTFUL else -math.inf


def _unsure(mark: Mark) -> Mark:
    return replace(mark, verdict=Verdict.UNSURE) if mark.verdict is Verdict.DIGIT else mark


def _is_beside(digit: Box, other: Box, reach: float) -> bool:
    across = max(digit.left, other.left) - min(digit.right, other.right)
    down = min(digit.bottom, other.bottom) - max(digit.top, other.top)
    return across <= reach * digit.height and down >= LARGE * digit.height
