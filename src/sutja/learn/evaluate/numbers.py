"""Whole numbers: how many are read wholly right, and how many wrongly while every digit seems sure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sutja.learn.dataset.part import Part
from sutja.learn.evaluate.figures import Share, share
from sutja.learn.evaluate.watch import Watch
from sutja.reader import Reader
from sutja.reading import Number, Verdict


@dataclass(frozen=True, slots=True)
class NumberFigures:
    """Of all numbers the share wholly right, the same by length, and the share wrong though every mark was a digit.

    `wrong` counts numbers whose every mark has the verdict `digit`, and which say something else than was written.
    """

    right: Share
    wrong: Share
    by_length: dict[int, Share]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The same numbers handed over as inks and as pictures."""

    inks: NumberFigures
    pictures: NumberFigures


def number_figures(written: Sequence[str], read: Sequence[Number]) -> NumberFigures:
    """Return the figures of numbers that were read, beside what was written."""
    is_right = np.array([found.digits == digits for digits, found in zip(written, read, strict=True)], bool)
    is_sure = np.array([_is_sure(found) for found in read], bool)
    lengths = np.array([len(digits) for digits in written])
    return NumberFigures(
        right=share(is_right),
        wrong=share(is_sure & ~is_right),
        by_length={int(length): share(is_right[lengths == length]) for length in np.unique(lengths)},
    )


def _is_sure(found: Number) -> bool:
    return bool(found.items) and all(item.verdict is Verdict.DIGIT for item in found.items)


def numbers(reader: Reader, folder: Path, part: Part, watch: Watch) -> Numbers:
    """Measure numbers by the writers of a part. Raises `DataError`."""
    raise NotImplementedError
