"""All that is measured of a reader, at the one operating point that its card's thresholds set.

Owns which sections there are, what data each needs, and what comes of them as one record.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from sutja.bundle import Thresholds
from sutja.learn import sources
from sutja.learn.dataset.labelled import Dataset
from sutja.learn.dataset.lettering import archives_of
from sutja.learn.dataset.part import Part
from sutja.learn.evaluate import kinds
from sutja.learn.evaluate.figures import Curves, Figures, curves, equally, figures
from sutja.learn.evaluate.kinds import Kind
from sutja.learn.evaluate.mistakes import Mistake
from sutja.learn.evaluate.numbers import Numbers, numbers
from sutja.learn.evaluate.others import Others, others
from sutja.learn.evaluate.paper import Paper, paper
from sutja.learn.evaluate.pins import Pins, pins
from sutja.learn.evaluate.robustness import Robustness, robustness
from sutja.learn.evaluate.score import time_ms
from sutja.learn.evaluate.spread import spread
from sutja.learn.evaluate.watch import Watch, ticking
from sutja.learn.sources import Archive
from sutja.reader import Reader


class Section(StrEnum):
    """What can be measured by itself."""

    MNIST = "mnist"
    PENS = "pens"
    PHOTOGRAPHS = "photographs"
    OTHERS = "others"
    NUMBERS = "numbers"
    PAPER = "paper"
    PINS = "pins"
    ROBUSTNESS = "robustness"


NAMES = {Section.MNIST: "mnist", Section.PENS: "strokes", Section.PHOTOGRAPHS: "photographs"}
"""What the three kinds are called as sets."""
TOGETHER = "together"
"""The three kinds with equal weight, among the sets."""


@dataclass(frozen=True, slots=True)
class Model:
    """What was measured: the model, and where its verdicts divide."""

    network: str
    parameters: int
    onnx_bytes: int
    sha256: str
    prepare: int
    thresholds: Thresholds
    glyph_ms: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All figures of one reader on one part. What was not asked for is empty, or None."""

    model: Model
    part: Part
    sets: dict[str, Figures]
    curves: dict[str, Curves]
    slices: dict[str, dict[str, Figures]]
    mistakes: dict[str, tuple[Mistake, ...]]
    others: Others | None
    numbers: Numbers | None
    robustness: Robustness | None
    pins: Pins | None = None
    paper: Paper | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it: all figures, without the pictures of what was read wrongly."""
        record = asdict(self)
        taken = [record["others"]["taken"]] if self.others else []
        for group in (*record["mistakes"].values(), *taken):
            for mistake in group:
                del mistake["picture"]
        return {name: value for name, value in record.items() if value is not None}


def archives(sections: Sequence[Section], part: Part) -> list[Archive]:
    """Return what has to be gathered to measure these sections on a part, each once."""
    mnist = sources.MNIST_TEST if part is Part.TEST else sources.MNIST_TRAINING
    needed: dict[Section, tuple[Archive, ...]] = {
        Section.MNIST: mnist,
        Section.PENS: (sources.PENDIGITS,),
        Section.PHOTOGRAPHS: (sources.BHMSDS,),
        Section.OTHERS: (sources.BHMSDS, sources.PENDIGITS, *archives_of(part)),
        Section.NUMBERS: (sources.PENDIGITS,),
        Section.PAPER: (sources.PENDIGITS,),
        Section.PINS: (sources.PENDIGITS,),
        Section.ROBUSTNESS: (sources.PENDIGITS,),
    }
    return list(dict.fromkeys(archive for section in sections for archive in needed[section]))


def measure(reader: Reader, folder: Path, part: Part, sections: Sequence[Section], watch: Watch) -> Measured:
    """Measure a reader on a part of the data in `folder`, on all cores, and tell `watch` on the way.

    The test part is read to report; nothing is ever chosen by it. Raises `DataError`.
    """
    found = _found(reader, [_Task(section, folder, part) for section in _WORK if section in sections], watch)
    digits = {NAMES[section]: each for section, each in found.items() if isinstance(each, Kind)}
    sets, drawn = _digits(digits)
    return Measured(
        model=_model(reader),
        part=part,
        sets=sets,
        curves=drawn,
        slices={
            name: {key: figures(answers) for key, answers in group.items() if len(answers)}
            for kind in digits.values()
            for name, group in kind.slices.items()
        },
        mistakes={name: kind.mistakes for name, kind in digits.items()},
        others=next((each for each in found.values() if isinstance(each, Others)), None),
        numbers=numbers(reader, folder, part, watch) if Section.NUMBERS in sections else None,
        robustness=robustness(reader, folder, part, watch) if Section.ROBUSTNESS in sections else None,
        pins=next((each for each in found.values() if isinstance(each, Pins)), None),
        paper=paper(reader, folder, part, watch) if Section.PAPER in sections else None,
    )


@dataclass(frozen=True, slots=True)
class _Task:
    section: Section
    folder: Path
    part: Part


_WORK: dict[Section, Callable[[Reader, Path, Part], Kind | Others | Pins]] = {
    Section.OTHERS: others,
    Section.PENS: kinds.pens,
    Section.MNIST: kinds.mnist,
    Section.PHOTOGRAPHS: kinds.photographs,
    Section.PINS: pins,
}
"""What one process does by itself, the longest first; numbers, photos and robustness are cut into smaller pieces."""


def _found(reader: Reader, tasks: Sequence[_Task], watch: Watch) -> dict[Section, Kind | Others | Pins]:
    """Return what each section found; kinds in the order of `Section`."""
    if not tasks:
        return {}
    tick = ticking(watch, "digits and others", len(tasks))
    found = {}
    for task, each in zip(tasks, spread(reader, _work, tasks), strict=True):
        tick(1)
        found[task.section] = each
    return {section: found[section] for section in Section if section in found}


def _work(reader: Reader, task: _Task) -> Kind | Others | Pins:
    return _WORK[task.section](reader, task.folder, task.part)


def _digits(found: dict[str, Kind]) -> tuple[dict[str, Figures], dict[str, Curves]]:
    """Return the figures of each set, and the curves of each kind; where all kinds are there, of them together too."""
    sets: dict[str, Figures] = {}
    for name, kind in found.items():
        sets[name] = figures(kind.answers)
        sets |= {way: figures(answers) for way, answers in kind.ways.items()}
    drawn = {name: curves(kind.answers) for name, kind in found.items()}
    if len(found) == len(NAMES):
        whole = equally([kind.answers for kind in found.values()])
        sets[TOGETHER], drawn[TOGETHER] = figures(*whole), curves(*whole)
    return sets, drawn


def _model(reader: Reader) -> Model:
    card = reader.bundle.card
    glyphs = np.random.default_rng(0).random((100, 28, 28), np.float32)
    return Model(
        network=card.network,
        parameters=card.parameters,
        onnx_bytes=len(reader.bundle.onnx),
        sha256=card.sha256,
        prepare=card.prepare,
        thresholds=card.thresholds,
        glyph_ms=time_ms(reader, Dataset(glyphs, np.zeros(100, np.int64))),
    )
