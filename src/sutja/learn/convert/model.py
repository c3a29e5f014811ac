"""A Keras model becomes the ONNX file that serves.

Owns the way through a model, be it a stack or a graph of layers, and the comparison of what came out with the model.
The same weights give the same bytes, so that a sha-256 names a model. ONNX Runtime folds the normalisations into the
convolutions before them when it loads the file.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from sutja.errors import BundleError
from sutja.learn.backend import keras
from sutja.learn.convert.graph import Graph, Value, unknown
from sutja.learn.convert.layers import translate
from sutja.runtime import onnxruntime

TOLERANCE = 1e-4
OPSET, IR_VERSION = 17, 8

History: TypeAlias = tuple[str, int, int]
"""Where a tensor comes from: the name of a layer, which of its calls, which of its outputs."""


def to_onnx(model: Any, glyphs: NDArray[np.float32]) -> bytes:
    """Return the bytes of an ONNX file that does what `model` does, after holding it to the model on `glyphs`.

    `glyphs` is (M, 28, 28); the model takes (N, 28, 28, 1), or as many numbers in another shape. Raises `BundleError`
    where a layer cannot be translated, or where file and model differ by more than 1e-4.
    """
    data = translated(model)
    hold(data, model, glyphs)
    return data


def hold(data: bytes, model: Any, glyphs: NDArray[np.float32]) -> None:
    """Raise `BundleError` where an ONNX file and the model that it was made from differ on `glyphs`, (M, 28, 28).

    They may differ by 1e-4 of the greatest output of a glyph, or by 1e-4 where that is below 1, as of probabilities.
    """
    inputs = glyphs.reshape(-1, *model.input_shape[1:])
    try:
        session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        found = session.run(None, {"glyph": inputs})[0]
    except Exception as error:  # ONNX Runtime's exceptions have no common root but this
        raise BundleError("Expected ONNX Runtime to run what became of the model. Received a refusal.") from error
    expected = keras.ops.convert_to_numpy(model(inputs, training=False))
    difference = float((np.abs(found - expected) / np.maximum(1, np.abs(expected).max(1, keepdims=True))).max())
    if not difference <= TOLERANCE:
        raise BundleError(
            f"Expected the ONNX file to agree with the model within {TOLERANCE}. Received {difference:.1e}."
        )


def translated(model: Any) -> bytes:
    """Return the ONNX file of a `Sequential` or functional model, not yet compared. Raises `BundleError`."""
    graph = Graph()
    given = Value("glyph", tuple(model.input_shape[1:]))
    start = Value(graph.reshaped(Value("glyph", (784,)), given.shape), given.shape) if given.is_image else given
    answer = _walk(graph, model, start)
    graph.nodes[-1].output[0] = "probabilities"
    glyph = helper.make_tensor_value_info("glyph", TensorProto.FLOAT, ["N", *given.shape])
    probabilities = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", *answer.shape])
    whole = helper.make_graph(graph.nodes, model.name, [glyph], [probabilities], graph.weights)
    opset = helper.make_opsetid("", OPSET)
    return bytes(
        helper.make_model(
            whole, producer_name="sutja", opset_imports=[opset], ir_version=IR_VERSION
        ).SerializeToString()
    )


def _walk(graph: Graph, model: Any, value: Value) -> Value:
    if isinstance(model, keras.Sequential):
        return reduce(lambda given, layer: _call(graph, layer, [given]), model.layers, value)
    config = model.get_config()
    if "input_layers" not in config:
        raise unknown("a model with code of its own", model.name)
    nodes = {entry["name"]: entry["inbound_nodes"] for entry in config["layers"]}
    layers = {layer.name: layer for layer in model.operations}
    values, goal = {end(config["input_layers"]): value}, end(config["output_layers"])
    waiting = [goal]
    while waiting:
        name, call, _ = history = waiting.pop()
        sources = inbound(nodes[name][call]) if history not in values else []
        if missing := [each for each in sources if each not in values]:
            waiting += [history, *missing]
        elif history not in values:
            values[history] = _call(graph, layers[name], [values[each] for each in sources])
    return values[goal]


def _call(graph: Graph, layer: Any, values: Sequence[Value]) -> Value:
    if isinstance(layer, keras.Model):
        [value] = values
        return _walk(graph, layer, value)
    return translate(graph, layer, *values)


def end(ends: Any) -> History:
    """Return the only input, or output, of the config of a functional model. Raises `BundleError` where it has more."""
    several = list(ends.values()) if isinstance(ends, dict) else ends
    several = [several] if several and isinstance(several[0], str) else several
    if len(several) != 1:
        raise BundleError(f"Expected a model with one input and one output. Received {len(several)}.")
    name, call, output = several[0][:3]
    return name, call, output


def inbound(node: Any) -> list[History]:
    """Return what a call of a layer takes, by the config of a functional model, as Keras 3 or Keras 2 writes it."""
    if isinstance(node, dict):
        if "keras_history" in node:
            name, call, output = node["keras_history"]
            return [(name, call, output)]
        return inbound([node[key] for key in ("args", "config") if key in node])
    if not isinstance(node, list | tuple):
        return []
    if len(node) in (3, 4) and isinstance(node[0], str):
        return [(node[0], node[1], node[2])]
    return [history for each in node for history in inbound(each)]
