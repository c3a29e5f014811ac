"""MNIST: 70,000 digits of 28x28 by American employees and pupils.

Owns its splits: of the training half the first 50,000 train and the last 10,000 calibrate; the test half is read to
report, at the end.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sutja.errors import DataError
from sutja.learn import sources
from sutja.learn.dataset.labelled import Dataset
from sutja.learn.sources import Archive
from sutja.prepare import prepare

CALIBRATION_COUNT = 10_000
IDX_IMAGES, IDX_LABELS = 0x803, 0x801


def mnist_training(folder: Path) -> tuple[Dataset, Dataset]:
    """Return the 50,000 digits to train on and the 10,000 to calibrate on. Raises `DataError`."""
    whole = _mnist(*sources.MNIST_TRAINING, folder)
    return whole[:-CALIBRATION_COUNT], whole[-CALIBRATION_COUNT:]


def mnist_test(folder: Path) -> Dataset:
    """Return MNIST's 10,000 test digits: to report, at the end. Raises `DataError`."""
    return _mnist(*sources.MNIST_TEST, folder)


def _mnist(images: Archive, labels: Archive, folder: Path) -> Dataset:
    glyphs = _glyphs(images, folder)
    digits = _idx(sources.unpacked(labels, folder), IDX_LABELS, 8)
    if len(glyphs) != len(digits):
        raise DataError(f"Expected as many labels as images. Received {len(digits)} and {len(glyphs)}.")
    return Dataset(glyphs, digits.astype(np.int64))


@lru_cache(maxsize=1)
def _glyphs(images: Archive, folder: Path) -> NDArray[np.float32]:
    """Return the glyphs of a file, which nobody may change: it takes ten seconds, and a cycle wants them four times."""
    pixels = _idx(sources.unpacked(images, folder), IDX_IMAGES, 16).reshape(-1, 28, 28)
    glyphs = prepare(list(pixels.astype(np.float32) / 255))
    glyphs.flags.writeable = False
    return glyphs


def _idx(data: bytes, magic: int, header_bytes: int) -> NDArray[np.uint8]:
    """Return what follows the header of an IDX file (the format is described on MNIST's home page)."""
    found = int.from_bytes(data[:4], "big")
    if found != magic:
        raise DataError(f"Expected an IDX file with magic number {magic:#x}. Received {found:#x}.")
    return np.frombuffer(data, np.uint8, offset=header_bytes)
