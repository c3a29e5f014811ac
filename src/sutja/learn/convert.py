"""A Keras model becomes the ONNX file that serves.

Owns the translation, layer by layer, of stacks of the layers named in `_TRANSLATIONS`; a model with other layers is
refused. The same weights give the same bytes, so that a sha-256 names a model. ONNX Runtime folds the normalisations
into the convolutions before them when it loads the file.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from sutja.errors import BundleError

TOLERANCE = 1e-4
OPSET, IR_VERSION = 17, 8


def to_onnx(model: Any, glyphs: NDArray[np.float32]) -> bytes:
    """Return the bytes of an ONNX file from (N, 28, 28, 1) to (N, 10), after holding it to the model on `glyphs`.

    `glyphs` is (M, 28, 28). Raises `BundleError` where a layer cannot be translated, or where file and model differ by
    more than 1e-4.
    """
    data = _translated(model)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    found = session.run(None, {"glyph": glyphs[..., None]})[0]
    difference = float(np.abs(found - model.predict(glyphs[..., None], verbose=0)).max())
    if not difference <= TOLERANCE:
        raise BundleError(
            f"Expected the ONNX file to agree with the model within {TOLERANCE}. Received {difference:.1e}."
        )
    return data


class _Graph:
    """The nodes so far; each takes what the last one gave. Images lie (N, channel, row, column) in it."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self.last = "glyph"

    def add(self, kind: str, *weights: NDArray[Any], **attributes: Any) -> None:
        name = f"{kind.lower()}{len(self.nodes)}"
        names = [f"{name}.{place}" for place in range(len(weights))]
        self.weights += [
            numpy_helper.from_array(np.ascontiguousarray(w), n) for n, w in zip(names, weights, strict=True)
        ]
        self.nodes.append(helper.make_node(kind, [self.last, *names], [name], name, **attributes))
        self.last = name


def _translated(model: Any) -> bytes:
    graph = _Graph()
    graph.add("Reshape", np.array([-1, 1, 28, 28]))
    for layer in model.layers:
        kind = type(layer).__name__
        if kind not in _TRANSLATIONS:
            raise BundleError(f"Expected layers of the kinds {', '.join(_TRANSLATIONS)}. Received {kind}.")
        _TRANSLATIONS[kind](graph, layer)
    graph.nodes[-1].output[0] = "probabilities"
    glyph = helper.make_tensor_value_info("glyph", TensorProto.FLOAT, ["N", 28, 28, 1])
    probabilities = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 10])
    whole = helper.make_graph(graph.nodes, model.name, [glyph], [probabilities], graph.weights)
    opset = helper.make_opsetid("", OPSET)
    return bytes(
        helper.make_model(
            whole, producer_name="sutja", opset_imports=[opset], ir_version=IR_VERSION
        ).SerializeToString()
    )


def _convolution(graph: _Graph, layer: Any) -> None:
    kernel, *bias = layer.get_weights()  # (row, column, in, out)
    padding = "SAME_UPPER" if layer.padding == "same" else "VALID"
    graph.add("Conv", kernel.transpose(3, 2, 0, 1), *bias, auto_pad=padding, strides=list(layer.strides))
    _activation(graph, layer)


def _dense(graph: _Graph, layer: Any) -> None:
    kernel, *bias = layer.get_weights()
    graph.add("Gemm", kernel, *bias)
    _activation(graph, layer)


def _activation(graph: _Graph, layer: Any) -> None:
    name = layer.activation.__name__
    if name not in _ACTIVATIONS:
        raise BundleError(f"Expected an activation among {', '.join(_ACTIVATIONS)}. Received {name}.")
    if kind := _ACTIVATIONS[name]:
        graph.add(kind)


def _normalisation(graph: _Graph, layer: Any) -> None:
    graph.add("BatchNormalization", *layer.get_weights(), epsilon=layer.epsilon)


def _pooling(graph: _Graph, layer: Any) -> None:
    padding = "SAME_UPPER" if layer.padding == "same" else "VALID"
    graph.add("MaxPool", kernel_shape=list(layer.pool_size), strides=list(layer.strides), auto_pad=padding)


def _flatten(graph: _Graph, _: Any) -> None:
    graph.add("Transpose", perm=[0, 2, 3, 1])  # Keras flattens (row, column, channel)
    graph.add("Flatten")


_ACTIVATIONS = {"linear": "", "relu": "Relu", "softmax": "Softmax"}

_TRANSLATIONS: dict[str, Callable[[_Graph, Any], None]] = {
    "Conv2D": _convolution,
    "Dense": _dense,
    "BatchNormalization": _normalisation,
    "MaxPooling2D": _pooling,
    "Flatten": _flatten,
    "ReLU": lambda graph, layer: graph.add("Relu"),
    "Dropout": lambda graph, layer: None,
}
