"""Drift: whether what comes in still looks like what a model was made on.

Owns what is looked at in a glyph, the histograms of it that a card keeps, and how far two of them are apart: the
population stability index, the sum over bins of (found - expected) * ln(found / expected). Drawn strokes and pictures
are told apart, since strokes become glyphs by a pen of one width. Knows nothing of stores.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sutja.errors import DataError

PSI_ALARM = 0.2
"""From here on two populations differ: the usual bound (Siddiqi, "Credit risk scorecards", 2006)."""
COUNT_MIN = 200
"""Fewer drawings prove nothing: among so many ten bins are apart by 0.05 through chance alone."""
BIN_COUNT = 10
CONFIDENCE = "confidence"
REFERENCE = "drift_reference"
"""Where in a card's `training` the profiles are, by kind."""
# Fixed, since most readings are surer than 0.999: deciles would tell 0.99997 from 0.99998.
CONFIDENCE_EDGES = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
INK_FLOOR = 0.05
"""What is fainter does not widen a glyph's box."""

Glyphs: TypeAlias = NDArray[np.float32]
"""(N, 28, 28) float32 in [0, 1], ink bright, none of them empty."""
Values: TypeAlias = NDArray[np.float64]


class Kind(StrEnum):
    """How a drawing came."""

    STROKES = "strokes"
    """As ink, drawn into its glyph by one pen."""
    PICTURES = "pictures"
    """As pixels."""


def features(glyphs: Glyphs) -> dict[str, Values]:
    """Return what is looked at in glyphs, each (N,): amount of ink, width of stroke in px, shape, lean."""
    mass = np.maximum(glyphs.sum((1, 2), dtype=np.float64), 1e-9)
    return {
        "ink": mass / (glyphs.shape[1] * glyphs.shape[2]),
        "stroke_px": _stroke_widths(glyphs, mass),
        "shape": _shapes(glyphs),
        "lean": leans(glyphs),
    }


def _stroke_widths(glyphs: Glyphs, mass: Values) -> Values:
    """Return twice the area over the outline, the latter as total variation: what a line of that width has."""
    frame = np.pad(glyphs.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    across = (frame[:, 1:-1, 2:] - frame[:, 1:-1, :-2]) / 2
    down = (frame[:, 2:, 1:-1] - frame[:, :-2, 1:-1]) / 2
    return np.asarray(2 * mass / np.maximum(np.hypot(across, down).sum((1, 2)), 1e-9))


def _shapes(glyphs: Glyphs) -> Values:
    """Return ln(width / height) of the box of each glyph: 0 for a square one, below 0 for an upright one."""
    sides = [np.asarray((glyphs > INK_FLOOR).any(axis)) for axis in (1, 2)]
    widths, heights = (side.shape[1] - side[:, ::-1].argmax(1) - side.argmax(1) for side in sides)
    return np.asarray(np.log(widths / heights))


def leans(glyphs: Glyphs) -> Values:
    """Return by how much each leans to the right, as a shear, from its second moments; 0 without ink."""
    mass = np.maximum(glyphs.sum((1, 2), dtype=np.float64), 1e-9)
    axis = np.arange(glyphs.shape[1], dtype=np.float64)
    x = axis - (glyphs.sum(1) @ axis / mass)[:, None]
    y = axis - (glyphs.sum(2) @ axis / mass)[:, None]
    both = np.einsum("nyx,ny,nx->n", glyphs, y, x)
    upright = np.einsum("nyx,ny->n", glyphs, y * y)
    return np.asarray(-both / np.maximum(upright, 1e-9))


@dataclass(frozen=True, slots=True)
class Histogram:
    """Of one feature: the inner edges of its bins, rising, and the share of each bin, one more than edges."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]

    @classmethod
    def of(cls, values: Values, edges: tuple[float, ...] | None = None) -> Self:
        """Return the histogram of values, (N,) and not none, in given bins or in tenths of their own."""
        if edges is None:
            tenths = np.quantile(values, np.arange(1, BIN_COUNT) / BIN_COUNT)
            edges = tuple(float(f"{edge:.6g}") for edge in np.unique(tenths))
        counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
        # Half a drawing in each bin besides: none is impossible, and a logarithm is finite.
        shares = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
        return cls(edges, tuple(float(f"{share:.6g}") for share in shares))


def psi(expected: Histogram, found: Histogram) -> float:
    """Return how far two histograms of the same bins are apart: 0 where they are alike."""
    before, now = np.array(expected.shares), np.array(found.shares)
    return float(((now - before) * np.log(now / before)).sum())


@dataclass(frozen=True, slots=True)
class Profile:
    """How some drawings look, and how surely they were read; of how many."""

    count: int
    histograms: Mapping[str, Histogram]

    @classmethod
    def of(cls, glyphs: Glyphs, confidences: Values) -> Self:
        """Return the profile of drawings; `confidences` are of those alone that were read. Neither may be empty."""
        found = {name: Histogram.of(values) for name, values in features(glyphs).items()}
        return cls(len(glyphs), {**found, CONFIDENCE: Histogram.of(confidences, CONFIDENCE_EDGES)})

    def to_json(self) -> dict[str, Any]:
        """Return it as a card keeps it."""
        found = {name: {"edges": [*each.edges], "shares": [*each.shares]} for name, each in self.histograms.items()}
        return {"count": self.count, "histograms": found}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return the profile of decoded JSON. Raises `DataError`."""
        try:
            return cls(int(data["count"]), {str(name): _histogram(each) for name, each in data["histograms"].items()})
        except (TypeError, KeyError, AttributeError, ValueError, OverflowError) as error:
            raise DataError("Expected a profile of drawings as it was written. Received something else.") from error


def _histogram(data: Any) -> Histogram:
    edges, shares = (tuple(map(float, data[name])) for name in ("edges", "shares"))
    is_rising = all(map(math.isfinite, edges)) and all(low < high for low, high in pairwise(edges))
    is_whole = math.isclose(sum(shares), 1, abs_tol=1e-3) and min(shares) > 0  # False for NaN
    if len(shares) != len(edges) + 1 or not is_rising or not is_whole:
        raise ValueError
    return Histogram(edges, shares)


@dataclass(frozen=True, slots=True)
class Drift:
    """One feature of incoming drawings beside what was expected; bins as `Histogram` has them."""

    feature: str
    count: int
    psi: float
    edges: tuple[float, ...]
    expected: tuple[float, ...]
    found: tuple[float, ...]

    @property
    def is_alarming(self) -> bool:
        """Whether it is apart by more than chance and habit."""
        return self.count >= COUNT_MIN and self.psi > PSI_ALARM


def compared(expected: Profile, glyphs: Glyphs, confidences: Values) -> tuple[Drift, ...]:
    """Return, for each feature of which there are values, how far drawings are from a profile; the farthest first."""
    values = {**(features(glyphs) if len(glyphs) else {}), CONFIDENCE: confidences}
    drifts = [
        _drift(name, before, values[name])
        for name, before in expected.histograms.items()
        if name in values and len(values[name])
    ]
    return tuple(sorted(drifts, key=lambda drift: -drift.psi))


def _drift(feature: str, before: Histogram, values: Values) -> Drift:
    now = Histogram.of(values, before.edges)
    return Drift(feature, len(values), psi(before, now), before.edges, before.shares, now.shares)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of so many readings were corrected by who gave the drawing."""

    corrected: int
    count: int

    @property
    def share(self) -> float:
        """Return the share that was corrected; 0 where there were none."""
        return self.corrected / self.count if self.count else 0.0


def has_risen(before: Rate, now: Rate) -> bool:
    """Tell whether corrections have become more frequent than chance explains: three standard errors, two-sample."""
    if min(before.count, now.count) < COUNT_MIN:
        return False
    pooled = (before.corrected + now.corrected) / (before.count + now.count)
    error = math.sqrt(pooled * (1 - pooled) * (1 / before.count + 1 / now.count))
    return now.share - before.share > 3 * error
