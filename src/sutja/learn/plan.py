"""What a training is asked to do, and what it tells while it goes.

Knows the names of the networks, and nothing of Keras: the command line reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Network(StrEnum):
    """The networks by name."""

    COMPACT = "compact"
    """Ours: six small convolutions, 189,658 parameters."""
    CLASSIC = "classic"
    """Two wide convolutions and a dense layer of 512: 3,292,170 parameters."""
    SMALL = "small"
    """Two convolutions and a dense layer of 128: 225,034 parameters."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One training. Same plan, machine and data: same weights.

    `learning_rate` is where it begins; it falls whenever the loss on the calibration part has not fallen for half of
    `patience` epochs, and after `patience` epochs without a better loss the training stops.
    """

    network: Network = Network.COMPACT
    epochs: int = 40
    batch_size: int = 128
    learning_rate: float = 1e-3
    patience: int = 8
    is_augmented: bool = True
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
