import numpy as np
import pytest

from drawings import DRAWINGS, drawing
from sutja import Ink
from sutja.learn.dataset.canvas import drawn, moved, picture

LINE = Ink([[(0, 0), (0, 50)]])


def box(pixels: np.ndarray) -> tuple[float, float, float, float]:
    """Return the top, the left, the height and the width of the ink."""
    rows, columns = (np.flatnonzero((pixels < 128).any(axis)) for axis in (1, 0))
    return rows[0], columns[0], np.ptp(rows) + 1, np.ptp(columns) + 1


@pytest.mark.parametrize("digit", DRAWINGS)
@pytest.mark.parametrize(
    ("extent", "pen", "centre"), [(180, 8, (0.5, 0.5)), (60, 3, (0.3, 0.7)), (100, 20, (0.7, 0.4))]
)
def test_an_ink_lies_where_it_is_put(digit: int, extent: float, pen: float, centre: tuple[float, float]) -> None:
    """Black on white, its longer side as long as asked for and a pen's width more, its middle where it was put."""
    pixels = picture(drawing(digit), side_px=280, extent_px=extent, pen_px=pen, centre=centre)
    assert (pixels.shape, pixels.dtype, pixels.max(), pixels.min()) == ((280, 280), np.uint8, 255, 0)
    top, left, height, width = box(pixels)
    assert max(height, width) == pytest.approx(extent + pen, abs=2.5)
    assert (left + width / 2, top + height / 2) == pytest.approx((280 * centre[0], 280 * centre[1]), abs=2.5)


@pytest.mark.parametrize("pen", [2, 5, 8, 18, 40])
def test_a_line_is_as_wide_as_the_pen(pen: int) -> None:
    """The pen is as wide as asked for, and round at the ends."""
    pixels = picture(LINE, pen_px=pen)
    _, _, height, width = box(pixels)
    assert width == pytest.approx(pen, abs=1)
    assert height == pytest.approx(180 + pen, abs=1.5)
    ends = (pixels < 128).sum(1)
    assert ends[ends > 0][0] <= max(2, 0.7 * pen)


def test_a_positive_tilt_turns_clockwise() -> None:
    """As on a clock: the head of an upright line goes to the right, by the angle that was asked for."""
    pixels = picture(LINE, tilt_deg=20)
    rows, columns = np.nonzero(pixels < 128)
    head, foot = columns[rows < 80].mean(), columns[rows > 200].mean()
    assert head > 150
    assert foot < 130
    _, _, height, width = box(pixels)
    assert (width - 8) / (height - 8) == pytest.approx(np.tan(np.deg2rad(20)), abs=0.03)


@pytest.mark.parametrize("ink", [Ink([[(5, 5)]]), Ink([[(5, 5), (5, 5)]])])
def test_a_dot_is_a_spot_of_the_pen(ink: Ink) -> None:
    """A tap is a disc as wide as the pen, in the middle."""
    assert box(picture(ink, pen_px=12))[2:] == pytest.approx((12, 12), abs=1)
    assert np.sum(picture(ink, pen_px=12) < 128) == pytest.approx(np.pi * 36, rel=0.15)


def test_a_canvas_need_not_be_square() -> None:
    """Strokes in pixels are drawn where they are, on a canvas of any size."""
    pixels = drawn([np.array([[20.0, 10.0], [80.0, 10.0]])], (100, 40), 4)
    assert pixels.shape == (40, 100)
    assert box(pixels) == pytest.approx((8, 18, 4, 64), abs=1)


def test_an_ink_is_moved_by_its_matrix() -> None:
    """A linear map takes each point; strokes stay strokes."""
    doubled = moved(Ink([[(1, 2), (3, 4)], [(5, 6)]]), np.array([[2.0, 0.0], [1.0, 1.0]]))
    assert doubled == Ink([[(2, 3), (6, 7)], [(10, 11)]])
