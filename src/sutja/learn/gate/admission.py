"""Admission: which of the samples that people gave may be learnt from, and how much each may weigh.

Owns the quarantine and the caps. Nothing is dropped: what waits in quarantine is what a reviewer should look at, and
among it are the corrections that teach most. Knows nothing of the store; samples come as arrays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sutja.learn.dataset import NO_DIGIT, Dataset
from sutja.reader import Reader

DISAGREEMENT = 0.05
"""Below this probability of its label, by the champion, a sample waits."""
WITNESSES = 2
"""So many sources that can vouch and say the same label let it out."""
SOURCE_SHARE = 0.01
"""Of the weight of all that is trained on, base data included, one source has at most so much."""
KEYLESS_SHARE = 0.10
"""And all sources without a key together at most so much: anybody can be many of them."""
CLASS_SHARE = 1.5 / 10
"""And one digit at most so much: half again as much as the tenth that would be its part."""


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Samples that people gave: N glyphs with labels, and who said so.

    `sources` (N,) are names of sources, `is_keyless` (N,) tells those without a key. `witnesses` (N,) counts the
    sources that can vouch and say this label: the giver where it is one of them, and nobody without a key.
    `is_reviewed` (N,) says that a reviewer has confirmed it.
    """

    samples: Dataset
    sources: NDArray[np.str_]
    is_keyless: NDArray[np.bool_]
    witnesses: NDArray[np.int64]
    is_reviewed: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Refuse arrays that do not go together."""
        sizes = {len(each) for each in (self.samples, self.sources, self.is_keyless, self.witnesses, self.is_reviewed)}
        if len(sizes) != 1:
            raise ValueError(f"Expected arrays of one length. Received {sorted(sizes)}.")

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.samples)

    def __getitem__(self, part: NDArray[np.bool_] | NDArray[np.intp]) -> "Given":
        """Return a part of them."""
        return Given(
            self.samples[part], self.sources[part], self.is_keyless[part], self.witnesses[part], self.is_reviewed[part]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Admission:
    """Of N samples: whether each `is_admitted`, and what probability the champion gives its label, both (N,)."""

    is_admitted: NDArray[np.bool_]
    likelihoods: NDArray[np.float32]


def admit(champion: Reader, given: Given) -> Admission:
    """Return which samples may be learnt from, and which wait in quarantine."""
    rows = np.arange(len(given))
    likelihoods = champion.probabilities(given.samples.glyphs)[rows, given.samples.labels]
    is_vouched = given.is_reviewed | (given.witnesses >= WITNESSES)
    return Admission((likelihoods >= DISAGREEMENT) | is_vouched, likelihoods)


def weights(given: Given, base: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each sample may weigh, (N,) in [0, 1], beside base data of weights `base`, (11,) by label.

    Each group, a source, all keyless ones, a digit, keeps to its share of the whole weight. Where it has too much, all
    of its samples weigh less, so that none is chosen over another. Each cap lowers the whole, and so the others: they
    are applied until nothing changes. Without base data hardly anything can be kept.
    """
    found = np.ones(len(given))
    limits = _limits(given, base)
    while True:
        whole = base.sum() + found.sum()
        before = found.copy()
        for members, share, already in limits:
            allowed = max(0.0, share * whole - already)
            weight = found[members].sum()
            if weight > allowed:
                found[members] *= allowed / weight
        if before.sum() - found.sum() <= 1e-9 * whole:
            return found


Limit = tuple[NDArray[np.intp], float, float]


def _limits(given: Given, base: NDArray[np.float64]) -> list[Limit]:
    """Return each group's places, its share of the whole, and what base data of the same kind weigh already."""
    _, source, sizes = np.unique(given.sources, return_inverse=True, return_counts=True)
    by_source = np.split(np.argsort(source, kind="stable"), np.cumsum(sizes)[:-1])
    found: list[Limit] = [(places, SOURCE_SHARE, 0.0) for places in by_source]
    found.append((np.flatnonzero(given.is_keyless), KEYLESS_SHARE, 0.0))
    labels = given.samples.labels
    found += [(np.flatnonzero(labels == digit), CLASS_SHARE, float(base[digit])) for digit in range(NO_DIGIT)]
    return [limit for limit in found if limit[0].size]
