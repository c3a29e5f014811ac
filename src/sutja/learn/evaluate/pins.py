"""PINs: how many are wholly right at once, how many are asked again, and how many are accepted though they are wrong.

Owns how PINs are put together from the pens' drawings, and what becomes of them when the places asked are drawn again.
Each drawing is read once, as `sutja.read_pin` reads one of several; then the rule of `sutja.pin` decides on each PIN.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import pendigits
from sutja.learn.evaluate.answers import Answers, of_drawings
from sutja.learn.evaluate.figures import Flags, Share, share
from sutja.pin import PIN_LENGTH, PIN_SURE_FROM, doubtful
from sutja.reader import Reader

PIN_COUNT = 10_000
SEED = 24
REDRAWINGS = 2
"""How often the places asked are drawn again, before one takes the keys."""
CURVE = (0.5, 0.6, 0.7, 0.8, 0.85, 0.88, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998)
"""The settings that an operator sees beside one another."""

Drawn: TypeAlias = NDArray[np.intp]
"""(N, 4, 3): for each place of each PIN the drawing, by its place among all, and those of two redrawings."""


@dataclass(frozen=True, slots=True)
class PinFigures:
    """What becomes of PINs that are accepted from one joint confidence on; shares are of all PINs.

    `right` are accepted at once and wholly right, `wrong` at once and wrong, `asked` the rest, which are asked for
    `places` places on average. `right_finally` and `wrong_finally` count the redrawings of these places as well; who is
    in neither was refused to the end.
    """

    sure_from: float
    right: Share
    wrong: Share
    asked: Share
    places: float
    right_finally: Share
    wrong_finally: Share


@dataclass(frozen=True, slots=True)
class Pins:
    """The figures where the reader accepts, and what they would be elsewhere, the least sure first."""

    chosen: PinFigures
    curve: tuple[PinFigures, ...]


def pins(reader: Reader, folder: Path, part: Part) -> Pins:
    """Measure PINs by the writers of a part, drawn one digit at a time. Raises `DataError`."""
    penned = pendigits(folder, part)
    answers = of_drawings(reader, (each.ink for each in penned), [each.label for each in penned])
    drawn = compose(answers.labels, np.array([each.writer for each in penned]), PIN_COUNT)
    return Pins(
        chosen=pin_figures(answers, drawn, PIN_SURE_FROM),
        curve=tuple(pin_figures(answers, drawn, sure_from) for sure_from in CURVE),
    )


def compose(labels: NDArray[np.int64], writers: NDArray[np.int64], count: int) -> Drawn:
    """Return the drawings of so many PINs, of each the first one and those of its redrawings.

    Writers and digits are uniform, and a PIN has one writer. A redrawing is another drawing of the same digit, where
    the writer has left more than one.
    """
    generator = np.random.default_rng(SEED)
    everyone = np.unique(writers)
    drawn = np.zeros((count, PIN_LENGTH, 1 + REDRAWINGS), np.intp)
    for pin, writer in zip(drawn, generator.choice(everyone, count), strict=True):
        for place in pin:
            digit = generator.choice(np.unique(labels[writers == writer]))
            theirs = np.flatnonzero((writers == writer) & (labels == digit))
            place[:] = np.resize(generator.permutation(theirs), 1 + REDRAWINGS)
    return drawn


def pin_figures(answers: Answers, drawn: Drawn, sure_from: float) -> PinFigures:
    """Return the figures of PINs by what was said of all drawings, accepted where they are at least so sure."""
    confidences = np.where(answers.is_refused, 0, answers.confidences)
    shown = drawn[:, :, 0].copy()
    open_ = _asked(confidences, shown, range(len(drawn)), sure_from)
    counts = [len(places) for places in open_.values()]
    is_right, is_accepted = _outcome(answers, shown, open_)
    for redrawing in range(1, 1 + REDRAWINGS):
        for pin, places in open_.items():
            shown[pin, places] = drawn[pin, places, redrawing]
        open_ = _asked(confidences, shown, open_, sure_from)
    is_right_finally, is_accepted_finally = _outcome(answers, shown, open_)
    return PinFigures(
        sure_from=sure_from,
        right=share(is_accepted & is_right),
        wrong=share(is_accepted & ~is_right),
        asked=share(~is_accepted),
        places=float(np.mean(counts)) if counts else 0.0,
        right_finally=share(is_accepted_finally & is_right_finally),
        wrong_finally=share(is_accepted_finally & ~is_right_finally),
    )


def _asked(
    confidences: NDArray[np.float32], shown: NDArray[np.intp], pins: Collection[int], sure_from: float
) -> dict[int, list[int]]:
    """Return of those PINs that are not accepted the places that are asked again."""
    rows = confidences[shown[list(pins)]].tolist()
    found = ((pin, doubtful(row, sure_from)) for pin, row in zip(pins, rows, strict=True))
    return {pin: list(places) for pin, places in found if places}


def _outcome(answers: Answers, shown: NDArray[np.intp], open_: dict[int, list[int]]) -> tuple[Flags, Flags]:
    """Return whether each PIN is wholly right, and whether it is accepted."""
    is_accepted = np.ones(len(shown), bool)
    is_accepted[list(open_)] = False
    return np.asarray(answers.is_right[shown].all(1)), is_accepted
