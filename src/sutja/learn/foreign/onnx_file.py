"""An ONNX file becomes a guest.

Owns what is refused of such files: data that lie in other files, operators of other makers, other types than float32,
and batches that cannot vary. A batch that is merely written down as fixed, as PyTorch does unless told otherwise, is
loosened, and the file held to what it answered before.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.inliner
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, TensorProto, numpy_helper

from sutja.errors import BundleError, SutjaError
from sutja.learn.foreign.guest import CLASSES, Guest, first_line, layout, session

DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
"""The makers of operators: ONNX itself."""
BATCH_LIMIT = 1024
OPSET_FROM = 8
IR_VERSION_FROM = 8  # from 4 on, weights need not be listed among the inputs
TOLERANCE = 1e-4


def opened(file: Path) -> Guest:
    """Return the model in an ONNX file. Raises `BundleError` where it is none, is damaged, or wants other things."""
    original = file.read_bytes()
    model = _parsed(original)
    try:
        return _guest(model, original)
    except SutjaError:
        raise
    except Exception as error:  # the checker's, protobuf's, and numpy's on tensors that are not what they say
        raise BundleError(f"Expected a sound ONNX file. Received one with an error: {first_line(error)}") from error


def _guest(given: ModelProto, original: bytes) -> Guest:
    _refuse_elsewhere(given)
    model = _checked(given)
    batch, taken = _taken(model)
    _loosen(model, taken)
    _keep_one_output(model, taken)
    _forget_its_owner(model)
    data = model.SerializeToString(deterministic=True)
    weights = [each for each in _tensors(model) if each.dims and each.data_type != TensorProto.INT64]  # not the shapes
    numbers = sum(int(np.prod(each.dims)) for each in weights)
    maker = f"ONNX {_opset(model)}, {model.producer_name or 'of an unknown maker'}"
    return Guest(data, taken, numbers, maker, partial(_hold, data, original, taken, batch))


def _parsed(data: bytes) -> ModelProto:
    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:  # protobuf's own
        raise _no_model() from error
    if not model.graph.node:
        raise _no_model()
    return model


def _no_model() -> BundleError:
    return BundleError("Expected a whole Keras file (.h5, .keras) or ONNX file (.onnx). Received something else.")


def _refuse_elsewhere(model: ModelProto) -> None:
    """Refuse what points at other files, before anything follows it there."""
    if any(tensor.data_location == TensorProto.EXTERNAL or tensor.external_data for tensor in _tensors(model)):
        raise BundleError(
            "Expected an ONNX file with its weights in it. Received one with weights in other files: "
            "join them by onnx.save(onnx.load(OLD), NEW), or export with external_data=False."
        )


def _checked(original: ModelProto) -> ModelProto:
    """Return a copy without functions of its own, sound, and with nothing but ONNX' operators in it."""
    onnx.checker.check_model(original)
    model: ModelProto = onnx.inliner.inline_local_functions(original)
    nodes = [node for part in _parts(model) for node in part.node]
    strange = sorted({f"{node.domain}.{node.op_type}" for node in nodes if node.domain not in DOMAINS})
    if strange:
        raise BundleError(f"Expected operators of ONNX alone. Received {', '.join(strange)}.")
    if _opset(model) < OPSET_FROM:
        raise BundleError(
            f"Expected opset {OPSET_FROM} or later. Received {_opset(model)}: export it again with a later one."
        )
    return model


def _opset(model: ModelProto) -> int:
    return max((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), default=0)


def _taken(model: ModelProto) -> tuple[int, tuple[int, ...]]:
    """Return the size of the batch, 1 where it may vary, and the layout that the model takes."""
    given = _input(model)
    kind = given.type.tensor_type.elem_type
    if kind != TensorProto.FLOAT:
        raise BundleError(f"Expected a model that takes float32. Received {TensorProto.DataType.Name(kind).lower()}.")
    batch, *shape = [size.dim_value or None for size in given.type.tensor_type.shape.dim] or [None]
    if (batch or 1) > BATCH_LIMIT:
        raise BundleError(f"Expected a model for any number of digits at once. Received one for {batch}.")
    return batch or 1, layout(shape)


def _input(model: ModelProto) -> Any:
    weights = {each.name for each in model.graph.initializer}
    inputs = [each for each in model.graph.input if each.name not in weights]
    if len(inputs) != 1:
        raise BundleError(f"Expected a model with one input. Received one with {len(inputs)}.")
    return inputs[0]


def _loosen(model: ModelProto, taken: tuple[int, ...]) -> None:
    """Let the batch vary: in what is declared, and in the shapes that values are given on their way."""
    graph = model.graph
    given = _input(model)
    sizes = given.type.tensor_type.shape.dim
    batch = sizes[0].dim_value
    del sizes[1:]
    sizes[0].dim_param = "N"
    sizes.extend(onnx.TensorShapeProto.Dimension(dim_value=size) for size in taken)
    kept = onnx.ValueInfoProto()
    kept.CopyFrom(given)
    del graph.input[:], graph.value_info[:]
    graph.input.append(kept)
    model.ir_version = max(model.ir_version, IR_VERSION_FROM)
    for output in graph.output:
        output.type.tensor_type.ClearField("shape")
    if batch:
        _loosen_reshapes(graph, kept.name, batch)


def _loosen_reshapes(graph: Any, name: str, batch: int) -> None:
    """Let each Reshape of what depends on the input keep the size of the batch, where its shape has it as a number."""
    shapes = {each.name: numpy_helper.to_array(each) for each in graph.initializer if len(each.dims) == 1}
    for node in graph.node:
        if node.op_type == "Constant":
            [value] = node.attribute
            shapes[node.output[0]] = numpy_helper.to_array(value.t) if value.HasField("t") else np.array(value.ints)
    depending = {name}
    for node in graph.node:
        if node.op_type == "Shape" or not depending & set(node.input):
            continue
        depending |= set(node.output)
        if node.op_type == "Reshape" and node.input[0] in depending and node.input[1] in shapes:
            shape = shapes[node.input[1]]
            if shape.ndim == 1 and shape.size and shape[0] == batch:
                looser = np.array([0, *shape[1:]], np.int64)  # 0 stands for the size that is there
                graph.initializer.append(numpy_helper.from_array(looser, f"{node.output[0]}/loosened"))
                node.input[1] = f"{node.output[0]}/loosened"


def _keep_one_output(model: ModelProto, taken: tuple[int, ...]) -> None:
    """Keep the first output that is (N, 10) or (N, 11), which is found by running it."""
    outputs = session(model.SerializeToString())
    try:
        found = outputs.run(None, {outputs.get_inputs()[0].name: np.zeros((3, *taken), np.float32)})
    except Exception as error:  # ONNX Runtime's
        raise _fixed(f"one that fails on three: {first_line(error)}") from error
    shapes = [np.shape(each) for each in found]
    floats = [isinstance(each, np.ndarray) and each.dtype == np.float32 for each in found]
    fine = [place for place, shape in enumerate(shapes) if floats[place] and shape in [(3, count) for count in CLASSES]]
    if not fine:
        received = ", ".join("x".join(map(str, shape[1:])) or "one number" for shape in shapes)
        raise BundleError(f"Expected a model that gives 10 numbers, or 11 with no digit last. Received {received}.")
    kept = onnx.ValueInfoProto()
    kept.CopyFrom(model.graph.output[fine[0]])
    del model.graph.output[:]
    sizes = ["N", shapes[fine[0]][1]]
    model.graph.output.append(onnx.helper.make_tensor_value_info(kept.name, TensorProto.FLOAT, sizes))


def _fixed(received: str) -> BundleError:
    return BundleError(
        f"Expected a model that takes any number of digits at once, as torch.onnx.export makes it with dynamic_axes. "
        f"Received {received}."
    )


def _forget_its_owner(model: ModelProto) -> None:
    """Remove what says nothing of the numbers: PyTorch writes paths into it, and a bundle's file is served to all."""
    del model.metadata_props[:], model.training_info[:]
    model.ClearField("doc_string")
    for part in _parts(model):
        for each in (part, *part.node):
            each.ClearField("doc_string")
            each.ClearField("metadata_props")


def _hold(data: bytes, original: bytes, taken: tuple[int, ...], batch: int, glyphs: NDArray[np.float32]) -> None:
    """Hold the loosened file to the original one, which takes `batch` at once."""
    inputs = np.resize(glyphs, (2 * batch + 1, *taken))
    loose, fixed = session(data), session(original)
    [answers] = loose.run(None, {loose.get_inputs()[0].name: inputs})
    name, output = fixed.get_inputs()[0].name, loose.get_outputs()[0].name
    for start in (0, batch):
        part = inputs[start : start + batch]
        # The original may want (N, 28, 28) under any name of its sizes, but never in another order.
        [expected] = fixed.run([output], {name: part})
        scale = np.maximum(1, np.abs(expected).max())
        if not np.allclose(answers[start : start + batch] / scale, expected / scale, atol=TOLERANCE):
            raise _fixed("one whose answers depend on their number")


def _parts(model: ModelProto) -> Iterator[Any]:
    """Yield the graph, the functions, and the graphs inside their nodes."""
    waiting: list[Any] = [model.graph, *model.functions]
    while waiting:
        part = waiting.pop()
        yield part
        for attribute in (attribute for node in part.node for attribute in node.attribute):
            waiting += [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]


def _tensors(model: ModelProto) -> Iterator[Any]:
    """Yield all tensors that a model has, wherever they are."""
    for part in _parts(model):
        sparse = []
        if isinstance(part, GraphProto):
            yield from part.initializer
            sparse += part.sparse_initializer
        for attribute in (attribute for node in part.node for attribute in node.attribute):
            yield from (*attribute.tensors, *([attribute.t] if attribute.HasField("t") else []))
            sparse += [
                *attribute.sparse_tensors,
                *([attribute.sparse_tensor] if attribute.HasField("sparse_tensor") else []),
            ]
        yield from (tensor for each in sparse for tensor in (each.values, each.indices))
