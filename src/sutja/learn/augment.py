"""Glyphs as other hands, pens and papers would have given them; each is distorted anew in every epoch.

Owns the distortions of pixels: a map (turned, slanted, zoomed, shifted), an elastic one (Simard, Steinkraus and Platt,
"Best practices for convolutional neural networks applied to visual document analysis", 2003), the width of the pen,
strokes that are broken or blotted. Knows nothing of networks; `dataset.hands` distorts the strokes themselves.
"""

from dataclasses import astuple, dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sutja.prepare import SIDE_PX

Glyphs = NDArray[np.float32]
KNOTS = 5  # the elastic map is given at so many places along a side, and smooth in between
SPOT_PX = 1.3  # standard deviation of a break or a blot


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a glyph may be distorted to either side, and how many are.

    Degrees; fractions of the glyph's side; pixels of standard deviation for the elastic map; shares in [0, 1].
    """

    rotation_deg: float = 12.0
    slant: float = 0.2
    zoom: float = 0.1
    shift: float = 0.04
    elastic_px: float = 1.4
    thicker_share: float = 0.25
    thinner_share: float = 0.15
    broken_share: float = 0.08
    blotted_share: float = 0.08

    def scaled(self, strength: float) -> "Augmentation":
        """Return every amount and share times `strength`."""
        return Augmentation(*(strength * amount for amount in astuple(self)))


def augment(glyphs: Glyphs, augmentation: Augmentation, generator: np.random.Generator) -> Glyphs:
    """Return (N, 28, 28) float32 in [0, 1]: each glyph under a map, a pen and spots of its own."""
    matrices, offsets = _maps(len(glyphs), augmentation, generator)
    centre = (SIDE_PX - 1) / 2
    places = matrices @ _grid() + (offsets + centre)[:, :, None]
    if augmentation.elastic_px:
        knots = generator.normal(0, augmentation.elastic_px, (len(glyphs), 2, KNOTS * KNOTS)).astype(np.float32)
        places += knots @ _smooth_between_knots()
    return _spotted(_penned(_sample(glyphs, places), augmentation, generator), augmentation, generator)


@cache
def _grid() -> NDArray[np.float32]:
    """Return (2, 784): rows and columns of the pixels, from the middle of the glyph."""
    axis = np.arange(SIDE_PX, dtype=np.float32) - (SIDE_PX - 1) / 2
    return np.stack(np.meshgrid(axis, axis, indexing="ij")).reshape(2, -1).astype(np.float32)


@cache
def _smooth_between_knots() -> NDArray[np.float32]:
    """Return (25, 784): the weight of each knot at each pixel, a Gaussian bell as wide as the knots are apart."""
    knots = np.linspace(0, SIDE_PX - 1, KNOTS)
    bells = np.exp(-(((np.arange(SIDE_PX) - knots[:, None]) / (knots[1] - knots[0])) ** 2))
    bells /= bells.sum(0)
    return np.asarray(np.einsum("ay,bx->abyx", bells, bells), np.float32).reshape(KNOTS * KNOTS, -1)


def _maps(
    count: int, augmentation: Augmentation, generator: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (N, 2, 2) matrices and (N, 2) offsets in pixels, from where a pixel lands to where it came from."""
    turn = np.deg2rad(generator.uniform(-1, 1, count) * augmentation.rotation_deg)
    slant = generator.uniform(-1, 1, count) * augmentation.slant
    tall, wide = 1 / (1 + generator.uniform(-1, 1, (2, count)) * augmentation.zoom)
    cosine, sine = np.cos(turn), np.sin(turn)
    matrices = np.stack([cosine * tall, -sine * wide, sine * tall + slant * cosine, cosine * wide - slant * sine], -1)
    offsets = generator.uniform(-1, 1, (count, 2)) * augmentation.shift * SIDE_PX
    return matrices.reshape(count, 2, 2).astype(np.float32), offsets.astype(np.float32)


def _penned(glyphs: Glyphs, augmentation: Augmentation, generator: np.random.Generator) -> Glyphs:
    """Thicken some and thin some, by up to a pixel of the brightest or the darkest neighbour."""
    lot = generator.random(len(glyphs))
    for low, high, most, filtered in (
        (0.0, augmentation.thicker_share, 1.0, np.maximum),
        (augmentation.thicker_share, augmentation.thicker_share + augmentation.thinner_share, 0.6, np.minimum),
    ):
        chosen = np.flatnonzero((lot >= low) & (lot < high))
        before = glyphs[chosen]
        part = generator.uniform(0, most, (len(chosen), 1, 1)).astype(np.float32)
        framed = np.pad(before, ((0, 0), (1, 1), (1, 1)))
        level = filtered(filtered(framed[:, 1:-1, :-2], framed[:, 1:-1, 2:]), before)
        upright = filtered(filtered(framed[:, :-2, 1:-1], framed[:, 2:, 1:-1]), before)
        glyphs[chosen] = before + part * (filtered(level, upright) - before)
    return glyphs


def _spotted(glyphs: Glyphs, augmentation: Augmentation, generator: np.random.Generator) -> Glyphs:
    """Break the strokes of some and blot those of others, at a spot that has ink."""
    lot = generator.random(len(glyphs))
    spotted = np.flatnonzero(lot < augmentation.broken_share + augmentation.blotted_share)
    axis = np.arange(SIDE_PX)
    for place in spotted:
        glyph = glyphs[place]
        inked = np.flatnonzero(glyph > 0.5)
        if not inked.size:
            continue
        row, column = divmod(int(inked[int(generator.integers(inked.size))]), SIDE_PX)
        spread = 2 * (SPOT_PX * generator.uniform(0.5, 1.2)) ** 2
        spot = np.outer(np.exp(-((axis - row) ** 2) / spread), np.exp(-((axis - column) ** 2) / spread))
        is_break = lot[place] < augmentation.broken_share
        glyphs[place] = glyph * (1 - spot) if is_break else np.maximum(glyph, np.minimum(1.5 * spot, 1))
    return glyphs


def _sample(glyphs: Glyphs, places: NDArray[np.float32]) -> Glyphs:
    """Return (N, 28, 28): `glyphs` at `places`, (N, 2, 784) rows and columns in pixels; outside there is paper."""
    padded = np.pad(glyphs, ((0, 0), (1, 2), (1, 2))).reshape(len(glyphs), -1)  # a frame of paper to fall on
    width = SIDE_PX + 3
    places = np.clip(places + 1, 0, SIDE_PX + 1)
    whole = places.astype(np.int32)  # a floor, since nothing is negative
    down, right = (places - whole.astype(np.float32)).transpose(1, 0, 2)
    corner = whole[:, 0] * width + whole[:, 1]
    corner += (np.arange(len(glyphs), dtype=np.int32) * padded.shape[1])[:, None]
    flat = padded.ravel()
    upper = flat[corner] * (1 - right) + flat[corner + 1] * right
    lower = flat[corner + width] * (1 - right) + flat[corner + width + 1] * right
    return np.asarray(upper * (1 - down) + lower * down).reshape(glyphs.shape)
