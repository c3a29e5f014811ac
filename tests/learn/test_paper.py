"""Photos of paper as they are made up, and as they are read."""

import io

import numpy as np
import pytest
from PIL import Image

from drawings import drawing
from sutja import Ink, Reader
from sutja.learn.dataset.numbers import WrittenNumber, written
from sutja.learn.dataset.paper import SCENES, SIDES_PX, Scene, photograph


def number(digits: str) -> WrittenNumber:
    """Return a number of the drawings of the tests."""
    strokes = [
        [(130 * place + point.x, point.y) for point in stroke]
        for place, digit in enumerate(digits)
        for stroke in drawing(int(digit)).strokes
    ]
    return WrittenNumber(Ink(strokes), digits, tuple(len(drawing(int(digit)).strokes) for digit in digits), 0)


def pixels(scene: Scene, seed: int, digits: str = "35") -> np.ndarray:
    """Return a photo as grey levels, (H, W)."""
    image = Image.open(io.BytesIO(photograph(number(digits), scene, seed)))
    assert image.format == "JPEG"
    return np.asarray(image.convert("L"), np.float64)


def small(scene: Scene, seed: int) -> np.ndarray:
    """Return the light of a photo, by its 8x8 brightest places."""
    page = pixels(scene, seed)
    rows, columns = (side // 8 * 8 for side in page.shape)
    blocks = page[:rows, :columns].reshape(8, rows // 8, 8, columns // 8)
    return np.quantile(blocks, 0.7, axis=(1, 3))


def test_the_same_seed_makes_the_same_photo() -> None:
    """Two seeds differ, and one does not; sizes are within their bounds."""
    first, again = (photograph(number("35"), SCENES["pencil"], 3) for _ in range(2))
    assert first == again != photograph(number("35"), SCENES["pencil"], 4)
    sides = [max(pixels(SCENES["plain"], seed).shape) for seed in range(4)]
    assert SIDES_PX[0] - 1 <= min(sides) < max(sides) <= SIDES_PX[1] + 1


def test_a_gradient_is_two_to_one_and_a_shadow_has_an_edge() -> None:
    """Plain paper is evenly bright; a gradient halves the light; a shadow leaves two levels."""
    plain, gradient, shadow = (small(SCENES[name], 1) for name in ("plain", "gradient", "shadow"))
    assert plain.max() / plain.min() < 1.1
    assert 1.6 < gradient.max() / gradient.min() < 2.4
    assert shadow.max() / shadow.min() > 1.35
    assert np.median(np.abs(np.diff(shadow, axis=1))) < 6


def test_lines_cross_the_whole_paper() -> None:
    """An upright strip of ruled paper is darker in places than plain paper; squared paper has more lines."""
    plain, ruled, squared = (pixels(SCENES[name], 6) for name in ("plain", "ruled", "squared"))
    assert plain.shape == ruled.shape == squared.shape
    level = np.median(plain)
    assert (ruled[:, :20].mean(1) < level - 15).mean() > 0.01
    assert (ruled[:20].mean(0) < level - 15).mean() < 0.01 < (squared[:20].mean(0) < level - 15).mean() + 0.01
    assert np.median(squared) <= np.median(ruled) + 1
    assert (squared < level - 15).mean() > 1.3 * (ruled < level - 15).mean()


def test_a_pencil_is_fainter_than_a_pen_and_grainy() -> None:
    """Within its strokes a pencil's grey varies more, and it is nowhere as dark."""
    pen, pencil = (pixels(SCENES[name], 9) for name in ("plain", "pencil"))
    strokes = pen < np.median(pen) - 100
    assert strokes.sum() > 100
    assert pencil[strokes].mean() > pen[strokes].mean() + 25
    assert pencil[strokes].std() > pen[strokes].std()


def test_lengths_are_chosen() -> None:
    """Numbers have just the lengths that are asked for, one digit included."""
    drawn = {7: [(drawing(digit), digit) for digit in range(10)]}
    found = {len(each.digits) for each in written(drawn, 60, seed=2, lengths=(1, 4))}
    assert found == {1, 4}
    assert {len(each.digits) for each in written(drawn, 200, seed=2)} == set(range(2, 9))


@pytest.mark.parametrize("scene", SCENES)
def test_a_photo_is_read(scene: str) -> None:
    """In each scene most numbers of plain drawings are read."""
    reader = Reader.load()
    found = [reader.read_number(photograph(number("2074"), SCENES[scene], seed)).digits for seed in (11, 12, 14)]
    assert found.count("2074") >= 2, found
