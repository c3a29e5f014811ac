"""A guest: a model from elsewhere as the ONNX file of what it computes, before anything is added to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sutja.errors import BundleError
from sutja.runtime import onnxruntime

LIMIT_BYTES = 1 << 28
"""Larger files are refused; the largest of the usual networks for 28x28 has a tenth of it."""
CLASSES = (10, 11)
"""The ten digits, or these and, last, that it is none."""
LAYOUTS = ((28, 28, 1), (1, 28, 28), (28, 28), (784,))
"""The shapes in which a model may take a glyph. All have the same 784 numbers in the same order."""

HDF5, ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Guest:
    """A model as an ONNX file from (N, *layout) float32 to (N, 10) or (N, 11), of whatever scale.

    `format` says what it was. `hold` takes glyphs (M, 28, 28), scaled as the model wants them, and raises `BundleError`
    where the ONNX file does not answer as the original does.
    """

    onnx: bytes = field(repr=False)
    layout: tuple[int, ...]
    parameters: int
    format: str
    hold: Callable[[NDArray[np.float32]], None]


def is_keras(file: Path) -> bool:
    """Return whether the first bytes are those of a Keras file, whatever its name says. Raises `BundleError`."""
    if file.is_dir():
        raise BundleError(
            f"Expected {file} to be a file. Received a folder: of a SavedModel, export .keras or .onnx first."
        )
    if file.stat().st_size > LIMIT_BYTES:
        raise BundleError(f"Expected a file of at most {LIMIT_BYTES:,} bytes. Received {file.stat().st_size:,}.")
    with file.open("rb") as opened:
        return opened.read(len(HDF5)).startswith((HDF5, ZIP))


def fitting(shape: Sequence[int | None]) -> tuple[int, ...] | None:
    """Return the layout that a shape, without the batch, allows, if any; None in it is a size left open."""
    for each in LAYOUTS:
        if len(each) == len(shape) and all(size in (None, wanted) for size, wanted in zip(shape, each, strict=True)):
            return each
    return None


def layout(shape: Sequence[int | None]) -> tuple[int, ...]:
    """Return the layout that a shape allows. Raises `BundleError` where it allows none."""
    found = fitting(shape)
    if found is None:
        sizes = "x".join("?" if size is None else str(size) for size in shape) or "a single number"
        raise BundleError(f"Expected a model that takes 28x28, 28x28x1, 1x28x28 or 784 for a digit. Received {sizes}.")
    return found


def session(onnx: bytes) -> onnxruntime.InferenceSession:
    """Return a quiet session on the CPU. Raises `BundleError` where ONNX Runtime refuses the file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's exceptions have no common root but this
        raise BundleError(f"Expected a model that ONNX Runtime can load. Received: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """Return the first line of what a foreign exception says, where Keras wraps several the innermost one's."""
    text = str(error).rpartition("Exception encountered: ")[2].strip()
    line = (text.splitlines() or [type(error).__name__])[0]
    return f"{line[:200]}…" if len(line) > 200 else line
