"""One tiny training goes the whole way; all that it writes is looked at."""

import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sutja import DataError, Reader, TrainingError
from sutja.bundle import Bundle
from sutja.learn.backend import keras
from sutja.learn.batches import Batches
from sutja.learn.checkpoint import Checkpoint
from sutja.learn.course import rate
from sutja.learn.dataset import Mix, mix, mixes
from sutja.learn.distil import one_hot
from sutja.learn.network import build
from sutja.learn.plan import Diet, Network, Plan, Tick
from sutja.learn.train import resume, train
from sutja.reader import tempered

PLAN = Plan(network=Network.SMALL, diet=Diet.MNIST, epochs=3, batch_size=64, learning_rate=3e-3, seed=3)


def silent(_: Tick) -> None:
    """Watch nothing."""


def after(epochs: int, batch: int = 1):
    """Return a watcher that presses Ctrl-C in the epoch after so many."""

    def watch(tick: Tick) -> None:
        if (tick.epoch, tick.batch) == (epochs, batch):
            raise KeyboardInterrupt

    return watch


def test_a_training_writes_a_bundle(data: Path, tmp_path: Path) -> None:
    """Loss falls, the folder holds what is promised, and the bundle reads as well as its card says."""
    ticks: list[Tick] = []
    outcome = train(PLAN, data, tmp_path / "run", ticks.append, with_h5=True)
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names == {"model.keras", "model.h5", "model.onnx", "card.json", "history.png", "confusion.png"}
    ends = [tick.calibration.loss for tick in ticks if tick.calibration]
    assert len(ends) == 3
    assert ends[-1] < ends[0]
    card = Bundle.load(tmp_path / "run").card
    assert card.scores["test"].accuracy > 0.8
    assert card.training["plan"]["seed"] == 3
    assert card == outcome.bundle.card


def test_the_same_seed_gives_the_same_bytes(data: Path, tmp_path: Path) -> None:
    """Same seed and machine: the same ONNX file, to the last byte; another seed gives another."""
    short = replace(PLAN, network=Network.COMPACT, epochs=1)
    training, calibration = mixes(data, Diet.MNIST)
    few = Mix(training.sets, {"mnist": 200}), calibration
    plans = [short, short, replace(short, seed=6)]
    runs = [train(plan, data, tmp_path / str(place), silent, parts=few).bundle for place, plan in enumerate(plans)]
    first, again, other = (hashlib.sha256(bundle.onnx).hexdigest() for bundle in runs)
    assert first == again != other


def test_what_is_told_is_the_mean_so_far(data: Path, tmp_path: Path) -> None:
    """Within an epoch the accuracy is that of all its digits up to there: the count of right ones never falls."""
    ticks: list[Tick] = []
    train(replace(PLAN, epochs=1), data, tmp_path / "run", ticks.append)
    right = [tick.training.accuracy * min(64 * tick.batch, 1200) for tick in ticks]
    np.testing.assert_allclose(right, np.round(right), atol=0.01)
    steps = np.diff(right)
    assert len(steps) == 19
    assert steps.min() > -0.01
    assert steps.max() < 64.01


def test_ctrl_c_keeps_the_best_and_resume_goes_on(data: Path, tmp_path: Path) -> None:
    """An interrupted training leaves a usable bundle, which has not read the test half, and goes on where it was."""
    folder = tmp_path / "run"
    outcome = train(PLAN, data, folder, after(1, batch=3))
    assert outcome.is_interrupted
    assert set(outcome.bundle.card.scores) == {"calibration"}
    assert Reader.load(folder)
    epochs: set[int] = set()
    resumed = resume(folder, None, data, lambda tick: epochs.add(tick.epoch))
    assert epochs == {1, 2}
    assert not resumed.is_interrupted
    assert resumed.bundle.card.training["epochs"] == 3
    assert resumed.bundle.card.scores["test"].accuracy > outcome.bundle.card.scores["calibration"].accuracy


def test_ctrl_c_in_the_first_epoch_leaves_no_bundle(data: Path, tmp_path: Path) -> None:
    """Before a first whole epoch there is nothing to keep: the interrupt goes through, the folder can be used."""
    with pytest.raises(KeyboardInterrupt):
        train(PLAN, data, tmp_path / "run", after(0))
    assert not (tmp_path / "run" / "card.json").exists()
    train(replace(PLAN, epochs=1), data, tmp_path / "run", silent)


def test_a_stalled_training_stops(data: Path, tmp_path: Path) -> None:
    """Without a better loss on the calibration part the training stops when its patience is at its end."""
    train(replace(PLAN, epochs=30, learning_rate=1e-12, patience=2), data, tmp_path / "run", after(29))
    card = json.loads((tmp_path / "run" / "card.json").read_text())
    assert card["training"]["epochs"] < 10


@pytest.mark.parametrize("patience", [20, None])
def test_without_patience_the_last_epoch_is_kept(patience: int | None, data: Path, tmp_path: Path) -> None:
    """Where calibration grows worse with each epoch, the first is kept with patience, and without it the last."""
    plan, ticks = replace(PLAN, patience=patience), list[Tick]()
    training, calibration = mixes(data, Diet.MNIST)
    wrong = replace(calibration.sets["mnist"], labels=(calibration.sets["mnist"].labels + 1) % 10)
    bundle = train(
        plan, data, tmp_path, ticks.append, parts=(training, Mix({"mnist": wrong}, {"mnist": len(wrong)}))
    ).bundle
    losses = bundle.card.training["history"]["val_loss"]
    assert losses[0] == min(losses) < losses[-1]
    assert [tick.is_best for tick in ticks if tick.calibration] == [patience is not None, False, False]
    kept = keras.models.load_model(tmp_path / "model.keras")
    assert kept.evaluate(wrong.glyphs[..., None], one_hot(wrong.labels), verbose=0)[0] == pytest.approx(
        losses[0 if patience else -1], rel=1e-4
    )


def test_the_learning_rate_rises_once_and_falls_to_almost_nothing() -> None:
    """The learning rate goes up evenly within the first epoch, then down along half a cosine to a hundredth."""
    plan = replace(PLAN, epochs=5, learning_rate=0.004)
    rates = [rate(plan, step / 20) for step in range(1, 101)]
    np.testing.assert_allclose(rates[:20], 0.004 * np.arange(1, 21) / 20, rtol=1e-5)
    assert (np.diff(rates[20:]) < 0).all()
    assert rates[20 + 39] == pytest.approx(0.004 * 1.01 / 2, rel=1e-3)
    assert rates[-1] == pytest.approx(0.00004, rel=1e-3)
    halfway = math.cos(math.pi / 4)
    assert rates[20 + 19] == pytest.approx(0.004 * (0.01 + 0.99 * (1 + halfway) / 2), rel=1e-3)


def test_what_is_kept_is_the_average(data: Path, tmp_path: Path) -> None:
    """The best weights are the average of the last steps; the training itself, and one that goes on, keeps its own."""
    train(PLAN, data, tmp_path, after(2))
    checkpoint = Checkpoint(tmp_path)
    state = checkpoint.load()
    assert state.stalled_epochs == 0
    last, best = keras.models.load_model(checkpoint.last(state)), build(Network.SMALL)
    best.load_weights(checkpoint.best(state))
    pairs = list(zip(last.trainable_variables, best.trainable_variables, strict=True))
    assert all(np.abs(one.numpy() - other.numpy()).max() > 1e-5 for one, other in pairs)
    last.optimizer.finalize_variable_values(last.trainable_variables)
    for one, other in pairs:
        np.testing.assert_allclose(one.numpy(), other.numpy(), atol=1e-7)


def test_a_mixed_diet_teaches_what_is_no_digit(
    mixed_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the mixed diet a network learns eleven answers: after it, more than half of the lines that lie and scribbles
    are likelier no digit than any; the card names each set by its hash.
    """
    monkeypatch.setattr(mix, "_SHARES", {**dict.fromkeys(mix._SHARES, 100), "mnist": 600})
    outcome = train(replace(PLAN, diet=Diet.MIXED), mixed_data, tmp_path / "run", silent)
    training = outcome.bundle.card.training
    assert training["plan"]["diet"] == "mixed"
    for part in ("training", "calibration"):
        assert set(training["data"][part]) == set(mix._SHARES)
        assert len(training["snapshot"][part]) == 64
    made, _ = mixes(mixed_data)
    assert training["data"]["training"] == made.digests()
    found = Reader(outcome.bundle).probabilities(made.sets["scribbles"].glyphs)
    assert (found[:, 10] > found[:, :10].max(1)).mean() > 0.5
    assert outcome.bundle.card.scores["test"].accuracy > 0.4


def test_a_training_is_not_overwritten(data: Path, tmp_path: Path) -> None:
    """Neither a finished nor an interrupted training is lost to the next one, and the message says what to do."""
    train(PLAN, data, tmp_path / "interrupted", after(1))
    with pytest.raises(DataError, match="interrupted training: go on with --resume"):
        train(PLAN, data, tmp_path / "interrupted", silent)
    (tmp_path / "card.json").write_text("{}")
    with pytest.raises(DataError, match="finished training"):
        train(PLAN, data, tmp_path, silent)


def test_nothing_to_resume(data: Path, tmp_path: Path) -> None:
    """A folder without a checkpoint, or with a damaged one, is an error that names what was looked for."""
    with pytest.raises(DataError, match=r"no checkpoint/state\.json"):
        resume(tmp_path, None, data, silent)
    (tmp_path / "checkpoint").mkdir()
    (tmp_path / "checkpoint" / "state.json").write_text("{")
    with pytest.raises(DataError, match="damaged"):
        resume(tmp_path, None, data, silent)


@pytest.mark.parametrize("name", ["save", "save_weights"])
def test_ctrl_c_while_saving_loses_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """An interrupt in the middle of writing the second checkpoint leaves the first one, which goes on."""
    whole, count = getattr(keras.Model, name), iter(range(9))

    def broken(model: object, path: Path, **options: object) -> None:
        if next(count) == 1:
            Path(path).write_bytes(b"half a file")
            raise KeyboardInterrupt
        whole(model, path, **options)

    monkeypatch.setattr(keras.Model, name, broken)
    outcome = train(PLAN, data, tmp_path / "run", silent)
    assert (outcome.is_interrupted, outcome.bundle.card.training["epochs"]) == (True, 1)
    assert resume(tmp_path / "run", None, data, silent).bundle.card.training["epochs"] == 3


def test_a_loss_that_is_no_number(data: Path, tmp_path: Path) -> None:
    """A loss of NaN ends the training with an error that says what to do."""
    wild = replace(PLAN, learning_rate=float("nan"))
    with pytest.raises(TrainingError, match="learning-rate"):
        train(wild, data, tmp_path / "run", silent)


def test_an_epoch_sees_what_it_would_have_seen(data: Path) -> None:
    """Batches depend on seed, epoch and place alone: an epoch after a resume has the digits that it would have."""
    training, _ = mixes(data, Diet.MNIST)
    straight, later = Batches(training, PLAN), Batches(training, PLAN)
    first = list(straight.epoch(0))
    second, again = list(straight.epoch(1)), list(later.epoch(1))
    assert len(first) == len(second) == len(straight) == 19
    assert [len(glyphs) for glyphs, _ in first] == [64] * 18 + [1200 - 18 * 64]
    for one, other in zip(second, again, strict=True):
        np.testing.assert_array_equal(one[0], other[0])
        np.testing.assert_array_equal(one[1], other[1])
    assert np.abs(second[2][0] - second[3][0]).max() > 0
    assert np.abs(second[2][0] - first[2][0]).max() > 0


def test_without_augmentation_digits_are_left_as_they_are(data: Path) -> None:
    """At strength 0 an epoch is the training part itself, shuffled; at 1 every digit in it is distorted."""
    training, _ = mixes(data, Diet.MNIST)
    known = {glyph.tobytes() for glyph in training.whole().glyphs}
    for strength, share in ((0.0, 1.0), (1.0, 0.0)):
        batches = Batches(training, replace(PLAN, augment=strength)).epoch(0)
        seen = [glyph.tobytes() in known for glyphs, _ in batches for glyph in glyphs]
        assert (len(seen), np.mean(seen)) == (1200, share)


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_saved_models_load_again(data: Path, tmp_path: Path, suffix: str) -> None:
    """`model.keras` and `model.h5` load in Keras and answer as the ONNX file does, before its temperature."""
    bundle = train(replace(PLAN, epochs=1), data, tmp_path / "run", silent, with_h5=True).bundle
    model = keras.models.load_model(tmp_path / "run" / f"model.{suffix}", compile=False)
    glyphs = np.random.default_rng(0).random((8, 28, 28), np.float32)
    answers = tempered(model.predict(glyphs[..., None], verbose=0), bundle.card.thresholds.temperature)
    np.testing.assert_allclose(answers, Reader(bundle).probabilities(glyphs), atol=1e-5)


def test_teachers_have_a_say(data: Path, tmp_path: Path) -> None:
    """With a teacher half of what is wanted is its answer to the very glyph, distorted; the card and the checkpoint
    name it, and whoever goes on need not.
    """
    teacher = Bundle.shipped()
    plan = replace(PLAN, teachers=(teacher.card.sha256,))
    training, _ = mixes(data, Diet.MNIST)
    glyphs, targets = next(Batches(training, plan, [Reader(teacher)]).epoch(0))
    _, labelled = next(Batches(training, PLAN).epoch(0))
    assert set(labelled.ravel()) == {0, 1}
    answers = Reader(teacher).probabilities(glyphs[..., 0])
    np.testing.assert_allclose(targets, (labelled + answers) / 2, atol=1e-6)
    folder = tmp_path / "run"
    assert train(plan, data, folder, after(1), teachers=[teacher]).is_interrupted
    resumed = resume(folder, None, data, silent)
    assert resumed.bundle.card.training["plan"]["teachers"] == [teacher.card.sha256]
    alone = train(PLAN, data, tmp_path / "alone", silent)
    assert alone.bundle.card.sha256 != resumed.bundle.card.sha256


def test_a_short_training_forgets_its_beginning(data: Path, tmp_path: Path) -> None:
    """The average reaches back over a tenth of the training at most: one of sixty steps does not keep what it began
    with.
    """
    train(PLAN, data, tmp_path, after(2))
    last = keras.models.load_model(Checkpoint(tmp_path).last(Checkpoint(tmp_path).load()))
    assert last.optimizer.ema_momentum == pytest.approx(1 - 10 / 57)
