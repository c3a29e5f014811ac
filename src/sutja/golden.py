"""The golden self-test: ten digits, drawn plainly, that every model which may serve has to be able to read.

Owns these drawings. It finds what no hash does: a model that is what its card says, loads, answers, and reads nothing.
"""

import math

from sutja.errors import BundleError
from sutja.ink import Ink
from sutja.reader import Reader

RIGHT_AT_LEAST = 8
"""Of the ten. A network with weights by chance reads one; one that knows MNIST and no pen reads nine or ten."""


def self_test(reader: Reader) -> None:
    """Read the ten digits. Raises `BundleError` where fewer than `RIGHT_AT_LEAST` are read rightly."""
    probabilities = [reading.probabilities for reading in reader.read_many(DIGITS)]
    right = sum(int(each.argmax()) == digit for digit, each in enumerate(probabilities))
    if right < RIGHT_AT_LEAST:
        raise BundleError(
            f"Expected a model that reads {RIGHT_AT_LEAST} of ten plain digits at least. Received one that reads "
            f"{right}: it is not taken."
        )


def _arc(x: float, y: float, across: float, down: float, start: float, end: float) -> list[tuple[float, float]]:
    """Return an arc of an ellipse about (x, y) in 24 steps; 0 degrees point to the right, 90 down."""
    angles = [math.radians(start + (end - start) * step / 24) for step in range(25)]
    return [(x + across * math.cos(angle), y + down * math.sin(angle)) for angle in angles]


DIGITS = (
    Ink([_arc(50, 50, 28, 42, -90, 270)]),
    Ink([[(38, 24), (52, 8), (52, 92)]]),
    Ink([[*_arc(50, 30, 24, 22, 190, 390), (26, 92), (76, 92)]]),
    Ink([[*_arc(48, 29, 23, 21, 200, 440), *_arc(48, 71, 27, 21, -90, 160)]]),
    Ink([[(60, 8), (22, 64), (82, 64)], [(62, 36), (62, 94)]]),
    Ink([[(72, 10), (34, 10), (31, 46), *_arc(48, 67, 26, 25, -130, 150)]]),
    Ink([[(64, 8), (38, 40), *_arc(50, 70, 23, 23, 190, 550)]]),
    Ink([[(24, 12), (78, 12), (44, 94)]]),
    Ink([[*_arc(50, 29, 20, 20, -60, -270), *_arc(50, 71, 24, 22, -90, 270), *_arc(50, 29, 20, 20, 90, -60)]]),
    Ink([[*_arc(50, 32, 22, 23, 0, -360), (72, 32), (66, 94)]]),
)
"""The digits from 0 to 9, each about 100 high."""
