"""Each kind of layer, alone or with what it needs, answers in ONNX as it does in Keras."""

from collections.abc import Callable

import numpy as np
import pytest

from sutja import BundleError
from sutja.learn.backend import keras
from sutja.learn.convert import ACTIVATIONS, KINDS, to_onnx

layers = keras.layers

GLYPHS = np.random.default_rng(0).random((8, 28, 28), np.float32)
IMAGE = (28, 28, 1)

# By kind, what a stack of layers may have between its input and its last, dense layer.
STACKS: dict[str, Callable[[], list]] = {
    "Conv2D": lambda: [
        layers.Conv2D(4, (3, 5), activation="relu"),
        layers.Conv2D(6, 4, strides=(2, 3), padding="same"),
        layers.Conv2D(6, 3, dilation_rate=2, padding="same", use_bias=False),
        layers.Conv2D(8, 3, groups=2),
        layers.Flatten(),
    ],
    "DepthwiseConv2D": lambda: [
        layers.Conv2D(3, 3),
        layers.DepthwiseConv2D(4, depth_multiplier=2, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
    ],
    "SeparableConv2D": lambda: [
        layers.Conv2D(3, 3),
        layers.SeparableConv2D(5, 3, depth_multiplier=2, padding="same", activation="tanh"),
        layers.Flatten(),
    ],
    "Dense": lambda: [layers.Reshape((28, 28)), layers.Dense(5, use_bias=False), layers.Dense(4), layers.Flatten()],
    "BatchNormalization": lambda: [
        layers.Conv2D(3, 3),
        layers.BatchNormalization(scale=False),
        layers.BatchNormalization(center=False, axis=3),
        layers.Flatten(),
        layers.BatchNormalization(epsilon=1e-5),
    ],
    "Normalization": lambda: [layers.Normalization(mean=0.1307, variance=0.0949), layers.Flatten()],
    "Rescaling": lambda: [layers.Rescaling(2.0, offset=-1.0), layers.Flatten()],
    "MaxPooling2D": lambda: [
        layers.Conv2D(3, 2),
        layers.MaxPooling2D(),
        layers.MaxPooling2D(3, 2, "same"),
        layers.Flatten(),
    ],
    "AveragePooling2D": lambda: [
        layers.Conv2D(3, 2),
        layers.AveragePooling2D(2),
        layers.AveragePooling2D(3, 2, "same"),
        layers.Flatten(),
    ],
    "GlobalMaxPooling2D": lambda: [layers.Conv2D(5, 3), layers.GlobalMaxPooling2D()],
    "GlobalAveragePooling2D": lambda: [
        layers.Conv2D(5, 3),
        layers.GlobalAveragePooling2D(keepdims=True),
        layers.Dense(4),
        layers.Flatten(),
    ],
    "ZeroPadding2D": lambda: [layers.Conv2D(2, 3), layers.ZeroPadding2D(((1, 2), (3, 0))), layers.Flatten()],
    "Cropping2D": lambda: [layers.Conv2D(2, 3), layers.Cropping2D(((1, 2), (3, 0))), layers.Flatten()],
    "Flatten": lambda: [layers.Conv2D(3, 3), layers.Flatten(), layers.Flatten()],
    "Reshape": lambda: [
        layers.Reshape((14, 14, -1)),
        layers.Conv2D(4, 3),
        layers.Reshape((12, 48)),
        layers.Reshape((24, 24, 1)),
        layers.Reshape((576,)),
    ],
    "ReLU": lambda: [layers.Conv2D(3, 3), layers.ReLU(0.2), layers.ReLU(negative_slope=0.1), layers.Flatten()],
    "LeakyReLU": lambda: [layers.Conv2D(3, 3), layers.LeakyReLU(negative_slope=0.2), layers.Flatten()],
    "PReLU": lambda: [
        layers.Conv2D(3, 3),
        layers.PReLU(shared_axes=[1, 2], alpha_initializer="normal"),
        layers.PReLU(alpha_initializer="normal"),
        layers.Flatten(),
        layers.PReLU(alpha_initializer="normal"),
    ],
    "ELU": lambda: [layers.Conv2D(3, 3), layers.ELU(0.5), layers.Flatten()],
    "Softmax": lambda: [layers.Conv2D(3, 3), layers.Softmax(), layers.Flatten(), layers.Dense(5), layers.Softmax()],
    "Activation": lambda: [
        layers.Conv2D(3, 3),
        layers.Activation(layers.LeakyReLU(negative_slope=0.4)),
        layers.Flatten(),
    ],
}
MERGES = ("Add", "Subtract", "Multiply", "Maximum", "Minimum")


def shaken(model: keras.Model) -> keras.Model:
    """Give a model weights that no initial value could stand for."""
    generator = np.random.default_rng(1)
    for layer in model.layers:
        layer.set_weights([generator.uniform(0.05, 0.6, weight.shape) for weight in layer.get_weights()])
    return model


def stacked(stack: list, shape: tuple[int, ...] = IMAGE) -> keras.Model:
    """Return a model of a stack of layers with a dense layer of ten at its end."""
    return keras.Sequential([keras.Input(shape), *stack, layers.Dense(10, activation="softmax")])


@pytest.mark.parametrize("kind", STACKS)
def test_each_layer_answers_alike(kind: str) -> None:
    """Layers with settings that are not the usual ones give what Keras gives; `to_onnx` compares them itself."""
    to_onnx(shaken(stacked(STACKS[kind]())), GLYPHS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_activation_answers_alike(name: str) -> None:
    """Each activation gives what Keras gives, on both sides of zero, behind an image and behind numbers."""
    stack = [layers.Conv2D(3, 3, activation=name), layers.Flatten(), layers.Dense(6, activation=name)]
    model = stacked(stack)
    for layer in model.layers:
        layer.set_weights([3 * weight for weight in layer.get_weights()])
    to_onnx(model, GLYPHS - 0.5)


@pytest.mark.parametrize("shape", [(28, 28), (784,), (1, 28, 28), (28, 28, 1)])
def test_each_layout_answers_alike(shape: tuple[int, ...]) -> None:
    """A glyph may be wanted as rows, as one row, or with its channel first or last."""
    to_onnx(shaken(stacked([layers.Flatten(), layers.Dense(8, activation="relu")], shape)), GLYPHS)


def test_what_only_training_does_is_left_out() -> None:
    """Dropout, noise and distortions are known, and are no nodes."""
    known = sorted(kind for kind in KINDS if kind not in {*STACKS, *MERGES, "Concatenate"} and hasattr(layers, kind))
    given = {"Identity": [], "RandomFlip": [], "RandomTranslation": [0.1, 0.1], "RandomShear": [0.1, 0.1]}
    made = [getattr(layers, kind)(*given.get(kind, [0.1])) for kind in known]
    assert len(made) >= 12
    plain, full = (to_onnx(shaken(stacked([*some, layers.Flatten()])), GLYPHS) for some in ([], made))
    assert abs(len(full) - len(plain)) < 50


def test_a_residual_network() -> None:
    """A graph of layers with every way to join two values, a layer used twice, and a model inside a model."""
    given = keras.Input(IMAGE)
    value = layers.Conv2D(4, 3, padding="same", activation="relu")(given)
    shared = layers.Conv2D(4, 3, padding="same")
    for kind in MERGES:
        value = getattr(layers, kind)()([shared(value), value])
    value = layers.Concatenate()([value, given, value])
    value = layers.Concatenate(axis=1)([value, value])
    inner = keras.Sequential([keras.Input((56, 28, 9)), layers.MaxPooling2D(4), layers.Flatten(), layers.Dense(6)])
    numbers = inner(value)
    value = layers.Concatenate()([numbers, layers.Activation("relu")(numbers)])
    model = keras.Model(given, layers.Dropout(0.5)(layers.Dense(10, activation="softmax")(value)))
    to_onnx(model, GLYPHS)


def test_the_same_model_gives_the_same_bytes() -> None:
    """A model that was saved and loaded gives the same file, whatever Keras calls its layers meanwhile."""
    model = shaken(stacked(STACKS["Conv2D"]()))
    again = keras.models.clone_model(model)
    again.set_weights(model.get_weights())
    assert to_onnx(model, GLYPHS) == to_onnx(again, GLYPHS)


@pytest.mark.parametrize(
    ("stack", "named"),
    [
        ([layers.LayerNormalization(), layers.Flatten()], "LayerNormalization"),
        ([layers.Lambda(lambda value: value), layers.Flatten()], "Lambda"),
        ([layers.Conv2D(2, 3, activation="mish"), layers.Flatten()], "mish"),
        ([layers.Conv2D(2, 3), layers.BatchNormalization(axis=1), layers.Flatten()], "axis 1"),
        ([layers.ReLU(threshold=0.5), layers.Flatten()], "threshold"),
    ],
)
def test_what_is_not_known_is_named(stack: list, named: str) -> None:
    """A layer or a setting that cannot be translated is an error that names it, never a wrong file."""
    with pytest.raises(BundleError, match=named):
        to_onnx(stacked(stack), GLYPHS)


def test_code_between_layers_is_refused() -> None:
    """An operation that is no layer is refused by name, though a layer has the same one."""
    given = keras.Input(IMAGE)
    model = keras.Model(given, layers.Dense(10)(layers.Flatten()(given + 1.0)))
    with pytest.raises(BundleError, match="Add"):
        to_onnx(model, GLYPHS)


def test_a_file_that_answers_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """If a translation were wrong, its file would not be written."""
    from sutja.learn.convert import layers as translations

    monkeypatch.setitem(translations._TRANSLATIONS, "ELU", lambda graph, layer, value: value.name)
    with pytest.raises(BundleError, match="agree with the model"):
        to_onnx(stacked([layers.ELU(), layers.Flatten()]), GLYPHS - 0.5)
