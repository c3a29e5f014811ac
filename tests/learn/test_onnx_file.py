"""ONNX files become guests: from any maker, at any size of batch, with nothing outside the file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from sutja import BundleError
from sutja.bundle import Bundle
from sutja.learn.foreign.guest import is_keras, session
from sutja.learn.foreign.onnx_file import opened
from taught import answers, made, onnx_model

GLYPHS = np.random.default_rng(0).random((20, 28, 28), np.float32)
LABELS = np.arange(20) % 10


def written(model: Any, path: Path) -> Path:
    """Write a model into a file."""
    path.write_bytes(model.SerializeToString())
    return path


def usual(**options: Any) -> Any:
    """Return a convolutional network as PyTorch exports it."""
    return onnx_model(GLYPHS, LABELS, **options)


@pytest.mark.parametrize("batch", ["N", 1, 4])
@pytest.mark.parametrize("shape", [(1, 28, 28), (28, 28, 1), (28, 28), (784,)])
def test_any_layout_and_batch(tmp_path: Path, shape: tuple[int, ...], batch: int | str) -> None:
    """Whatever the shape it takes, and though its batch is written down as 1 or 4, it answers any number as before."""
    model = usual(shape=shape, batch=batch)
    guest = opened(written(model, tmp_path / "model.onnx"))
    guest.hold(GLYPHS)
    assert guest.layout == shape
    assert guest.parameters == 8 * 25 + 8 + 288 * 10 + 10
    inputs = GLYPHS.reshape(-1, *shape)
    [found] = session(guest.onnx).run(None, {"x": inputs[:7]})
    size = batch if isinstance(batch, int) else 7
    np.testing.assert_allclose(found[: min(7, size)], answers(model, inputs[:size])[:7], atol=1e-5)


def test_sizes_that_were_left_open(tmp_path: Path) -> None:
    """Rows and columns without a size are those of a glyph."""
    model = usual()
    for size in model.graph.input[0].type.tensor_type.shape.dim[2:]:
        size.dim_param = "side"
    assert opened(written(model, tmp_path / "model.onnx")).layout == (1, 28, 28)


def test_a_shape_among_the_nodes(tmp_path: Path) -> None:
    """The size of the batch is loosened as well where a shape is a node, in any of the ways to write one."""
    model = usual(batch=1)
    [place] = [place for place, each in enumerate(model.graph.initializer) if each.name == "rows"]
    del model.graph.initializer[place]
    model.graph.node.insert(0, helper.make_node("Constant", [], ["rows"], value_ints=[1, -1]))
    opened(written(model, tmp_path / "model.onnx")).hold(GLYPHS)


def test_our_own_file_is_opened(tmp_path: Path) -> None:
    """The file that ships is a model from elsewhere to an import, and stays as it is."""
    (tmp_path / "model.onnx").write_bytes(Bundle.shipped().onnx)
    guest = opened(tmp_path / "model.onnx")
    guest.hold(GLYPHS)
    assert (guest.onnx, guest.layout) == (Bundle.shipped().onnx, (28, 28, 1))


def test_a_function_of_its_own(tmp_path: Path) -> None:
    """A file may have functions, as newer exporters of PyTorch write them, of ONNX' operators."""
    model = usual()
    opset = [helper.make_opsetid("", 17)]
    inner = [helper.make_node("Relu", ["a"], ["b"])]
    model.functions.append(helper.make_function("pkg.torch", "relu", ["a"], ["b"], inner, opset))
    model.opset_import.append(helper.make_opsetid("pkg.torch", 1))
    [relu] = [node for node in model.graph.node if node.op_type == "Relu"]
    relu.op_type, relu.domain = "relu", "pkg.torch"
    opened(written(model, tmp_path / "model.onnx")).hold(GLYPHS)


def test_nothing_of_its_owner_is_kept(tmp_path: Path) -> None:
    """Paths and comments that an exporter left in a file are not served to everybody."""
    model = usual()
    model.graph.node[0].doc_string = "/home/jane/secret.py(12): forward"
    helper.set_model_props(model, {"owner": "jane"})
    data = opened(written(model, tmp_path / "model.onnx")).onnx
    assert b"jane" not in data


def external(model: Any) -> None:
    """Let a weight lie in another file."""
    model.graph.initializer[1].data_location = TensorProto.EXTERNAL
    entry = model.graph.initializer[1].external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"


def external_constant(model: Any) -> None:
    """Let a constant inside a branch lie in another file."""
    tensor = numpy_helper.from_array(np.zeros(1, np.float32), "far")
    tensor.data_location = TensorProto.EXTERNAL
    inner = helper.make_graph([helper.make_node("Constant", [], ["far"], value=tensor)], "then", [], [])
    model.graph.node.append(helper.make_node("If", ["x"], ["far"], then_branch=inner, else_branch=inner))


def strange(model: Any) -> None:
    """Use an operator that ONNX does not have."""
    model.graph.node[2].domain = "com.mine"
    model.opset_import.append(helper.make_opsetid("com.mine", 1))


def two_inputs(model: Any) -> None:
    """Ask for more than a glyph."""
    model.graph.input.append(helper.make_tensor_value_info("mask", TensorProto.FLOAT, [1]))


def halves(model: Any) -> None:
    """Ask for another type."""
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT16


def colours(model: Any) -> None:
    """Ask for another shape."""
    model.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 3


def letters(model: Any) -> None:
    """Give 26 numbers."""
    [weight] = [each for each in model.graph.initializer if each.name == "fc.weight"]
    [bias] = [each for each in model.graph.initializer if each.name == "fc.bias"]
    weight.CopyFrom(numpy_helper.from_array(np.zeros((26, 288), np.float32), "fc.weight"))
    bias.CopyFrom(numpy_helper.from_array(np.zeros(26, np.float32), "fc.bias"))
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 26


def old(model: Any) -> None:
    """Be of 2018."""
    model.opset_import[0].version = 6


def future(model: Any) -> None:
    """Be of the future."""
    model.opset_import[0].version = 99


def torn(model: Any) -> None:
    """Have a weight with fewer numbers than it says."""
    model.graph.initializer[1].raw_data = model.graph.initializer[1].raw_data[:-7]


def huge(model: Any) -> None:
    """Want a million digits at once."""
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 10**6


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (external, "weights in other files"),
        (external_constant, "weights in other files"),
        (strange, r"com\.mine\.Relu"),
        (two_inputs, "Received one with 2"),
        (halves, "Received float16"),
        (colours, "Received 3x28x28"),
        (letters, "Received 26"),
        (old, "opset 8 or later"),
        (future, "Expected"),
        (torn, "sound ONNX file"),
        (huge, "1000000"),
    ],
)
def test_what_is_not_taken_is_named(tmp_path: Path, change: Callable[[Any], None], said: str) -> None:
    """What a file may not have is refused on one line that names it."""
    model = usual()
    change(model)
    with pytest.raises(BundleError, match=said) as raised:
        opened(written(model, tmp_path / "model.onnx"))
    assert len(str(raised.value).splitlines()) == 1


def test_answers_that_depend_on_their_number_are_refused(tmp_path: Path) -> None:
    """A model that mixes the digits of a batch, of which one is not read as it is among others, is refused."""
    nodes = [
        helper.make_node("Gemm", ["x", "weight"], ["logits"]),
        helper.make_node("ReduceMean", ["logits"], ["mean"], axes=[0], keepdims=1),
        helper.make_node("Sub", ["logits", "mean"], ["y"]),
    ]
    weights = {"weight": np.random.default_rng(0).random((784, 10), np.float32)}
    path = written(made(nodes, weights, ("N", 784), "y", ("N", 10)), tmp_path / "model.onnx")
    with pytest.raises(BundleError, match="depend on their number"):
        opened(path).hold(GLYPHS)


def test_a_batch_that_cannot_be_loosened_is_refused(tmp_path: Path) -> None:
    """Where the number of digits is part of what is computed, the message says how to export it."""
    nodes = [
        helper.make_node("Gemm", ["x", "weight"], ["logits"]),
        helper.make_node("Add", ["logits", "shift"], ["y"]),
    ]
    weights = {"weight": np.ones((784, 10), np.float32), "shift": np.ones((2, 10), np.float32)}
    path = written(made(nodes, weights, (2, 784), "y", (2, 10)), tmp_path / "model.onnx")
    with pytest.raises(BundleError, match="dynamic_axes"):
        opened(path)


@pytest.mark.parametrize(
    "data",
    [b"", b"digits,7\n", b"\x80\x04\x95\x10", usual().SerializeToString()[:2000], b"\x00" * 64],
    ids=["empty", "text", "pickle", "cut", "zeros"],
)
def test_what_is_no_model_is_refused(tmp_path: Path, data: bytes) -> None:
    """An empty file, a text, a pickle, half a file and rubbish are one line each."""
    (tmp_path / "model.onnx").write_bytes(data)
    assert not is_keras(tmp_path / "model.onnx")
    with pytest.raises(BundleError, match="Expected") as raised:
        opened(tmp_path / "model.onnx")
    assert len(str(raised.value).splitlines()) == 1


def test_a_folder_and_a_file_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A SavedModel, which is a folder, and a file beyond the limit are refused before they are read."""
    from sutja.learn.foreign import guest

    with pytest.raises(BundleError, match="SavedModel"):
        is_keras(tmp_path)
    monkeypatch.setattr(guest, "LIMIT_BYTES", 100)
    with pytest.raises(BundleError, match="at most 100 bytes"):
        is_keras(written(usual(), tmp_path / "model.onnx"))


def test_the_second_output_may_be_the_one(tmp_path: Path) -> None:
    """Of several outputs the one with ten numbers is kept."""
    model = usual()
    model.graph.output.insert(0, helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 288]))
    guest = opened(written(model, tmp_path / "model.onnx"))
    guest.hold(GLYPHS)
    assert [each.name for each in session(guest.onnx).get_outputs()] == ["logits"]
