"""Training: a plan and a data set become a bundle in a folder of its own.

Owns the order of things: fit on the training part, choose on the calibration part, convert, read MNIST's test half
once, write the card last.
"""

import math
import platform
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sutja._version import __version__
from sutja.bundle import Bundle, draft
from sutja.learn import report
from sutja.learn.augment import Augmentation, augment
from sutja.learn.backend import keras, tensorflow
from sutja.learn.calibrate import calibrate
from sutja.learn.checkpoint import Checkpoint, State, begun
from sutja.learn.convert import to_onnx
from sutja.learn.course import AVERAGE_MOMENTUM, Course, resumed
from sutja.learn.dataset import Dataset, Mix, calibration_mix, mnist_test, training_mix
from sutja.learn.evaluate import evaluate
from sutja.learn.network import build
from sutja.learn.plan import Plan, Watch
from sutja.learn.restore import freeze, restored
from sutja.reader import Reader


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training came to: its bundle, and whether it was interrupted before its end."""

    bundle: Bundle
    is_interrupted: bool


class Batches(keras.utils.PyDataset):  # type: ignore[misc]  # keras ships no types
    """A training part in batches, drawn and distorted anew each epoch as `(seed, epoch, batch)` decides."""

    def __init__(self, mix: Mix, plan: Plan) -> None:
        """Begin with epoch 0."""
        super().__init__()
        self._mix, self._data, self._plan = mix, mix.whole(), plan
        self.begin(0)

    def begin(self, epoch: int) -> None:
        """Draw and shuffle for an epoch."""
        self._epoch = epoch
        self._order = self._mix.epoch(np.random.default_rng([self._plan.seed, epoch]))

    def __len__(self) -> int:
        """Return the number of batches."""
        return math.ceil(len(self._mix) / self._plan.batch_size)

    def __getitem__(self, batch: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return glyphs (B, 28, 28, 1) and labels (B,)."""
        size = self._plan.batch_size
        chosen = self._order[batch * size : (batch + 1) * size]
        glyphs = self._data.glyphs[chosen]
        if self._plan.augment:
            amounts = Augmentation().scaled(self._plan.augment)
            glyphs = augment(glyphs, amounts, np.random.default_rng([self._plan.seed, self._epoch, batch]))
        return glyphs[..., None], self._data.labels[chosen]


def train(
    plan: Plan, data: Path, folder: Path, watch: Watch, *, start: Bundle | None = None, with_h5: bool = False
) -> Outcome:
    """Train by `plan` on what is in `data`, into a new `folder`; tell `watch` after each batch.

    Where there is a `start`, go on from its weights. Raises `DataError`, `BundleError` where `start` is no network of
    ours, and `TrainingError` where the loss is no longer finite.
    """
    checkpoint = begun(folder)
    _seed(plan.seed)
    return _run(State(plan), _compiled(plan, start), checkpoint, data, watch, with_h5=with_h5)


def resume(folder: Path, epochs: int | None, data: Path, watch: Watch, *, with_h5: bool = False) -> Outcome:
    """Go on with an interrupted training, to `epochs` in all where given. Raises as `train` does."""
    checkpoint = Checkpoint(folder)
    state = checkpoint.load()
    if epochs is not None:
        state.plan = replace(state.plan, epochs=epochs)
    _seed(state.plan.seed + state.epoch)
    return _run(state, resumed(checkpoint, state), checkpoint, data, watch, with_h5=with_h5)


def _seed(seed: int) -> None:
    keras.utils.set_random_seed(seed)
    tensorflow.config.experimental.enable_op_determinism()


def _run(state: State, model: Any, checkpoint: Checkpoint, data: Path, watch: Watch, *, with_h5: bool) -> Outcome:
    training, calibration = training_mix(data, state.plan.diet), calibration_mix(data, state.plan.diet)
    checkpoint.open()
    is_interrupted = _fit(model, state, training, calibration, checkpoint, watch)
    state = checkpoint.load()
    _keep_best(model, checkpoint.best(state), checkpoint.folder, with_h5=with_h5)
    bundle = _bundle(model, state, training, calibration, None if is_interrupted else mnist_test(data))
    report.draw_history(state.history, checkpoint.folder / "history.png")
    score = bundle.card.scores["calibration" if is_interrupted else "test"]
    report.draw_confusion(score, checkpoint.folder / "confusion.png")
    bundle.save(checkpoint.folder)
    if not is_interrupted:
        checkpoint.remove()
    return Outcome(bundle, is_interrupted)


def _compiled(plan: Plan, start: Bundle | None) -> Any:
    model = build(plan.network) if start is None else restored(start)
    if plan.is_frozen:
        freeze(model)
    model.compile(
        optimizer=keras.optimizers.Adam(plan.learning_rate, use_ema=True, ema_momentum=AVERAGE_MOMENTUM),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,  # XLA compiles convolutions badly for CPUs
    )
    return model


def _fit(model: Any, state: State, training: Mix, calibration: Mix, checkpoint: Checkpoint, watch: Watch) -> bool:
    """Train until the plan, the patience or Ctrl-C ends it; return whether it was Ctrl-C, after a first whole epoch."""
    batches, judged = Batches(training, state.plan), calibration.whole()
    course = Course(state, checkpoint, len(batches), (judged.glyphs[..., None], judged.labels), batches.begin, watch)
    try:
        model.fit(
            batches,
            initial_epoch=state.epoch,
            epochs=state.plan.epochs,
            shuffle=False,  # the batches do it themselves, by the plan's seed
            callbacks=[course],
            verbose=0,
        )
    except KeyboardInterrupt:
        if not checkpoint.exists():
            raise  # there is nothing to keep yet
        return True
    return False


def _keep_best(model: Any, weights: Path, folder: Path, *, with_h5: bool) -> None:
    model.load_weights(weights)
    model.save(folder / "model.keras")
    if with_h5:
        model.save(folder / "model.h5")


def _bundle(model: Any, state: State, training: Mix, calibration: Mix, test: Dataset | None) -> Bundle:
    """Convert the model and measure it as it will serve: by ONNX Runtime."""
    glyphs = calibration.sets["mnist"].glyphs[:256]
    unmeasured = draft(to_onnx(model, glyphs), str(state.plan.network), model.count_params())
    thresholds = calibrate(Reader(unmeasured), calibration)
    reader = Reader(unmeasured.with_card(thresholds=thresholds))
    scores = {"calibration": evaluate(reader, calibration.sets["mnist"])}
    if test is not None:
        scores["test"] = evaluate(reader, test)
    return unmeasured.with_card(
        thresholds=thresholds, scores=scores, training=_provenance(state, training, calibration)
    )


def _provenance(state: State, training: Mix, calibration: Mix) -> dict[str, Any]:
    return {
        "plan": asdict(state.plan),
        "epochs": state.epoch,
        "history": {name: [float(f"{value:.6g}") for value in values] for name, values in state.history.items()},
        "snapshot": {"training": training.snapshot(), "calibration": calibration.snapshot()},
        "data": {"training": training.digests(), "calibration": calibration.digests()},
        "versions": {
            "python": platform.python_version(),
            "sutja": __version__,
            "tensorflow": tensorflow.__version__,
            **{name: version(name) for name in ("keras", "numpy", "onnx")},
        },
        "devices": sorted({device.device_type for device in tensorflow.config.list_logical_devices()}),
    }
