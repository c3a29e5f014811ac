"""What a model wants of a glyph, and what its numbers mean, is found out; the whole file does both."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from sutja import BundleError, Reader
from sutja.bundle import draft
from sutja.learn.dataset import Dataset
from sutja.learn.foreign.fit import SCALES, Fit, Meaning, _best, _judged, fitted, whole
from sutja.learn.foreign.guest import Guest
from sutja.learn.foreign.onnx_file import opened
from taught import least_squares, made, onnx_model, packed_digits


@pytest.fixture(scope="module")
def digits(files: dict[str, bytes]) -> Dataset:
    """Return 400 of scikit-learn's digits."""
    return Dataset(*packed_digits(files, 400))


def guest_of(model: Any, folder: Path) -> Guest:
    """Write a model and open it."""
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    return opened(folder / "model.onnx")


def read(guest: Guest, digits: Dataset) -> tuple[Any, float]:
    """Return the fit, and what share a reader reads rightly with the whole file."""
    fit = fitted(guest, digits)
    reader = Reader(draft(whole(guest, fit), "model", guest.parameters))
    return fit, float((reader.probabilities(digits.glyphs).argmax(1) == digits.labels).mean())


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.name)
def test_the_scale_is_found(tmp_path: Path, digits: Dataset, scale: Any) -> None:
    """A model that learnt from glyphs at one scale gets them at that scale again."""
    model = onnx_model(scale.applied(digits.glyphs), digits.labels, end="Softmax")
    fit, share = read(guest_of(model, tmp_path), digits)
    assert fit.scale == scale
    assert fit.accuracy == share > 0.9


def test_the_surest_is_not_the_best() -> None:
    """Of scales that are read almost alike the one of the least log loss is taken, and no scale that is read worse."""
    plain, bytes_, bright = (Fit(scale, Meaning.LOGITS, 0.98, 1000) for scale in SCALES[:3])
    assert _best([(1.5, replace(bytes_, accuracy=0.985)), (0.1, plain)]) == plain
    assert _best([(0.1, plain), (0.2, replace(bright, accuracy=0.995))]).scale == bright.scale


def test_no_digit_is_not_held_against_a_scale() -> None:
    """Where most is said to be no digit, the log loss is that of the ten digits among themselves."""
    digits = np.random.default_rng(0).dirichlet(np.ones(10), 50).astype(np.float32)
    labels = np.arange(50) % 10
    eleven = np.c_[0.01 * digits, np.full(50, 0.99, np.float32)]
    (alone, fit), (among, other) = (_judged(SCALES[0], found, labels) for found in (digits, eleven))
    assert alone == pytest.approx(among, rel=1e-4)
    assert fit == other


def test_the_scales_are_what_people_do() -> None:
    """White paper and full ink become what the names say."""
    found = {scale.name: tuple(scale.applied(np.array([0, 1], np.float32)).tolist()) for scale in SCALES}
    expected = {
        "0 to 1": (0, 1),
        "0 to 255": (0, 255),
        "-1 to 1": (-1, 1),
        "(x - 0.1307) / 0.3081": (-0.424, 2.821),
        "0 to 1, dark ink on white": (1, 0),
        "0 to 255, dark ink on white": (255, 0),
        "-1 to 1, dark ink on white": (1, -1),
        "(x - 0.1307) / 0.3081, dark ink on white": (2.821, -0.424),
    }
    assert found == {name: pytest.approx(both, abs=1e-3) for name, both in expected.items()}


@pytest.mark.parametrize(
    ("end", "meaning"),
    [
        ("", Meaning.LOGITS),
        ("LogSoftmax", Meaning.LOGITS),
        ("Softmax", Meaning.PROBABILITIES),
        ("Sigmoid", Meaning.SIGMOIDS),
    ],
)
def test_the_meaning_is_found(tmp_path: Path, digits: Dataset, end: str, meaning: Meaning) -> None:
    """Whatever a model ends in, the whole file gives probabilities, in the order of the model's own numbers."""
    guest = guest_of(onnx_model(digits.glyphs, digits.labels, end=end), tmp_path)
    fit, share = read(guest, digits)
    assert (fit.meaning, fit.accuracy) == (meaning, share)
    assert share > 0.9


def test_logarithms_become_what_they_were(tmp_path: Path, digits: Dataset) -> None:
    """The softmax that is added to a LogSoftmax undoes it: the same probabilities as of a model with a softmax."""
    found = []
    for end in ("Softmax", "LogSoftmax", ""):
        guest = guest_of(onnx_model(digits.glyphs, digits.labels, end=end), tmp_path)
        file = whole(guest, fitted(guest, digits))
        found.append(Reader(draft(file, "model", 1)).probabilities(digits.glyphs))
    np.testing.assert_allclose(found[0], found[1], atol=1e-5)
    np.testing.assert_allclose(found[0], found[2], atol=1e-5)


@pytest.mark.parametrize(("opset", "end"), [(8, "Sigmoid"), (12, ""), (13, "Sigmoid"), (21, "")])
def test_any_opset(tmp_path: Path, digits: Dataset, opset: int, end: str) -> None:
    """What is added are operators of every opset that is taken."""
    kernel, bias = least_squares(digits.glyphs.reshape(-1, 784) * 2 - 1, digits.labels)
    nodes = [helper.make_node("Gemm", ["x", "probabilities", "sutja.floor"], ["logits"])]
    nodes += [helper.make_node(end, ["logits"], ["y"])] if end else []
    weights = {"probabilities": kernel, "sutja.floor": bias}  # names that what is added has, too
    model = made(nodes, weights, ("N", 784), "y" if end else "logits", ("N", 10), opset)
    fit, share = read(guest_of(model, tmp_path), digits)
    assert (fit.scale.name, share) == ("-1 to 1", fit.accuracy)


def test_the_eleventh_is_no_digit(tmp_path: Path, digits: Dataset) -> None:
    """Of eleven numbers the last one is that it is no digit, and is no reading."""
    kernel, bias = least_squares(digits.glyphs.reshape(-1, 784), digits.labels, classes=11)
    bias[10] = 1e5
    nodes = [helper.make_node("Gemm", ["x", "kernel", "bias"], ["logits"])]
    model = made(nodes, {"kernel": kernel, "bias": bias}, ("N", 784), "logits", ("N", 11))
    guest = guest_of(model, tmp_path)
    fit = fitted(guest, digits)
    assert fit.accuracy > 0.9
    assert (Reader(draft(whole(guest, fit), "model", 1)).probabilities(digits.glyphs).argmax(1) == 10).all()


@pytest.fixture
def untaught(tmp_path: Path, digits: Dataset) -> Guest:
    """Return a model that learnt digits under other labels."""
    return guest_of(onnx_model(digits.glyphs, (digits.labels + 1) % 10), tmp_path)


def test_what_reads_no_digits_is_refused(untaught: Guest, digits: Dataset) -> None:
    """A model of something else, or of digits in another order, is refused with what it reads."""
    with pytest.raises(BundleError, match=r"at least 80%.*Received \d%|Received 1\d%"):
        fitted(untaught, digits)


def test_the_same_core_gives_the_same_bytes(tmp_path: Path, digits: Dataset) -> None:
    """An import made twice is one model, by its sha-256; and importing what came out changes nothing more."""
    guest = guest_of(onnx_model(digits.glyphs, digits.labels), tmp_path)
    first, again = (whole(guest, fitted(guest, digits)) for _ in range(2))
    assert first == again
    (tmp_path / "model.onnx").write_bytes(first)
    imported = opened(tmp_path / "model.onnx")
    assert whole(imported, fitted(imported, digits)) == first
