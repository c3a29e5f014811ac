"""The ink of a picture: what differs from its paper.

Owns transparency, polarity and noise. Knows nothing of files.

Ink hangs together and grain does not. Where the paper is grainier than the faintest ink that counts, the picture is
smoothed before anything is taken for ink: a threshold above strong noise would leave nothing of thin or faint ink, and
one below it would make ink of noise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sutja.image.light import closed, lit_evenly
from sutja.image.masks import Extent, Mask, ends, extent, neighbours, width
from sutja.image.paper import FLATNESS, Bytes, Paper, Planes, border, is_flat, median, paper
from sutja.image.rules import without_rules
from sutja.ink import InkImage
from sutja.reading import Box, Hint

Remaining: TypeAlias = Callable[[NDArray[np.float32], NDArray[np.float32]], Mask]
"""What says, from the deviation (H, W) and that of the outermost pixels (N,), what is more than noise, (H, W)."""

# Levels out of 255.
MIN_CONTRAST = 16.0
FAINT_CONTRAST = 48.0
CARD_CONTRAST = 64.0
MAX_NOISE = 64.0
STRONG_GRAIN = MIN_CONTRAST / 4  # a deviation: noise hardly ever exceeds four of it
NOISY_SHARE = 0.25  # of the border
TOLD_SHARE = 0.1  # of the paper: less does not tell its noise
STROKE_FROM, GAP_PENS = 0.35, 0.4  # of the full ink; and so many pens wide are the gaps in a pencil's stroke at most
THIN_SHARE = 0.02  # of the longer side: a pen of 4 px where the digit has 200


@dataclass(frozen=True, slots=True, eq=False)
class Grey:
    """The ink of a picture, and what is doubtful about it.

    Most pictures are paper: `part` is what is left of it, (h, w), `at` these rows and columns of the whole `shape`,
    (H, W). A pixel stands for `scale` x `scale` of the picture, of which `frame_px` were left off on each side.
    """

    shape: tuple[int, int]
    part: InkImage
    at: Extent
    hints: tuple[Hint, ...] = ()
    frame_px: int = 0
    scale: int = 1

    @property
    def ink(self) -> InkImage:
        """All of it, (H, W): paper exactly 0, all 0 where it is blank."""
        ink = np.zeros(self.shape, np.float32)
        ink[self.at] = self.part
        return ink

    def outside(self, box: Box) -> Box:
        """Return a box in pixels of the ink as a box in pixels of the picture, upright."""
        frame, scale = self.frame_px, self.scale
        return Box((box.left + frame) * scale, (box.top + frame) * scale, box.width * scale, box.height * scale)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What is more than noise: how far it is from the paper, (h, w) levels at these rows and columns, and mostly so."""

    part: NDArray[np.float32]
    at: Extent
    contrast: float


NOTHING = _Found(np.zeros((0, 0), np.float32), (slice(0, 0), slice(0, 0)), 0.0)


def grey_of_planes(planes: Planes | Bytes, *, is_sheet: bool = False) -> Grey:
    """Return the ink of an opaque picture, (C, H, W) in [0, 255], whose border is paper.

    A sheet may lie in a shadow and be ruled: where its border is not of one colour it is lit evenly first, and its
    printed lines are taken off. There the grain of the dark parts is as strong as they are brightened, and that of
    pencils is within the ink: it is always smoothed.
    """
    shape, is_photo = (planes.shape[1], planes.shape[2]), False
    if not is_sheet and is_flat(planes):
        found = _on_flat_paper(planes)
    else:
        is_photo = is_sheet and not is_flat(planes)
        found = _on_any_paper(planes.astype(np.float32, copy=False), is_sheet=is_sheet, is_photo=is_photo)
    if found.contrast < MIN_CONTRAST:
        return Grey(shape, NOTHING.part, NOTHING.at)
    part = np.minimum(found.part * np.float32(1 / found.contrast), np.float32(1))
    if is_photo:
        part = _mended(part, found.at, shape)
    return Grey(shape, part, found.at, tuple(_hints(part, found, shape)))


def _on_flat_paper(planes: Planes | Bytes) -> _Found:
    """Return what is more than noise where the paper is of one colour: looked for where anything differs from that."""
    outermost = border(planes)
    level = median(outermost)
    is_other = _is_other(planes, level)
    if not is_other.any():
        return NOTHING
    at = extent(is_other)
    sides = zip(
        _sides(level[:, np.newaxis, np.newaxis] - planes[:, *at]),
        _sides(level[:, np.newaxis] - outermost),
        strict=True,
    )
    return max((_without_noise(*side, at, _plain) for side in sides), key=lambda each: each.contrast)


def _is_other(planes: Planes | Bytes, level: NDArray[np.float32]) -> Mask:
    """Say what differs from the level (C,) by more than paper may, (H, W); bytes are compared as they are."""
    if planes.dtype != np.uint8:
        return np.asarray((np.abs(level[:, np.newaxis, np.newaxis] - planes) > FLATNESS).any(axis=0))
    of_each = []
    for plane, middle in zip(planes, map(int, level.tolist()), strict=True):
        if middle >= FLATNESS:
            of_each.append(plane < middle - FLATNESS)
        if middle <= 255 - FLATNESS:
            of_each.append(plane > middle + FLATNESS)
    return np.asarray(np.logical_or.reduce(of_each))


def _on_any_paper(planes: Planes, *, is_sheet: bool, is_photo: bool) -> _Found:
    """Return what is more than noise, whatever the paper is like."""
    if is_photo:
        planes = lit_evenly(planes)
    found = paper(planes)
    deviation = found.level - planes
    remaining: Remaining = _plain
    if is_photo or found.grain > STRONG_GRAIN:
        deviation, remaining = _smoothed(deviation), partial(_grainy, found)
    dark, bright = _sides(deviation)
    if is_sheet:
        dark = without_rules(dark)
    whole = slice(0, planes.shape[1]), slice(0, planes.shape[2])
    sides = (_without_noise(each, border(each[np.newaxis])[0], whole, remaining) for each in (dark, bright))
    return max(sides, key=lambda each: each.contrast)


def _sides(deviation: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return by how much each pixel is darker than its paper, and by how much brighter, from that of each plane."""
    if len(deviation) == 1:
        return deviation[0], -deviation[0]
    return deviation.max(axis=0), -deviation.min(axis=0)


def planes_of(image: Image.Image) -> Planes | Bytes:
    """Return the picture as opaque planes; a picture in colours that are all grey has one plane."""
    if image.mode == "L":
        return np.asarray(image)[np.newaxis]
    bands = [np.asarray(band) for band in image.split()]
    alpha = bands.pop() if image.mode == "RGBA" else None
    is_grey = all(np.array_equal(bands[0], band) for band in bands[1:])
    planes = bands[0][np.newaxis] if is_grey else np.stack(bands)
    return planes if alpha is None or alpha.min() == 255 else on_paper(planes.astype(np.float32), alpha)


def on_paper(planes: Planes, alpha: NDArray[np.uint8]) -> Planes:
    """Lay a picture with transparent parts, alpha (H, W) uint8, on the paper that it was most likely drawn for."""
    if not alpha.any():
        return np.zeros_like(planes)
    visible = alpha >= min(128, alpha.max())
    seen = planes[:, visible]
    middle = median(seen)[:, np.newaxis, np.newaxis]
    is_darkish = (255 - middle).max() >= middle.max()
    fill = middle if _is_card(seen, visible) else np.float32(255 if is_darkish else 0)
    opacity = alpha.astype(np.float32) / np.float32(255)
    return np.asarray(fill + (planes - fill) * opacity)


def _is_card(seen: NDArray[np.float32], visible: Mask) -> bool:
    """Whether what is visible is a digit on a card, not ink alone: it differs in itself, and fills most of its box."""
    if np.ptp(seen, axis=1).max() <= CARD_CONTRAST:
        return False
    return bool(visible[extent(visible)].mean() > 0.5)


def _without_noise(
    deviation: NDArray[np.float32], outermost: NDArray[np.float32], at: Extent, remaining: Remaining
) -> _Found:
    """Return what is `remaining` of the deviation (h, w) from paper at these rows and columns."""
    if deviation.max() < MIN_CONTRAST:
        return NOTHING
    strong = remaining(deviation, outermost)
    if not strong.any():
        return NOTHING
    box = extent(strong)
    strong, part = strong[box], deviation[box]
    values = part[strong]
    rank = 1 + values.size // 50
    rows, columns = (
        slice(whole.start + side.start, whole.start + side.stop) for whole, side in zip(at, box, strict=True)
    )
    return _Found(np.where(strong, part, np.float32(0)), (rows, columns), float(np.partition(values, -rank)[-rank]))


def _mended(ink: InkImage, at: Extent, shape: tuple[int, int]) -> InkImage:
    """Return the ink of a photo without the gaps in its strokes where a pencil skipped the hollows of the paper.

    It is all of the ink of a picture of that shape, at these rows and columns.
    """
    strong = ink >= STROKE_FROM
    if not strong.any():
        return ink
    rows, columns = extent(strong)
    mended = ink.copy()
    mended[rows, columns] = closed(ink[rows, columns], round(GAP_PENS * width(strong, at, shape)))
    return mended


def _plain(deviation: NDArray[np.float32], outermost: NDArray[np.float32]) -> Mask:
    """Say what is more than noise, (H, W), and no speck."""
    strong = deviation > _threshold(_noise(outermost))
    return np.asarray(strong & (neighbours(strong) > 2))


def _grainy(found: Paper, deviation: NDArray[np.float32], outermost: NDArray[np.float32]) -> Mask:
    """Say what is more than noise, (H, W), after smoothing: it takes a full 3x3, from which it reaches 2 px."""
    values = found.at_seen(deviation)
    is_told = values.size > TOLD_SHARE * found.is_seen.size
    strong = deviation > _threshold(_upper(values) if is_told else _noise(outermost))
    cores = neighbours(strong) == 9
    return np.asarray(strong & (neighbours(neighbours(cores) > 0) > 0))


def _threshold(noise: np.float32) -> np.float32:
    return np.float32(FLATNESS) + np.clip(noise, np.float32(0), np.float32(MAX_NOISE))


def _smoothed(planes: Planes) -> Planes:
    """Smooth planes by (1, 4, 6, 4, 1) / 16 either way: of white noise 27 % are left, of a line of 4 px 94 %."""
    wide = np.pad(planes, ((0, 0), (2, 2), (2, 2)), mode="reflect")
    quarter, half = np.float32(0.25), np.float32(0.5)
    for _ in range(2):
        wide = quarter * (wide[:, :-2] + wide[:, 2:]) + half * wide[:, 1:-1]
        wide = quarter * (wide[:, :, :-2] + wide[:, :, 2:]) + half * wide[:, :, 1:-1]
    return wide


def _upper(values: NDArray[np.float32]) -> np.float32:
    """Return the level that noise (N,) hardly ever exceeds: its middle and 4 sigma, six median deviations."""
    middle = median(values)
    return np.float32(max(float(middle), 0.0) + 6 * float(median(np.abs(values - middle))))


def _noise(outermost: NDArray[np.float32]) -> np.float32:
    """Return the level that noise hardly ever exceeds, 4 sigma, from the deviations (N,) at the border.

    Six median deviations are 4 sigma. On white paper half of the noise is cut off and the median deviation 0: there it
    is that of the upper half alone, as long as that is more than some ink which touches the border.
    """
    middle = median(outermost)
    above = outermost[outermost > middle + FLATNESS] - middle
    spread = median(np.abs(outermost - middle))
    if above.size > NOISY_SHARE * outermost.size:
        spread = max(spread, median(above))
    return np.float32(middle + 6 * spread)


def _hints(part: InkImage, found: _Found, shape: tuple[int, int]) -> list[Hint]:
    """Return what is doubtful about the ink of a picture of that shape."""
    strong = part >= 0.5
    rows, columns = extent(strong)
    length = max(rows.stop - rows.start, columns.stop - columns.start)
    claims = {
        Hint.SMALL: length < 0.1 * max(shape),
        Hint.THIN: width(strong, found.at, shape) < THIN_SHARE * length,
        Hint.EDGE: any(count for count, is_end in ends(strong, found.at, shape) if is_end),
        Hint.FAINT: found.contrast < FAINT_CONTRAST,
    }
    return [hint for hint, holds in claims.items() if holds]
