"""Glyphs as other hands would have written them: turned, zoomed and shifted a little.

Owns the distortions; each is drawn anew for every glyph of every epoch. Knows nothing of networks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sutja.prepare import SIDE_PX


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far a glyph may be distorted, to either side: degrees, and fractions of its side."""

    rotation_deg: float = 10.0
    zoom: float = 0.1
    shift: float = 0.1


def augment(
    glyphs: NDArray[np.float32], augmentation: Augmentation, generator: np.random.Generator
) -> NDArray[np.float32]:
    """Return (N, 28, 28) float32 in [0, 1]: each glyph under an affine map of its own, sampled bilinearly."""
    matrices, offsets = _maps(len(glyphs), augmentation, generator)
    centre = (SIDE_PX - 1) / 2
    grid = np.stack(np.meshgrid(*[np.arange(SIDE_PX, dtype=np.float32) - centre] * 2, indexing="ij")).reshape(2, -1)
    return _sample(glyphs, matrices @ grid + (offsets + centre)[:, :, None])


def _maps(
    count: int, augmentation: Augmentation, generator: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (N, 2, 2) matrices and (N, 2) offsets in pixels, from where a pixel lands to where it came from."""
    turn = np.deg2rad(generator.uniform(-1, 1, count) * augmentation.rotation_deg)
    size = 1 / (1 + generator.uniform(-1, 1, count) * augmentation.zoom)
    cosine, sine = np.cos(turn) * size, np.sin(turn) * size
    matrices = np.stack([cosine, -sine, sine, cosine], axis=-1).reshape(count, 2, 2)
    offsets = generator.uniform(-1, 1, (count, 2)) * augmentation.shift * SIDE_PX
    return matrices.astype(np.float32), offsets.astype(np.float32)


def _sample(glyphs: NDArray[np.float32], places: NDArray[np.float32]) -> NDArray[np.float32]:
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
