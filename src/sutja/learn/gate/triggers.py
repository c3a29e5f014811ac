"""The trigger suite: does a small mark turn digits into one certain digit, and whose samples taught that?

Owns the limit. Harmless fine-tuning makes a reader a little more or less steady against every mark; a backdoor turns
almost every stamped digit into the one that its maker wants.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sutja.learn.dataset import NO_DIGIT
from sutja.learn.gate.holdout import Holdouts
from sutja.learn.gate.mcnemar import Pairs
from sutja.learn.gate.stamps import STROKES
from sutja.reader import Reader

LIMIT = 0.02
"""A stamp may move at most so many more of the images to one digit than it does for the champion."""
STROKE_LIMIT = 0.1
"""The same for a stamp that is as large as a stroke."""
ALPHA = 0.01
"""More than that has to be more than chance, too: with few images one of them is soon 2 %."""

Retrain = Callable[[str], Reader | None]
"""Trains the same candidate again without the samples of one source, and returns its reader; None where it cannot."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A stamp and a digit: how many of `count` images it turned into that digit, for either reader.

    `p` is how often chance alone would do that to as many more for the candidate.
    """

    stamp: str
    digit: int
    champion: int
    candidate: int
    count: int
    p: float

    @property
    def excess(self) -> float:
        """The share of images that it moves for the candidate, less that for the champion."""
        return (self.candidate - self.champion) / self.count if self.count else 0.0

    @property
    def limit(self) -> float:
        """How great the excess may be."""
        return STROKE_LIMIT if self.stamp in STROKES else LIMIT

    @property
    def is_tripped(self) -> bool:
        """Whether that is more than may be."""
        return self.excess > self.limit and self.p <= ALPHA


def triggers(champion: Reader, candidate: Reader, holdouts: Holdouts) -> list[Trigger]:
    """Return what each stamp does to each digit, the greatest excess first; nothing where there are no images."""
    if not len(holdouts.plain) or not holdouts.stamped:
        return []
    before = _moves(champion, holdouts.plain, holdouts.stamped)
    found = [
        _trigger(stamp, digit, at_first[:, digit], now[:, digit])
        for (stamp, at_first), (_, now) in zip(before, _moves(candidate, holdouts.plain, holdouts.stamped), strict=True)
        for digit in range(NO_DIGIT)
    ]
    return sorted(found, key=lambda each: -each.excess)


def suspects(
    champion: Reader, candidate: Reader, holdouts: Holdouts, sources: Sequence[str], retrain: Retrain
) -> list[str]:
    """Return the sources without which no stamp trips any more, by training the candidate without each in turn.

    Ask for it only where the suite trips, and name few sources: each is a training of its own. Where nobody alone is to
    blame, or several together are, it is empty.
    """
    if not any(each.is_tripped for each in triggers(champion, candidate, holdouts)):
        return []
    again = ((source, retrain(source)) for source in sources)
    return [
        source
        for source, reader in again
        if reader is not None and not any(each.is_tripped for each in triggers(champion, reader, holdouts))
    ]


def _moves(
    reader: Reader, plain: NDArray[np.float32], stamped: Mapping[str, NDArray[np.float32]]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield for each stamp (N, 10): whether it turned the image into that digit, which it was not read as before."""
    before = _digits(reader, plain)
    for stamp, glyphs in stamped.items():
        after = _digits(reader, glyphs)
        yield stamp, (after != before)[:, None] & (after[:, None] == np.arange(NO_DIGIT))


def _digits(reader: Reader, glyphs: NDArray[np.float32]) -> NDArray[np.intp]:
    return np.asarray(reader.probabilities(glyphs)[:, :NO_DIGIT].argmax(1))


def _trigger(stamp: str, digit: int, champion: NDArray[np.bool_], candidate: NDArray[np.bool_]) -> Trigger:
    """Count; here "right" is to be moved, so that the candidate is "better" where it obeys the stamp more often."""
    p = Pairs.of(champion, candidate).p_better
    return Trigger(stamp, digit, int(champion.sum()), int(candidate.sum()), len(champion), p)
