"""What a network is trained and calibrated on: digits of three kinds, and what is none, in fixed shares.

Owns the shares and the sizes. The drawings are made once, by a seed, and are part of the snapshot; the distortions of
their pixels are made anew in every epoch (`learn.augment`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink, InkImage
from sutja.learn import sources
from sutja.learn.dataset.bhmsds import SYMBOLS, bhmsds
from sutja.learn.dataset.canvas import picture
from sutja.learn.dataset.compound import halves, several_inks, several_pictures
from sutja.learn.dataset.hands import varied
from sutja.learn.dataset.labelled import Dataset, joined, no_digits
from sutja.learn.dataset.letters import letters
from sutja.learn.dataset.mnist import mnist_training
from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import Penned, pendigits
from sutja.learn.dataset.scribbles import scribble
from sutja.learn.plan import Diet
from sutja.prepare import prepare

SEED = 0
DIGITS = tuple("0123456789")


@dataclass(frozen=True, slots=True)
class Mix:
    """Sets by name, and of how many of its samples an epoch is made.

    A set in `weights`, (N,) of at least 0, gives its samples as often as these say, in place of all alike.
    """

    sets: dict[str, Dataset]
    shares: dict[str, int]
    weights: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many samples an epoch has."""
        return sum(self.shares.values())

    def whole(self) -> Dataset:
        """Return all sets as one, in the order of their names in `sets`."""
        return joined(list(self.sets.values()))

    def epoch(self, generator: np.random.Generator) -> NDArray[np.intp]:
        """Return the places in `whole` of one epoch's samples, shuffled: of each set its share, none twice in a row."""
        start, chosen = 0, []
        for name, each in self.sets.items():
            weights = self.weights.get(name, np.ones(len(each)))
            chosen.append(start + _drawn(weights, self.shares[name], generator))
            start += len(each)
        return generator.permutation(np.concatenate(chosen))

    def digests(self) -> dict[str, str]:
        """Return the sha-256 of each set: the snapshot, as a card names it."""
        return {name: each.digest() for name, each in self.sets.items()}

    def snapshot(self) -> str:
        """Return one sha-256 of all of it."""
        return hashlib.sha256(
            "".join(f"{name}:{digest}\n" for name, digest in self.digests().items()).encode()
        ).hexdigest()


def _drawn(weights: NDArray[np.float64], count: int, generator: np.random.Generator) -> NDArray[np.intp]:
    """Return `count` places, each as often as its weight says, to the next whole number.

    Systematic sampling, in an order by lot (Madow, "On the theory of systematic sampling", 1949).
    """
    order = generator.permutation(len(weights))
    ends = np.cumsum(weights[order])
    marks = (generator.random() + np.arange(count)) * (ends[-1] / count) if count else np.zeros(0)
    return np.asarray(order[np.minimum(np.searchsorted(ends, marks, side="right"), len(order) - 1)], np.intp)


def archives(diet: Diet) -> tuple[sources.Archive, ...]:
    """Return what has to be gathered for a training on that diet."""
    more = (sources.PENDIGITS, sources.BHMSDS, *sources.FONTS_TRAINING, *sources.FONTS_CALIBRATION)
    return (*sources.MNIST_TRAINING, *(more if diet is Diet.MIXED else ()))


def mixes(folder: Path, diet: Diet = Diet.MIXED) -> tuple[Mix, Mix]:
    """Return what to train on, 68,000 samples an epoch of 160,000 drawings in all, and what every choice is made on.

    The second is the calibration parts, undistorted. Making the mixed diet takes about two minutes. Raises `DataError`.
    """
    training, calibration = mnist_training(folder)
    if diet is Diet.MNIST:
        return _all_of({"mnist": training}), _all_of({"mnist": calibration})
    return Mix(_training(folder, training), _SHARES), _all_of(_calibration(folder, calibration))


def _all_of(sets: dict[str, Dataset]) -> Mix:
    return Mix(sets, {name: len(each) for name, each in sets.items()})


def _training(folder: Path, mnist: Dataset) -> dict[str, Dataset]:
    penned = pendigits(folder, Part.TRAINING)
    generator = np.random.default_rng([SEED, 1])
    return {
        "mnist": mnist,
        "strokes": _strokes(penned, 12, generator),
        "pen pictures": _pen_pictures(penned, 4, generator),
        "photographs": _photographs(folder, Part.TRAINING),
        **_no_digits(folder, Part.TRAINING, mnist, penned, generator, scale=1),
    }


def _calibration(folder: Path, mnist: Dataset) -> dict[str, Dataset]:
    penned = pendigits(folder, Part.CALIBRATION)
    generator = np.random.default_rng([SEED, 2])
    return {
        "mnist": mnist,
        "strokes": _strokes(penned, 0, generator),
        "pen pictures": _pen_pictures(penned, 2, generator, is_varied=False),
        "photographs": _photographs(folder, Part.CALIBRATION),
        **_no_digits(folder, Part.CALIBRATION, mnist, penned, generator, scale=10),
    }


_SHARES = {
    "mnist": 32_000,
    "strokes": 7_000,
    "pen pictures": 5_000,
    "photographs": 9_000,
    "symbols": 2_500,
    "letters": 4_500,
    "scribbles": 3_500,
    "several": 3_000,
    "halves": 1_500,
}


def _strokes(penned: list[Penned], times: int, generator: np.random.Generator) -> Dataset:
    """Return each digit as it is, and `times` by other hands."""
    inks = [each.ink for each in penned]
    inks += [varied(each.ink, generator, each.label) for _ in range(times) for each in penned]
    return Dataset(prepare(inks), np.tile([each.label for each in penned], times + 1))


def _pen_pictures(
    penned: list[Penned], times: int, generator: np.random.Generator, *, is_varied: bool = True
) -> Dataset:
    """Return each digit `times` as the picture of a page, of any size and with any pen."""
    chosen = [each for _ in range(times) for each in penned]
    inks = [varied(each.ink, generator, each.label) if is_varied else each.ink for each in chosen]
    return Dataset(prepare([_picture(ink, generator) for ink in inks]), np.array([each.label for each in chosen]))


def _photographs(folder: Path, part: Part) -> Dataset:
    photographed = bhmsds(folder, part, DIGITS)
    return Dataset(prepare([each.ink for each in photographed]), np.array([each.label for each in photographed]))


def _picture(ink: Ink, generator: np.random.Generator) -> InkImage:
    extent = generator.uniform(40, 230)
    pen = generator.uniform(max(2.0, 0.02 * extent), min(22.0, 0.25 * extent))
    return np.float32(1) - picture(ink, extent_px=extent, pen_px=pen).astype(np.float32) / np.float32(255)


def _no_digits(
    folder: Path, part: Part, mnist: Dataset, penned: list[Penned], generator: np.random.Generator, scale: int
) -> dict[str, Dataset]:
    drawn = [picture for font in letters(folder, part).values() for picture in font]
    scribbles = [varied(scribble(generator), generator) for _ in range(12_000 // scale)]
    # A thick pen fills a scribble up: half of them are seen as pictures.
    shown = [ink if place % 2 else _picture(ink, generator) for place, ink in enumerate(scribbles)]
    inks = [each.ink for each in penned]
    several: list[Ink | InkImage] = [
        *several_inks(inks, 8_000 // scale, generator),
        *several_pictures(mnist, 6_000 // scale, generator),
    ]
    return {
        "symbols": no_digits(prepare([each.ink for each in bhmsds(folder, part, SYMBOLS)])),
        "letters": no_digits(prepare(drawn)),
        "scribbles": no_digits(prepare(shown)),
        "several": no_digits(prepare(several)),
        "halves": no_digits(prepare(halves(mnist, 6_000 // scale, generator))),
    }
