"""What a candidate is judged on.

Owns the split of MNIST, which is by hash as that of sources is (`sutja.holdout`): the same digit always falls to the
same side, whenever and wherever that is asked.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sutja.drift import leans
from sutja.errors import DataError
from sutja.learn.dataset import NO_DIGIT, Dataset
from sutja.learn.gate.stamps import suite

MNIST_COUNT = 5_000
"""So many of MNIST's calibration digits are the gate's."""
STAMPED_COUNT = 500
"""On at most so many drawn digits each stamp is tried."""

Flags = NDArray[np.bool_]


def mnist_parts(calibration: Dataset, count: int = MNIST_COUNT) -> tuple[Dataset, Dataset]:
    """Return the gate's part of MNIST's calibration digits, and the rest: for early stopping and thresholds.

    The gate's are the `count` places, at most half, whose number has the lowest sha-256, in the order of the file.
    MNIST's test half is never among them: it is no part of `calibration` (`mnist_training(folder)[1]`).
    """
    order = sorted(range(len(calibration)), key=lambda place: hashlib.sha256(str(place).encode()).digest())
    is_gates = np.zeros(len(calibration), bool)
    is_gates[order[: min(count, len(calibration) // 2)]] = True
    return calibration[is_gates], calibration[~is_gates]


@dataclass(frozen=True, slots=True, eq=False)
class Holdouts:
    """What a candidate is judged on; no network was trained on any of it.

    `drawn` are digits of held-out sources, `mnist` the gate's part of MNIST, `others` what is no digit (may be empty).
    `slices` are parts of `drawn`, each (N,) by its name; `stamped` is `drawn`, or some of it, under each stamp.
    """

    drawn: Dataset
    mnist: Dataset
    others: Dataset
    slices: Mapping[str, Flags] = field(default_factory=dict)
    plain: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 28, 28), np.float32))
    stamped: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse sets that are not what their names say. Raises `DataError`."""
        for name, each in (("drawn", self.drawn), ("mnist", self.mnist)):
            if ((each.labels < 0) | (each.labels >= NO_DIGIT)).any():
                raise DataError(f"Expected only digits in {name}. Received other labels.")
        if (self.others.labels != NO_DIGIT).any():
            raise DataError("Expected no digits in others. Received some.")
        wrong = [name for name, flags in self.slices.items() if flags.shape != (len(self.drawn),)]
        if wrong:
            raise DataError(f"Expected slices of {len(self.drawn)} flags. Received others: {', '.join(wrong)}.")

    @classmethod
    def of(
        cls, drawn: Dataset, mnist: Dataset, others: Dataset | None = None, slices: Mapping[str, Flags] | None = None
    ) -> "Holdouts":
        """Return the hold-outs with the usual slices, and those given besides, and with the trigger suite."""
        plain = drawn.glyphs[_some(len(drawn))]
        nothing = Dataset(np.zeros((0, 28, 28), np.float32), np.zeros(0, np.int64))
        usual = slices_of(drawn.glyphs)
        return cls(drawn, mnist, others or nothing, {**usual, **(slices or {})}, plain, suite(plain))


def _some(count: int) -> NDArray[np.intp]:
    """Return at most `STAMPED_COUNT` places, evenly among so many."""
    return np.unique(np.linspace(0, max(0, count - 1), min(count, STAMPED_COUNT)).astype(np.intp))


LEAN = 0.25
"""The tangent of a slant of about 15 degrees."""


def slices_of(glyphs: NDArray[np.float32]) -> dict[str, Flags]:
    """Return parts of glyphs, (N, 28, 28), by how they look: the fourth with least ink and with most, and slants."""
    if not len(glyphs):
        return {}
    ink = glyphs.sum((1, 2))
    low, high = np.quantile(ink, (0.25, 0.75))
    lean = leans(glyphs)
    return {
        "little ink": ink <= low,
        "much ink": ink >= high,
        "leaning right": lean > LEAN,
        "leaning left": lean < -LEAN,
    }
