"""What is no digit, and what a reader takes for one all the same.

Owns what is shown to it: symbols that were never trained on, other symbols, letters of other fonts, blank paper, dots,
scribbles, several digits at once, halves of digits; and upright lines, which are a 1. *Caught* means that the verdict
is not `digit`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink, InkImage
from sutja.learn.dataset.bhmsds import AMBIGUOUS, HELD_OUT, SYMBOLS, bhmsds
from sutja.learn.dataset.compound import halves, several_inks
from sutja.learn.dataset.labelled import NO_DIGIT, Dataset
from sutja.learn.dataset.lettering import Font, fonts, lettered
from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import pendigits
from sutja.learn.dataset.scribbles import scribble
from sutja.learn.dataset.trifles import blank, dotted, dotted_ink, on_a_page, upright
from sutja.learn.evaluate.answers import Answers, joined, of_drawings
from sutja.learn.evaluate.figures import Figures, Share, figures, share
from sutja.learn.evaluate.mistakes import Mistake, mistakes, thumbnail
from sutja.prepare import prepare
from sutja.reader import Reader

MADE_COUNT = 1000
SEED = 21  # neither that of the training's drawings nor that of the calibration's

Shape = Ink | NDArray[np.uint8]
"""A drawing as an ink, or as a picture."""


@dataclass(frozen=True, slots=True)
class Caught:
    """How many of drawings that are no digits were caught, or even refused; and as what digits the rest was read."""

    caught: Share
    refused: Share
    read_as: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FontFacts:
    """Which font was shown: its file, the Debian package that it is from, and the sha-256 of the file."""

    name: str
    package: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Others:
    """What is no digit, by group and kind.

    `held_out` and `letters` are whole groups; `plain_letters` are the letters as the fonts have them. `taken` are all
    drawings that were taken for a digit with certainty, but ambiguous ones.
    """

    held_out: Caught
    letters: Caught
    plain_letters: Caught
    by_symbol: dict[str, Caught]
    by_ambiguous: dict[str, Caught]
    by_letter: dict[str, Caught]
    by_font: dict[str, Caught]
    made: dict[str, Caught]
    uprights: Figures
    fonts: tuple[FontFacts, ...]
    taken: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """What was said of drawings, none of which is a digit; their names, (N,), and what was taken for one."""

    answers: Answers
    names: NDArray[np.str_]
    taken: tuple[Mistake, ...]

    def named(self, *names: str) -> Caught:
        return caught(self.answers[np.isin(self.names, names)])


def others(reader: Reader, folder: Path, part: Part) -> Others:
    """Show the reader what is no digit. Raises `DataError`."""
    symbols, ambiguous = (_symbols(reader, folder, part, names) for names in ((*HELD_OUT, *SYMBOLS), AMBIGUOUS))
    faces = fonts(folder, part)
    plain, varied = zip(*_letters(reader, faces), strict=True)
    letters = _together([*plain, *varied])
    made, uprights = _made(reader, folder, part)
    return Others(
        held_out=symbols.named(*HELD_OUT),
        letters=caught(letters.answers),
        plain_letters=caught(_together(plain).answers),
        by_symbol={name: symbols.named(name) for name in (*HELD_OUT, *SYMBOLS)},
        by_ambiguous={name: ambiguous.named(name) for name in AMBIGUOUS},
        by_letter={name: letters.named(name) for name in np.unique(letters.names).tolist()},
        by_font={face.name: caught(_together(each).answers) for face, *each in zip(faces, plain, varied, strict=True)},
        made={name: caught(each.answers) for name, each in made.items()},
        uprights=figures(uprights),
        fonts=tuple(FontFacts(face.name, face.package, face.sha256) for face in faces),
        taken=tuple(each for shown in (symbols, letters, *made.values()) for each in shown.taken),
    )


def caught(answers: Answers) -> Caught:
    """Return how many of answers about what is no digit were caught."""
    accepted = answers.is_accepted
    read_as = np.bincount(answers.digits[accepted], minlength=10)
    return Caught(share(~accepted), share(answers.is_refused), tuple(int(count) for count in read_as))


def _show(reader: Reader, drawings: Sequence[Shape], names: Sequence[str]) -> _Shown:
    answers = of_drawings(reader, drawings, np.full(len(drawings), NO_DIGIT))
    taken = mistakes(answers, lambda place: thumbnail(drawings[place]), names)
    return _Shown(answers, np.array(names, np.str_), taken)


def _together(parts: Sequence[_Shown]) -> _Shown:
    return _Shown(
        joined([part.answers for part in parts]),
        np.concatenate([part.names for part in parts]),
        tuple(each for part in parts for each in part.taken),
    )


def _symbols(reader: Reader, folder: Path, part: Part, symbols: tuple[str, ...]) -> _Shown:
    photographed = bhmsds(folder, part, symbols)
    return _show(reader, [each.picture for each in photographed], [each.symbol for each in photographed])


def _letters(reader: Reader, faces: Sequence[Font]) -> Iterator[tuple[_Shown, _Shown]]:
    """Yield for each font its letters as it has them, and its letters in all other weights and slants."""
    for face in faces:
        whole = list(lettered(face))
        halves = ([each for each in whole if each.is_plain is is_plain] for is_plain in (True, False))
        plain, varied = (
            _show(reader, [each.picture for each in half], [each.letter for each in half]) for half in halves
        )
        yield plain, varied


def _made(reader: Reader, folder: Path, part: Part) -> tuple[dict[str, _Shown], Answers]:
    """Return what was said of each kind of what is made up, and of upright lines."""
    makers = _makers(folder, part, np.random.default_rng([SEED, list(Part).index(part)]))
    lines = makers.pop("upright lines")()
    uprights = of_drawings(reader, lines, [1] * len(lines))
    return {name: _show(reader, make(), [name] * MADE_COUNT) for name, make in makers.items()}, uprights


def _makers(folder: Path, part: Part, generator: np.random.Generator) -> dict[str, Callable[[], list[Shape]]]:
    """Return what makes `MADE_COUNT` drawings of each kind, so that only one kind is there at a time."""
    penned = pendigits(folder, part)
    inks, labels = [each.ink for each in penned], np.array([each.label for each in penned])

    def both_ways(make: Callable[[], Ink], draw: Callable[[], Shape] | None = None) -> list[Shape]:
        """Make every other drawing as an ink, and the rest as pictures."""
        page = draw or (lambda: on_a_page(make(), generator))
        return [page() if place % 2 else make() for place in range(MADE_COUNT)]

    return {
        "upright lines": lambda: both_ways(lambda: upright(generator)),
        "blank": lambda: [blank(generator) for _ in range(MADE_COUNT)],
        "dots": lambda: both_ways(lambda: dotted_ink(generator), lambda: dotted(generator)),
        "scribbles": lambda: both_ways(lambda: scribble(generator)),
        "two or three digits": lambda: both_ways(lambda: several_inks(inks, 1, generator)[0]),
        "halves of digits": lambda: _pictures(halves(Dataset(prepare(inks), labels), MADE_COUNT, generator)),
    }


def _pictures(inks: Sequence[InkImage]) -> list[Shape]:
    """Return pictures, ink bright, as a user would send them: black on white, with a margin."""
    return [np.pad(255 - np.round(255 * ink).astype(np.uint8), 6, constant_values=255) for ink in inks]
