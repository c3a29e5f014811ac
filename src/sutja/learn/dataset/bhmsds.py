"""Photographed digits and symbols: 27,000 pictures of 28x28 (W. Blachowski, BHMSDS, MIT).

Owns their split, by the sha-256 of the file's name, and what each symbol counts as. `x` and `w` are never trained on:
they measure how well the reader refuses what it never saw. A `slash` is drawn like a slanted 1 and a `z` like a 2: no
reader can tell them apart, so that they are neither trained on nor counted as wrong (docs/decisions/0005).
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sutja.ink import InkImage
from sutja.learn import sources
from sutja.learn.dataset.labelled import NO_DIGIT
from sutja.learn.dataset.part import Part

SYMBOLS = ("dot", "minus", "plus", "y")
"""What is trained on as no digit."""
HELD_OUT = ("w", "x")
AMBIGUOUS = ("slash", "z")


@dataclass(frozen=True, slots=True, eq=False)
class Photographed:
    """A picture, (28, 28) uint8, black on white, of a digit or of a symbol by its name."""

    picture: NDArray[np.uint8]
    symbol: str

    @property
    def label(self) -> int:
        """The digit, or `NO_DIGIT`."""
        return int(self.symbol) if self.symbol.isdigit() else NO_DIGIT

    @property
    def ink(self) -> InkImage:
        """The picture with ink bright, (28, 28) float32 in [0, 1]."""
        return np.float32(1) - self.picture.astype(np.float32) / np.float32(255)


def bhmsds(folder: Path, part: Part, symbols: tuple[str, ...] = tuple("0123456789")) -> list[Photographed]:
    """Return the pictures of one part that show one of `symbols`, by the order of their hashes. Raises `DataError`."""
    members = sources.members(sources.BHMSDS, folder)
    order = sorted(members, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    chosen = [(name, name.rpartition("-")[0]) for name in order[_slice(part, len(order))]]
    return [Photographed(_picture(members[name]), symbol) for name, symbol in chosen if symbol in symbols]


def _slice(part: Part, count: int) -> slice:
    test, calibration = count // 5, count // 5 + count // 10
    return {
        Part.TEST: slice(test),
        Part.CALIBRATION: slice(test, calibration),
        Part.TRAINING: slice(calibration, None),
    }[part]


def _picture(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(BytesIO(data)).convert("L"))
