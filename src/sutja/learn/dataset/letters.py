"""Letters and signs that are no digits, drawn by handwriting fonts out of Debian's packages.

They stand for letters by people, of which no free set is used here. Owns which fonts train, calibrate and test (no font
is in two parts) and which characters cannot be taken for a digit: `O`, `l`, `Z`, `S`, `b`, `q` and their kin can, and
are left out. `w` and `x` are in the test part alone: BHMSDS measures on them as symbols that nobody has seen.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from sutja.ink import InkImage
from sutja.learn import sources
from sutja.learn.dataset.part import Part

LETTERS = "ACEFHKMNPRUVWXacefhkmnprtuvwx"
"""What a reader must not take for a digit."""
HEIGHT_PX = 96

_CHARACTERS = {
    Part.TRAINING: "ACEFHKMNPRUVacefhkmnprtuvdQ#%&@=+*?€£§",
    Part.CALIBRATION: "".join(letter for letter in LETTERS if letter not in "WXwx"),
    Part.TEST: LETTERS,
}

_ARCHIVES = {
    Part.TRAINING: sources.FONTS_TRAINING,
    Part.CALIBRATION: sources.FONTS_CALIBRATION,
    Part.TEST: sources.FONTS_TEST,
}


def letters(folder: Path, part: Part) -> dict[str, list[InkImage]]:
    """Return the characters of one part by font, each (H, W) float32 in [0, 1], ink bright. Raises `DataError`."""
    fonts = {
        f"{Path(archive.path).stem}/{name}": data
        for archive in _ARCHIVES[part]
        for name, data in sorted(sources.members(archive, folder).items())
    }
    return {name: _drawn(data, _CHARACTERS[part]) for name, data in fonts.items()}


def _drawn(font: bytes, characters: str) -> list[InkImage]:
    """Draw the characters that the font has; what it lacks looks like its sign for what it lacks."""
    face = ImageFont.truetype(BytesIO(font), HEIGHT_PX)
    missing = _character(face, "\uffff")
    pictures = [_character(face, character) for character in characters]
    return [picture for picture in pictures if picture.any() and not np.array_equal(picture, missing)]


def _character(face: ImageFont.FreeTypeFont, character: str) -> NDArray[np.float32]:
    left, top, right, bottom = face.getbbox(character)
    image = Image.new("L", (max(1, int(right - left)), max(1, int(bottom - top))))
    ImageDraw.Draw(image).text((-left, -top), character, font=face, fill=255)
    return np.asarray(image, np.float32) / np.float32(255)
