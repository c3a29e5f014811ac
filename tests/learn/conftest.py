"""Real digits for tests on a machine without data: scikit-learn's 1,797, packed like MNIST."""

import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from sutja.learn import dataset, sources
from sutja.learn.sources import Archive


def idx(magic: int, array: np.ndarray) -> bytes:
    """Return an array as an IDX file."""
    header = [magic, *array.shape]
    return b"".join(number.to_bytes(4, "big") for number in header) + array.astype(np.uint8).tobytes()


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    """Return the four unpacked files of a small MNIST: 1,500 digits to train and calibrate on, 297 to test."""
    digits = load_digits()
    images = np.pad(np.kron(digits.images * 255 / 16, np.ones((2, 2))), ((0, 0), (6, 6), (6, 6)))
    halves = {"train": slice(0, 1500), "t10k": slice(1500, None)}
    return {
        f"{half}-{kind}-idx{rank}-ubyte.gz": idx(0x800 | rank, array[part])
        for half, part in halves.items()
        for kind, rank, array in (("images", 3, images), ("labels", 1, digits.target))
    }


@pytest.fixture
def archives(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Archive]]:
    """Let the small files stand for MNIST, with hashes of their own and no home in the network."""
    small = {name: Archive(f"mnist/{name}", (), hashlib.sha256(data).hexdigest()) for name, data in files.items()}
    pairs = list(small.values())
    monkeypatch.setattr(sources, "MNIST_TRAINING", tuple(pairs[:2]))
    monkeypatch.setattr(sources, "MNIST_TEST", tuple(pairs[2:]))
    monkeypatch.setattr(dataset, "CALIBRATION_COUNT", 300)
    return small


@pytest.fixture
def data(files: dict[str, bytes], archives: dict[str, Archive], tmp_path: Path) -> Path:
    """Return a data folder that holds the small MNIST."""
    folder = tmp_path / "data"
    (folder / "mnist").mkdir(parents=True)
    for name, content in files.items():
        (folder / "mnist" / name).write_bytes(gzip.compress(content, 1))
    return folder
