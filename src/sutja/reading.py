"""What was read: a digit, how sure the model is, and what to make of it.

Owns the vocabulary of answers. Knows nothing of how they come about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Glyph: TypeAlias = NDArray[np.float32]
"""(28, 28) float32 in [0, 1], ink bright: what the model sees."""

Probabilities: TypeAlias = NDArray[np.float32]
"""(10,) float32 in the order of the digits: what they lack to 1 is the probability that it is no digit."""


class Verdict(StrEnum):
    """What to make of a reading."""

    DIGIT = "digit"
    """A digit, and sure enough to act on."""
    UNSURE = "unsure"
    """Most likely this digit, but ask."""
    NOT_A_DIGIT = "not_a_digit"
    """Something was drawn, and it is no digit."""
    EMPTY = "empty"
    """Nothing was drawn."""


class Hint(StrEnum):
    """Why a reading may be doubtful, as a code that page and command line turn into words."""

    DOT = "dot"
    """All of the ink is one spot."""
    SMALL = "small"
    """The digit fills less than a tenth of the picture."""
    EDGE = "edge"
    """Ink touches the border of the picture: part of the digit may be missing."""
    FAINT = "faint"
    """The ink hardly differs from the paper."""
    THIN = "thin"
    """The strokes are hair lines for the size of the digit."""
    TWO_SHAPES = "two_shapes"
    """The ink falls into two parts, side by side: these may be several digits."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another digit that it could be, with its probability in [0, 1]."""

    digit: int
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One digit as it was read.

    `digit` is None unless the verdict is `digit` or `unsure`. `confidence` is the probability in [0, 1] of the
    likeliest digit, 0 where there is nothing to read. `alternatives` are the runners-up worth naming, likeliest first.
    `model` is the sha-256 of the bundle's ONNX file.
    """

    digit: int | None
    confidence: float
    probabilities: Probabilities = field(repr=False)
    verdict: Verdict
    alternatives: tuple[Alternative, ...]
    hints: tuple[Hint, ...]
    glyph: Glyph = field(repr=False)
    model: str


@dataclass(frozen=True, slots=True)
class Box:
    """Where something is, in the drawing's own units: of its ink, or pixels of its picture, upright; y downwards."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends, in x."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends, in y."""
        return self.top + self.height


def union(boxes: Sequence[Box]) -> Box:
    """Return the smallest box around others, of which there is at least one."""
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    return Box(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)


@dataclass(frozen=True, slots=True, eq=False)
class Item(Reading):
    """One mark of a number: what it was read as, and the box around it.

    Its probabilities are those of the reading times the probability that just this mark is one digit.
    """

    box: Box

    @classmethod
    def of(cls, reading: Reading, box: Box) -> "Item":
        """Return a reading with its box."""
        return cls(**{each.name: getattr(reading, each.name) for each in fields(reading)}, box=box)


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """Several digits, as they were read from left to right, line after line.

    `items` are all marks; `digits` those that were read as digits, "" where there are none. What is no digit, such as
    a comma, has an item and adds nothing to `digits`.
    """

    digits: str
    items: tuple[Item, ...]
