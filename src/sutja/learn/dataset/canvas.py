"""Inks as pictures: what a page that sends PNGs, a scanner or a phone would have made of them."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sutja.ink import Ink

FINE = 3  # drawn so many times larger and averaged: Pillow draws without antialiasing


def picture(
    ink: Ink,
    *,
    side_px: int = 280,
    extent_px: float = 180.0,
    pen_px: float = 8.0,
    centre: tuple[float, float] = (0.5, 0.5),
    tilt_deg: float = 0.0,
) -> NDArray[np.uint8]:
    """Return (side, side) uint8, black on white: an ink, the longer side of its box `extent_px`, with a round pen.

    `centre` is where the middle of the box comes to lie, as fractions of the side; a positive tilt turns clockwise.
    """
    turn = np.deg2rad(tilt_deg)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    strokes = [np.array([point[:2] for point in stroke]) @ rotation for stroke in ink.strokes]
    low, high = box_of(strokes)
    scale = extent_px / max(float((high - low).max()), 1e-9)
    middle = np.array(centre) * side_px
    placed = [(stroke - (low + high) / 2) * scale + middle for stroke in strokes]
    return drawn(placed, (side_px, side_px), pen_px)


def drawn(strokes: list[NDArray[np.float64]], size: tuple[int, int], pen_px: float) -> NDArray[np.uint8]:
    """Return (height, width) uint8, black on white: strokes, each (P, 2) as x and y in px, with a round pen."""
    width, height = size
    image = Image.new("L", (width * FINE, height * FINE), 255)
    pencil, radius = ImageDraw.Draw(image), pen_px * FINE / 2
    for stroke in strokes:
        points = [(float(x), float(y)) for x, y in stroke * FINE]
        pencil.line(points, fill=0, width=max(1, round(2 * radius)), joint="curve")
        for x, y in (points[0], points[-1]):
            pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return np.asarray(image.reduce(FINE))


def box_of(strokes: list[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest x and y of strokes, (2,) each."""
    points = np.concatenate(strokes)
    return points.min(0), points.max(0)


def moved(ink: Ink, matrix: NDArray[np.float64]) -> Ink:
    """Return the ink under a linear map, (2, 2)."""
    return Ink([[tuple(matrix @ point[:2]) for point in stroke] for stroke in ink.strokes])
