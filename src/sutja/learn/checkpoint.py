"""The checkpoint: all that an interrupted training needs in order to go on.

Owns the files in the folder `checkpoint` of a training. `state.json` is written last, in one step, and names the
weights that belong to it: whatever interrupts the writing, the one before is whole. Knows nothing of Keras.
"""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sutja.errors import DataError
from sutja.learn.plan import Diet, Network, Plan

NAME = "checkpoint"
STATE_NAME = "state.json"


@dataclass(slots=True)
class State:
    """Where a training is after its last whole epoch. Epochs count from 0; `epoch` is the next one."""

    plan: Plan
    epoch: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")
    history: dict[str, list[float]] = field(default_factory=dict)

    @property
    def stalled_epochs(self) -> int:
        """How many epochs ago the loss on the calibration part was lowest: 0 where the plan asks for the last epoch."""
        return self.epoch - 1 - self.best_epoch

    def add(self, epoch: int, logs: dict[str, float]) -> None:
        """Note what an epoch came to; `val_loss` is the loss on the calibration part."""
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)
        self.epoch = epoch + 1
        if self.plan.patience is None or logs["val_loss"] < self.best_loss:
            self.best_loss, self.best_epoch = logs["val_loss"], epoch


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The files of one training in `folder`, which is the training's own."""

    folder: Path

    def exists(self) -> bool:
        """Whether there is a training to go on with."""
        return (self._place / STATE_NAME).exists()

    def last(self, state: State) -> Path:
        """Return the file of the model as it was after the last epoch of `state`, with its optimizer."""
        return self._place / f"last-{state.epoch}.keras"

    def best(self, state: State) -> Path:
        """Return the file of the weights that were best."""
        return self._place / f"best-{state.best_epoch}.weights.h5"

    def teacher(self, sha256: str) -> Path:
        """Return the folder of a teacher's bundle, kept so that whoever goes on need not name it again."""
        return self._place / f"teacher-{sha256[:12]}"

    def load(self) -> State:
        """Return the state. Raises `DataError` where there is none, or a damaged one."""
        path = self._place / STATE_NAME
        if not path.exists():
            raise DataError(f"Expected {self.folder} to hold an interrupted training. Received no {NAME}/{STATE_NAME}.")
        try:
            data = json.loads(path.read_text("utf-8"))
            words = data["plan"]
            plan = {
                **words,
                "network": Network(words["network"]),
                "diet": Diet(words["diet"]),
                "teachers": tuple(words["teachers"]),
            }
            return State(**{**data, "plan": Plan(**plan)})
        except (ValueError, TypeError, KeyError) as error:
            raise DataError(f"Expected {path} to tell of a training. Received a damaged file.") from error

    def save(self, state: State) -> None:
        """Name the files of `state`, which are there already, and remove those of the states before it."""
        partial = self._place / f"{STATE_NAME}.partial"
        partial.write_text(json.dumps(asdict(state)), "utf-8")
        partial.replace(self._place / STATE_NAME)
        kept = {self._place / STATE_NAME, self.last(state), self.best(state)}
        kept |= {self.teacher(sha256) for sha256 in state.plan.teachers}
        for path in set(self._place.iterdir()) - kept:
            path.unlink()

    def open(self) -> None:
        """Make the folder."""
        self._place.mkdir(parents=True, exist_ok=True)

    def remove(self) -> None:
        """Remove it all: the training has come to its end."""
        shutil.rmtree(self._place)

    @property
    def _place(self) -> Path:
        return self.folder / NAME


def begun(folder: Path) -> Checkpoint:
    """Return the checkpoint of a new training. Raises `DataError` where the folder holds another one."""
    checkpoint = Checkpoint(folder)
    if (folder / "card.json").exists() and not checkpoint.exists():
        raise DataError(f"Expected {folder} to be a new folder. Received one with a finished training.")
    if checkpoint.exists():
        raise DataError(
            f"Expected {folder} to be a new folder. Received one with an interrupted training: go on with --resume."
        )
    return checkpoint
