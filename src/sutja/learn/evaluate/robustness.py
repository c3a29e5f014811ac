"""The robustness sheet: the same drawings as pictures of other sizes, pens, places, tilts, colours and qualities.

Owns the conditions. Each is crossed with every size and every pen; places with nothing else, and all else is shown in
the middle of the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from sutja.ink import Ink
from sutja.learn.dataset.canvas import box_of, picture
from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import Penned, pendigits
from sutja.learn.evaluate.answers import of_drawings
from sutja.learn.evaluate.figures import Share, share
from sutja.learn.evaluate.spread import spread
from sutja.learn.evaluate.watch import Watch, ticking
from sutja.reader import Reader

SIDE_PX, MARGIN_PX = 280, 4
SIZES_PX = (60, 120, 180, 240)
"""The longer side of the digit's box."""
USUAL_SIZE_PX = 180
PENS_PX = (4, 8, 12, 18)
SAMPLE = 200
SEED = 22

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Condition:
    """How a drawing is shown, besides its size and its pen.

    `row` and `column` are -1, 0 or 1: as far up or left as it goes, in the middle, as far down or right as it goes.
    `blur_px` and `noise`, of 255 levels, are standard deviations. What noise brings above white or below black is cut
    off, as a scanner does.
    """

    row: int = 0
    column: int = 0
    tilt_deg: int = 0
    is_light_on_dark: bool = False
    blur_px: float = 0.0
    noise: int = 0


MIDDLE = "middle"
PLACES = {
    "top left": Condition(-1, -1),
    "top": Condition(-1, 0),
    "top right": Condition(-1, 1),
    "left": Condition(0, -1),
    MIDDLE: Condition(),
    "right": Condition(0, 1),
    "bottom left": Condition(1, -1),
    "bottom": Condition(1, 0),
    "bottom right": Condition(1, 1),
}
SPOILT = {
    "tilted by -20°": Condition(tilt_deg=-20),
    "tilted by -10°": Condition(tilt_deg=-10),
    "tilted by 10°": Condition(tilt_deg=10),
    "tilted by 20°": Condition(tilt_deg=20),
    "light on dark": Condition(is_light_on_dark=True),
    "blur of 1.5 px": Condition(blur_px=1.5),
    "blur of 3 px": Condition(blur_px=3),
    "noise of 8": Condition(noise=8),
    "noise of 16": Condition(noise=16),
}
CONDITIONS = PLACES | SPOILT


@dataclass(frozen=True, slots=True)
class Cell:
    """What came of a condition, size and pen: of `count` drawings so many `right`, and so many surely `wrong`."""

    condition: str
    size_px: int
    pen_px: int
    count: int
    right: int
    wrong: int

    @property
    def share(self) -> float:
        """The share of right ones."""
        return self.right / self.count


@dataclass(frozen=True, slots=True)
class Robustness:
    """The whole sheet."""

    cells: tuple[Cell, ...]

    def at(self, condition: str, size_px: int | None = None, pen_px: int | None = None) -> Share:
        """Return the share of right ones under a condition; of all sizes and of all pens where none is named."""
        chosen = [
            cell
            for cell in self.cells
            if cell.condition == condition and size_px in (None, cell.size_px) and pen_px in (None, cell.pen_px)
        ]
        return share(np.arange(sum(cell.count for cell in chosen)) < sum(cell.right for cell in chosen))


def robustness(reader: Reader, folder: Path, part: Part, watch: Watch) -> Robustness:
    """Fill in the sheet with `SAMPLE` drawings by the writers of a part, the same in each cell. Raises `DataError`."""
    chosen = sample(pendigits(folder, part), SAMPLE)
    tick = ticking(watch, "robustness", len(chosen) * len(SIZES_PX) * len(PENS_PX) * len(CONDITIONS))
    cells: list[Cell] = []
    for found in spread(reader, _cells, [_Task(chosen, size, pen) for size in SIZES_PX for pen in PENS_PX]):
        tick(sum(cell.count for cell in found))
        cells += found
    return Robustness(tuple(cells))


@dataclass(frozen=True, slots=True)
class _Task:
    penned: Sequence[Penned]
    size_px: int
    pen_px: int


def sample(penned: Sequence[Penned], count: int) -> list[Penned]:
    """Return `count` drawings: of each digit by each writer as many, those that were written first."""
    seen: dict[tuple[int, int], int] = {}
    ranked = []
    for place, each in enumerate(penned):
        key = (each.label, each.writer)
        seen[key] = seen.get(key, 0) + 1
        ranked.append((seen[key], place))
    return [penned[place] for _, place in sorted(ranked)[:count]]


def _cells(reader: Reader, task: _Task) -> list[Cell]:
    """Return the cells of one size and pen."""
    labels = np.array([each.label for each in task.penned])
    middle = [_page(each.ink, task.size_px, task.pen_px, CONDITIONS[MIDDLE]) for each in task.penned]
    cells = []
    for name, condition in CONDITIONS.items():
        generator = np.random.default_rng(SEED)
        is_moved = (condition.row, condition.column, condition.tilt_deg) != (0, 0, 0)
        moved = (_page(each.ink, task.size_px, task.pen_px, condition) for each in task.penned)
        pages = moved if is_moved else middle
        answers = of_drawings(reader, (_spoilt(page, condition, generator) for page in pages), labels)
        wrong = answers.is_accepted & ~answers.is_right
        right = int(answers.is_right.sum())
        cells.append(Cell(name, task.size_px, task.pen_px, len(labels), right, int(wrong.sum())))
    return cells


def _page(ink: Ink, size_px: int, pen_px: int, condition: Condition) -> Picture:
    """Return a drawing, black on white, at its place: so far out that its ink is `MARGIN_PX` from the edge."""
    low, high = box_of([np.array([point[:2] for point in stroke]) for stroke in ink.strokes])
    box = (high - low) * size_px / float((high - low).max())
    room = np.maximum((SIDE_PX - pen_px - box) / 2 - MARGIN_PX, 0)
    across, down = 0.5 + room * (condition.column, condition.row) / SIDE_PX
    return picture(
        ink, extent_px=size_px, pen_px=pen_px, centre=(float(across), float(down)), tilt_deg=condition.tilt_deg
    )


def _spoilt(page: Picture, condition: Condition, generator: np.random.Generator) -> Picture:
    """Return a page as blurred, grainy or inverted as the condition wants it."""
    if condition.blur_px:
        page = np.asarray(Image.fromarray(page).filter(ImageFilter.GaussianBlur(condition.blur_px)))
    if condition.noise:
        page = np.clip(np.round(page + generator.normal(0, condition.noise, page.shape)), 0, 255).astype(np.uint8)
    return 255 - page if condition.is_light_on_dark else page
