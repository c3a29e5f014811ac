"""How a training goes: the learning rate rises and falls, weights are averaged, and each epoch is judged and saved.

Owns the learning rate and when it is enough. What is judged and kept is not the last weights but their exponential
average (Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992). Knows nothing of data or
networks.
"""

import math
from collections.abc import Callable
from typing import Any

from sutja.errors import TrainingError
from sutja.learn.backend import keras
from sutja.learn.checkpoint import Checkpoint, State
from sutja.learn.plan import Measure, Tick, Watch

AVERAGE_MOMENTUM = 0.999  # of the average, a step: it reaches about two epochs back
LAST_RATE = 0.01  # of the highest learning rate
JUDGE_BATCH = 512


class Course(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Steers the learning rate, keeps the best averaged weights, stops early, and saves all of it after each epoch."""

    def __init__(
        self,
        state: State,
        checkpoint: Checkpoint,
        batches: int,
        calibration: tuple[Any, Any],
        begin: Callable[[int], None],
        watch: Watch,
    ) -> None:
        """Judge by `calibration`, glyphs and labels; call `begin` before each epoch, and `watch` with each tick."""
        super().__init__()
        self.state, self.checkpoint, self.batches = state, checkpoint, batches
        self._calibration, self._begin, self._watch = calibration, begin, watch
        self._epoch = state.epoch

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Tell the data which epoch it is."""
        self._epoch = epoch
        self._begin(epoch)

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Set the learning rate: up within the first epoch, then down along half a cosine."""
        plan, done = self.state.plan, self._epoch + (batch + 1) / self.batches
        rising = min(1.0, done)
        falling = (1 + math.cos(math.pi * max(0.0, done - 1) / max(1, plan.epochs - 1))) / 2
        rate = plan.learning_rate * rising * (LAST_RATE + (1 - LAST_RATE) * falling)
        self.model.optimizer.learning_rate.assign(rate)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Tell the watcher."""
        logs = logs or {}
        self._tell(batch + 1, Measure(logs.get("loss", 0.0), logs.get("accuracy", 0.0)))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Judge the averaged weights on the calibration part, and save. Raises `TrainingError` for a loss of NaN."""
        logs = {name: float(value) for name, value in (logs or {}).items()}
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        weights = [variable.numpy() for variable in self.model.trainable_variables]
        self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
        judged = self.model.evaluate(*self._calibration, batch_size=JUDGE_BATCH, verbose=0, return_dict=True)
        logs.update({f"val_{name}": float(value) for name, value in judged.items()})
        if not math.isfinite(logs["val_loss"]):
            raise TrainingError(
                f"Expected the loss to stay finite. Received {logs['val_loss']} in epoch {epoch + 1}: "
                "choose a smaller --learning-rate."
            )
        self._judge(epoch, logs)
        if self.state.stalled_epochs == 0:
            self.model.save_weights(self.checkpoint.best(self.state))
        for variable, value in zip(self.model.trainable_variables, weights, strict=True):
            variable.assign(value)
        self.model.save(self.checkpoint.last(self.state))
        self.checkpoint.save(self.state)
        training, calibration = (Measure(logs[f"{part}loss"], logs[f"{part}accuracy"]) for part in ("", "val_"))
        self._tell(self.batches, training, calibration)

    def _judge(self, epoch: int, logs: dict[str, float]) -> None:
        state = self.state
        for name, value in logs.items():
            state.history.setdefault(name, []).append(value)
        state.epoch = epoch + 1
        if logs["val_loss"] < state.best_loss:
            state.best_loss, state.best_epoch = logs["val_loss"], epoch
        elif state.stalled_epochs >= state.plan.patience:
            self.model.stop_training = True

    def _tell(self, batch: int, training: Measure, calibration: Measure | None = None) -> None:
        epochs, is_best = self.state.plan.epochs, calibration is not None and self.state.stalled_epochs == 0
        self._watch(Tick(self._epoch, epochs, batch, self.batches, training, calibration, is_best))


def resumed(checkpoint: Checkpoint, state: State) -> Any:
    """Return the model as it was after its last whole epoch, its optimizer's memory included."""
    return keras.models.load_model(checkpoint.last(state))
