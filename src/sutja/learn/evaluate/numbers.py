"""Whole numbers: how many are read wholly right, how many wrongly while every mark seems sure, and how fast."""

import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sutja.ink import Ink
from sutja.learn.dataset.numbers import WrittenNumber, picture, written
from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import pendigits
from sutja.learn.evaluate.figures import Share, share
from sutja.learn.evaluate.spread import spread
from sutja.learn.evaluate.watch import Watch, ticking
from sutja.reader import Reader
from sutja.reading import Number, Verdict

NUMBER_COUNT = 2000
SEED = 23
TASK_COUNT = 50
"""Numbers that one process reads at a time."""
PHOTO_PX = (3000, 4000)
PHOTO_DIGITS = 5
"""On each of the two lines of the photo that is timed."""
PHOTO_RUNS = 5


@dataclass(frozen=True, slots=True)
class NumberFigures:
    """Of all numbers the share wholly right, the same by length, and the share wrong though every mark was a digit.

    `wrong` counts numbers whose every mark has the verdict `digit`, and which say something else than was written.
    """

    right: Share
    wrong: Share
    by_length: dict[int, Share]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The same numbers handed over as inks and as pictures; and the time for a photo of 12 megapixels, ten digits."""

    inks: NumberFigures
    pictures: NumberFigures
    photo_ms: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a number: the digits that were read, and whether every mark was surely one."""

    digits: str
    is_sure: bool

    @classmethod
    def of(cls, number: Number) -> "Outcome":
        """Return it for a number as the reader gave it."""
        is_sure = bool(number.items) and all(item.verdict is Verdict.DIGIT for item in number.items)
        return cls(number.digits, is_sure)


def numbers(reader: Reader, folder: Path, part: Part, watch: Watch) -> Numbers:
    """Measure numbers by the writers of a part. Raises `DataError`."""
    by_writer: dict[int, list[tuple[Ink, int]]] = {}
    for each in pendigits(folder, part):
        by_writer.setdefault(each.writer, []).append((each.ink, each.label))
    shown = written(by_writer, NUMBER_COUNT, SEED)
    tasks = [_Task(shown[start : start + TASK_COUNT]) for start in range(0, len(shown), TASK_COUNT)]
    tick = ticking(watch, "numbers", 2 * len(shown))
    outcomes: list[Outcome] = []
    for found in spread(reader, _read, [*tasks, *(_Task(task.numbers, as_pictures=True) for task in tasks)]):
        tick(len(found))
        outcomes += found
    digits = [each.digits for each in shown]
    lines = sorted(shown, key=lambda each: abs(len(each.digits) - PHOTO_DIGITS))[:2]
    [photo_ms] = spread(reader, _photo_ms, [_photo([picture(each) for each in lines])])
    return Numbers(
        inks=number_figures(digits, outcomes[: len(shown)]),
        pictures=number_figures(digits, outcomes[len(shown) :]),
        photo_ms=photo_ms,
    )


def number_figures(digits: Sequence[str], outcomes: Sequence[Outcome]) -> NumberFigures:
    """Return the figures of numbers, of which the `digits` were written."""
    is_right = np.array([found.digits == said for said, found in zip(digits, outcomes, strict=True)], bool)
    is_sure = np.array([found.is_sure for found in outcomes], bool)
    lengths = np.array([len(said) for said in digits])
    return NumberFigures(
        right=share(is_right),
        wrong=share(is_sure & ~is_right),
        by_length={int(length): share(is_right[lengths == length]) for length in np.unique(lengths)},
    )


@dataclass(frozen=True, slots=True)
class _Task:
    numbers: Sequence[WrittenNumber]
    as_pictures: bool = False


def _read(reader: Reader, task: _Task) -> list[Outcome]:
    drawings = (picture(each) if task.as_pictures else each.ink for each in task.numbers)
    return [Outcome.of(reader.read_number(drawing)) for drawing in drawings]


def _photo_ms(reader: Reader, photo: bytes) -> float:
    """Return the median time in ms from the bytes of a photo to the number on it, on one core."""
    times = []
    for _ in range(PHOTO_RUNS):
        start = time.perf_counter()
        reader.read_number(photo)
        times.append(time.perf_counter() - start)
    return 1e3 * float(np.median(times))


def _photo(lines: Sequence[NDArray[np.uint8]]) -> bytes:
    """Return a JPEG of two lines of digits on paper that is lit from one side, as a phone takes it."""
    height, width = PHOTO_PX
    light = np.linspace(250, 190, width)[None, :] - np.linspace(0, 20, height)[:, None]
    page = light + np.random.default_rng(SEED).normal(0, 3, PHOTO_PX)
    for place, line in enumerate(lines):
        scale = min(0.8 * width / line.shape[1], 0.4 * height / line.shape[0])
        size = (round(line.shape[1] * scale), round(line.shape[0] * scale))
        large = np.asarray(Image.fromarray(line).resize(size)) / 255
        top, left = height * place // 2 + height // 20, width // 10
        page[top : top + size[1], left : left + size[0]] *= 0.2 + 0.8 * large
    file = io.BytesIO()
    Image.fromarray(np.clip(page, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=90)
    return file.getvalue()
