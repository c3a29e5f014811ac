"""The three kinds of digits that a reader is measured on: MNIST, pens and photographs.

Owns how each is handed to the reader, and into which slices its drawings fall. A kind's own figures are of its glyphs
(MNIST), its strokes (pens) and its pictures (photographs).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink
from sutja.learn import sources
from sutja.learn.dataset.bhmsds import bhmsds
from sutja.learn.dataset.canvas import picture
from sutja.learn.dataset.mnist import mnist_test, mnist_training
from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import Penned, pendigits
from sutja.learn.dataset.traits import TRAITS
from sutja.learn.dataset.tremor import trembling
from sutja.learn.evaluate.answers import Answers, of_drawings, of_glyphs
from sutja.learn.evaluate.mistakes import Mistake, mistakes, thumbnail
from sutja.learn.evaluate.words import percent
from sutja.reader import Reader

PENS_PX = (8, 18)
TREMORS = (0.01, 0.02, 0.03, 0.04)
"""Root mean square of the shaking, as a part of the digit's longer side."""
SEED = 20
IDX_HEADER_BYTES = 16


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What was said of one kind of digits: of itself, of the same digits handed over in other ways, and of slices."""

    answers: Answers
    ways: dict[str, Answers] = field(default_factory=dict)
    slices: dict[str, dict[str, Answers]] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


def mnist(reader: Reader, folder: Path, part: Part) -> Kind:
    """Measure MNIST: as its glyphs, which is what the card's score is of, and as pictures of 28x28 by a user."""
    data = mnist_test(folder) if part is Part.TEST else mnist_training(folder)[1]
    raw = _mnist_pictures(folder, part)[-len(data) :]
    answers = of_glyphs(reader, data)
    pictures = of_drawings(reader, raw, data.labels)
    wrong = mistakes(answers, lambda place: 255 - raw[place])
    return Kind(answers, {"mnist_pictures": pictures}, {"digit, MNIST": _by_digit(answers)}, wrong)


def _mnist_pictures(folder: Path, part: Part) -> NDArray[np.uint8]:
    images = (sources.MNIST_TEST if part is Part.TEST else sources.MNIST_TRAINING)[0]
    return np.frombuffer(sources.unpacked(images, folder), np.uint8, offset=IDX_HEADER_BYTES).reshape(-1, 28, 28)


def pens(reader: Reader, folder: Path, part: Part) -> Kind:
    """Measure the pens: as strokes, as pictures of two pens, and shaken by tremor."""
    penned = pendigits(folder, part)
    labels = np.array([each.label for each in penned])
    strokes = of_drawings(reader, (each.ink for each in penned), labels)
    ways = {
        f"pen_{pen}px": of_drawings(reader, (picture(each.ink, pen_px=pen) for each in penned), labels)
        for pen in PENS_PX
    }
    tremor = {
        f"{percent(strength, 0)} of the height": of_drawings(reader, _shaken(penned, strength), labels)
        for strength in TREMORS
    }
    wrong = mistakes(strokes, lambda place: thumbnail(penned[place].ink), [f"writer {each.writer}" for each in penned])
    return Kind(strokes, ways, {**_slices(penned, strokes), "tremor, strokes": tremor}, wrong)


def _shaken(penned: Sequence[Penned], strength: float) -> Iterator[Ink]:
    generator = np.random.default_rng([SEED, round(1000 * strength)])
    return (trembling(each.ink, strength, generator) for each in penned)


def _slices(penned: Sequence[Penned], strokes: Answers) -> dict[str, dict[str, Answers]]:
    writers = np.array([each.writer for each in penned])
    return {
        "digit, strokes": _by_digit(strokes),
        "writer, strokes": {f"{writer}": strokes[writers == writer] for writer in np.unique(writers)},
        "way of writing, strokes": {
            name: strokes[np.array([holds(each) for each in penned], bool)] for name, holds in TRAITS.items()
        },
    }


def photographs(reader: Reader, folder: Path, part: Part) -> Kind:
    """Measure photographed digits, as the pictures of 28x28 that they are."""
    photographed = bhmsds(folder, part)
    pictures = [each.picture for each in photographed]
    labels = np.array([each.label for each in photographed])
    answers = of_drawings(reader, pictures, labels)
    wrong = mistakes(answers, lambda place: pictures[place])
    return Kind(answers, {}, {"digit, photographs": _by_digit(answers)}, wrong)


def _by_digit(answers: Answers) -> dict[str, Answers]:
    return {str(digit): answers[answers.labels == digit] for digit in range(10)}
