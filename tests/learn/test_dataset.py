import gzip
from pathlib import Path

import numpy as np
import pytest

from sutja import DataError
from sutja.learn.dataset import NO_DIGIT, mnist_test, mnist_training
from sutja.learn.dataset.labelled import joined, no_digits
from sutja.prepare import WIDTH_MAX_PX, WIDTH_MIN_PX, prepare
from test_prepare import width_px


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


def test_glyphs_are_made_once(data: Path) -> None:
    """A second load has the same glyphs in memory, which nobody can change under another's hands."""
    first, second = (mnist_training(data)[0].glyphs for _ in range(2))
    assert np.shares_memory(first, second)
    with pytest.raises(ValueError, match="read-only"):
        second[0] = 0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Without the file there is an error that names it, and no invented digits."""
    with pytest.raises(DataError, match="train-images"):
        mnist_training(tmp_path)


def test_a_digest_knows_the_order(data: Path) -> None:
    """The same digits in another order are another snapshot, since a training would go otherwise."""
    training, _ = mnist_training(data)
    assert training[::-1].digest() != training.digest()


def test_parts_are_joined_in_their_order(data: Path) -> None:
    """Sets one after the other are one set, and what is no digit has a label of its own after the digits."""
    training, calibration = mnist_training(data)
    whole = joined([calibration, no_digits(training.glyphs[:7]), training])
    assert len(whole) == 300 + 7 + 1200
    assert whole[:300].digest() == calibration.digest()
    assert set(whole[300:307].labels) == {NO_DIGIT} == {10}
    assert whole[307:].digest() == training.digest()


def test_mnist_hardly_changes(real_data: Path) -> None:
    """MNIST's digits are normalised already: of those whose strokes have a common width, more than four fifths of
    1,000, at least 99 % stay within 5 % at every pixel; hair lines get more ink on the whole, and blots less.
    """
    raw = gzip.decompress((real_data / "mnist" / "train-images-idx3-ubyte.gz").read_bytes())
    pixels = (np.frombuffer(raw, np.uint8, 1000 * 28 * 28, offset=16).reshape(-1, 28, 28) / 255).astype(np.float32)
    glyphs = prepare(list(pixels))
    is_left = np.abs(glyphs - pixels).max((1, 2)) < 0.05
    width, more = np.array([width_px(each) for each in pixels]), glyphs.sum((1, 2)) / pixels.sum((1, 2))
    is_common = (width >= WIDTH_MIN_PX) & (width <= WIDTH_MAX_PX)
    assert is_common.mean() > 0.8
    assert is_left[is_common].mean() >= 0.99
    assert more[width < WIDTH_MIN_PX - 0.1].mean() > 1.1
    assert more[width > WIDTH_MAX_PX + 0.4].mean() < 0.95
