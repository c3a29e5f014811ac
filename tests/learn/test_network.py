import time

import numpy as np
import pytest

from sutja import BundleError, Reader
from sutja.bundle import draft
from sutja.learn import network as networks
from sutja.learn.backend import keras
from sutja.learn.convert import to_onnx
from sutja.learn.network import BLUEPRINTS, Blueprint, build
from sutja.learn.plan import Network

GLYPHS = np.random.default_rng(0).random((32, 28, 28), np.float32)


@pytest.mark.parametrize(("name", "parameters"), [("compact", 193_211), ("classic", 3_292_683), ("small", 225_163)])
def test_each_network_has_its_parameters(name: str, parameters: int) -> None:
    """A network is known by its number of parameters; `compact` has at most 200,000. Each has eleven answers."""
    model = build(Network(name))
    assert model.count_params() == parameters
    assert (model.input_shape, model.output_shape) == ((None, 28, 28, 1), (None, 11))
    assert BLUEPRINTS[Network.COMPACT].parameters <= 200_000


def test_another_count_is_another_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer changed by accident does not build."""
    small = BLUEPRINTS[Network.SMALL]
    monkeypatch.setitem(networks.BLUEPRINTS, Network.SMALL, Blueprint(small.stack, small.parameters + 1))
    with pytest.raises(AssertionError, match="parameters"):
        build(Network.SMALL)


@pytest.mark.parametrize("name", Network)
def test_onnx_agrees_with_keras(name: Network) -> None:
    """The ONNX file of each network, with weights that are not the initial ones, answers as Keras does."""
    keras.utils.set_random_seed(0)
    model = build(name)
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(GLYPHS[..., None], np.arange(32) % 11, epochs=2, verbose=0)
    reader = Reader(draft(to_onnx(model, GLYPHS), str(name), model.count_params()))
    np.testing.assert_allclose(reader.probabilities(GLYPHS), model.predict(GLYPHS[..., None], verbose=0), atol=1e-5)


def test_a_layer_that_is_not_known_is_refused() -> None:
    """A model with a layer that cannot be translated is an error that names its kind, not a wrong file."""
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.LayerNormalization()])
    with pytest.raises(BundleError, match="LayerNormalization"):
        to_onnx(model, GLYPHS)


def test_compact_is_fast() -> None:
    """`compact` takes at most 0.3 ms a glyph in ONNX Runtime on one core, at its quickest of many tries."""
    reader, glyph = Reader.load(), GLYPHS[:1]
    times = []
    for _ in range(300):
        start = time.perf_counter()
        reader.probabilities(glyph)
        times.append(time.perf_counter() - start)
    assert min(times) <= 0.3e-3
