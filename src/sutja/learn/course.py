"""How a training goes: it falls when it stalls, stops when that is no use, and remembers itself after each epoch.

Owns when the learning rate falls and when it is enough. Knows nothing of data or networks.
"""

import math
from collections.abc import Callable
from typing import Any

from sutja.errors import TrainingError
from sutja.learn.backend import keras
from sutja.learn.checkpoint import Checkpoint, State
from sutja.learn.plan import Measure, Tick, Watch

FALL = 0.3


class Course(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Keeps the best weights, lets the learning rate fall, stops early, and saves all of it after each epoch."""

    def __init__(
        self, state: State, checkpoint: Checkpoint, batches: int, begin: Callable[[int], None], watch: Watch
    ) -> None:
        """Call `begin` with the number of each epoch before its first batch, and `watch` with each tick."""
        super().__init__()
        self.state, self.checkpoint, self.batches = state, checkpoint, batches
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
        """Judge the epoch by its loss on the calibration part, and save. Raises `TrainingError` for a loss of NaN."""
        logs = {name: float(value) for name, value in (logs or {}).items()}
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        if not math.isfinite(logs["val_loss"]):
            raise TrainingError(
                f"Expected the loss to stay finite. Received {logs['val_loss']} in epoch {epoch + 1}: "
                "choose a smaller --learning-rate."
            )
        self._judge(epoch, logs)
        self._save()
        training, calibration = (Measure(logs[f"{part}loss"], logs[f"{part}accuracy"]) for part in ("", "val_"))
        self._tell(self.batches, training, calibration)

    def _judge(self, epoch: int, logs: dict[str, float]) -> None:
        state, patience = self.state, self.state.plan.patience
        for name, value in logs.items():
            state.history.setdefault(name, []).append(value)
        state.epoch = epoch + 1
        if logs["val_loss"] < state.best_loss:
            state.best_loss, state.best_epoch = logs["val_loss"], epoch
        elif state.stalled_epochs >= patience:
            self.model.stop_training = True
        elif state.stalled_epochs % max(1, patience // 2) == 0:
            self.model.optimizer.learning_rate.assign(self.model.optimizer.learning_rate * FALL)

    def _save(self) -> None:
        if self.state.stalled_epochs == 0:
            self.model.save_weights(self.checkpoint.best(self.state))
        self.model.save(self.checkpoint.last(self.state))
        self.checkpoint.save(self.state)

    def _tell(self, batch: int, training: Measure, calibration: Measure | None = None) -> None:
        epochs, is_best = self.state.plan.epochs, calibration is not None and self.state.stalled_epochs == 0
        self._watch(Tick(self._epoch, epochs, batch, self.batches, training, calibration, is_best))


def resumed(checkpoint: Checkpoint, state: State) -> Any:
    """Return the model as it was after its last whole epoch, its optimizer's memory included."""
    return keras.models.load_model(checkpoint.last(state))
