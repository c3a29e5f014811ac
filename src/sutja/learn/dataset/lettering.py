"""Letters as people would hand them in: the fonts of a part as pictures, each letter by name, in weights and slants.

A reader is measured on them, never trained. Owns the variations; `letters` owns which fonts and which characters.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from sutja.learn import sources
from sutja.learn.dataset.letters import LETTERS
from sutja.learn.dataset.part import Part
from sutja.learn.sources import Archive

SIDE_PX, HEIGHT_PX = 280, 150
WEIGHTS_PX = (0, 3, 6)
"""How much wider a stroke is made, at either side."""
SLANTS_DEG = (-16, -8, 0, 8, 16)
"""How far a letter is slanted, the right being positive."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font file, the Debian package that it is from, and its sha-256; `data` are its bytes."""

    name: str
    package: str
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Lettered:
    """A letter of a font as a page would send it: (280, 280) uint8, black on white."""

    picture: NDArray[np.uint8]
    letter: str
    font: str
    is_plain: bool


def fonts(folder: Path, part: Part) -> list[Font]:
    """Return the fonts of the calibration or the test part. Raises `DataError`."""
    return [
        Font(name, Path(archive.path).stem, hashlib.sha256(data).hexdigest(), data)
        for archive in archives_of(part)
        for name, data in sorted(sources.members(archive, folder).items())
    ]


def archives_of(part: Part) -> tuple[Archive, ...]:
    """Return the packages of the part's fonts."""
    return {
        Part.TRAINING: sources.FONTS_TRAINING,
        Part.CALIBRATION: sources.FONTS_CALIBRATION,
        Part.TEST: sources.FONTS_TEST,
    }[part]


def lettered(font: Font) -> Iterator[Lettered]:
    """Yield each of `LETTERS` that the font has, in every weight and slant; one of these is plain, as the font is."""
    face = ImageFont.truetype(BytesIO(font.data), HEIGHT_PX)
    missing = face.getmask("\uffff")
    for letter in LETTERS:
        if bytes(face.getmask(letter)) == bytes(missing):
            continue
        image = Image.new("L", (SIDE_PX, SIDE_PX), 255)
        ImageDraw.Draw(image).text((SIDE_PX / 2, SIDE_PX / 2), letter, fill=0, font=face, anchor="mm")
        for weight in WEIGHTS_PX:
            # Widened as pixels: FreeType's own stroker leaves holes where the outlines of a font overlap.
            heavy = image.filter(ImageFilter.MinFilter(2 * weight + 1)) if weight else image
            for slant in SLANTS_DEG:
                yield Lettered(_slanted(heavy, slant), letter, font.name, is_plain=weight == slant == 0)


def _slanted(image: Image.Image, slant_deg: int) -> NDArray[np.uint8]:
    shear = float(np.tan(np.deg2rad(slant_deg)))
    source = (1, shear, -shear * SIDE_PX / 2, 0, 1, 0)  # from each pixel to where it comes from
    return np.asarray(
        image.transform(image.size, Image.Transform.AFFINE, source, Image.Resampling.BILINEAR, fillcolor=255)
    )
