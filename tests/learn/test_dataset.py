from pathlib import Path

import numpy as np
import pytest

from sutja import DataError
from sutja.learn.dataset import mnist_test, mnist_training


def test_the_parts_are_apart(data: Path) -> None:
    """Training and calibration are the first and last of the training half, and the test half is another file."""
    training, calibration = mnist_training(data)
    assert (len(training), len(calibration), len(mnist_test(data))) == (1200, 300, 297)
    assert len({part.digest() for part in (training, calibration, mnist_test(data))}) == 3


def test_glyphs_are_as_the_reader_sees_them(data: Path) -> None:
    """Glyphs are float32 in [0, 1], prepared, with a label from 0 to 9 each."""
    training, _ = mnist_training(data)
    assert training.glyphs.shape == (1200, 28, 28)
    assert training.glyphs.dtype == np.float32
    assert 0 <= training.glyphs.min() < training.glyphs.max() <= 1 + 1e-6
    assert set(training.labels) == set(range(10))


def test_a_digest_knows_every_pixel_and_label(data: Path) -> None:
    """Two loads have one digest; one pixel or one label changed is another snapshot."""
    training, again = (mnist_training(data)[0] for _ in range(2))
    assert training.digest() == again.digest()
    again.labels[5] = (again.labels[5] + 1) % 10
    assert training.digest() != again.digest()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Without the file there is an error that names it, and no invented digits."""
    with pytest.raises(DataError, match="train-images"):
        mnist_training(tmp_path)


def test_mnist_hardly_changes(real_data: Path) -> None:
    """MNIST's digits are normalised already: of 1,000 at least 98 % stay within 5 % at every pixel."""
    import gzip

    raw = gzip.decompress((real_data / "mnist" / "train-images-idx3-ubyte.gz").read_bytes())
    pixels = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 28, 28)[:1000] / 255
    difference = np.abs(mnist_training(real_data)[0].glyphs[:1000] - pixels).max((1, 2))
    assert (difference < 0.05).mean() >= 0.98
