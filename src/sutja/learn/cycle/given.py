"""What people gave, as arrays: to train on, or to judge by.

Owns the way from samples of the store to the gate's `Given`, and which side a source falls on. A cycle chooses its
samples once, in its first step. What is known of them is read by every step anew: whoever takes one back, rejects it or
says what else it is, is heard by the next step, and the gate says so.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sutja.holdout import is_held_out
from sutja.learn.dataset import NO_DIGIT, Dataset
from sutja.learn.gate import Given
from sutja.sample import LEARNABLE, Sample, SampleState, can_vouch, is_keyless
from sutja.store import Store, Wanted


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Samples, and the same as arrays; row by row."""

    samples: tuple[Sample, ...]
    given: Given

    def __getitem__(self, part: NDArray[np.bool_]) -> "Gathered":
        """Return a part of them."""
        kept = tuple(each for each, is_wanted in zip(self.samples, part, strict=True) if is_wanted)
        return Gathered(kept, self.given[part])

    def ids(self) -> list[str]:
        """Return the names of the samples."""
        return [each.id for each in self.samples]

    def digest(self) -> str:
        """Return one sha-256 of all: their names, glyphs and labels, in the order of their names."""
        whole = hashlib.sha256()
        for each in sorted(self.samples, key=lambda sample: sample.id):
            whole.update(f"{each.id} {hashlib.sha256(each.glyph.tobytes()).hexdigest()} {each.label}\n".encode())
        return whole.hexdigest()


def gathered(store: Store, wanted: Wanted) -> Gathered:
    """Return the samples of the store that are wanted, oldest first."""
    return _gathered(store, tuple(store.samples.each(wanted)))


def still_used(store: Store, cycle: str) -> Gathered:
    """Return what a cycle chose, oldest first, but for what was taken back or rejected since."""
    return gathered(store, Wanted(used_by=cycle, states=LEARNABLE))


def sides(whole: Gathered, secret: bytes) -> tuple[Gathered, Gathered]:
    """Return what may be trained on, and what is judged by: one source in five is never trained on."""
    sources = whole.given.sources
    held_out = {source for source in np.unique(sources).tolist() if is_held_out(source, secret)}
    is_held = np.array([source in held_out for source in sources.tolist()], bool)
    return whole[~is_held], whole[is_held]


def _gathered(store: Store, samples: tuple[Sample, ...]) -> Gathered:
    supporters = store.samples.supporters([each.id for each in samples])
    return Gathered(
        samples,
        Given(
            Dataset(_glyphs(samples), _labels(samples)),
            np.array([each.source for each in samples], np.str_),
            np.array([is_keyless(each.source) for each in samples], bool),
            np.array([sum(map(can_vouch, supporters.get(each.id, ()))) for each in samples], np.int64),
            np.array([each.state is SampleState.ACCEPTED for each in samples], bool),
        ),
    )


def _glyphs(samples: Iterable[Sample]) -> NDArray[np.float32]:
    glyphs = np.array([each.glyph for each in samples], np.uint8).reshape(-1, 28, 28)
    return glyphs.astype(np.float32) / np.float32(255)


def _labels(samples: Iterable[Sample]) -> NDArray[np.int64]:
    return np.array([NO_DIGIT if each.label is None else each.label for each in samples], np.int64)
