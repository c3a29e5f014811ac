from itertools import pairwise

import numpy as np
import pytest

from drawings import DRAWINGS, drawing
from sutja import Ink
from sutja.learn.dataset.compound import (
    INK_FLOOR,
    LEFT_HALVES,
    RIGHT_HALVES,
    UPRIGHT_HALVES,
    halves,
    several_inks,
    several_pictures,
)
from sutja.learn.dataset.labelled import Dataset
from sutja.prepare import prepare

ONE_STROKE = [drawing(digit) for digit, strokes in DRAWINGS.items() if len(strokes) == 1]


def seeded() -> np.random.Generator:
    """Return a fresh generator."""
    return np.random.default_rng(7)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    """Return the ten digits; how bright each is, tells which."""
    shades = np.float32([(10 + digit) / 20 for digit in DRAWINGS])
    return Dataset(prepare([drawing(digit) for digit in DRAWINGS]) * shades[:, None, None], np.arange(10))


def boxes(ink: Ink) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the least and the greatest x and y of each stroke."""
    strokes = [np.array([point[:2] for point in stroke]) for stroke in ink.strokes]
    return [(stroke.min(0), stroke.max(0)) for stroke in strokes]


def test_the_seed_decides(digits: Dataset) -> None:
    """The same generator puts the same drawings together."""
    assert several_inks(ONE_STROKE, 20, seeded()) == several_inks(ONE_STROKE, 20, seeded())
    for make in (several_pictures, halves):
        for one, other in zip(make(digits, 20, seeded()), make(digits, 20, seeded()), strict=True):
            np.testing.assert_array_equal(one, other)


def test_several_digits_stand_in_a_row() -> None:
    """Two digits, or three, one right of the other, hardly overlapping; of about one size and on about one line."""
    inks = several_inks(ONE_STROKE, 300, seeded())
    counts = [len(ink.strokes) for ink in inks]
    assert set(counts) == {2, 3}
    assert 0.7 < np.mean(np.array(counts) == 2) < 0.9
    gaps = []
    for ink in inks:
        row = boxes(ink)
        gaps += [right[0][0] - left[1][0] for left, right in pairwise(row)]
        assert all(0.7 < max(high - low) < 1.3 for low, high in row)
        assert max(low[1] for low, _ in row) - min(low[1] for low, _ in row) <= 0.3
    assert -0.03 <= min(gaps) < 0 < max(gaps) <= 0.35


def test_each_digit_keeps_its_shape() -> None:
    """Digits in a row are scaled and moved, and otherwise as they were written."""
    [ink] = several_inks([drawing(4)], 1, seeded())
    first = Ink([[point[:2] for point in stroke] for stroke in ink.strokes[: len(drawing(4).strokes)]])
    np.testing.assert_allclose(prepare([first]), prepare([drawing(4)]), atol=1e-5)


def test_several_pictures_hold_whole_digits(digits: Dataset) -> None:
    """In a picture of several digits lies all the ink of two or three, but for what they share where they touch."""
    [zero] = digits[:1].glyphs
    whole = several_pictures(digits[:1], 100, seeded())
    counts = [picture.sum() / zero.sum() for picture in whole]
    assert all(1.8 < count < 2.001 or 2.7 < count < 3.001 for count in counts)
    assert {round(count) for count in counts} == {2, 3}
    for picture in whole:
        assert (picture.dtype, float(picture.max())) == (np.float32, float(zero.max()))
        assert picture.shape[1] > 1.8 * (zero > INK_FLOOR).any(0).sum() - 2


def is_piece(part: np.ndarray, whole: np.ndarray) -> bool:
    """Return whether a picture is part of another as it stands, neither turned nor mirrored."""
    height, width = part.shape
    places = np.lib.stride_tricks.sliding_window_view(whole, (height, width))
    return bool((places == part).all((2, 3)).any())


def test_a_half_is_a_piece_of_a_digit(digits: Dataset) -> None:
    """Half of a digit has about half of its columns or rows, neither turned nor mirrored, and some of its ink."""
    for half in halves(digits, 300, seeded()):
        label = round(float(half.max()) * 20) - 10
        glyph = digits.glyphs[label]
        rows, columns = (np.flatnonzero((glyph > INK_FLOOR).any(axis)) for axis in (1, 0))
        assert is_piece(half, glyph)
        assert half.shape[0] <= 0.52 * len(rows) or half.shape[1] <= 0.52 * len(columns)
        assert 0.15 < half.sum() / glyph.sum() < 0.75


def test_no_half_is_another_digit(digits: Dataset) -> None:
    """Only such halves are made as are no digit themselves: none of a 1, and of an 8 or a 9 none but the left one."""
    made = set()
    for half in halves(digits, 600, seeded()):
        label = round(float(half.max()) * 20) - 10
        glyph = digits.glyphs[label]
        columns = np.flatnonzero((glyph > INK_FLOOR).any(0))
        is_level = half.shape[0] == 28
        is_left = is_level and np.array_equal(half, glyph[:, columns[0] : columns[0] + half.shape[1]])
        made.add((label, "left" if is_left else "right" if is_level else "upright"))
    allowed = {"left": LEFT_HALVES, "right": RIGHT_HALVES, "upright": UPRIGHT_HALVES}
    assert made == {(label, side) for side, labels in allowed.items() for label in labels}
    assert not {label for label, _ in made} & {1, 4, 7}
    assert not {(8, "right"), (9, "right"), (3, "right")} & made
