"""Pictures: a file, bytes, a PIL image or an array become one grey picture of the ink alone.

Owns file formats, transparency, rotation, polarity, shading and noise; Pillow's names stay in here. Knows nothing of
glyphs or models.

A picture larger than about 512 px is reduced by a whole factor first, so that time and memory are bounded. The paper is
what lies at the border: its colour is the median of the outermost pixels or, where those are not of one colour, a
quadratic surface fitted to everything that looks like paper (least squares, refitted without outliers), so that
the slow shading of a photo is not taken for ink. A hard shadow is.
"""

import os
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.WebPImagePlugin import WebPImageFile

from sutja.errors import ImageError, InputError, TooLargeError
from sutja.ink import InkImage
from sutja.reading import Hint

Picture: TypeAlias = str | os.PathLike[str] | bytes | Image.Image | NDArray[np.uint8]
"""A path, the bytes of a file, a PIL image, or a uint8 array (H, W), (H, W, 3) or (H, W, 4) of grey, RGB or RGBA."""

# Pillow searches all of its plugins for a format that it does not know at first, such as this one.
FORMATS = ("PNG", "JPEG", WebPImageFile.format)
MAX_BYTES = 10_000_000
MAX_PIXELS = 24_000_000
MIN_SIDE_PX = 4
WORKING_SIDE_PX = 512

# Levels out of 255.
MIN_CONTRAST = 16.0
FAINT_CONTRAST = 48.0
CARD_CONTRAST = 64.0
FLATNESS = 2.0
MAX_NOISE = 64.0

_Planes: TypeAlias = NDArray[np.float32]
"""(C, H, W) float32 in [0, 255], C = 1 for grey and 3 for colour."""

_KINDS = "a PNG, JPEG or WebP picture"
_TOO_LARGE = (TooLargeError, f"Expected at most {MAX_PIXELS // 10**6} megapixels. Received more.")
_OTHER = (ImageError, f"Expected {_KINDS}. Received something else.")
_DAMAGED = (ImageError, f"Expected {_KINDS}. Received one that is damaged or cut off.")
# From Pillow's errors to ours, the first that fits: its decoders raise whatever they stumble over.
_REFUSALS: dict[type[Exception], tuple[type[InputError], str]] = {
    Image.DecompressionBombError: _TOO_LARGE,
    Image.DecompressionBombWarning: _TOO_LARGE,
    UnidentifiedImageError: _OTHER,
    **dict.fromkeys((ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError), _DAMAGED),
    **dict.fromkeys((SyntaxError, TypeError, ValueError, Warning, struct.error, zlib.error), _DAMAGED),
}


@dataclass(frozen=True, slots=True, eq=False)
class Grey:
    """The ink of a picture, paper exactly 0, all 0 where it is blank; and what is doubtful about it."""

    ink: InkImage
    hints: tuple[Hint, ...] = ()


def to_grey(source: Picture) -> Grey:
    """Return the ink of a picture, upright, cleaned of noise and stretched to the full range.

    Ink may be dark on light or light on dark, grey or coloured; the border of the picture tells what is paper. A path
    or bytes hold PNG, JPEG or WebP. Raises `TooLargeError` beyond 10 MB or 24 megapixels, `ImageError` below 4x4 pixels
    and for all that is no such picture.
    """
    try:
        return grey_of_planes(_planes(_working_size(_upright(_opened(source)))))
    except InputError:
        raise
    except tuple(_REFUSALS) as error:
        ours, message = next(answer for kind, answer in _REFUSALS.items() if isinstance(error, kind))
        raise ours(message) from error


def grey_of_planes(planes: _Planes) -> Grey:
    """Return the ink of an opaque picture, (C, H, W) float32 in [0, 255], whose border is paper."""
    deviation = paper(planes) - planes
    dark, bright = deviation.max(axis=0), -deviation.min(axis=0)
    ink, contrast = max((_without_noise(dark), _without_noise(bright)), key=lambda found: found[1])
    if contrast < MIN_CONTRAST:
        return Grey(np.zeros_like(ink))
    ink = np.minimum(ink * np.float32(1 / contrast), np.float32(1))
    return Grey(ink, tuple(_hints(ink, contrast)))


def _opened(source: Picture) -> Image.Image:
    if isinstance(source, Image.Image):
        _check_size(*source.size)
        return source
    if isinstance(source, np.ndarray):
        return _image_of_array(source)
    if isinstance(source, (str, os.PathLike)):
        source = _file_bytes(Path(source))
    if not isinstance(source, bytes):
        raise ImageError(f"Expected a path, bytes, a PIL image or a uint8 array. Received {type(source).__name__}.")
    return _image_of_bytes(source)


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
    image = Image.open(BytesIO(data), formats=FORMATS)
    _check_size(*image.size)  # only the header has been read so far
    factor = _factor(image.size)
    image.draft(None, (image.width // factor, image.height // factor))  # a JPEG decodes straight to 1/2, 1/4 or 1/8
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


def _factor(size: tuple[int, int]) -> int:
    return max(1, round(max(size) / WORKING_SIDE_PX))


def _working_size(image: Image.Image) -> Image.Image:
    """Return the picture in mode L, RGB or RGBA, its long side below 1.5 times the working size."""
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    elif image.mode in ("I", "F"):
        raise ImageError(f"Expected a picture of 8 or 16 bits a channel. Received mode {image.mode}.")
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    factor = _factor(image.size)
    return image.reduce(factor) if factor > 1 else image


def _planes(image: Image.Image) -> _Planes:
    """Return the picture as opaque planes; a picture in colours that are all grey has one plane."""
    bands = [np.asarray(band) for band in image.split()]
    alpha = bands.pop() if image.mode == "RGBA" else None
    is_grey = all(np.array_equal(bands[0], band) for band in bands[1:])
    planes = np.stack(bands[:1] if is_grey else bands).astype(np.float32)
    return planes if alpha is None or alpha.min() == 255 else on_paper(planes, alpha)


def on_paper(planes: _Planes, alpha: NDArray[np.uint8]) -> _Planes:
    """Lay a picture with transparent parts, alpha (H, W) uint8, on the paper that it was most likely drawn for."""
    if not alpha.any():
        return np.zeros_like(planes)
    visible = alpha >= min(128, alpha.max())
    seen = planes[:, visible]
    middle = _median(seen)[:, np.newaxis, np.newaxis]
    is_darkish = (255 - middle).max() >= middle.max()
    fill = middle if _is_card(seen, visible) else np.float32(255 if is_darkish else 0)
    opacity = alpha.astype(np.float32) / np.float32(255)
    return np.asarray(fill + (planes - fill) * opacity)


def _is_card(seen: NDArray[np.float32], visible: NDArray[np.bool_]) -> bool:
    """Whether what is visible is a digit on a card, not ink alone: it differs in itself, and fills most of its box."""
    if np.ptp(seen, axis=1).max() <= CARD_CONTRAST:
        return False
    return bool(visible[_extent(visible)].mean() > 0.5)


def paper(planes: _Planes) -> NDArray[np.float32]:
    """Return the paper under the ink: (C, 1, 1) where the border is of one colour, else a surface (C, H, W)."""
    border = _border(planes)
    level = _median(border)[:, np.newaxis]
    if np.count_nonzero(np.abs(border - level) > FLATNESS) < 0.1 * border.size:
        return np.asarray(level[:, :, np.newaxis])
    return np.clip(_shading(planes), np.float32(0), np.float32(255))


def _shading(planes: _Planes) -> NDArray[np.float32]:
    """Fit a quadratic surface to the paper, seen at 64x64 points at most."""
    _, height, width = planes.shape
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, np.newaxis]
    x = np.linspace(-1, 1, width, dtype=np.float32)
    rows, columns = slice(None, None, -(-height // 64)), slice(None, None, -(-width // 64))
    seen, terms = planes[:, rows, columns], _terms(y[rows], x[columns])
    weights = _tilt(planes)
    for _ in range(4):
        error = np.abs(seen - _surface(weights, y[rows], x[columns])).max(axis=0)
        is_paper = error <= np.clip(4.5 * _median(error.ravel()), 4, 32)  # 4.5 median deviations are 3 sigma
        weights = _fitted(terms[:, is_paper], seen[:, is_paper])
    return _surface(weights, y, x)


def _terms(y: NDArray[np.float32], x: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.stack(np.broadcast_arrays(np.ones_like(x), x, y, x * x, x * y, y * y))


def _fitted(terms: NDArray[np.float32], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the least-squares weights (C, 6) of terms (6, N) for values (C, N).

    The normal equations, without BLAS, whose threads cost more than they bring here; the ridge keeps them solvable.
    """
    square = np.einsum("in,jn->ij", terms, terms) + 1e-3 * np.eye(len(terms))
    return np.linalg.solve(square, np.einsum("in,cn->ic", terms, values)).T.astype(np.float32)


def _surface(weights: NDArray[np.float32], y: NDArray[np.float32], x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the quadratic with the weights (C, 6) at y (H, 1) and x (W,), as (C, H, W)."""
    level, along, down, along2, both, down2 = weights.T[:, :, np.newaxis, np.newaxis]
    return np.asarray((level + (along + along2 * x) * x + (down + down2 * y) * y) + both * y * x)


def _tilt(planes: _Planes) -> NDArray[np.float32]:
    """Return the weights (C, 6) of the plane through the medians of the four sides."""
    top, bottom = _median(planes[:, 0]), _median(planes[:, -1])
    left, right = _median(planes[:, :, 0]), _median(planes[:, :, -1])
    middle, none = (top + bottom + left + right) / 4, np.zeros_like(top)
    return np.stack([middle, (right - left) / 2, (bottom - top) / 2, none, none, none], axis=1)


def _border(planes: NDArray[Any]) -> NDArray[Any]:
    """Return the outermost pixels, (C, N)."""
    return np.concatenate([planes[:, 0], planes[:, -1], planes[:, 1:-1, 0], planes[:, 1:-1, -1]], axis=1)


def _median(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the upper median along the last axis; NumPy's own loads masked arrays, 9 MB, at its first call."""
    middle = values.shape[-1] // 2
    return np.asarray(np.partition(values, middle)[..., middle])


def _without_noise(deviation: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return the deviation (H, W) from paper with all noise set to 0, and the robust maximum of the rest."""
    if deviation.max() < MIN_CONTRAST:
        return np.zeros_like(deviation), 0.0
    border = _border(deviation[np.newaxis])[0]
    middle = _median(border)
    noise = middle + 6 * _median(np.abs(border - middle))  # 6 median deviations are 4 sigma
    strong = deviation > FLATNESS + np.clip(noise, 0, MAX_NOISE)
    strong &= _neighbours(strong) > 2
    ink = np.where(strong, deviation, np.float32(0))
    values = deviation[strong]
    rank = 1 + values.size // 50
    return ink, float(np.partition(values, -rank)[-rank]) if values.size else 0.0


def _neighbours(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Count the true pixels in the 3x3 around each: 3 within a line, 2 at its end, 1 for a speck."""
    padded = np.pad(mask.view(np.uint8), 1)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:])


def _hints(ink: InkImage, contrast: float) -> list[Hint]:
    strong = ink >= 0.5
    rows, columns = _extent(strong)
    claims = {
        Hint.SMALL: max(rows.stop - rows.start, columns.stop - columns.start) < 0.1 * max(ink.shape),
        Hint.EDGE: bool(_border(strong[np.newaxis]).any()),
        Hint.FAINT: contrast < FAINT_CONTRAST,
    }
    return [hint for hint, holds in claims.items() if holds]


def _extent(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and the columns of the smallest box around the true pixels, of which there is at least one."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
