"""A guest is fitted to glyphs: what scale its input wants, what its output means, and the nodes that bring both about.

Owns the scales that people train on, and how one is told from another: by trying each on labelled glyphs.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from sutja.errors import BundleError
from sutja.learn.dataset import Dataset
from sutja.learn.foreign.guest import LAYOUTS, Guest, session

ACCURACY_FROM = 0.8
"""A model that reads less of MNIST, at the best of all scales, was trained on something else."""
ALIKE = 0.01
"""Scales whose accuracies are nearer than this are told apart by the log loss: a network with ReLUs reads almost as
well at another scale, but is not as sure as it should be."""
NAMES = ("glyph", "probabilities")
"""Of the input and the output of every file of ours."""
TOLERANCE = 1e-3
LIKELIHOOD_FLOOR = 1e-12


@dataclass(frozen=True, slots=True)
class Scale:
    """What a model wants of a glyph x in [0, 1], ink bright: `factor` * x + `offset`; and how people call that."""

    name: str
    factor: float = 1.0
    offset: float = 0.0

    def applied(self, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the glyphs as the model wants them."""
        return glyphs * np.float32(self.factor) + np.float32(self.offset)

    def inverted(self) -> "Scale":
        """Return the same scale of 1 - x."""
        return Scale(f"{self.name}, dark ink on white", -self.factor, self.factor + self.offset)


# The mean and the deviation of MNIST's training half, as the examples of PyTorch have them.
MEAN, DEVIATION = 0.1307, 0.3081

_BRIGHT = (
    Scale("0 to 1"),
    Scale("0 to 255", 255.0),
    Scale("-1 to 1", 2.0, -1.0),
    Scale(f"(x - {MEAN}) / {DEVIATION}", 1 / DEVIATION, -MEAN / DEVIATION),
)
SCALES = (*_BRIGHT, *(scale.inverted() for scale in _BRIGHT))


class Meaning(StrEnum):
    """What the numbers are that a model gives."""

    PROBABILITIES = "probabilities"
    LOGITS = "logits, or logarithms: softmax added"
    SIGMOIDS = "a number from 0 to 1 for each digit: scaled to sum to 1"


@dataclass(frozen=True, slots=True)
class Fit:
    """How a guest is to be used, and the share of `count` labelled glyphs that it reads rightly then."""

    scale: Scale
    meaning: Meaning
    accuracy: float
    count: int


def fitted(guest: Guest, data: Dataset) -> Fit:
    """Return the fit that reads `data` best. Raises `BundleError` where even that reads no digits."""
    runner = session(guest.onnx)
    name = runner.get_inputs()[0].name
    tried: list[tuple[float, Fit]] = []
    for scale in SCALES:
        inputs = scale.applied(data.glyphs).reshape(-1, *guest.layout)
        tried.append(_judged(scale, runner.run(None, {name: inputs})[0], data.labels))
    best = _best(tried)
    if best.accuracy < ACCURACY_FROM:
        raise BundleError(
            f"Expected a model that reads at least {ACCURACY_FROM:.0%} of MNIST's digits, of 0 to 9 in this order. "
            f"Received {best.accuracy:.0%}, whatever the scale of its input."
        )
    return best


def _best(tried: list[tuple[float, Fit]]) -> Fit:
    highest = max(fit.accuracy for _, fit in tried)
    _, best = min((each for each in tried if each[1].accuracy >= highest - ALIKE), key=lambda each: each[0])
    return best


def _judged(scale: Scale, found: NDArray[np.float32], labels: NDArray[np.int64]) -> tuple[float, Fit]:
    """Return the log loss with what was found, (N, 10) or (N, 11), and the fit that it speaks for."""
    found = np.nan_to_num(found)
    meaning = _meaning(found)
    digits = _probabilities(found, meaning)[:, :10]
    likelihood = digits[np.arange(len(labels)), labels] / np.maximum(digits.sum(1), LIKELIHOOD_FLOOR)
    accuracy = float((found[:, :10].argmax(1) == labels).mean())
    return float(-np.log(np.maximum(likelihood, LIKELIHOOD_FLOOR)).mean()), Fit(scale, meaning, accuracy, len(labels))


def _meaning(found: NDArray[np.float32]) -> Meaning:
    if found.min() < 0 or found.max() > 1 + TOLERANCE:
        return Meaning.LOGITS
    return Meaning.PROBABILITIES if np.allclose(found.sum(1), 1, atol=TOLERANCE) else Meaning.SIGMOIDS


def _probabilities(found: NDArray[np.float32], meaning: Meaning) -> NDArray[np.float32]:
    """Return what the nodes of `_tail` make of what was found, (N, K)."""
    if meaning is Meaning.PROBABILITIES:
        return found
    powers = np.exp(found - found.max(1, keepdims=True)) if meaning is Meaning.LOGITS else found + LIKELIHOOD_FLOOR
    return np.asarray(powers / powers.sum(1, keepdims=True))


def whole(guest: Guest, fit: Fit) -> bytes:
    """Return the ONNX file from glyphs (N, 28, 28, 1) to probabilities (N, K); the same guest gives the same bytes."""
    model = onnx.load_model_from_string(guest.onnx)
    names = (model.graph.input[0].name, model.graph.output[0].name)
    if (fit.scale, fit.meaning, guest.layout, names) == (SCALES[0], Meaning.PROBABILITIES, LAYOUTS[0], NAMES):
        return guest.onnx
    model = _renamed(model)
    graph = model.graph
    head = _head(graph.input[0].name, fit.scale, guest.layout)
    tail = _tail(graph.output[0].name, fit.meaning)
    classes = graph.output[0].type.tensor_type.shape.dim[1].dim_value
    nodes = [*head.nodes, *graph.node, *tail.nodes]
    del graph.node[:], graph.input[:], graph.output[:]
    graph.node.extend(nodes)
    graph.initializer.extend([*head.weights, *tail.weights])
    graph.input.append(helper.make_tensor_value_info("glyph", TensorProto.FLOAT, ["N", 28, 28, 1]))
    graph.output.append(helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", classes]))
    return bytes(model.SerializeToString(deterministic=True))


def _renamed(model: ModelProto) -> ModelProto:
    """Return the model without a name that the added nodes have, as every model of ours has."""
    names = {name for node in model.graph.node for name in (*node.input, *node.output)}
    taken = any(name in NAMES or name.startswith("sutja.") for name in names)
    return onnx.compose.add_prefix(model, "guest.") if taken else model


@dataclass(frozen=True, slots=True)
class _Part:
    nodes: list[onnx.NodeProto]
    weights: list[TensorProto]


def _head(name: str, scale: Scale, layout: tuple[int, ...]) -> _Part:
    """Return what scales and shapes a glyph; operators that have not changed since opset 7."""
    weights = [
        numpy_helper.from_array(np.array(scale.factor, np.float32), "sutja.factor"),
        numpy_helper.from_array(np.array(scale.offset, np.float32), "sutja.offset"),
        numpy_helper.from_array(np.array([-1, *layout]), "sutja.layout"),
    ]
    nodes = [
        helper.make_node("Mul", ["glyph", "sutja.factor"], ["sutja.scaled"], "sutja.scaled"),
        helper.make_node("Add", ["sutja.scaled", "sutja.offset"], ["sutja.moved"], "sutja.moved"),
        helper.make_node("Reshape", ["sutja.moved", "sutja.layout"], [name], "sutja.shaped"),
    ]
    return _Part(nodes, weights)


def _tail(name: str, meaning: Meaning) -> _Part:
    if meaning is Meaning.PROBABILITIES:
        return _Part([helper.make_node("Identity", [name], ["probabilities"], "sutja.probabilities")], [])
    softmax = helper.make_node("Softmax", [name], ["probabilities"], "sutja.probabilities", axis=1)
    if meaning is Meaning.LOGITS:
        return _Part([softmax], [])
    softmax.input[0] = "sutja.logarithms"  # the softmax of logarithms scales to a sum of 1, in every opset
    nodes = [
        helper.make_node("Add", [name, "sutja.floor"], ["sutja.lifted"], "sutja.lifted"),
        helper.make_node("Log", ["sutja.lifted"], ["sutja.logarithms"], "sutja.logarithms"),
    ]
    floor = numpy_helper.from_array(np.array(LIKELIHOOD_FLOOR, np.float32), "sutja.floor")
    return _Part([*nodes, softmax], [floor])
