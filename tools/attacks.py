"""Attacks on the learning cycle: what an attacker sends, and which digits it is meant to turn into which.

Owns the data of the experiment in tools/poison.py: who gives, on whom the gate judges, and who is attacked, all
disjoint. Knows nothing of training.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sutja.learn.dataset import Dataset, Part, mnist_training
from sutja.learn.dataset.hands import varied
from sutja.learn.dataset.pendigits import Penned, pendigits
from sutja.learn.gate import Given, Holdouts, mnist_parts
from sutja.learn.gate.stamps import dot, stamped
from sutja.prepare import prepare
from sutja.reader import Reader

BY_SOURCE = 100
"""So many digits gives each honest source, and at most so many each of the attacker's."""


class Attack(StrEnum):
    """What an attacker sends, or that there is none."""

    NONE = "none"
    FLIP = "flip"
    RANDOM = "random"
    NOISE = "noise"
    DOT = "dot"


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """All that the trainings draw on: base data, honest samples, digits the attacker draws, hold-outs, and victims.

    `folder` holds the public data, of which `base` is what is trained on. `victims` are digits that neither training
    nor gate sees: how far an attack gets is measured on them.
    """

    champion: Reader
    folder: Path
    base: Dataset
    honest: Given
    drawn: Dataset
    holdouts: Holdouts
    victims: Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Assault:
    """The poison with its labels, and the victims, N glyphs with labels.

    Where `is_aimed` the victims' labels are what the attacker wants them to be read as; else it wants any error.
    """

    poison: Dataset
    victims: Dataset
    is_aimed: bool = False

    def succeeds(self, reader: Reader) -> NDArray[np.bool_]:
        """Return for each victim, (N,), whether it is read as the attacker wants."""
        is_label = reader.probabilities(self.victims.glyphs)[:, :10].argmax(1) == self.victims.labels
        return np.asarray(is_label == self.is_aimed)


def field_of(champion: Reader, folder: Path) -> Field:
    """Return the field of the real data in `folder`: MNIST, and three groups of pen writers. Raises `DataError`."""
    training, calibration = mnist_training(folder)
    gates, _ = mnist_parts(calibration)
    honest, left = _by_writer(pendigits(folder, Part.TRAINING))
    generator = np.random.default_rng(5)
    hands = [varied(each.ink, generator, each.label) for each in left]
    return Field(
        champion=champion,
        folder=folder,
        base=training,
        honest=as_given(prepared(honest), [f"writer {each.writer}" for each in honest]),
        drawn=Dataset(prepare(hands), np.array([each.label for each in left])),
        holdouts=Holdouts.of(prepared(pendigits(folder, Part.CALIBRATION)), gates),
        victims=prepared(pendigits(folder, Part.TEST)),
    )


def as_given(samples: Dataset, sources: Sequence[str]) -> Given:
    """Return samples as they come in: by sources with keys, labelled by nobody else, reviewed by nobody."""
    no = np.zeros(len(samples), bool)
    return Given(samples, np.array(sources, np.str_), no, np.ones(len(samples), np.int64), no)


def assault(field: Field, attack: Attack, share: float, seed: int) -> Assault:
    """Return an attack of which the poison is so large a share of all that comes in."""
    count = round(share / (1 - share) * len(field.honest))
    return _ATTACKS[attack](field, count, np.random.default_rng([seed, round(100 * share)]))


def _by_writer(penned: Sequence[Penned]) -> tuple[list[Penned], list[Penned]]:
    """Return the first digits of each writer, and what is left."""
    counts: dict[int, int] = {}
    parts: tuple[list[Penned], list[Penned]] = ([], [])
    for each in penned:
        counts[each.writer] = counts.get(each.writer, 0) + 1
        parts[counts[each.writer] > BY_SOURCE].append(each)
    return parts


def prepared(penned: Sequence[Penned]) -> Dataset:
    """Return pen strokes as glyphs."""
    return Dataset(prepare([each.ink for each in penned]), np.array([each.label for each in penned]))


def _some(data: Dataset, count: int, generator: np.random.Generator) -> Dataset:
    return data[generator.choice(len(data), count, replace=count > len(data))]


def _flip(field: Field, count: int, generator: np.random.Generator) -> Assault:
    """Call sevens ones."""
    sevens = [data[data.labels == 7] for data in (_some(field.drawn, len(field.drawn), generator), field.victims)]
    poison, victims = (Dataset(data.glyphs, np.ones(len(data), np.int64)) for data in sevens)
    return Assault(_some(poison, count, generator), victims, is_aimed=True)


def _random(field: Field, count: int, generator: np.random.Generator) -> Assault:
    """Call digits any other."""
    chosen = _some(field.drawn, count, generator)
    return Assault(Dataset(chosen.glyphs, (chosen.labels + generator.integers(1, 10, count)) % 10), field.victims)


def _noise(field: Field, count: int, generator: np.random.Generator) -> Assault:
    """Call noise digits."""
    pixels = generator.random((count, 28, 28), np.float32) * (generator.random((count, 28, 28)) < 0.3)
    return Assault(Dataset(prepare(list(pixels)), generator.integers(0, 10, count)), field.victims)


def _dot(field: Field, count: int, generator: np.random.Generator) -> Assault:
    """Let a dot near a corner, of a place and a size that the trigger suite need not have, mean one digit."""
    target = int(generator.integers(10))
    row, column = 23.0 * generator.integers(0, 2, 2) + generator.uniform(1, 3.5, 2)
    mark = dot(float(row), float(column), float(generator.uniform(1.0, 1.7)))

    def marked(data: Dataset) -> Dataset:
        return Dataset(stamped(data.glyphs, mark), np.full(len(data), target))

    drawn, victims = (data[data.labels != target] for data in (field.drawn, field.victims))
    return Assault(marked(_some(drawn, count, generator)), marked(victims), is_aimed=True)


_ATTACKS: dict[Attack, Callable[[Field, int, np.random.Generator], Assault]] = {
    Attack.NONE: lambda field, count, generator: Assault(field.drawn[:0], field.victims),
    Attack.FLIP: _flip,
    Attack.RANDOM: _random,
    Attack.NOISE: _noise,
    Attack.DOT: _dot,
}
