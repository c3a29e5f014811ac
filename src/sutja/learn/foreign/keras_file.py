"""A Keras file, .keras or .h5, becomes a guest.

Owns what is taken from such a file: its layers by name, those of their settings that matter when it reads, and its
numbers. From these the model is built anew. So nothing in the file is run; and nothing that only training needs (how
weights began, a Dropout's noise_shape, the optimizer, how Keras 2 named things) can keep it from being opened.
"""

import inspect
import json
import shutil
import zipfile
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import h5py

from sutja.errors import BundleError, SutjaError
from sutja.learn.backend import keras
from sutja.learn.convert import ACTIVATIONS, KINDS, end, hold, inbound, translated, unknown
from sutja.learn.foreign.guest import CLASSES, LIMIT_BYTES, Guest, first_line, fitting, layout

CONTAINERS = {"Sequential": "Sequential", "Functional": "Model", "Model": "Model"}
"""Models by their names in files, and by those under which Keras 3 knows them."""
FORMER_NAMES = {"BatchNormalizationV1": "BatchNormalization", "BatchNormalizationV2": "BatchNormalization"}
FORMER_SETTINGS = {"LeakyReLU": {"alpha": "negative_slope"}}
FORMER_ACTIVATIONS = {"softmax_v2": "softmax", "swish": "silu"}
# These matter in training only, and may be what no longer loads.
DROPPED = ("dtype", "seed", "noise_shape")
DROPPED_ENDS = ("_initializer", "_regularizer", "_constraint")


def opened(file: Path) -> Guest:
    """Return the model in a Keras file. Raises `BundleError` where it is damaged, has code in it, or no such shapes."""
    with TemporaryDirectory(prefix="sutja-") as folder:
        try:
            config, version, weights = _unpacked(file, Path(folder))
            model = keras.saving.deserialize_keras_object(_model(config), safe_mode=True)
            _check(model)
            model.load_weights(weights)
        except SutjaError:
            raise
        except Exception as error:  # Keras, h5py and zipfile raise all kinds
            raise BundleError(
                f"Expected a whole model, saved by model.save of Keras 2 or 3. Received one that Keras "
                f"{keras.__version__} cannot open: {first_line(error)}"
            ) from error
    data = translated(model)
    return Guest(
        data, tuple(model.input_shape[1:]), model.count_params(), f"Keras {version}", partial(hold, data, model)
    )


def _check(model: Any) -> None:
    if not model.built:
        raise BundleError(
            "Expected a model that knows its input shape. Received one that was never built: call it once, and save."
        )
    layout(model.input_shape[1:])
    if len(model.output_shape) != 2 or model.output_shape[1] not in CLASSES:
        received = "x".join(map(str, model.output_shape[1:]))
        raise BundleError(f"Expected a model that gives 10 numbers, or 11 with no digit last. Received {received}.")


def _unpacked(file: Path, folder: Path) -> tuple[Any, str, Path]:
    """Return the config, the version of Keras that wrote it, and a copy of the weights under the name Keras wants."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            if "config.json" not in archive.namelist():
                raise BundleError(
                    "Expected a .keras file. Received another zip archive, such as PyTorch's: export to ONNX first."
                )
            if sum(info.file_size for info in archive.infolist()) > LIMIT_BYTES:
                raise BundleError(f"Expected a file that unpacks to {LIMIT_BYTES:,} bytes at most. Received more.")
            metadata = _decoded(archive.read("metadata.json")) if "metadata.json" in archive.namelist() else {}
            weights = Path(archive.extract("model.weights.h5", folder))
            return _decoded(archive.read("config.json")), str(metadata.get("keras_version", "3")), weights
    weights = Path(shutil.copyfile(file, folder / "model.h5"))
    with h5py.File(weights) as archive:
        if "model_config" not in archive.attrs:
            raise BundleError(
                "Expected a whole model. Received weights without layers: save it by model.save, not by save_weights."
            )
        return _decoded(archive.attrs["model_config"]), _text(archive.attrs.get("keras_version", "2")), weights


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _decoded(config: str | bytes) -> Any:
    return json.loads(config, object_hook=_plain)


def _plain(value: dict[str, Any]) -> Any:
    """Return what Keras wraps tuples, shapes and arrays in as what they are."""
    match value:
        case {"class_name": "__tuple__" | "TensorShape", "items": items}:
            return items
        case {"class_name": "__numpy__" | "__tensor__", "config": {"value": number}}:
            return number
    return value


def _model(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the config of a whole model, with nothing in it but what is known."""
    kind = entry["class_name"]
    if kind not in CONTAINERS:
        raise unknown("a model with code of its own", kind)
    config = entry["config"]
    if kind == "Sequential":
        return _entry("keras", kind, _sequential(config))
    return _entry("keras", CONTAINERS[kind], _functional(config))


def _sequential(config: Any) -> dict[str, Any]:
    listed = config if isinstance(config, list) else config["layers"]  # a bare list until Keras 2.2.3
    named = {} if isinstance(config, list) else config
    layers = [_layer(entry) for entry in listed]
    shape = named.get("build_input_shape") or listed[0]["config"].get("batch_input_shape")
    if shape and layers[0]["class_name"] not in ("InputLayer", *CONTAINERS.values()):
        layers.insert(0, _input({"batch_shape": shape}))
    return {"name": named.get("name", "sequential"), "layers": layers}


def _functional(config: dict[str, Any]) -> dict[str, Any]:
    layers = [
        {
            **_layer(entry),
            "name": entry["name"],
            "inbound_nodes": [[[*history, {}] for history in inbound(node)] for node in entry["inbound_nodes"]],
        }
        for entry in config["layers"]
    ]
    ends = {key: list(end(config[key])) for key in ("input_layers", "output_layers")}
    return {"name": config.get("name"), "layers": layers, **ends}


def _layer(entry: dict[str, Any]) -> dict[str, Any]:
    kind, config = FORMER_NAMES.get(entry["class_name"], entry["class_name"]), entry["config"]
    if kind in CONTAINERS:
        return _model(entry)
    if kind == "InputLayer":
        return _input(config)
    name = config.get("name", kind)
    is_ours = entry.get("registered_name") in (None, kind) and ".ops." not in str(entry.get("module"))
    if not is_ours or kind not in KINDS or not hasattr(keras.layers, kind):
        raise unknown(kind, name)
    kept = _settings(kind, config)
    if "activation" in kept:
        kept["activation"] = _activation(kept["activation"], name)
    if isinstance(kept.get("axis"), list):
        [kept["axis"]] = kept["axis"]
    return _entry("keras.layers", kind, {"name": name, **kept})


def _settings(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    """Return what a layer of today takes of a config of any day, by the names of today."""
    former = FORMER_SETTINGS.get(kind, {})
    taken = set(inspect.signature(getattr(keras.layers, kind).__init__).parameters)
    if "kwargs" in taken:  # all but SpatialDropout2D
        taken.add("trainable")  # the order of the weights in an .h5 file depends on it
    settings = {former.get(key, key): value for key, value in config.items()}
    return {key: value for key, value in settings.items() if key in taken and not _is_dropped(key)}


def _is_dropped(key: str) -> bool:
    return key in DROPPED or key.endswith(DROPPED_ENDS)


def _input(config: dict[str, Any]) -> dict[str, Any]:
    _, *shape = config.get("batch_shape") or config["batch_input_shape"]
    named = {"name": config["name"]} if "name" in config else {}
    return _entry("keras.layers", "InputLayer", {"batch_shape": [None, *(fitting(shape) or shape)], **named})


def _activation(activation: Any, name: str) -> Any:
    if isinstance(activation, dict) and activation.get("class_name") != "function":
        return _layer(activation)
    named = activation["config"] if isinstance(activation, dict) else activation
    former = FORMER_ACTIVATIONS.get(named, named)
    if former not in ACTIVATIONS:
        raise unknown(f"the activation {former}", name)
    return former


def _entry(module: str, kind: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"module": module, "class_name": kind, "config": config, "registered_name": None}
