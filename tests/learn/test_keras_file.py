"""Keras files of all kinds become guests; what has code in it, or other shapes, is refused."""

import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from sutja import BundleError
from sutja.learn.backend import keras
from sutja.learn.convert import to_onnx
from sutja.learn.foreign.guest import is_keras, session
from sutja.learn.foreign.keras_file import opened

layers = keras.layers
GLYPHS = np.random.default_rng(0).random((16, 28, 28), np.float32)


def sequential() -> keras.Model:
    """Return the usual stack."""
    stack = [
        keras.Input((28, 28, 1)),
        layers.Conv2D(4, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.LeakyReLU(negative_slope=0.1),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]
    return keras.Sequential(stack, name="digits")


def functional() -> keras.Model:
    """Return a small residual network, with a model inside it."""
    given = keras.Input((28, 28, 1))
    value = keras.Sequential([layers.RandomRotation(0.1), layers.Rescaling(1 / 255)])(given)
    value = layers.Conv2D(4, 3, padding="same", activation="swish")(value)
    value = layers.Add()([value, layers.SpatialDropout2D(0.2)(layers.DepthwiseConv2D(3, padding="same")(value))])
    value = layers.Concatenate()([layers.GlobalAveragePooling2D()(value), layers.GlobalMaxPooling2D()(value)])
    return keras.Model(given, layers.Dense(10)(value))


def rows() -> keras.Model:
    """Return a perceptron on 784 numbers."""
    stack = [keras.Input((784,)), layers.Dense(12, activation="tanh"), layers.Dense(11, activation="softmax")]
    return keras.Sequential(stack)


def saved(model: keras.Model, path: Path) -> Path:
    """Save a model with an optimizer that has a state, as after training."""
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    model.save(path)
    return path


def with_config(path: Path, change: Callable[[dict[str, Any]], None], version: str = "2.3.1") -> Path:
    """Change the config in an .h5 file, as another version of Keras would have written it."""
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        change(config)
        file.attrs["model_config"] = json.dumps(config).encode()
        file.attrs["keras_version"] = version.encode()
    return path


def as_in_keras_2(config: dict[str, Any]) -> None:
    """Write a stack as Keras 2.3 and tf.keras 2.10 did: no input layer, and settings that Keras 3 does not know."""
    stack = config["config"]["layers"]
    del stack[0], config["config"]["build_input_shape"]
    for layer in stack:
        settings = layer["config"]
        settings["dtype"] = "float32"
        for name in [name for name in settings if name.endswith("_initializer")]:
            settings[name] = {
                "class_name": "VarianceScaling",
                "config": {"scale": 1.0, "mode": "fan_avg", "seed": None},
            }
    by_kind = {layer["class_name"]: layer for layer in stack}
    stack[0]["config"]["batch_input_shape"] = {"class_name": "__tuple__", "items": [None, 28, 28, 1]}
    by_kind["BatchNormalization"]["config"]["axis"] = [3]
    by_kind["BatchNormalization"]["class_name"] = "BatchNormalizationV1"
    by_kind["LeakyReLU"]["config"]["alpha"] = by_kind["LeakyReLU"]["config"].pop("negative_slope")
    by_kind["Dropout"]["config"] |= {"noise_shape": 2, "seed": {"class_name": "SeedGenerator"}}
    by_kind["Dense"]["config"] |= {"activation": "softmax_v2", "batch_size": 7}


def test_keras_3_cannot_open_it_itself(tmp_path: Path) -> None:
    """The file that stands for Keras 2 in these tests is one that Keras 3 refuses."""
    path = with_config(saved(sequential(), tmp_path / "model.h5"), as_in_keras_2)
    with pytest.raises((ValueError, TypeError)):
        keras.models.load_model(path, compile=False)


@pytest.mark.parametrize("suffix", ["keras", "h5"])
@pytest.mark.parametrize("build", [sequential, functional, rows])
def test_a_model_of_keras_3(tmp_path: Path, build: Callable[[], keras.Model], suffix: str) -> None:
    """What Keras 3 saves is opened, and answers as the model did before it was saved."""
    model = build()
    guest = opened(saved(model, tmp_path / f"model.{suffix}"))
    guest.hold(GLYPHS)
    assert (guest.layout, guest.parameters) == (model.input_shape[1:], model.count_params())
    assert guest.format == f"Keras {keras.__version__}"
    inputs = GLYPHS.reshape(-1, *guest.layout)
    found = session(guest.onnx).run(None, {"glyph": inputs})[0]
    np.testing.assert_allclose(found, keras.ops.convert_to_numpy(model(inputs, training=False)), atol=1e-5)


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_a_frozen_model_inside_another(tmp_path: Path, suffix: str) -> None:
    """What was trained before and frozen lies in an .h5 file in another order, and each weight finds its place."""
    stack = [keras.Input((28, 28, 1)), layers.Conv2D(3, 3), layers.BatchNormalization(), layers.Conv2D(3, 3)]
    inner = keras.Sequential(stack)
    inner.trainable = False
    model = keras.Sequential([keras.Input((28, 28, 1)), inner, layers.Flatten(), layers.Dense(10)])
    inner.set_weights([np.random.default_rng(1).random(weight.shape) for weight in inner.get_weights()])
    assert opened(saved(model, tmp_path / f"model.{suffix}")).onnx == to_onnx(model, GLYPHS)


def test_a_model_of_keras_2(tmp_path: Path) -> None:
    """A stack as Keras 2 wrote it, with a noise_shape of two, gives the same file as the model that it was."""
    model = sequential()
    guest = opened(with_config(saved(model, tmp_path / "model.h5"), as_in_keras_2))
    assert guest.onnx == to_onnx(model, GLYPHS)
    assert guest.format == "Keras 2.3.1"


def test_a_graph_of_keras_2(tmp_path: Path) -> None:
    """A graph of layers as Keras 2 wrote it, as lists and called `Model`, gives what the model gave."""

    def older(config: dict[str, Any]) -> None:
        config["class_name"] = "Model"
        config["config"]["layers"][0]["config"] = {"batch_input_shape": [64, None, None, 1], "name": "input_1"}
        for layer in config["config"]["layers"]:
            layer["inbound_nodes"] = [
                [[*tensor["config"]["keras_history"], {}] for tensor in np.ravel(node["args"])]
                for node in layer["inbound_nodes"]
            ]
        config["config"]["input_layers"] = [config["config"]["input_layers"]]

    model = functional()
    guest = opened(with_config(saved(model, tmp_path / "model.h5"), older))
    guest.hold(GLYPHS)
    assert guest.layout == (28, 28, 1)


def test_what_training_needed_is_not_looked_at(tmp_path: Path) -> None:
    """A loss, an optimizer and a regularizer that exist nowhere keep nobody from opening a model."""

    def older(config: dict[str, Any]) -> None:
        config["config"]["layers"][-1]["config"]["kernel_regularizer"] = {"class_name": "Mine", "config": {}}

    path = with_config(saved(sequential(), tmp_path / "model.h5"), older)
    with h5py.File(path, "r+") as file:
        file.attrs["training_config"] = b'{"loss": "of_mine", "optimizer_config": {"class_name": "Mine"}}'
    opened(path).hold(GLYPHS)


def test_the_name_of_a_file_says_nothing(tmp_path: Path) -> None:
    """An .h5 file that is called .keras, as those of older versions are, is opened by what is in it."""
    path = saved(rows(), tmp_path / "model.h5").rename(tmp_path / "model.keras")
    assert is_keras(path)
    opened(path).hold(GLYPHS)


def edited(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Return a .keras file with another config."""
    other = path.with_stem("edited")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        config = json.loads(old.read("config.json"))
        change(config)
        new.writestr("config.json", json.dumps(config))
        new.writestr("model.weights.h5", old.read("model.weights.h5"))
    return other


def last(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Return what sets an entry of the last layer."""

    def change(config: dict[str, Any]) -> None:
        config["config"]["layers"][-1][key] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (last("class_name", "Lambda"), "Received a Lambda layer"),
        (last("class_name", "TFSMLayer"), "Received TFSMLayer"),
        (last("registered_name", "mine>Dense"), "Received Dense"),
        (last("module", "keras.src.ops.numpy"), "Received Dense"),
        (last("config", {"units": 10, "activation": "mine", "name": "last"}), "the activation mine, in last"),
        (last("config", {"units": 10, "activation": {"class_name": "Lambda", "config": {}}}), "a Lambda layer"),
        (last("config", {"units": 7, "name": "last"}), "Received 7"),
        (last("config", {"units": "ten", "name": "last"}), "cannot open"),
        (last("config", None), "cannot open"),
        (lambda config: config.update(class_name="Mine"), "code of its own, in Mine"),
        (lambda config: config["config"].pop("layers"), "cannot open"),
    ],
)
def test_nothing_in_a_file_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    """A layer, an activation or a model that is not known is named on one line, before Keras sees the file."""
    path = edited(saved(rows(), tmp_path / "model.keras"), change)
    monkeypatch.setattr(keras.models, "load_model", lambda *_: pytest.fail("Keras was given the file itself"))
    with pytest.raises(BundleError, match=said) as raised:
        opened(path)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("shape", "outputs", "said"),
    [((32, 32, 3), 10, "Received 32x32x3"), ((28, 28, 1), 26, "Received 26"), ((28, 28), 1, "Received 1")],
)
def test_other_shapes_are_refused(tmp_path: Path, shape: tuple[int, ...], outputs: int, said: str) -> None:
    """A model for other images, or of other letters, is refused with what it takes or gives."""
    model = keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(outputs)])
    with pytest.raises(BundleError, match=said):
        opened(saved(model, tmp_path / "model.keras"))


def test_channels_first_is_refused(tmp_path: Path) -> None:
    """A layer of the time when Theano had the channels first is refused by what it is."""

    def older(config: dict[str, Any]) -> None:
        config["config"]["layers"][1]["config"]["data_format"] = "channels_first"

    with pytest.raises(BundleError, match=r"channels_first|cannot open"):
        opened(with_config(saved(sequential(), tmp_path / "model.h5"), older))


def test_weights_alone_are_refused(tmp_path: Path) -> None:
    """A file of `save_weights` has no layers, and the message says what to save instead."""
    model = rows()
    model.save_weights(tmp_path / "model.weights.h5")
    with pytest.raises(BundleError, match=r"by model\.save"):
        opened(tmp_path / "model.weights.h5")


@pytest.mark.parametrize("share", [0.3, 0.9])
@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_half_a_file_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    """A file that was cut is one line, whatever Keras makes of it."""
    path = saved(sequential(), tmp_path / f"model.{suffix}")
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(BundleError) as raised:
        opened(path)
    assert len(str(raised.value).splitlines()) == 1


def test_a_zip_of_pytorch_is_refused(tmp_path: Path) -> None:
    """What `torch.save` writes is a zip archive with a pickle in it: it is named, and never unpickled."""
    path = tmp_path / "model.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"conv1.weight": 1}))
    assert is_keras(path)
    with pytest.raises(BundleError, match="PyTorch"):
        opened(path)
