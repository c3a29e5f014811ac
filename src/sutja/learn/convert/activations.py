"""Activations become nodes of ONNX: those of Keras that are named in `ACTIVATIONS`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from sutja.learn.convert.graph import Array, Graph, Value


def softmax(kind: str) -> Callable[[Graph, Value], str]:
    """Return the activation `Softmax` or `LogSoftmax`, over the last axis of Keras."""
    return lambda graph, value: graph.add(kind, value.name, **({"axis": 1} if value.is_image else {}))


def _gelu(graph: Graph, value: Value) -> str:
    error = graph.add("Erf", graph.add("Mul", value.name, np.array(0.5**0.5, np.float32)))
    share = graph.add("Mul", graph.add("Add", error, np.array(1, np.float32)), np.array(0.5, np.float32))
    return graph.add("Mul", value.name, share)


def _silu(graph: Graph, value: Value) -> str:
    return graph.add("Mul", value.name, graph.add("Sigmoid", value.name))


def _plain(kind: str, *operands: Array, **attributes: Any) -> Callable[[Graph, Value], str]:
    return lambda graph, value: graph.add(kind, value.name, *operands, **attributes)


ACTIVATIONS: dict[str, Callable[[Graph, Value], str]] = {
    "linear": lambda graph, value: value.name,
    "relu": _plain("Relu"),
    "relu6": _plain("Clip", np.array(0, np.float32), np.array(6, np.float32)),
    "leaky_relu": _plain("LeakyRelu", alpha=0.2),
    "elu": _plain("Elu"),
    "selu": _plain("Selu"),
    "gelu": _gelu,
    "silu": _silu,
    "tanh": _plain("Tanh"),
    "sigmoid": _plain("Sigmoid"),
    "softplus": _plain("Softplus"),
    "softsign": _plain("Softsign"),
    "softmax": softmax("Softmax"),
    "log_softmax": softmax("LogSoftmax"),
}
"""The activations by Keras' names."""
