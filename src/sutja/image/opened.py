"""Opening a picture: a file, bytes, a PIL image or an array become one upright image of a bounded size.

Owns file formats, rotation and limits, and turns Pillow's errors into ours. Knows nothing of ink.
"""

import os
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.WebPImagePlugin import WebPImageFile

from sutja.errors import ImageError, InputError, TooLargeError
from sutja.image.parts import is_bounded

Picture: TypeAlias = str | os.PathLike[str] | bytes | Image.Image | NDArray[np.uint8]
"""A path, the bytes of a file, a PIL image, or a uint8 array (H, W), (H, W, 3) or (H, W, 4) of grey, RGB or RGBA."""

# Pillow searches all of its plugins for a format that it does not know at first, such as this one.
FORMATS = ("PNG", "JPEG", WebPImageFile.format)
MAX_BYTES = 10_000_000
MAX_PIXELS = 24_000_000
MIN_SIDE_PX = 4
WORKING_SIDE_PX = 512

_KINDS = "a PNG, JPEG or WebP picture"
_TOO_LARGE = (TooLargeError, f"Expected at most {MAX_PIXELS // 10**6} megapixels. Received more.")
_OTHER = (ImageError, f"Expected {_KINDS}. Received something else.")
_DAMAGED = (ImageError, f"Expected {_KINDS}. Received one that is damaged or cut off.")
# From Pillow's errors to ours, the first that fits: its decoders raise whatever they stumble over.
_REFUSALS: dict[type[Exception], tuple[type[InputError], str]] = {
    Image.DecompressionBombError: _TOO_LARGE,
    Image.DecompressionBombWarning: _TOO_LARGE,
    UnidentifiedImageError: _OTHER,
    **dict.fromkeys(
        (ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError), _DAMAGED
    ),
    **dict.fromkeys((SyntaxError, TypeError, ValueError, Warning, struct.error, zlib.error), _DAMAGED),
}


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A picture, upright, in mode L, RGB or RGBA; each of its pixels stands for `scale` x `scale` of the source."""

    image: Image.Image
    scale: int


def decoded(source: Picture, side_px: int = WORKING_SIDE_PX) -> Decoded:
    """Return the picture, its long side below 1.5 times `side_px`. Raises `TooLargeError` and `ImageError`."""
    try:
        opened, scale = _opened(source, side_px)
        factor = _factor(opened.size, side_px)
        return Decoded(_reduced(_upright(opened), factor), scale * factor)
    except InputError:
        raise
    except tuple(_REFUSALS) as error:
        ours, message = next(answer for kind, answer in _REFUSALS.items() if isinstance(error, kind))
        raise ours(message) from error


def pixel_count(data: bytes) -> int:
    """Return how many pixels the header of a file claims; 0 where `to_grey` would refuse it."""
    try:
        image = _image_of_bytes(data)
    except tuple(_REFUSALS):  # our own among them: they are ValueErrors
        return 0
    return image.width * image.height


def _opened(source: Picture, side_px: int) -> tuple[Image.Image, int]:
    """Return the picture, and how many times smaller than its source it was opened."""
    if isinstance(source, Image.Image):
        _check_size(*source.size)
        return source, 1
    if isinstance(source, np.ndarray):
        return _image_of_array(source), 1
    if isinstance(source, (str, os.PathLike)):
        source = _file_bytes(Path(source))
    if not isinstance(source, bytes):
        raise ImageError(f"Expected a path, bytes, a PIL image or a uint8 array. Received {type(source).__name__}.")
    image = _image_of_bytes(source)
    width, factor = image.width, _factor(image.size, side_px)
    image.draft(None, (image.width // factor, image.height // factor))  # a JPEG decodes straight to 1/2, 1/4 or 1/8
    return image, round(width / image.width)


def _file_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or "no valid path").lower()
        raise ImageError(f"Expected a file that can be read. Received a path that cannot be: {why}.") from error


def _image_of_bytes(data: bytes) -> Image.Image:
    if not data:
        raise ImageError(f"Expected {_KINDS}. Received nothing.")
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"Expected a picture of at most {MAX_BYTES // 10**6} MB. Received more.")
    if not is_bounded(data):
        raise ImageError(f"Expected {_KINDS} of an ordinary make. Received one of far more parts than it needs.")
    image = Image.open(BytesIO(data), formats=FORMATS)
    _check_size(*image.size)  # only the header has been read so far
    return image


def _image_of_array(array: NDArray[np.uint8]) -> Image.Image:
    is_picture = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if array.dtype != np.uint8 or not is_picture:
        raise ImageError(
            "Expected a uint8 array of shape (H, W), (H, W, 3) or (H, W, 4). "
            f"Received {array.dtype} of shape {array.shape}."
        )
    _check_size(array.shape[1], array.shape[0])
    return Image.fromarray(array)


def _check_size(width: int, height: int) -> None:
    if min(width, height) < MIN_SIDE_PX:
        raise ImageError(f"Expected at least {MIN_SIDE_PX}x{MIN_SIDE_PX} pixels. Received {width}x{height}.")
    if width * height > MAX_PIXELS:
        raise TooLargeError(f"Expected at most {MAX_PIXELS // 10**6} megapixels. Received {width}x{height} pixels.")


def _upright(image: Image.Image) -> Image.Image:
    image.load()  # a PNG may have its EXIF after the pixels
    return ImageOps.exif_transpose(image) if "exif" in image.info else image


def _factor(size: tuple[int, int], side_px: int) -> int:
    return max(1, round(max(size) / side_px))


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    """Return the picture in mode L, RGB or RGBA, so many times smaller."""
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    elif image.mode in ("I", "F"):
        raise ImageError(f"Expected a picture of 8 or 16 bits a channel. Received mode {image.mode}.")
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return image.reduce(factor) if factor > 1 else image
