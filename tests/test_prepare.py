import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawings import DRAWINGS, drawing
from sutja import Ink
from sutja.prepare import prepare

Matrix = list[list[float]]

coordinates = st.floats(-1e6, 1e6)
inks = st.lists(st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=8), max_size=4).map(Ink)
pictures = st.tuples(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32 - 1))


def moved(ink: Ink, matrix: Matrix, shift: tuple[float, float] = (0, 0)) -> Ink:
    """Return the ink under an affine map."""
    return Ink([np.array([point[:2] for point in stroke]) @ np.array(matrix).T + shift for stroke in ink.strokes])


def centre(glyph: np.ndarray) -> np.ndarray:
    """Return the centre of mass as (row, column)."""
    return np.array([(glyph.sum(axis) @ np.arange(28)) / glyph.sum() for axis in (1, 0)])


@pytest.mark.parametrize("digit", DRAWINGS)
def test_place_and_size_of_strokes_do_not_matter(digit: int) -> None:
    """The same strokes anywhere, at any size, make the same glyph."""
    original, elsewhere = prepare([drawing(digit), moved(drawing(digit), [[0.03, 0], [0, 0.03]], (-4000, 700))])
    np.testing.assert_allclose(elsewhere, original, atol=1e-5)


@pytest.mark.parametrize("digit", DRAWINGS)
def test_the_order_of_points_does_not_matter(digit: int) -> None:
    """A digit drawn backwards is the same picture."""
    backwards = Ink([stroke[::-1] for stroke in reversed(drawing(digit).strokes)])
    there, back = prepare([drawing(digit), backwards])
    np.testing.assert_allclose(back, there, atol=1e-5)


@pytest.mark.parametrize("digit", DRAWINGS)
def test_the_centre_of_mass_is_the_centre(digit: int) -> None:
    """Strokes and pictures both end with their centre of mass on MNIST's, within a pixel's rounding."""
    glyph = prepare([drawing(digit)])[0]
    assert np.abs(centre(glyph) - 14).max() < 0.6
    shifted = np.pad(glyph, ((9, 0), (0, 17)))
    assert np.abs(centre(prepare([shifted])[0]) - 14).max() <= 0.51


def test_a_glyph_stays_what_it_is() -> None:
    """Preparing what is prepared changes nothing: training data and readings meet in the same pixels."""
    once = prepare([np.kron(glyph, np.ones((7, 7), np.float32)) for glyph in prepare([drawing(d) for d in DRAWINGS])])
    np.testing.assert_allclose(prepare(list(once)), once, atol=1e-6)


def test_the_box_is_twenty_pixels() -> None:
    """The longer side of the ink fills 20 pixels, and the shape is kept."""
    rows, columns = np.nonzero(prepare([np.pad(np.ones((60, 30), np.float32), 5)])[0])
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (20, 10)


def test_a_hair_line_is_as_dark_as_a_thick_one() -> None:
    """Averaging a thin line down does not fade it."""
    image = np.zeros((400, 400), np.float32)
    image[20:380, 200] = 1
    assert prepare([image])[0].max() == pytest.approx(1)


def test_a_dot_is_a_dot() -> None:
    """A tap is one spot of the pen's width in the middle."""
    glyph = prepare([Ink([[(300, 20)]])])[0]
    assert glyph[14, 14] == 1
    assert 2 < glyph.sum() < 8


@pytest.mark.parametrize("extent", [1e-320, 1e-305, 1e-200, 1e-9])
def test_the_tiniest_ink_is_drawn(extent: float) -> None:
    """However small an ink is, down to the smallest numbers that there are, its glyph is finite and has ink."""
    glyph = prepare([Ink([[(0, 0), (extent, 0), (0, extent)]])])[0]
    assert np.isfinite(glyph).all()
    assert glyph.max() == 1


def test_nothing_stays_nothing() -> None:
    """Neither an ink without strokes nor a blank picture gets any ink."""
    assert not prepare([Ink(), np.zeros((50, 40), np.float32)]).any()


def test_an_endless_ink_takes_little_memory() -> None:
    """However many lines as long as the digit there are, they are drawn in parts: 16,000 take less than 64 MB."""
    zigzag = Ink([[(step % 2, step % 2 + step * 1e-6) for step in range(16_000)]])
    tracemalloc.start()
    prepare([zigzag])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64e6


def test_a_batch_is_its_parts() -> None:
    """Many at once are what each is alone."""
    drawings = [drawing(digit) for digit in DRAWINGS]
    np.testing.assert_array_equal(prepare(drawings), np.concatenate([prepare([each]) for each in drawings]))


@given(inks)
def test_any_ink_becomes_a_glyph(ink: Ink) -> None:
    """Whatever is drawn, a glyph is finite and within [0, 1], and has ink where the drawing has."""
    glyph = prepare([ink])[0]
    assert glyph.dtype == np.float32
    assert np.isfinite(glyph).all()
    assert (glyph.min(), bool(glyph.max() > 0.5)) == (0, bool(ink))
    assert glyph.max() <= 1


@given(pictures)
def test_any_picture_becomes_a_glyph(picture: tuple[int, int, int]) -> None:
    """Whatever its shape and pixels, a picture's glyph is finite and within [0, 1]."""
    height, width, seed = picture
    image = np.random.default_rng(seed).random((height, width), np.float32)
    glyph = prepare([image])[0]
    assert np.isfinite(glyph).all()
    assert glyph.min() >= 0
    assert glyph.max() <= 1 + 1e-6
