"""Layers of Keras become nodes of ONNX.

Owns the translation of each kind of layer that is named in `KINDS`; a layer of another kind is refused, by name. Knows
nothing of models.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sutja.errors import BundleError
from sutja.learn.backend import keras
from sutja.learn.convert.activations import ACTIVATIONS, softmax
from sutja.learn.convert.graph import Array, Graph, Value, unknown


def translate(graph: Graph, layer: Any, *values: Value) -> Value:
    """Add what a layer does with `values`; return what it gives. Raises `BundleError` for a layer that is not known."""
    kind = type(layer).__name__
    is_known = kind in KINDS and getattr(keras.layers, kind, None) is type(layer)
    if not is_known or not values or (len(values) > 1 and kind not in MERGES):
        raise unknown(kind, layer.name)
    if getattr(layer, "data_format", None) == "channels_first":
        raise BundleError(f"Expected images with their channels last. Received channels_first, in {layer.name}.")
    shapes = [(None, *value.shape) for value in values]
    name = _TRANSLATIONS[kind](graph, layer, *values)
    return Value(name, tuple(layer.compute_output_shape(shapes if kind in MERGES else shapes[0])[1:]))


def _weights(*variables: Any) -> list[NDArray[np.float32]]:
    return [keras.ops.convert_to_numpy(each).astype(np.float32) for each in variables if each is not None]


def _window(layer: Any, size: Sequence[int]) -> dict[str, Any]:
    """Return how a window of `size` goes over an image."""
    window: dict[str, Any] = {"strides": list(layer.strides)}
    dilation = getattr(layer, "dilation_rate", (1, 1))
    if max(dilation) > 1:
        window["dilations"] = list(dilation)
        if layer.padding == "same":  # ONNX Runtime has no automatic padding then; the strides are 1
            reach = [step * (side - 1) for step, side in zip(dilation, size, strict=True)]
            return {**window, "pads": [each // 2 for each in reach] + [each - each // 2 for each in reach]}
    return {**window, "auto_pad": "SAME_UPPER" if layer.padding == "same" else "VALID"}


def _convolution(graph: Graph, layer: Any, value: Value) -> str:
    kernel, *bias = _weights(layer.kernel, layer.bias)  # (row, column, in, out)
    groups = {"group": layer.groups} if layer.groups > 1 else {}
    name = graph.add(
        "Conv", value.name, kernel.transpose(3, 2, 0, 1), *bias, **_window(layer, kernel.shape[:2]), **groups
    )
    return _activation(graph, layer, _output(layer, value, name))


def _depthwise(graph: Graph, layer: Any, value: Value) -> str:
    kernel, *bias = _weights(layer.kernel, layer.bias)
    name = _by_channel(graph, layer, value, kernel, *bias)
    return _activation(graph, layer, _output(layer, value, name))


def _separable(graph: Graph, layer: Any, value: Value) -> str:
    depthwise, pointwise, *bias = _weights(layer.depthwise_kernel, layer.pointwise_kernel, layer.bias)
    name = _by_channel(graph, layer, value, depthwise)
    name = graph.add("Conv", name, pointwise.transpose(3, 2, 0, 1), *bias)
    return _activation(graph, layer, _output(layer, value, name))


def _by_channel(graph: Graph, layer: Any, value: Value, kernel: Array, *bias: Array) -> str:
    rows, columns, channels, multiplier = kernel.shape
    each = kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, rows, columns)
    return graph.add("Conv", value.name, each, *bias, group=channels, **_window(layer, (rows, columns)))


def _dense(graph: Graph, layer: Any, value: Value) -> str:
    kernel, *bias = _weights(layer.kernel, layer.bias)  # (in, out)
    if value.is_image:
        name = graph.add("Conv", value.name, kernel.T[..., None, None], *bias)
    elif len(value.shape) == 1:
        name = graph.add("Gemm", value.name, kernel, *bias)
    else:
        name = graph.add("MatMul", value.name, kernel)
        name = graph.add("Add", name, *bias) if bias else name
    return _activation(graph, layer, _output(layer, value, name))


def _output(layer: Any, value: Value, name: str) -> Value:
    return Value(name, tuple(layer.compute_output_shape((None, *value.shape))[1:]))


def _normalisation(graph: Graph, layer: Any, value: Value) -> str:
    rank = len(value.shape)
    if rank == 2 or layer.axis not in (-1, rank):
        raise BundleError(f"Expected a normalisation over the last axis. Received axis {layer.axis}, in {layer.name}.")
    mean, variance = _weights(layer.moving_mean, layer.moving_variance)
    gamma = _weights(layer.gamma)[0] if layer.scale else np.ones_like(mean)
    beta = _weights(layer.beta)[0] if layer.center else np.zeros_like(mean)
    return graph.add("BatchNormalization", value.name, gamma, beta, mean, variance, epsilon=layer.epsilon)


def _standardisation(graph: Graph, layer: Any, value: Value) -> str:
    if layer.invert:
        raise unknown("Normalization(invert=True)", layer.name)
    mean, variance = _weights(layer.mean, layer.variance)
    factor = 1 / np.maximum(np.sqrt(variance), keras.backend.epsilon())
    return _affine(graph, value, factor, -mean * factor)


def _affine(graph: Graph, value: Value, factor: Any, offset: Any) -> str:
    name = graph.add("Mul", value.name, _spread(factor, value))
    return graph.add("Add", name, _spread(offset, value))


def _spread(number: Any, value: Value) -> NDArray[np.float32]:
    """Return a number, or an array that Keras would broadcast over `value`, as the graph broadcasts it."""
    array = np.asarray(number, np.float32)
    if array.size == 1:
        return array.reshape(())
    array = array.reshape((1,) * (len(value.shape) + 1 - array.ndim) + array.shape)
    return array.transpose(0, 3, 1, 2) if value.is_image else array


def _pooling(kind: str) -> Callable[[Graph, Any, Value], str]:
    def pooling(graph: Graph, layer: Any, value: Value) -> str:
        size = list(layer.pool_size)
        return graph.add(kind, value.name, kernel_shape=size, **_window(layer, size))

    return pooling


def _global(kind: str) -> Callable[[Graph, Any, Value], str]:
    def pooling(graph: Graph, layer: Any, value: Value) -> str:
        name = graph.add(kind, value.name)
        return name if layer.keepdims else graph.add("Flatten", name)

    return pooling


def _flatten(graph: Graph, _: Any, value: Value) -> str:
    # Keras flattens (row, column, channel).
    name = graph.add("Transpose", value.name, perm=[0, 2, 3, 1]) if value.is_image else value.name
    return graph.add("Flatten", name)


def _reshape(graph: Graph, layer: Any, value: Value) -> str:
    return graph.reshaped(value, tuple(layer.compute_output_shape((None, *value.shape))[1:]))


def _padding(graph: Graph, layer: Any, value: Value) -> str:
    (top, bottom), (left, right) = layer.padding
    return graph.add("Pad", value.name, np.array([0, 0, top, left, 0, 0, bottom, right]))


def _cropping(graph: Graph, layer: Any, value: Value) -> str:
    (top, bottom), (left, right) = layer.cropping
    ends = np.array([value.shape[0] - bottom, value.shape[1] - right])
    return graph.add("Slice", value.name, np.array([top, left]), ends, np.array([2, 3]))


def _activation(graph: Graph, layer: Any, value: Value) -> str:
    if isinstance(layer.activation, keras.layers.Layer):
        return translate(graph, layer.activation, value).name
    name = layer.activation.__name__
    if name not in ACTIVATIONS:
        raise unknown(f"the activation {name}", layer.name)
    return ACTIVATIONS[name](graph, value)


def _relu(graph: Graph, layer: Any, value: Value) -> str:
    if layer.threshold:
        raise unknown("ReLU with a threshold", layer.name)
    slope = layer.negative_slope
    name = graph.add("LeakyRelu", value.name, alpha=float(slope)) if slope else graph.add("Relu", value.name)
    return name if layer.max_value is None else graph.add("Min", name, np.array(layer.max_value, np.float32))


def _prelu(graph: Graph, layer: Any, value: Value) -> str:
    [slope] = _weights(layer.alpha)
    return graph.add("PRelu", value.name, slope.transpose(2, 0, 1) if value.is_image else slope)


def _softmax_layer(graph: Graph, layer: Any, value: Value) -> str:
    if layer.axis not in (-1, len(value.shape)):
        raise BundleError(f"Expected a softmax over the last axis. Received axis {layer.axis}, in {layer.name}.")
    return softmax("Softmax")(graph, value)


def _merged(kind: str) -> Callable[..., str]:
    def merge(graph: Graph, layer: Any, *values: Value) -> str:
        if len({len(value.shape) for value in values}) > 1:
            raise unknown(f"{type(layer).__name__} of values of different ranks", layer.name)
        return reduce(lambda one, other: graph.add(kind, one, other), (value.name for value in values))

    return merge


def _concatenation(graph: Graph, layer: Any, *values: Value) -> str:
    rank = len(values[0].shape) + 1
    axis = layer.axis % rank
    return graph.add(
        "Concat", *(value.name for value in values), axis={1: 2, 2: 3, 3: 1}.get(axis, axis) if rank == 4 else axis
    )


# What these do, they do while a model is trained.
_ONLY_IN_TRAINING = [
    "Dropout",
    "SpatialDropout2D",
    "AlphaDropout",
    "GaussianDropout",
    "GaussianNoise",
    "ActivityRegularization",
    "Identity",
    "RandomFlip",
    "RandomRotation",
    "RandomZoom",
    "RandomTranslation",
    "RandomShear",
    "RandomContrast",
    "RandomBrightness",
    "RandomErasing",
    "RandomPerspective",
    "RandomElasticTransform",
    "RandomGaussianBlur",
    "RandomSharpness",
    "RandomInvert",
]

_MERGED = {"Add": "Add", "Subtract": "Sub", "Multiply": "Mul", "Maximum": "Max", "Minimum": "Min"}

_TRANSLATIONS: dict[str, Callable[..., str]] = {
    "Conv2D": _convolution,
    "DepthwiseConv2D": _depthwise,
    "SeparableConv2D": _separable,
    "Dense": _dense,
    "BatchNormalization": _normalisation,
    "Normalization": _standardisation,
    "Rescaling": lambda graph, layer, value: _affine(graph, value, layer.scale, layer.offset),
    "MaxPooling2D": _pooling("MaxPool"),
    "AveragePooling2D": _pooling("AveragePool"),
    "GlobalMaxPooling2D": _global("GlobalMaxPool"),
    "GlobalAveragePooling2D": _global("GlobalAveragePool"),
    "ZeroPadding2D": _padding,
    "Cropping2D": _cropping,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": lambda graph, layer, value: graph.add("LeakyRelu", value.name, alpha=float(layer.negative_slope)),
    "PReLU": _prelu,
    "ELU": lambda graph, layer, value: graph.add("Elu", value.name, alpha=float(layer.alpha)),
    "Softmax": _softmax_layer,
    **dict.fromkeys(_ONLY_IN_TRAINING, lambda graph, layer, value: value.name),
    **{name: _merged(kind) for name, kind in _MERGED.items()},
    "Concatenate": _concatenation,
}

KINDS = frozenset(_TRANSLATIONS)
"""The kinds of layers that can be translated, by Keras' names."""

MERGES = frozenset({*_MERGED, "Concatenate"})
"""Those of them that take several values."""
