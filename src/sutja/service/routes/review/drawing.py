"""A sample drawn anew: pixels of our own, whatever its giver sent."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from sutja.errors import ImageError
from sutja.image import to_grey
from sutja.ink import Ink
from sutja.sample import Sample

SIDE_PX = 280
MARGIN_PX = 24
PEN_PX = 10
INK, PAPER = 30, 255


def png_of(sample: Sample) -> bytes:
    """Return a PNG of what was drawn, dark on light: strokes, else the ink of the picture, else the glyph."""
    image = _of_ink(sample.ink) if sample.ink else _of_pixels(sample)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _of_pixels(sample: Sample) -> Image.Image:
    if sample.picture is not None:
        try:
            ink = to_grey(sample.picture).ink
            return Image.fromarray(np.rint(PAPER - ink * (PAPER - INK)).astype(np.uint8))
        except ImageError:
            pass  # a picture of another age: its glyph is what counts
    glyph = Image.fromarray(PAPER - sample.glyph)
    return glyph.resize((SIDE_PX, SIDE_PX), Image.Resampling.NEAREST)


def _of_ink(ink: Ink) -> Image.Image:
    """Draw strokes by a round pen, as large as they fit."""
    points = np.array([point[:2] for stroke in ink.strokes for point in stroke], np.float64)
    low, extent = points.min(0), float(np.ptp(points, axis=0).max())
    room = SIDE_PX - 2 * MARGIN_PX
    scale = room / extent if extent > 0 else 1.0
    shift = MARGIN_PX + (room - np.ptp(points, axis=0) * scale) / 2
    image = Image.new("L", (SIDE_PX, SIDE_PX), PAPER)
    pen = ImageDraw.Draw(image)
    for stroke in ink.strokes:
        placed = [tuple((np.array(point[:2]) - low) * scale + shift) for point in stroke]
        pen.line(placed, INK, PEN_PX, joint="curve")
        for x, y in (placed[0], placed[-1]):
            pen.ellipse((x - PEN_PX / 2, y - PEN_PX / 2, x + PEN_PX / 2, y + PEN_PX / 2), INK)
    return image
