"""Photos of numbers on paper, as a phone takes them: what was written by a pen or a pencil, on plain or ruled paper.

Owns light, shadows, ruled lines, pencils, the place of the camera and its flaws: blur, noise and JPEG. What is drawn on
the paper is drawn where the camera sees it, so that nothing is blurred by turning it. Knows nothing of data sets.
"""

import io
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from sutja.learn.dataset.canvas import box_of, drawn
from sutja.learn.dataset.numbers import WrittenNumber

SIDES_PX = (800.0, 4000.0)  # the longer side
USUAL_PX = (57.0, 307.0)  # of a digit of middling height; the others have 0.7 to 1.3 times as much
WIDTH_SHARE = 0.85  # of the photo, at most, is taken by the number
TURN_DEG = 5.0
CONVERGING = 0.1  # so much narrower is the far side of the paper than the near one, either way
BLUR_PX = (0.4, 0.9)
NOISE = (2.0, 5.0)  # a standard deviation, of 255 levels
JPEG_QUALITY = 80
PAPER = (232.0, 230.0, 224.0)
LIGHT = (0.9, 1.06)
GRADIENT = 2.0  # the brightest place has so many times the light of the darkest one
SHADE, PENUMBRA = (0.45, 0.7), (0.004, 0.03)  # what a shadow leaves, and its edge as a share of the longer side
# In heights of a digit: 8 mm for handwriting.
PEN_WIDTH = (0.045, 0.08)
LINE_WIDTH = (0.025, 0.045)
RULED, SQUARED = (0.9, 1.8), (0.45, 1.0)  # from one line to the next: 7 to 14 mm, and 4 to 8 mm
OFF_LINE = 0.08
LINES = ((0.68, 0.8, 0.93), (0.74, 0.74, 0.75))  # what blue and grey lines leave of the light
PENS = ((0.12, 0.12, 0.13), (0.13, 0.18, 0.45))  # what black and blue pens leave
PENCIL = (0.3, 0.5)
PRESSURE, TOOTH = (0.75, 1.25), 0.45  # of a pencil, where the mean is 1; and how far the paper's grain stands out

Light: TypeAlias = NDArray[np.float32]
"""(H, W) or (H, W, 3) float32: which part of the light comes back, 1 where all does."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a photo of paper shows besides the digits."""

    has_gradient: bool = False
    has_shadow: bool = False
    is_ruled: bool = False
    is_squared: bool = False
    is_pencilled: bool = False


SCENES = {
    "plain": Scene(),
    "gradient": Scene(has_gradient=True),
    "shadow": Scene(has_shadow=True),
    "ruled": Scene(is_ruled=True),
    "squared": Scene(is_squared=True),
    "pencil": Scene(is_pencilled=True),
    "all, ruled": Scene(has_gradient=True, has_shadow=True, is_ruled=True, is_pencilled=True),
    "all, squared": Scene(has_gradient=True, has_shadow=True, is_squared=True, is_pencilled=True),
}
"""Each by itself, and all together."""


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """Where the camera is: the size of the photo in px, the height of a digit in px, and paper to photo as (3, 3).

    Paper is measured in px of a photo taken straight from above, from the middle of the number's baseline.
    """

    width: int
    height: int
    digit_px: float
    projection: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        return self.height, self.width

    def seen(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where points of the paper, (N, 2), lie in the photo."""
        return _projected(self.projection, points)

    def places(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return x and y on the paper of each pixel, (H, W) each."""
        back = np.linalg.inv(self.projection).astype(np.float32)
        x, y = np.arange(self.width, dtype=np.float32), np.arange(self.height, dtype=np.float32)[:, None]
        across, down, depth = (row[0] * x + row[1] * y + row[2] for row in back)
        return across / depth, down / depth


def photograph(number: WrittenNumber, scene: Scene, seed: int) -> bytes:
    """Return a JPEG of a number on paper. With the same seed only what the scene names differs."""
    rngs = dict(zip(("view", "light", "lines", "pen", "camera"), np.random.default_rng(seed).spawn(5), strict=True))
    strokes, view = _viewed(rngs["view"], number)
    photo = np.multiply(_lit(rngs["light"], view, scene)[..., None], np.array(PAPER, np.float32))
    if scene.is_ruled or scene.is_squared:
        photo *= _lines(rngs["lines"], view, is_squared=scene.is_squared)
    _write(rngs["pen"], photo, view, strokes, is_pencilled=scene.is_pencilled)
    return _taken(rngs["camera"], photo)


def _viewed(rng: np.random.Generator, number: WrittenNumber) -> tuple[list[NDArray[np.float64]], _View]:
    """Choose a photo and a place for the number in it, and return its strokes in px of the photo."""
    strokes = [np.array([point[:2] for point in stroke]) for stroke in number.ink.strokes]
    low, high = box_of(strokes)
    tall = [np.ptp([point.y for stroke in part.strokes for point in stroke]) for part in number.parts()]
    sides = np.array([1.0, 0.75]) * np.exp(rng.uniform(*np.log(SIDES_PX)))
    width, height = (round(side) for side in (sides if rng.random() < 0.5 else sides[::-1]).tolist())
    wanted = float(np.exp(rng.uniform(*np.log(USUAL_PX)))) / max(float(np.median(tall)), 1.0)
    scale = min(wanted, WIDTH_SHARE * width / (high - low)[0], 0.7 * height / (high - low)[1])
    middle = np.array([(low + high)[0] / 2, high[1]])
    digit_px = float(np.median(tall)) * scale
    room = np.maximum((np.array([width, height]) * 0.92 - (high - low) * scale) / 2, 0)
    centre = np.array([width, height]) / 2 + rng.uniform(-1, 1, 2) * room * [1, 0.8] + [0, (high - low)[1] * scale / 2]
    turn = np.deg2rad(rng.uniform(-TURN_DEG, TURN_DEG))
    turned = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    tilted = np.eye(3)
    tilted[2, :2] = rng.uniform(-CONVERGING, CONVERGING, 2) / max(width, height)
    placed = np.eye(3)
    placed[:2, 2] = centre
    view = _View(width, height, digit_px, placed @ tilted @ turned)
    return [view.seen((stroke - middle) * scale) for stroke in strokes], view


def _projected(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    seen = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(seen[:, :2] / seen[:, 2:])


def _lit(rng: np.random.Generator, view: _View, scene: Scene) -> Light:
    """Return the light that falls on each place, (H, W)."""
    x = np.arange(view.width, dtype=np.float32) - np.float32(view.width / 2)
    y = (np.arange(view.height, dtype=np.float32) - np.float32(view.height / 2))[:, None]
    light = np.full(view.shape, rng.uniform(*LIGHT), np.float32)
    from_deg, shade_deg = rng.uniform(0, 360, 2)
    if scene.has_gradient:
        along = _along(x, y, from_deg)
        along = (along - along.min()) / np.ptp(along)
        light *= 1 / (1 + (GRADIENT - 1) * along)
    shade, penumbra = rng.uniform(*SHADE), rng.uniform(*PENUMBRA) * max(view.shape)
    edge = rng.uniform(-0.2, 0.2) * min(view.shape)
    if scene.has_shadow:
        light *= 1 - (1 - shade) * np.clip((_along(x, y, shade_deg) - edge) / penumbra, 0, 1)
    return light


def _along(x: Light, y: Light, direction_deg: float) -> Light:
    turn = np.deg2rad(direction_deg)
    return np.asarray(x * np.float32(np.cos(turn)) + y * np.float32(np.sin(turn)))


def _lines(rng: np.random.Generator, view: _View, *, is_squared: bool) -> Light:
    """Return what printed lines leave of the light, (H, W, 3): level ones, and upright ones on squared paper."""
    across, down = view.places()
    width = max(0.8, rng.uniform(*LINE_WIDTH) * view.digit_px)
    spacing = rng.uniform(*(SQUARED if is_squared else RULED)) * view.digit_px
    colour = np.array(LINES[rng.integers(len(LINES))], np.float32)
    lined = _line(down + np.float32(rng.uniform(-OFF_LINE, OFF_LINE) * view.digit_px), spacing, width)
    if is_squared:
        lined = np.maximum(lined, _line(across + np.float32(rng.uniform(0, spacing)), spacing, width))
    return np.asarray(1 - lined[..., None] * (1 - colour))


def _line(place: Light, spacing: float, width: float) -> Light:
    """Return how much of each pixel is covered by lines that far apart."""
    apart = np.abs((place + np.float32(spacing / 2)) % np.float32(spacing) - np.float32(spacing / 2))
    return np.asarray(np.clip(np.float32(width / 2 + 0.5) - apart, 0, min(1, width)))


def _write(
    rng: np.random.Generator, photo: Light, view: _View, strokes: list[NDArray[np.float64]], *, is_pencilled: bool
) -> None:
    """Darken the photo, (H, W, 3), where the pen went."""
    pen_px = max(1.5, rng.uniform(*PEN_WIDTH) * view.digit_px)
    low, high = box_of(strokes)
    left, top = np.maximum(0, low - 2 * pen_px).astype(int).tolist()
    right, bottom = np.minimum([view.width, view.height], high + 2 * pen_px + 1).astype(int).tolist()
    moved = [stroke - [left, top] for stroke in strokes]
    covered = 1 - drawn(moved, (right - left, bottom - top), pen_px).astype(np.float32) / 255
    if is_pencilled:
        covered *= _pencilled(rng, covered.shape, view.digit_px)
        left_over = np.full(3, rng.uniform(*PENCIL), np.float32)
    else:
        left_over = np.array(PENS[rng.integers(len(PENS))], np.float32)
    photo[top:bottom, left:right] *= 1 - covered[..., None] * (1 - left_over)


def _pencilled(rng: np.random.Generator, shape: tuple[int, int], digit_px: float) -> Light:
    """Return how much of the paper a pencil covers: it skips the hollows of the grain, more where it presses less."""
    grain = _noise(rng, shape, max(1.0, 0.02 * digit_px))
    pressure = _noise(rng, shape, 0.35 * digit_px)
    low, high = PRESSURE
    pressed = (low + high) / 2 + (high - low) / 2 * np.clip(pressure, -1.5, 1.5)
    return np.clip(pressed + np.float32(TOOTH) * grain - np.float32(0.2), 0, 1)


def _noise(rng: np.random.Generator, shape: tuple[int, int], size_px: float) -> Light:
    """Return noise of mean 0 and about 1 in deviation, whose grains are so large."""
    rows, columns = (max(2, round(side / size_px) + 1) for side in shape)
    coarse = Image.fromarray(rng.normal(0, 1, (rows, columns)).astype(np.float32))
    return np.asarray(coarse.resize(shape[::-1], Image.Resampling.BICUBIC))


def _taken(rng: np.random.Generator, photo: Light) -> bytes:
    """Return the JPEG that a camera makes of what it sees."""
    height, width, _ = photo.shape
    pixels = Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8))
    blurred = np.asarray(pixels.filter(ImageFilter.GaussianBlur(rng.uniform(*BLUR_PX))), np.float32)
    grain = rng.standard_normal((height, width), np.float32)[..., None] * np.float32(rng.uniform(*NOISE))
    colours = rng.standard_normal((height, width, 3), np.float32) * np.float32(1.5)
    file = io.BytesIO()
    Image.fromarray(np.clip(blurred + grain + colours, 0, 255).astype(np.uint8)).save(
        file, "JPEG", quality=JPEG_QUALITY
    )
    return file.getvalue()
