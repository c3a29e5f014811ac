"""A turn: all that the steps of one cycle work with.

Owns the folder of a cycle, and how gently a candidate is trained. Knows no step.
"""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sutja.learn import sources
from sutja.learn.gate import Limits
from sutja.learn.plan import Watch
from sutja.learn.sources import Archive
from sutja.learn.tracking import Place
from sutja.store import Cycle, CycleState, Store

Say = Callable[[str], object]
TRAINING, WITHOUT = "training", "without"


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a candidate is trained: `base_count` of the base data an epoch, and beside them each sample about once.

    Where the champion is no network of ours, or `is_from_scratch`, a new network begins, with the epochs, the rate and
    the base data of a training.
    """

    is_from_scratch: bool = False
    epochs: int = 8
    learning_rate: float = 3e-4
    augment: float = 0.7
    base_count: int = 20_000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One cycle at work: its `store`, `cycle`, the deployment's `secret`, where public `data` lie, its own `folder`.

    Nothing that somebody gave is written into the folder, but how many samples each source gave.
    """

    store: Store
    cycle: Cycle
    secret: bytes = field(repr=False)
    data: Path
    folder: Path
    watch: Watch
    say: Say
    tuning: Tuning = field(default_factory=Tuning)
    limits: Limits = field(default_factory=Limits)
    tracking: Place | None = None

    def result(self, step: str) -> dict[str, Any]:
        """Return what a step of this cycle came to."""
        found: dict[str, Any] = self.cycle.results[step]
        return found

    def gather(self, archives: Iterable[Archive]) -> None:
        """Download what is missing of public data, and say so: each step may run on a machine of its own.

        Raises `DownloadError`.
        """
        named = set()

        def tell(name: str, *_: int) -> None:
            if name not in named:
                self.say(f"Downloading {name}.")
            named.add(name)

        sources.gather(archives, self.data, tell)

    @property
    def training(self) -> Path:
        """The folder of its training."""
        return self.folder / TRAINING

    @property
    def without(self) -> Path:
        """The folder of a training without one source."""
        return self.folder / WITHOUT


def forget_left(store: Store, folders: Path) -> None:
    """Remove what cycles trained that were left, of those that have a folder here: it may know what was purged."""
    trainings = [each for name in (TRAINING, WITHOUT) for each in folders.glob(f"*/{name}")]
    for each in trainings:
        cycle = store.cycles.get(each.parent.name)
        if cycle is not None and cycle.state is CycleState.LEFT:
            shutil.rmtree(each, ignore_errors=True)
