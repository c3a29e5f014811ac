"""What a training is asked to do, and what it tells while it goes.

Knows the names of the networks, and nothing of Keras: the command line reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Diet(StrEnum):
    """What a network is trained on."""

    MIXED = "mixed"
    """MNIST, pen strokes, photographed digits, and what is no digit."""
    MNIST = "mnist"
    """MNIST alone."""


class Network(StrEnum):
    """The networks by name."""

    COMPACT = "compact"
    """Ours: seven small convolutions, 193,211 parameters."""
    CLASSIC = "classic"
    """Two wide convolutions and a dense layer of 512: 3,292,683 parameters."""
    SMALL = "small"
    """Two convolutions and a dense layer of 128: 225,163 parameters."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One training. Same plan, machine and data: same weights.

    The learning rate rises to `learning_rate` within the first epoch and falls along half a cosine to almost nothing at
    the last; after `patience` epochs without a better loss on the calibration part the training stops, and the epoch
    that was best there is kept. Without a `patience` the last one is. It begins with the weights of the bundle whose
    sha-256 is `start`, where there is one; where `is_frozen`, only the dense layers learn. The bundles whose sha-256
    are `teachers` have a say besides the labels. `augment` is how far glyphs are distorted: 1 as `Augmentation` has it,
    0 not at all.
    """

    network: Network = Network.COMPACT
    diet: Diet = Diet.MIXED
    start: str | None = None
    is_frozen: bool = False
    teachers: tuple[str, ...] = ()
    epochs: int = 60
    batch_size: int = 128
    learning_rate: float = 1e-3
    patience: int | None = 20
    augment: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """The mean loss, and the share of digits read rightly in [0, 1]."""

    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a training is: in `epoch`, from 0, of `epochs`, after `batch` of `batches`.

    `calibration` is known after the last batch only; `is_best` says that no epoch so far was better there.
    """

    epoch: int
    epochs: int
    batch: int
    batches: int
    training: Measure
    calibration: Measure | None = None
    is_best: bool = False


Watch = Callable[[Tick], None]
