"""Numbers of several digits, put together from single digits of one writer.

Owns how they stand beside one another: heights vary from 0.7 to 1.3, baselines by 15 % of the height either way, and a
share of the neighbours touch. One is ink, drawn in pixels, and the picture of that ink. Knows nothing of data sets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sutja.ink import Ink

LENGTHS = range(2, 9)
HEIGHT_PX = (120.0, 200.0)  # of a digit of middling size
PEN_PX = 8
SIZES = (0.7, 1.3)
BASELINE = 0.15
TOUCHING = 0.15
TOUCH_PENS = (0.3, 0.75)  # how far apart, in pens, the middles of strokes are that touch
GAP_PENS, GAP_MAX = 1.6, 0.35  # between those that do not: at least so many pens, at most this share of the height
OVERLAP_MAX = 0.2  # of the height: so far may a digit reach over its neighbour, as under the bar of a 7
TOUCH_OVERLAP_MAX = 0.35  # the same for those that touch
WIDTH_MAX = 1.3  # of the height
MARGIN_PX = 40.0
SAMPLES = 256  # points of a digit by which distances are taken

Points = NDArray[np.float64]
"""(N, 2) float64: x and y in px, y downwards."""


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number as one writer might have written it: its ink in px, its digits, and how many strokes each has."""

    ink: Ink
    digits: str
    stroke_counts: tuple[int, ...]
    writer: int

    def parts(self) -> list[Ink]:
        """Return the ink of each digit, where it stands."""
        ends = np.cumsum(self.stroke_counts).tolist()
        return [Ink(self.ink.strokes[end - count : end]) for end, count in zip(ends, self.stroke_counts, strict=True)]


def written(
    digits_by_writer: Mapping[int, Sequence[tuple[Ink, int]]],
    count: int,
    seed: int,
    *,
    touching: float = TOUCHING,
    lengths: Sequence[int] = LENGTHS,
) -> list[WrittenNumber]:
    """Return `count` numbers, each by one of the writers and of one of the lengths; the same for the same seed.

    `touching` is the share in [0, 1] of neighbours whose strokes meet in the picture.
    """
    rng = np.random.default_rng(seed)
    writers: list[int] = rng.choice(sorted(digits_by_writer), count).tolist()
    return [_number(rng, writer, digits_by_writer[writer], touching, lengths) for writer in writers]


def picture(number: WrittenNumber, pen_px: int = PEN_PX) -> NDArray[np.uint8]:
    """Return the number in black on white, (H, W) uint8, drawn by a round pen."""
    strokes = [np.array([point[:2] for point in stroke]) for stroke in number.ink.strokes]
    width, height = np.ceil(np.concatenate(strokes).max(0) + MARGIN_PX).astype(int).tolist()
    image = Image.new("L", (2 * width, 2 * height), 255)
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        points = [(2 * x, 2 * y) for x, y in stroke.tolist()]
        draw.line(points, fill=0, width=2 * pen_px)
        for x, y in points:
            draw.ellipse((x - pen_px, y - pen_px, x + pen_px, y + pen_px), fill=0)
    return np.asarray(image.reduce(2))


def _number(
    rng: np.random.Generator,
    writer: int,
    drawn: Sequence[tuple[Ink, int]],
    touching: float,
    lengths: Sequence[int],
) -> WrittenNumber:
    height = rng.uniform(*HEIGHT_PX)
    labels: list[int] = rng.integers(0, 10, lengths[int(rng.integers(len(lengths)))]).tolist()
    placed: list[list[Points]] = []
    for label in labels:
        choices = [ink for ink, known in drawn if known == label]
        strokes = _sized(choices[rng.integers(len(choices))], height * rng.uniform(*SIZES))
        base = np.array([0.0, height * rng.uniform(-BASELINE, BASELINE)])
        strokes = [stroke + base for stroke in strokes]
        if placed:
            before = [stroke for neighbour in placed[-2:] for stroke in neighbour]
            shift = _shift(rng, before, strokes, height, is_touching=bool(rng.random() < touching))
            strokes = [stroke + np.array([shift, 0.0]) for stroke in strokes]
        placed.append(strokes)
    everything = [stroke for strokes in placed for stroke in strokes]
    move = MARGIN_PX - np.concatenate(everything).min(0)
    return WrittenNumber(
        Ink([(stroke + move).round(2).tolist() for stroke in everything]),
        "".join(map(str, labels)),
        tuple(map(len, placed)),
        writer,
    )


def _sized(ink: Ink, height: float) -> list[Points]:
    """Return the strokes at that height, standing on y = 0, from x = 0; one that would be too wide is lower."""
    strokes = [np.array([point[:2] for point in stroke]) for stroke in ink.strokes]
    everything = np.concatenate(strokes)
    low, high = everything.min(0), everything.max(0)
    width_now, height_now = np.maximum(high - low, 1e-6).tolist()
    scale = min(height / height_now, WIDTH_MAX * height / width_now)
    return [(stroke - [low[0], high[1]]) * scale for stroke in strokes]


def _shift(
    rng: np.random.Generator, left: list[Points], right: list[Points], height: float, *, is_touching: bool
) -> float:
    """Return how far to the right a digit comes to stand of its neighbour."""
    if is_touching:
        wanted, overlap = rng.uniform(*TOUCH_PENS) * PEN_PX, TOUCH_OVERLAP_MAX * height
    else:
        wanted, overlap = rng.uniform(GAP_PENS * PEN_PX, GAP_MAX * height), OVERLAP_MAX * height
    near, far = _samples(left), _samples(right)
    dy = np.abs(near[:, None, 1] - far[None, :, 1])
    across = near[:, None, 0] - far[None, :, 0] + np.sqrt(np.maximum(wanted**2 - dy**2, 0.0))
    beside = float(near[:, 0].max() - far[:, 0].min()) + wanted
    return max(float(across[dy < wanted].max(initial=-np.inf)), beside - wanted - overlap)


def _samples(strokes: list[Points]) -> Points:
    """Return points that lie evenly along the strokes."""
    starts = np.concatenate([stroke[:-1] for stroke in strokes] + [stroke[-1:] for stroke in strokes])
    ends = np.concatenate([stroke[1:] for stroke in strokes] + [stroke[-1:] for stroke in strokes])
    lengths = np.hypot(*(ends - starts).T) + 1e-9
    along = np.cumsum(lengths)
    wanted = np.linspace(0.0, along[-1], SAMPLES)
    line = np.minimum(np.searchsorted(along, wanted), len(along) - 1)
    share = 1 - (along[line] - wanted) / lengths[line]
    return np.asarray(starts[line] + (ends - starts)[line] * np.clip(share, 0, 1)[:, None])
