"""Training: a plan and a data set become a bundle in a folder of its own.

Owns the order of things: fit on the training part, choose on the calibration part, convert, read MNIST's test half
once, write the card last.
"""

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sutja._version import __version__
from sutja.bundle import Bundle, draft
from sutja.drift import REFERENCE
from sutja.learn import report
from sutja.learn.backend import keras, tensorflow
from sutja.learn.batches import Batches
from sutja.learn.calibrate import calibrate
from sutja.learn.checkpoint import Checkpoint, State, begun
from sutja.learn.convert import to_onnx
from sutja.learn.course import Course, resumed
from sutja.learn.dataset import Dataset, Mix, mixes, mnist_test
from sutja.learn.evaluate import evaluate
from sutja.learn.familiar import drift_reference
from sutja.learn.network import build
from sutja.learn.plan import Plan, Watch
from sutja.learn.restore import freeze, restored
from sutja.reader import Reader


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training came to: its bundle, and whether it was interrupted before its end."""

    bundle: Bundle
    is_interrupted: bool


def train(
    plan: Plan,
    data: Path,
    folder: Path,
    watch: Watch,
    *,
    start: Bundle | None = None,
    teachers: Sequence[Bundle] = (),
    parts: tuple[Mix, Mix] | None = None,
    with_h5: bool = False,
) -> Outcome:
    """Train by `plan` on what is in `data`, into a new `folder`; tell `watch` after each batch.

    Where there is a `start`, go on from its weights; `teachers` are those that the plan names. Where there are `parts`,
    they are what to train and what to choose on, in place of the plan's diet; no test part is read then. Raises
    `DataError`, `BundleError` where `start` is no network of ours, and `TrainingError` where the loss is no longer
    finite.
    """
    checkpoint = begun(folder)
    _seed(plan.seed)
    model = build(plan.network) if start is None else restored(start)
    if plan.is_frozen:
        freeze(model)
    checkpoint.open()
    for teacher in teachers:
        teacher.save(checkpoint.teacher(teacher.card.sha256))
    if parts is not None:
        return _run(State(plan), model, checkpoint, parts, None, watch, with_h5=with_h5)
    return _run(State(plan), model, checkpoint, mixes(data, plan.diet), data, watch, with_h5=with_h5)


def resume(folder: Path, epochs: int | None, data: Path, watch: Watch, *, with_h5: bool = False) -> Outcome:
    """Go on with an interrupted training, to `epochs` in all where given. Raises as `train` does."""
    checkpoint = Checkpoint(folder)
    state = checkpoint.load()
    if epochs is not None:
        state.plan = replace(state.plan, epochs=epochs)
    _seed(state.plan.seed + state.epoch)
    model = resumed(checkpoint, state)
    return _run(state, model, checkpoint, mixes(data, state.plan.diet), data, watch, with_h5=with_h5)


def _seed(seed: int) -> None:
    keras.utils.set_random_seed(seed)
    tensorflow.config.experimental.enable_op_determinism()


def _run(
    state: State,
    model: Any,
    checkpoint: Checkpoint,
    parts: tuple[Mix, Mix],
    tested: Path | None,
    watch: Watch,
    *,
    with_h5: bool,
) -> Outcome:
    """Train on the first part, choose on the second and, at the end, read MNIST's test half in `tested`, if any."""
    training, calibration = parts
    is_interrupted = _fit(model, state, training, calibration, checkpoint, watch)
    state = checkpoint.load()
    _keep_best(model, checkpoint.best(state), checkpoint.folder, with_h5=with_h5)
    test = None if is_interrupted or tested is None else mnist_test(tested)
    bundle = _bundle(model, state, training, calibration, test)
    report.draw_history(state.history, checkpoint.folder / "history.png")
    report.draw_confusion(list(bundle.card.scores.values())[-1], checkpoint.folder / "confusion.png")
    bundle.save(checkpoint.folder)
    if not is_interrupted:
        checkpoint.remove()
    return Outcome(bundle, is_interrupted)


def _fit(model: Any, state: State, training: Mix, calibration: Mix, checkpoint: Checkpoint, watch: Watch) -> bool:
    """Train until the plan, the patience or Ctrl-C ends it; return whether it was Ctrl-C, after a first whole epoch."""
    teachers = [Reader(Bundle.load(checkpoint.teacher(sha256))) for sha256 in state.plan.teachers]
    course = Course(model, state, checkpoint, calibration.whole(), watch)
    try:
        course.run(Batches(training, state.plan, teachers))
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
    provenance = {**_provenance(state, training, calibration), REFERENCE: drift_reference(reader, calibration)}
    return unmeasured.with_card(thresholds=thresholds, scores=scores, training=provenance)


def _provenance(state: State, training: Mix, calibration: Mix) -> dict[str, Any]:
    return {
        "plan": {**asdict(state.plan), "teachers": list(state.plan.teachers)},  # as JSON gives it back
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
