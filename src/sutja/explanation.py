"""Which ink decided a reading: patches of the glyph are covered, and the probability of what was read falls or not.

Owns the arithmetic (Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014, section 4.2).
Knows neither drawings nor models: it is given a reading and a way to probabilities.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sutja.reading import Glyph, Reading

Weights: TypeAlias = NDArray[np.float32]
"""(28, 28) float32 in [-1, 1]: how much the ink of each pixel decided, 0 where there is none."""

PATCH_PX = 5  # a little wider than a stroke of a glyph
STEP_PX = 2
NO_DIGIT = 10  # its place after the ten digits


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Which ink decided what a drawing was read as: as its digit, or as no digit.

    `share` is the probability of that, in [0, 1], and `least` what is left of it with the patch covered that matters
    most. `weights` says of each pixel by how much the share falls, in the mean, where a patch over it is covered; where
    it rises instead, the ink spoke against the reading, and its weight is below 0.
    """

    reading: Reading
    share: float
    least: float
    weights: Weights = field(repr=False)


def explained(reading: Reading, probabilities: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> Explanation:
    """Explain a reading; `probabilities` gives (N, 11) for glyphs (N, 28, 28), as those of the reading came about."""
    patches = patches_over(reading.glyph)
    covered = np.where(patches, np.float32(0), reading.glyph)
    outcome = NO_DIGIT if reading.digit is None else reading.digit
    shares = probabilities(np.concatenate([reading.glyph[None], covered]))[:, outcome]
    if not len(patches):
        return Explanation(reading, 0.0, 0.0, np.zeros_like(reading.glyph))
    falls = ((shares[0] - shares[1:])[:, None, None] * patches).sum(0) / np.maximum(1, patches.sum(0))
    weights = np.where(reading.glyph > 0, falls, 0).astype(np.float32)
    return Explanation(reading, float(shares[0]), float(shares.min()), weights)


def patches_over(glyph: Glyph) -> NDArray[np.bool_]:
    """Return masks (N, 28, 28) of all squares, a step apart and reaching over the border, that cover any ink."""
    side = len(glyph)
    pixels = np.arange(side)
    starts = np.arange(1 - PATCH_PX, side, STEP_PX)[:, None]
    bands = (pixels >= starts) & (pixels < starts + PATCH_PX)
    squares = (bands[:, None, :, None] & bands[None, :, None, :]).reshape(-1, side, side)
    return np.asarray(squares[(squares & (glyph > 0)).any((1, 2))])
