"""A model that answers what its glyphs tell it to: for tests of what becomes of probabilities, whoever gave them."""

from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from sutja.bundle import Bundle, draft

SCALE = 20.0  # a pixel of the first row is this part of a logit: glyphs stay within [0, 1]


def bundle(answer: list[float] | None = None, outputs: int = 11, **card: Any) -> Bundle:
    """Return a bundle that gives for `glyphs_of(p)` p, and for a glyph without ink in its first row `answer`."""
    weights = np.zeros((784, outputs), np.float32)
    weights[np.arange(outputs), np.arange(outputs)] = SCALE
    bias = np.zeros(outputs, np.float32) if answer is None else np.log(np.maximum(answer, 1e-9)).astype(np.float32)
    nodes = [
        helper.make_node("Flatten", ["glyph"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weights", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"]),
    ]
    given = helper.make_tensor_value_info("glyph", TensorProto.FLOAT, ["N", 28, 28, 1])
    told = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", outputs])
    arrays = [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")]
    graph = helper.make_graph(nodes, "oracle", [given], [told], arrays)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return draft(bytes(model.SerializeToString()), "oracle", weights.size).with_card(**card)


def glyphs_of(probabilities: np.ndarray) -> np.ndarray:
    """Return (N, 28, 28): the glyphs for which the model gives (N, K) probabilities, none of them below 1e-8."""
    logits = np.log(np.maximum(probabilities, 1e-8))
    glyphs = np.zeros((len(logits), 784), np.float32)
    glyphs[:, : logits.shape[1]] = (logits - logits.min(1, keepdims=True)) / SCALE
    return glyphs.reshape(-1, 28, 28)


def leaning(digits: np.ndarray, confidences: np.ndarray, no_digit: np.ndarray | float = 0.0) -> np.ndarray:
    """Return (N, 11) probabilities: of each digit its confidence, of no digit `no_digit`, the rest evenly."""
    no_digit = np.broadcast_to(no_digit, len(digits))
    probabilities = np.tile(((1 - confidences - no_digit) / 9)[:, None], (1, 11))
    probabilities[np.arange(len(digits)), digits] = confidences
    probabilities[:, 10] = no_digit
    return probabilities
