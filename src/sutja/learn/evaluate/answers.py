"""What a reader said of labelled drawings, kept as arrays to count in.

Owns the two ways to ask: of glyphs, as a card's score does, and of drawings, as a user does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from sutja.learn.dataset.labelled import NO_DIGIT, Dataset
from sutja.reader import Drawing, Reader
from sutja.reading import Reading, Verdict

CHUNK = 64


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What was said of N drawings.

    `labels` (N,) int64 are digits or `NO_DIGIT`; `probabilities` (N, 11) float32 are at the card's temperature, the
    last of no digit; `verdicts` (N,) are texts of `Verdict`.
    """

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    verdicts: NDArray[np.str_]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.labels)

    def __getitem__(self, part: slice | NDArray[np.intp] | NDArray[np.bool_]) -> "Answers":
        """Return a part of them."""
        return Answers(self.labels[part], self.probabilities[part], self.verdicts[part])

    @property
    def digits(self) -> NDArray[np.int64]:
        """The likeliest digit of each, (N,), whatever the verdict; 0 where nothing was seen."""
        return np.asarray(self.probabilities[:, :NO_DIGIT].argmax(1), np.int64)

    @property
    def confidences(self) -> NDArray[np.float32]:
        """The probability of the likeliest digit of each, (N,); 0 where nothing was seen."""
        return np.asarray(self.probabilities[:, :NO_DIGIT].max(1))

    @property
    def is_likeliest(self) -> NDArray[np.bool_]:
        """Whether the likeliest digit is the label, (N,), whatever the verdict."""
        return np.asarray((self.digits == self.labels) & (self.confidences > 0))

    @property
    def is_accepted(self) -> NDArray[np.bool_]:
        """Whether the verdict is `digit`, (N,)."""
        return np.asarray(self.verdicts == Verdict.DIGIT)

    @property
    def is_unsure(self) -> NDArray[np.bool_]:
        """Whether the verdict is `unsure`, (N,)."""
        return np.asarray(self.verdicts == Verdict.UNSURE)

    @property
    def is_refused(self) -> NDArray[np.bool_]:
        """Whether no digit was given, (N,): `not_a_digit` or `empty`."""
        return ~(self.is_accepted | self.is_unsure)

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Whether the digit that was given is the label, (N,): a refused one was not read."""
        return self.is_likeliest & ~self.is_refused


def of_glyphs(reader: Reader, data: Dataset) -> Answers:
    """Return what the model says of glyphs, which are never `empty`."""
    probabilities = reader.probabilities(data.glyphs)
    verdicts = reader.bundle.card.thresholds.verdicts(probabilities)
    return Answers(data.labels, probabilities, np.array(verdicts, np.str_))


def of_drawings(reader: Reader, drawings: Iterable[Drawing], labels: Sequence[int] | NDArray[np.int64]) -> Answers:
    """Return what the reader says of drawings, the way that a user's drawings go. They may be made as they are asked.

    Raises `InputError`, as the reader does.
    """
    todo, readings = iter(drawings), list[Reading]()
    while chunk := list(islice(todo, CHUNK)):
        readings += reader.read_many(chunk)
    probabilities = np.array([_row(reading) for reading in readings], np.float32).reshape(-1, NO_DIGIT + 1)
    return Answers(
        np.asarray(labels, np.int64), probabilities, np.array([reading.verdict for reading in readings], np.str_)
    )


def _row(reading: Reading) -> NDArray[np.float32]:
    """Return (11,): what ten probabilities lack to 1 is that of no digit."""
    return np.append(reading.probabilities, max(np.float32(0), 1 - reading.probabilities.sum()))


def joined(parts: Sequence[Answers]) -> Answers:
    """Return all of the parts as one, in their order."""
    return Answers(
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate([part.verdicts for part in parts]),
    )
