import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from drawings import DRAWINGS, drawing
from sutja import Ink
from sutja.learn.dataset.canvas import picture
from sutja.prepare import (
    BOX_PX,
    FINE,
    INK_FLOOR,
    WIDTH_MAX_PX,
    WIDTH_MIN_PX,
    _scaled,
    _stroke_width,
    prepare,
)

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
    frame = np.ones((60, 30), np.float32)
    frame[9:-9, 9:-9] = 0
    rows, columns = np.nonzero(prepare([np.pad(frame, 5)])[0])
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (20, 10)


def test_a_hair_line_is_as_dark_as_a_thick_one() -> None:
    """Averaging a thin line down does not fade it."""
    image = np.zeros((400, 400), np.float32)
    image[20:380, 200] = 1
    assert prepare([image])[0].max() == pytest.approx(1)


def lines(width: float, turn: float) -> np.ndarray:
    """Return (140, 140): a cross of two lines, 90 long and `width` wide, turned by so many degrees."""
    down, right = np.mgrid[:140, :140] - 69.5
    cosine, sine = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    along, across = right * cosine + down * sine, down * cosine - right * sine
    bars = [np.minimum(width / 2 + 0.5 - np.abs(a), 45.5 - np.abs(b)) for a, b in ((along, across), (across, along))]
    return np.clip(np.maximum(*bars), 0, 1).astype(np.float32)


def width_px(image: np.ndarray) -> float:
    """Return the mean width of a picture's strokes, where its longer side is scaled to 20 px."""
    rows, columns = (np.flatnonzero((image > INK_FLOOR).any(axis)) for axis in (1, 0))
    crop = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float64)
    return _stroke_width(_scaled(crop, BOX_PX * FINE)) / FINE


@pytest.mark.parametrize("turn", [0, 20, 45])
@pytest.mark.parametrize("width", [4, 10, 16])
def test_a_stroke_is_as_wide_as_it_was_drawn(width: int, turn: int) -> None:
    """Whichever way lines run, their mean width is known to a fifth, and a blur far finer than they changes little."""
    sharp = lines(width, turn)
    blurred = ndimage.gaussian_filter(sharp, width / 8)
    assert _stroke_width(sharp) == pytest.approx(width, rel=0.2)
    assert _stroke_width(blurred) == pytest.approx(_stroke_width(sharp), rel=0.1)


def drawn(digit: int, pen_px: float) -> np.ndarray:
    """Return a digit as a picture, ink bright: 180 px high, by a pen of so many px."""
    return (1 - picture(drawing(digit), pen_px=pen_px) / 255).astype(np.float32)


@pytest.mark.parametrize("digit", DRAWINGS)
def test_strokes_are_evened_out(digit: int) -> None:
    """Hair lines get thicker and blots thinner: pens from 2 to 30 px make strokes of 2 to 4 px in the glyph."""
    widths = [(width_px(drawn(digit, pen)), width_px(prepare([drawn(digit, pen)])[0])) for pen in (2, 4, 8, 18, 30)]
    before, after = zip(*widths, strict=True)
    assert before[-1] / before[0] > 3
    assert 2.0 <= min(after) <= max(after) <= 4.1
    assert max(after) / min(after) < 1.7


@pytest.mark.parametrize("pen_px", [2, 24, 40, 56])
def test_evening_out_tears_nothing(pen_px: int) -> None:
    """However thin or thick the pen, a digit of strokes that meet stays in one piece."""
    glyphs = prepare([drawn(digit, pen_px) for digit in DRAWINGS])
    assert [ndimage.label(glyph > 0.3, np.ones((3, 3)))[1] for glyph in glyphs] == [1] * 10


def test_a_stroke_of_common_width_is_left_alone() -> None:
    """Between 2 and 3.6 px of the glyph nothing is evened out: there the picture's own pixels are only scaled."""
    for width in (10, 12, 14):
        image = lines(width, 0)
        crop = image[25:115, 25:115]
        assert WIDTH_MIN_PX < width_px(image) < WIDTH_MAX_PX
        glyph = prepare([image])[0]
        np.testing.assert_allclose(glyph[4:24, 4:24], _scaled(crop.astype(np.float64), BOX_PX), atol=1e-6)


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


@settings(deadline=None)  # the first drawing of a size takes longer than the next
@given(inks)
def test_any_ink_becomes_a_glyph(ink: Ink) -> None:
    """Whatever is drawn, a glyph is finite and within [0, 1], and has ink where the drawing has."""
    glyph = prepare([ink])[0]
    assert glyph.dtype == np.float32
    assert np.isfinite(glyph).all()
    assert (glyph.min(), bool(glyph.max() > 0.5)) == (0, bool(ink))
    assert glyph.max() <= 1


@settings(deadline=None)
@given(pictures)
def test_any_picture_becomes_a_glyph(picture: tuple[int, int, int]) -> None:
    """Whatever its shape and pixels, a picture's glyph is finite and within [0, 1]."""
    height, width, seed = picture
    image = np.random.default_rng(seed).random((height, width), np.float32)
    glyph = prepare([image])[0]
    assert np.isfinite(glyph).all()
    assert glyph.min() >= 0
    assert glyph.max() <= 1 + 1e-6
