"""Models that read, after seconds: random features and a last layer by least squares, or a short training.

G.-B. Huang et al., "Extreme learning machine" (2006); a softmax over ten times the fit is sure enough.
"""

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

SHARPNESS = 10.0


def packed_digits(files: dict[str, bytes], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return glyphs (count, 28, 28) and labels (count,) int64 of files that are packed like MNIST's training half."""
    from sutja.prepare import prepare

    pixels = np.frombuffer(files["train-images-idx3-ubyte.gz"], np.uint8, offset=16).reshape(-1, 28, 28)[:count]
    labels = np.frombuffer(files["train-labels-idx1-ubyte.gz"], np.uint8, offset=8)[:count]
    return prepare(list(pixels.astype(np.float32) / 255)), labels.astype(np.int64)


def least_squares(features: np.ndarray, labels: np.ndarray, classes: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Return kernel (F, classes) and bias (classes,) that make the labels of features (N, F)."""
    flat = np.c_[features, np.ones(len(features))].astype(np.float64)
    gram = flat.T @ flat
    gram[np.diag_indices_from(gram)] += 1e-3 * np.trace(gram) / len(gram)
    weights = np.linalg.solve(gram, flat.T @ (np.eye(classes)[labels] - 0.5)) * SHARPNESS
    return weights[:-1].astype(np.float32), weights[-1].astype(np.float32)


def teach(model: Any, inputs: np.ndarray, labels: np.ndarray) -> Any:
    """Give the last layer of a Keras model, which is dense, the weights that read `inputs`; return the model."""
    from sutja.learn.backend import keras

    features = keras.Model(model.inputs[0], model.layers[-1].input)
    found = keras.ops.convert_to_numpy(features(inputs, training=False))
    model.layers[-1].set_weights(least_squares(found, labels, model.output_shape[-1]))
    return model


def novice(data: Path, folder: Path) -> Any:
    """Return a small network that was shown 12,000 digits of MNIST four times: a cycle can go on from it."""
    from sutja.learn.dataset import Mix, mixes
    from sutja.learn.plan import Diet, Network, Plan
    from sutja.learn.train import train

    training, calibration = mixes(data, Diet.MNIST)
    plan = Plan(network=Network.SMALL, diet=Diet.MNIST, epochs=4, learning_rate=2e-3)
    return train(plan, data, folder, lambda _: None, parts=(Mix(training.sets, {"mnist": 12_000}), calibration)).bundle


def onnx_model(
    inputs: np.ndarray,
    labels: np.ndarray,
    *,
    batch: int | str = "N",
    end: str = "",
    shape: tuple[int, ...] = (1, 28, 28),
) -> Any:
    """Return an ONNX model as PyTorch exports them, from (batch, *shape) to logits, or what `end` makes of them.

    It has learnt `labels` from `inputs`, (N, 28, 28) at any scale.

    A batch that is a number is written into its Reshape as well, as `x.view(x.size(0), -1)` is without dynamic axes.
    """
    random = np.random.default_rng(0)
    kernel = random.normal(size=(8, 1, 5, 5)).astype(np.float32) / np.abs(inputs).max()
    shift = random.normal(size=8).astype(np.float32)
    weights = {"image": np.array([-1, 1, 28, 28]), "conv1.weight": kernel, "conv1.bias": shift}
    weights["rows"] = np.array([0, -1])
    nodes = [
        helper.make_node("Reshape", ["x", "image"], ["seen"]),
        helper.make_node("Conv", ["seen", "conv1.weight", "conv1.bias"], ["conv"], strides=[2, 2]),
        helper.make_node("Relu", ["conv"], ["relu"]),
        helper.make_node("MaxPool", ["relu"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Reshape", ["pooled", "rows"], ["features"]),
    ]
    features = answers(made(nodes, weights, ("N", *shape), "features", ("N", 288)), inputs.reshape(-1, *shape))
    found, bias = least_squares(features, labels)
    weights["rows"] = np.array([batch if isinstance(batch, int) else 0, -1])
    weights |= {"fc.weight": np.ascontiguousarray(found.T), "fc.bias": bias}
    nodes.append(helper.make_node("Gemm", ["features", "fc.weight", "fc.bias"], ["logits"], transB=1))
    nodes += [helper.make_node(end, ["logits"], ["y"])] if end else []
    return made(nodes, weights, (batch, *shape), "y" if end else "logits", (batch, 10))


def made(nodes: list, weights: dict[str, np.ndarray], taken: tuple, output: str, given: tuple, opset: int = 17) -> Any:
    """Return a model of nodes from `x` to `output`."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, taken)
    y = helper.make_tensor_value_info(output, TensorProto.FLOAT, given)
    kept = [numpy_helper.from_array(each, name) for name, each in weights.items()]
    graph = helper.make_graph(nodes, "main_graph", [x], [y], kept)
    return helper.make_model(
        graph, producer_name="pytorch", opset_imports=[helper.make_opsetid("", opset)], ir_version=8
    )


def answers(model: Any, inputs: np.ndarray) -> np.ndarray:
    """Return what ONNX Runtime answers, at the size of batch that the model has."""
    from sutja.runtime import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": inputs})[0]
