"""Drawings to look at: digits that were read wrongly or not at all, and what is none but was taken for one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink
from sutja.learn.dataset.canvas import picture
from sutja.learn.dataset.labelled import NO_DIGIT
from sutja.learn.evaluate.answers import Answers


@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """A drawing, (H, W) uint8, black on white, with what it is and what was said of it.

    `note` tells who wrote it, or what it is if it is no digit.
    """

    picture: NDArray[np.uint8]
    label: int
    digit: int
    confidence: float
    verdict: str
    note: str = ""


def mistakes(
    answers: Answers, show: Callable[[int], NDArray[np.uint8]], notes: Sequence[str] | None = None
) -> tuple[Mistake, ...]:
    """Return all that went wrong, by label and digit, the surest first.

    A digit is wrong unless it was read; what is no digit is wrong where it was accepted. `show` returns the picture of
    the drawing at a place.
    """
    is_wrong = np.where(answers.labels == NO_DIGIT, answers.is_accepted, ~answers.is_right)
    found = [
        Mistake(
            picture=show(place),
            label=int(answers.labels[place]),
            digit=int(answers.digits[place]),
            confidence=float(answers.confidences[place]),
            verdict=str(answers.verdicts[place]),
            note=notes[place] if notes else "",
        )
        for place in map(int, np.flatnonzero(is_wrong))
    ]
    return tuple(sorted(found, key=lambda each: (each.label, each.digit, -each.confidence)))


def thumbnail(drawing: Ink | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a drawing as a small picture, to look at."""
    return picture(drawing, side_px=112, extent_px=84, pen_px=4) if isinstance(drawing, Ink) else drawing
