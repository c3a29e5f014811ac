import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import oracle
from sutja import BundleError, Reader
from sutja.bundle import Bundle, draft
from sutja.learn.backend import keras
from sutja.learn.convert import to_onnx
from sutja.learn.network import build
from sutja.learn.plan import Diet, Network, Plan
from sutja.learn.restore import freeze, restored
from sutja.learn.train import train

GLYPHS = np.random.default_rng(0).random((32, 28, 28), np.float32)
PLAN = Plan(network=Network.SMALL, diet=Diet.MNIST, epochs=1, batch_size=64, seed=3)


def trained(network: Network) -> Bundle:
    """Return a bundle whose weights, and whose means of normalisation, are not the initial ones."""
    keras.utils.set_random_seed(0)
    model = build(network)
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(GLYPHS[..., None], np.arange(32) % 11, epochs=2, verbose=0)
    return draft(to_onnx(model, GLYPHS), str(network), model.count_params())


@pytest.fixture(scope="module", params=[Network.COMPACT, Network.SMALL])
def bundle(request: pytest.FixtureRequest) -> Bundle:
    """Return a trained bundle."""
    return trained(request.param)


def test_a_restored_model_predicts_the_same(bundle: Bundle) -> None:
    """The Keras model that a bundle becomes answers as the bundle does."""
    found = restored(bundle).predict(GLYPHS[..., None], verbose=0)
    np.testing.assert_allclose(found, Reader(bundle).probabilities(GLYPHS), atol=1e-5)


def test_there_and_back_is_the_same(bundle: Bundle) -> None:
    """A bundle that was restored and converted again is the same file, to the last byte."""
    again = to_onnx(restored(bundle), GLYPHS)
    assert hashlib.sha256(again).hexdigest() == bundle.card.sha256


def test_only_what_is_behind_the_convolutions_learns_when_frozen(bundle: Bundle) -> None:
    """A frozen model learns with its dense layers alone; convolutions and their normalisation stand still."""
    model = restored(bundle)
    freeze(model)
    kinds = [type(layer).__name__ for layer in model.layers]
    flat = kinds.index("Flatten")
    before = [[array.copy() for array in layer.get_weights()] for layer in model.layers]
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(GLYPHS[..., None], np.arange(32) % 11, epochs=1, verbose=0)
    for place, (layer, arrays) in enumerate(zip(model.layers, before, strict=True)):
        is_same = all(np.array_equal(*pair) for pair in zip(layer.get_weights(), arrays, strict=True))
        assert is_same == (place < flat or not arrays), layer.name


def ten_outputs() -> Bundle:
    """Return a bundle that says that it is one of ours, and has the ten outputs of another age."""
    return Bundle((bare := oracle.bundle(outputs=10)).onnx, replace(bare.card, network="small"))


def larger() -> Bundle:
    """Return a bundle that says that it is `small`, and has the weights of `compact`."""
    compact = build(Network.COMPACT)
    return draft(to_onnx(compact, GLYPHS), "small", compact.count_params())


@pytest.mark.parametrize("make", [oracle.bundle, ten_outputs, larger])
def test_a_foreign_bundle_is_refused(make: Callable[[], Bundle]) -> None:
    """A bundle of no network of ours, with ten outputs or with other weights is an error that says what will do."""
    with pytest.raises(BundleError, match="Expected a bundle of one of the networks"):
        restored(make())


def test_a_damaged_bundle_is_refused() -> None:
    """A bundle whose model is none is an error of ours, whatever it says of itself."""
    with pytest.raises(BundleError, match="Expected a model"):
        restored(draft(b"no model at all", "small", 1))


def test_a_training_from_a_bundle_begins_there(data: Path, tmp_path: Path) -> None:
    """With next to no learning rate a training gives back what it started from; frozen, it keeps the convolutions at
    any rate and changes what is behind them.
    """
    start = trained(Network.SMALL)
    still = replace(PLAN, start=start.card.sha256, learning_rate=1e-12)
    same = train(still, data, tmp_path / "still", lambda tick: None, start=start).bundle
    for one, other in zip(restored(same).get_weights(), restored(start).get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    frozen = replace(PLAN, start=start.card.sha256, is_frozen=True, learning_rate=0.01)
    moved = train(frozen, data, tmp_path / "frozen", lambda tick: None, start=start).bundle
    pairs = zip(restored(moved).layers, restored(start).layers, strict=True)
    changed = [
        type(layer).__name__
        for layer, before in pairs
        if not all(np.array_equal(*pair) for pair in zip(layer.get_weights(), before.get_weights(), strict=True))
    ]
    assert changed == ["Dense", "Dense"]
    assert moved.card.training["plan"]["start"] == start.card.sha256
