"""How a training goes: it falls when it stalls, stops when that is no use, and remembers itself after each epoch.

Owns the checkpoint, from which an interrupted training goes on. Knows nothing of data or networks.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sutja.errors import DataError
from sutja.learn.backend import keras
from sutja.learn.plan import Measure, Network, Plan, Tick, Watch

FALL = 0.3


@dataclass(slots=True)
class State:
    """What a checkpoint knows besides the weights."""

    plan: Plan
    epoch: int = 0
    stalled_epochs: int = 0
    best_loss: float = float("inf")
    history: dict[str, list[float]] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "State":
        """Return the state of an interrupted training. Raises `DataError`."""
        path = folder / "state.json"
        try:
            data = json.loads(path.read_text())
            plan = Plan(**{**data.pop("plan"), "network": Network(data.pop("network"))})
            return cls(plan=plan, **data)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise DataError(f"Expected {path} to be the checkpoint of a training. Received {error!r}.") from error

    def save(self, folder: Path) -> None:
        """Write it in one step, so that a checkpoint is whole or absent."""
        data = {**asdict(self), "network": str(self.plan.network)}
        partial = folder / "state.json.partial"
        partial.write_text(json.dumps(data))
        partial.replace(folder / "state.json")


class Course(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Keeps the best weights, lets the learning rate fall, stops early, and saves all of it after each epoch."""

    def __init__(self, state: State, folder: Path, batches: int, begin: Callable[[int], None], watch: Watch) -> None:
        """Call `begin` with the number of each epoch before its first batch, and `watch` with each tick."""
        super().__init__()
        self.state, self.folder, self.batches = state, folder, batches
        self._begin, self._watch = begin, watch
        self._epoch = state.epoch

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Tell the data which epoch it is."""
        self._epoch = epoch
        self._begin(epoch)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Tell the watcher."""
        logs = logs or {}
        self._tell(batch + 1, Measure(logs.get("loss", 0.0), logs.get("accuracy", 0.0)))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Judge the epoch by its loss on the calibration part, and save."""
        logs = {name: float(value) for name, value in (logs or {}).items()}
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        for name, value in logs.items():
            self.state.history.setdefault(name, []).append(value)
        self.state.epoch = epoch + 1
        self._judge(logs["val_loss"])
        self._save()
        training, calibration = (Measure(logs[f"{part}loss"], logs[f"{part}accuracy"]) for part in ("", "val_"))
        self._tell(self.batches, training, calibration)

    def _tell(self, batch: int, training: Measure, calibration: Measure | None = None) -> None:
        epochs, is_best = self.state.plan.epochs, calibration is not None and self.state.stalled_epochs == 0
        self._watch(Tick(self._epoch, epochs, batch, self.batches, training, calibration, is_best))

    def _judge(self, loss: float) -> None:
        state, patience = self.state, self.state.plan.patience
        if loss < state.best_loss:
            state.best_loss, state.stalled_epochs = loss, 0
            self.model.save_weights(self.folder / "best.weights.h5")
            return
        state.stalled_epochs += 1
        if state.stalled_epochs >= patience:
            self.model.stop_training = True
        elif state.stalled_epochs % max(1, patience // 2) == 0:
            self.model.optimizer.learning_rate.assign(self.model.optimizer.learning_rate * FALL)

    def _save(self) -> None:
        partial = self.folder / "partial.keras"
        self.model.save(partial)
        partial.replace(self.folder / "last.keras")
        self.state.save(self.folder)


def resumed(folder: Path) -> Any:
    """Return the model as it was after its last whole epoch, its optimizer's memory included."""
    return keras.models.load_model(folder / "last.keras")
