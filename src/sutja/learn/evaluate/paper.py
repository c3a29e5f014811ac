"""Numbers in photos of paper: how many are read wholly right, by what makes a photo hard to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sutja.ink import Ink
from sutja.learn.dataset.numbers import WrittenNumber, written
from sutja.learn.dataset.paper import SCENES, photograph
from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import pendigits
from sutja.learn.evaluate.numbers import NumberFigures, Outcome, number_figures
from sutja.learn.evaluate.spread import spread
from sutja.learn.evaluate.watch import Watch, ticking
from sutja.reader import Reader

PHOTO_COUNT = 70
"""In each scene."""
SEED = 29
LENGTHS = (1, 2, 3, 5, 6, 7, 8, *[4] * 7)
"""From 1 to 8 digits; every other number has 4."""
TASK_COUNT = 10


@dataclass(frozen=True, slots=True)
class Paper:
    """What came of the same numbers in each scene; in `by_scene` NumberFigures stand by the scene's name."""

    by_scene: dict[str, NumberFigures]


@dataclass(frozen=True, slots=True)
class _Task:
    scene: str
    numbers: Sequence[WrittenNumber]
    first: int


def paper(reader: Reader, folder: Path, part: Part, watch: Watch) -> Paper:
    """Measure numbers by the writers of a part in photos of paper, drawn by a seed. Raises `DataError`."""
    by_writer: dict[int, list[tuple[Ink, int]]] = {}
    for each in pendigits(folder, part):
        by_writer.setdefault(each.writer, []).append((each.ink, each.label))
    shown = written(by_writer, PHOTO_COUNT, SEED, lengths=LENGTHS)
    starts = range(0, len(shown), TASK_COUNT)
    tasks = [_Task(scene, shown[start : start + TASK_COUNT], start) for scene in SCENES for start in starts]
    tick = ticking(watch, "photos of paper", len(SCENES) * len(shown))
    outcomes: dict[str, list[Outcome]] = {scene: [] for scene in SCENES}
    for task, found in zip(tasks, spread(reader, _read, tasks), strict=True):
        tick(len(found))
        outcomes[task.scene] += found
    digits = [each.digits for each in shown]
    return Paper({scene: number_figures(digits, found) for scene, found in outcomes.items()})


def _read(reader: Reader, task: _Task) -> list[Outcome]:
    scene = SCENES[task.scene]
    photos = (photograph(each, scene, SEED + task.first + place) for place, each in enumerate(task.numbers))
    return [Outcome.of(reader.read_number(photo)) for photo in photos]
