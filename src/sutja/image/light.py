"""The light on a sheet of paper: a photo in which all of the paper is equally bright.

Owns what is slower than ink and yet has edges: the shadow of a hand or of a phone. Ink is narrower than shadows are,
and a closing fills what is dark and narrow and leaves the edge of what is dark and wide where it is (J. Serra, "Image
analysis and mathematical morphology", 1982).
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sutja.image.paper import Planes, border, median

SIDE_PX = 384  # of the small picture in which light is looked for
WIDEST = 0.06  # share of the longer side: what is dark and wider is a shadow
LIGHT_FROM = 80.0  # paper in a photo is at least so bright; on what is darker one writes in chalk
DARKEST = 24.0  # what is less bright is not brightened further
WHITE = np.float32(240.0)


def lit_evenly(planes: Planes) -> Planes:
    """Return a photo of light paper, (C, H, W), as one plane, (1, H, W), in which the paper is everywhere as bright.

    Of its colours each pixel keeps the one that differs most from the paper. Dark paper is left as it is.
    """
    colour = median(border(planes))
    if colour.max() < LIGHT_FROM:
        return planes
    plane = (planes * (WHITE / np.maximum(colour, np.float32(DARKEST)))[:, np.newaxis, np.newaxis]).min(axis=0)
    return np.asarray(plane * _brightening(plane))[np.newaxis]


def _brightening(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how many times brighter each place of a plane (H, W) would be if the light fell evenly."""
    factor = max(1, round(max(plane.shape) / SIDE_PX))
    image = Image.fromarray(plane)
    small = np.asarray(image.reduce(factor))
    light = _softened(closed(small, max(1, round(WIDEST * max(small.shape)))))
    wanted = WHITE / np.maximum(light, np.float32(DARKEST))
    box = (0, 0, plane.shape[1] / factor, plane.shape[0] / factor)  # the last small pixel may be cut off
    return np.asarray(Image.fromarray(wanted).resize(image.size, Image.Resampling.BILINEAR, box))


def closed(plane: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Return a plane in which what is dark and narrower than `width` has become as bright as what is around it.

    Beyond its border the plane goes on as it ends there: what is dark and leaves the picture is as wide as it is long.
    """
    wide = np.pad(plane, 2 * (width // 2), mode="edge")
    return -_greatest(-_greatest(wide, width), width)


def _greatest(plane: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Return the greatest value in the square around each place that is at least `width` // 2 from the border."""
    for axis in (0, 1):
        plane = np.swapaxes(_greatest_down(np.swapaxes(plane, 0, axis), width // 2), 0, axis)
    return plane


def _greatest_down(plane: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Return the greatest value within `reach` rows either way, from stretches that double in length."""
    whole, covered = 2 * reach + 1, 1
    while 2 * covered <= whole:
        plane = np.maximum(plane[:-covered], plane[covered:])
        covered *= 2
    rest = whole - covered
    return np.maximum(plane[: len(plane) - rest], plane[rest:])


def _softened(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Smooth a plane by (1, 2, 1) / 4 either way."""
    wide = np.pad(plane, 1, mode="edge")
    quarter, half = np.float32(0.25), np.float32(0.5)
    wide = quarter * (wide[:-2] + wide[2:]) + half * wide[1:-1]
    return np.asarray(quarter * (wide[:, :-2] + wide[:, 2:]) + half * wide[:, 1:-1])
