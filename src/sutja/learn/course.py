"""How a training goes: the learning rate rises and falls, weights are averaged, and each epoch is judged and saved.

Owns the learning rate and when it is enough. What is judged and kept is not the last weights but their exponential
average (Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992). Knows nothing of networks.
"""

import math
from typing import Any

from sutja.errors import TrainingError
from sutja.learn.backend import keras
from sutja.learn.batches import Batches
from sutja.learn.checkpoint import Checkpoint, State
from sutja.learn.dataset import Dataset
from sutja.learn.distil import one_hot
from sutja.learn.plan import Measure, Plan, Tick, Watch

AVERAGE_MOMENTUM = 0.999  # of the average, a step: it reaches about two epochs back, in short trainings less
AVERAGE_REACH = 0.1  # of a training, at most: else a short one would be left with what it began with
LAST_RATE = 0.01  # of the highest learning rate
JUDGE_BATCH = 512


class Course:
    """Trains a model by the plan of its state: steers the rate, keeps the best averaged weights, saves each epoch."""

    def __init__(self, model: Any, state: State, checkpoint: Checkpoint, calibration: Dataset, watch: Watch) -> None:
        """Judge by `calibration`; call `watch` with each tick."""
        self._model, self._state, self._checkpoint, self._watch = model, state, checkpoint, watch
        self._calibration = calibration.glyphs[..., None], one_hot(calibration.labels)

    def run(self, batches: Batches) -> None:
        """Train until the plan or its patience ends. Raises `TrainingError` for a loss of NaN.

        The loop is ours: that of Keras hands batches through a thread of TensorFlow's. Where that needs Python's lock
        while the main thread, which has it, waits for the thread to end, both wait for ever.
        """
        state = self._state
        if not self._model.compiled:
            self._compile(len(batches))
        for epoch in range(state.epoch, state.plan.epochs):
            logs = self._train(epoch, batches)
            self._judge_and_save(epoch, len(batches), logs)
            if state.plan.patience is not None and state.stalled_epochs >= state.plan.patience:
                return

    def _compile(self, batches: int) -> None:
        plan = self._state.plan
        reach = AVERAGE_REACH * plan.epochs * batches
        momentum = min(AVERAGE_MOMENTUM, max(0.0, 1 - 1 / reach))
        self._model.compile(
            optimizer=keras.optimizers.Adam(plan.learning_rate, use_ema=True, ema_momentum=momentum),
            loss="categorical_crossentropy",
            metrics=["accuracy"],
            jit_compile=False,  # XLA compiles convolutions badly for CPUs
        )

    def _train(self, epoch: int, batches: Batches) -> dict[str, float]:
        """Return the means over the samples of the epoch."""
        sums, count = {"loss": 0.0, "accuracy": 0.0}, 0
        for place, (glyphs, wanted) in enumerate(batches.epoch(epoch), start=1):
            self._model.optimizer.learning_rate.assign(rate(self._state.plan, epoch + place / len(batches)))
            found = self._model.train_on_batch(glyphs, wanted, return_dict=True)
            count += len(glyphs)
            sums = {name: total + len(glyphs) * float(found[name]) for name, total in sums.items()}
            self._tell(epoch, place, len(batches), Measure(sums["loss"] / count, sums["accuracy"] / count))
        return {name: total / count for name, total in sums.items()}

    def _judge_and_save(self, epoch: int, batches: int, logs: dict[str, float]) -> None:
        logs["learning_rate"] = float(self._model.optimizer.learning_rate)
        weights = [variable.numpy() for variable in self._model.trainable_variables]
        self._model.optimizer.finalize_variable_values(self._model.trainable_variables)
        judged = self._model.evaluate(*self._calibration, batch_size=JUDGE_BATCH, verbose=0, return_dict=True)
        logs.update({f"val_{name}": float(value) for name, value in judged.items()})
        if not math.isfinite(logs["val_loss"]):
            raise TrainingError(
                f"Expected the loss to stay finite. Received {logs['val_loss']} in epoch {epoch + 1}: "
                "choose a smaller --learning-rate."
            )
        self._state.add(epoch, logs)
        if self._state.stalled_epochs == 0:
            self._model.save_weights(self._checkpoint.best(self._state))
        for variable, value in zip(self._model.trainable_variables, weights, strict=True):
            variable.assign(value)
        self._model.save(self._checkpoint.last(self._state))
        self._checkpoint.save(self._state)
        training, calibration = (Measure(logs[f"{part}loss"], logs[f"{part}accuracy"]) for part in ("", "val_"))
        self._tell(epoch, batches, batches, training, calibration)

    def _tell(
        self, epoch: int, batch: int, batches: int, training: Measure, calibration: Measure | None = None
    ) -> None:
        state = self._state
        is_best = calibration is not None and state.plan.patience is not None and state.stalled_epochs == 0
        self._watch(Tick(epoch, state.plan.epochs, batch, batches, training, calibration, is_best))


def rate(plan: Plan, done: float) -> float:
    """Return the learning rate after `done` epochs: up within the first one, then down along half a cosine."""
    rising = min(1.0, done)
    falling = (1 + math.cos(math.pi * max(0.0, done - 1) / max(1, plan.epochs - 1))) / 2
    return plan.learning_rate * rising * (LAST_RATE + (1 - LAST_RATE) * falling)


def resumed(checkpoint: Checkpoint, state: State) -> Any:
    """Return the model as it was after its last whole epoch, its optimizer's memory included."""
    return keras.models.load_model(checkpoint.last(state))
