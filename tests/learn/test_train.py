"""One tiny training goes the whole way; all that it writes is looked at."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from sutja import DataError, Reader, TrainingError
from sutja.bundle import Bundle
from sutja.learn.dataset import mnist_training
from sutja.learn.plan import Network, Plan, Tick
from sutja.learn.train import Batches, resume, train

PLAN = Plan(network=Network.SMALL, epochs=3, batch_size=64, seed=3)


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
    short = Plan(network=Network.COMPACT, epochs=1, seed=5)
    plans = [short, short, Plan(network=Network.COMPACT, epochs=1, seed=6)]
    runs = [train(plan, data, tmp_path / str(place), silent).bundle for place, plan in enumerate(plans)]
    first, again, other = (hashlib.sha256(bundle.onnx).hexdigest() for bundle in runs)
    assert first == again != other


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
    train(Plan(network=Network.SMALL, epochs=1), data, tmp_path / "run", silent)


def test_a_stalled_training_falls_and_stops(data: Path, tmp_path: Path) -> None:
    """Without progress the learning rate falls after half of the patience, and the training stops after all of it."""
    plan = Plan(network=Network.SMALL, epochs=30, learning_rate=1e-12, patience=2)
    train(plan, data, tmp_path / "run", after(29))
    card = json.loads((tmp_path / "run" / "card.json").read_text())
    assert card["training"]["epochs"] < 10
    assert card["training"]["history"]["learning_rate"][-1] < 1e-12


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
    from sutja.learn.backend import keras

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
    wild = Plan(network=Network.SMALL, epochs=3, learning_rate=float("nan"))
    with pytest.raises(TrainingError, match="learning-rate"):
        train(wild, data, tmp_path / "run", silent)


def test_an_epoch_sees_what_it_would_have_seen(data: Path) -> None:
    """Batches depend on seed, epoch and place alone: an epoch after a resume has the digits that it would have."""
    training, _ = mnist_training(data)
    straight, later = Batches(training, PLAN), Batches(training, PLAN)
    straight.begin(0)
    straight[3]
    straight.begin(1)
    later.begin(1)
    np.testing.assert_array_equal(straight[2][0], later[2][0])
    assert np.abs(straight[2][0] - straight[3][0]).max() > 0


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_saved_models_load_again(data: Path, tmp_path: Path, suffix: str) -> None:
    """`model.keras` and `model.h5` load in Keras and answer as the ONNX file does."""
    from sutja.learn.backend import keras

    plan = Plan(network=Network.SMALL, epochs=1)
    bundle = train(plan, data, tmp_path / "run", silent, with_h5=True).bundle
    model = keras.models.load_model(tmp_path / "run" / f"model.{suffix}", compile=False)
    glyphs = np.random.default_rng(0).random((8, 28, 28), np.float32)
    np.testing.assert_allclose(
        model.predict(glyphs[..., None], verbose=0), Reader(bundle).probabilities(glyphs), atol=1e-5
    )
