"""The graph of an ONNX file in the making: nodes, their weights, and what they give."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from sutja.errors import BundleError

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Value:
    """What a node gives: its name, and its shape as Keras has it, without the batch.

    Images are (row, column, channel) in Keras and in `shape`; in the graph they lie (N, channel, row, column).
    """

    name: str
    shape: tuple[int, ...]

    @property
    def is_image(self) -> bool:
        """Whether it lies otherwise in the graph than in Keras."""
        return len(self.shape) == 3


class Graph:
    """The nodes so far, and their weights. Both are named by their places, so that the same model gives the same."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def add(self, kind: str, *operands: str | Array, **attributes: Any) -> str:
        """Add a node that takes `operands`, which are names of values or weights; return the name of what it gives."""
        name = f"{kind.lower()}{len(self.nodes)}"
        weights = [operand for operand in operands if not isinstance(operand, str)]
        names = iter([f"{name}.{place}" for place in range(len(weights))])
        inputs = [operand if isinstance(operand, str) else self._kept(next(names), operand) for operand in operands]
        self.nodes.append(helper.make_node(kind, inputs, [name], name, **attributes))
        return name

    def reshaped(self, value: Value, shape: tuple[int, ...]) -> str:
        """Give a value another shape, both in Keras' order of rows, columns and channels; return its name."""
        name = value.name
        if value.is_image and value.shape[2] > 1:
            name = self.add("Transpose", name, perm=[0, 2, 3, 1])
        if len(shape) == 3 and shape[2] == 1:  # with one channel both orders are the same
            return self.add("Reshape", name, np.array([-1, 1, *shape[:2]]))
        name = self.add("Reshape", name, np.array([-1, *shape]))
        return self.add("Transpose", name, perm=[0, 3, 1, 2]) if len(shape) == 3 else name

    def _kept(self, name: str, weight: Array) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(weight), name))
        return name


def unknown(kind: str, name: str) -> BundleError:
    """Return the error for a layer, or another part of a model, that cannot be translated."""
    if kind == "Lambda":
        return BundleError(
            f"Expected layers without code. Received a Lambda layer, {name}: code in a model is never run; "
            "build the model with Rescaling or another layer in its place, and save it again."
        )
    return BundleError(
        f"Expected layers that docs/models.md lists. Received {kind}, in {name}: "
        "export the model to ONNX by model.export(FILE, format='onnx'), and import that file."
    )
