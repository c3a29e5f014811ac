"""The ink of a picture: what differs from its paper.

Owns transparency, polarity and noise. Knows nothing of files.

Ink hangs together and grain does not. Where the paper is grainier than the faintest ink that counts, the picture is
smoothed before anything is taken for ink: a threshold above strong noise would leave nothing of thin or faint ink, and
one below it would make ink of noise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sutja.image.light import closed, lit_evenly
from sutja.image.paper import FLATNESS, Paper, Planes, border, is_flat, median, paper
from sutja.image.rules import without_rules
from sutja.ink import InkImage
from sutja.reading import Box, Hint

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
    """The ink of a picture, paper exactly 0, all 0 where it is blank; and what is doubtful about it.

    A pixel of it stands for `scale` x `scale` of the picture, of which `frame_px` were left off on each side.
    """

    ink: InkImage
    hints: tuple[Hint, ...] = ()
    frame_px: int = 0
    scale: int = 1

    def outside(self, box: Box) -> Box:
        """Return a box in pixels of the ink as a box in pixels of the picture, upright."""
        frame, scale = self.frame_px, self.scale
        return Box((box.left + frame) * scale, (box.top + frame) * scale, box.width * scale, box.height * scale)


def grey_of_planes(planes: Planes, *, is_sheet: bool = False) -> Grey:
    """Return the ink of an opaque picture, (C, H, W) float32 in [0, 255], whose border is paper.

    A sheet may lie in a shadow and be ruled: where its border is not of one colour it is lit evenly first, and its
    printed lines are taken off. There the grain of the dark parts is as strong as they are brightened, and that of
    pencils is within the ink: it is always smoothed.
    """
    is_photo = is_sheet and not is_flat(planes)
    if is_photo:
        planes = lit_evenly(planes)
    found = paper(planes)
    deviation = found.level - planes
    remaining = _plain
    if is_photo or found.grain > STRONG_GRAIN:
        deviation, remaining = _smoothed(deviation), partial(_grainy, found)
    dark, bright = deviation.max(axis=0), -deviation.min(axis=0)
    if is_sheet:
        dark = without_rules(dark)
    ink, contrast = max((_without_noise(each, remaining) for each in (dark, bright)), key=lambda each: each[1])
    if contrast < MIN_CONTRAST:
        return Grey(np.zeros_like(ink))
    ink = np.minimum(ink * np.float32(1 / contrast), np.float32(1))
    if is_photo:
        ink = _mended(ink)
    return Grey(ink, tuple(_hints(ink, contrast)))


def planes_of(image: Image.Image) -> Planes:
    """Return the picture as opaque planes; a picture in colours that are all grey has one plane."""
    bands = [np.asarray(band) for band in image.split()]
    alpha = bands.pop() if image.mode == "RGBA" else None
    is_grey = all(np.array_equal(bands[0], band) for band in bands[1:])
    planes = np.stack(bands[:1] if is_grey else bands).astype(np.float32)
    return planes if alpha is None or alpha.min() == 255 else on_paper(planes, alpha)


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


def _is_card(seen: NDArray[np.float32], visible: NDArray[np.bool_]) -> bool:
    """Whether what is visible is a digit on a card, not ink alone: it differs in itself, and fills most of its box."""
    if np.ptp(seen, axis=1).max() <= CARD_CONTRAST:
        return False
    return bool(visible[_extent(visible)].mean() > 0.5)


def _without_noise(
    deviation: NDArray[np.float32], remaining: Callable[[NDArray[np.float32]], NDArray[np.bool_]]
) -> tuple[NDArray[np.float32], float]:
    """Return the deviation (H, W) from paper, 0 but where it is `remaining`, and the robust maximum of that."""
    if deviation.max() < MIN_CONTRAST:
        return np.zeros_like(deviation), 0.0
    strong = remaining(deviation)
    ink = np.where(strong, deviation, np.float32(0))
    values = deviation[strong]
    rank = 1 + values.size // 50
    return ink, float(np.partition(values, -rank)[-rank]) if values.size else 0.0


def _mended(ink: InkImage) -> InkImage:
    """Return the ink of a photo without the gaps in its strokes where a pencil skipped the hollows of the paper."""
    strong = ink >= STROKE_FROM
    if not strong.any():
        return ink
    rows, columns = _extent(strong)
    mended = ink.copy()
    mended[rows, columns] = closed(ink[rows, columns], round(GAP_PENS * _width(strong)))
    return mended


def _plain(deviation: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Say what is more than noise, (H, W), and no speck."""
    strong = deviation > _threshold(_noise(border(deviation[np.newaxis])[0]))
    return np.asarray(strong & (_neighbours(strong) > 2))


def _grainy(found: Paper, deviation: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Say what is more than noise, (H, W), after smoothing: it takes a full 3x3, from which it reaches 2 px."""
    values = found.at_seen(deviation)
    is_told = values.size > TOLD_SHARE * found.is_seen.size
    noise = _upper(values) if is_told else _noise(border(deviation[np.newaxis])[0])
    strong = deviation > _threshold(noise)
    cores = _neighbours(strong) == 9
    return np.asarray(strong & (_neighbours(_neighbours(cores) > 0) > 0))


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


def _neighbours(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Count the true pixels in the 3x3 around each: 3 within a line, 2 at its end, 1 for a speck."""
    padded = np.pad(mask.view(np.uint8), 1)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:])


def _hints(ink: InkImage, contrast: float) -> list[Hint]:
    strong = ink >= 0.5
    rows, columns = _extent(strong)
    extent = max(rows.stop - rows.start, columns.stop - columns.start)
    claims = {
        Hint.SMALL: extent < 0.1 * max(ink.shape),
        Hint.THIN: _width(strong) < THIN_SHARE * extent,
        Hint.EDGE: bool(border(strong[np.newaxis]).any()),
        Hint.FAINT: contrast < FAINT_CONTRAST,
    }
    return [hint for hint, holds in claims.items() if holds]


def _width(mask: NDArray[np.bool_]) -> float:
    """Return the mean width of strokes in pixels: twice the area over the outline, which has 4/pi times its length."""
    outline = np.count_nonzero(mask[1:] != mask[:-1]) + np.count_nonzero(mask[:, 1:] != mask[:, :-1])
    return 2 * np.count_nonzero(mask) / max(outline * np.pi / 4, 1)


def _extent(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and the columns of the smallest box around the true pixels, of which there is at least one."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
