"""Batches: a training part, drawn and distorted anew each epoch, with what is wanted of the network.

Owns the order and the chance in it: both depend on `(seed, epoch, batch)` alone, so that a training that goes on sees
what it would have seen.
"""

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from sutja.learn.augment import Augmentation, augment
from sutja.learn.dataset import Mix
from sutja.learn.distil import wanted
from sutja.learn.plan import Plan
from sutja.reader import Reader

Batch = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Glyphs (B, 28, 28, 1), and what is wanted of them, (B, 11)."""


class Batches:
    """The batches of any epoch of a plan."""

    def __init__(self, mix: Mix, plan: Plan, teachers: Sequence[Reader] = ()) -> None:
        """Take samples from `mix`; `teachers` have a say in what is wanted."""
        self._mix, self._data, self._plan, self._teachers = mix, mix.whole(), plan, teachers

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return math.ceil(len(self._mix) / self._plan.batch_size)

    def epoch(self, epoch: int) -> Iterator[Batch]:
        """Yield the batches of an epoch, from 0. The next one is made while whoever asked works on the last."""
        order = self._mix.epoch(np.random.default_rng([self._plan.seed, epoch]))
        chosen = np.array_split(order, range(self._plan.batch_size, len(order), self._plan.batch_size))
        with ThreadPoolExecutor(1) as maker:
            following = maker.submit(self._batch, epoch, 0, chosen[0])
            for place in range(1, len(chosen)):
                made = following.result()
                following = maker.submit(self._batch, epoch, place, chosen[place])
                yield made
            yield following.result()

    def _batch(self, epoch: int, place: int, chosen: NDArray[np.intp]) -> Batch:
        glyphs = self._data.glyphs[chosen]
        if self._plan.augment:
            amounts = Augmentation().scaled(self._plan.augment)
            glyphs = augment(glyphs, amounts, np.random.default_rng([self._plan.seed, epoch, place]))
        return glyphs[..., None], wanted(glyphs, self._data.labels[chosen], self._teachers)
