import numpy as np
import pytest

from drawings import drawing
from sutja import Reader
from sutja.image import to_grey
from sutja.learn.dataset.pendigits import Penned
from sutja.learn.evaluate.robustness import (
    CONDITIONS,
    MARGIN_PX,
    PLACES,
    SPOILT,
    Cell,
    Condition,
    Robustness,
    _cells,
    _page,
    _spoilt,
    _Task,
    sample,
)


def test_the_sample_is_even() -> None:
    """Of each digit by each writer as many, those that were written first, in whatever order they come."""
    penned = [Penned(drawing(label), label, writer) for _ in range(5) for writer in (7, 3) for label in range(10)]
    chosen = sample(penned, 40)
    assert {(each.label, each.writer) for each in chosen} == {
        (label, writer) for label in range(10) for writer in (7, 3)
    }
    assert {id(each) for each in chosen} == {id(each) for each in penned[:40]}


@pytest.mark.parametrize("place", PLACES)
def test_ink_goes_as_far_out_as_it_can(place: str) -> None:
    """At each place the ink has its size, is whole, and lies at the margin, or in the middle."""
    condition = CONDITIONS[place]
    page = _page(drawing(4), 120, 12, condition) < 128
    for axis, way in ((1, condition.row), (0, condition.column)):
        places = np.flatnonzero(page.any(axis))
        before, after = places[0], 279 - places[-1]
        assert abs({-1: before - MARGIN_PX, 0: before - after, 1: after - MARGIN_PX}[way]) <= 2
    assert abs(max(np.ptp(np.flatnonzero(page.any(axis))) for axis in (0, 1)) - 131) <= 2


def test_a_large_digit_stays_whole() -> None:
    """Where a digit is as high as the page, up and down are the middle."""
    pages = [_page(drawing(0), 270, 10, CONDITIONS[name]) for name in ("top", "middle", "bottom")]
    assert np.array_equal(pages[0], pages[1])
    assert np.array_equal(pages[1], pages[2])


def test_each_condition_does_what_it_says() -> None:
    """Light on dark is the negative; blur spreads the ink and keeps its amount; noise has its deviation on grey."""
    page = _page(drawing(8), 180, 8, Condition())
    generator = np.random.default_rng(0)
    assert np.array_equal(_spoilt(page, Condition(is_light_on_dark=True), generator), 255 - page)
    blurred = 255.0 - _spoilt(page, Condition(blur_px=3), generator)
    assert blurred.sum() == pytest.approx((255.0 - page).sum(), rel=0.01)
    assert (blurred > 0).sum() > 1.5 * (page < 255).sum()
    grey = np.full((280, 280), 128, np.uint8)
    assert _spoilt(grey, Condition(noise=16), generator).std() == pytest.approx(16, rel=0.02)


def test_a_tilt_turns_clockwise() -> None:
    """A line from the top to the foot, tilted by 20°, has its top on the right, and its length."""
    line = type(drawing(1))([[(0, 0), (0, 100)]])
    rows, columns = np.nonzero(to_grey(_page(line, 180, 4, Condition(tilt_deg=20))).ink > 0.5)
    assert np.polyfit(rows, columns, 1)[0] == pytest.approx(-np.tan(np.deg2rad(20)), abs=0.02)


def test_each_cell_is_counted() -> None:
    """Of two drawings under right labels and one under a wrong one two are right, and one is surely wrong."""
    penned = [Penned(drawing(3), 3, 1), Penned(drawing(5), 5, 1), Penned(drawing(0), 9, 1)]
    cells = _cells(Reader.load(), _Task(penned, 180, 12))
    assert [cell.condition for cell in cells] == list(CONDITIONS)
    plain = next(cell for cell in cells if cell.condition == "middle")
    assert (plain.size_px, plain.pen_px, plain.count, plain.right, plain.wrong) == (180, 12, 3, 2, 1)


def test_cells_are_pooled_by_condition_size_and_pen() -> None:
    """A share over all sizes and pens counts all of their drawings; of one size or pen only these."""
    sheet = Robustness(
        (
            Cell("top", 60, 4, 10, 4, 0),
            Cell("top", 60, 8, 10, 6, 0),
            Cell("top", 120, 4, 10, 10, 0),
            Cell("left", 60, 4, 10, 1, 0),
        )
    )
    assert (sheet.at("top").value, sheet.at("top").of) == (pytest.approx(20 / 30), 30)
    assert sheet.at("top", size_px=60).value == pytest.approx(0.5)
    assert sheet.at("top", pen_px=4).value == pytest.approx(0.7)
    assert sheet.at("left", 60, 4).value == pytest.approx(0.1)


def test_tilts_and_places_are_apart() -> None:
    """Every place is level and clean, and every other condition is in the middle."""
    assert all(
        (each.tilt_deg, each.blur_px, each.noise, each.is_light_on_dark) == (0, 0, 0, False) for each in PLACES.values()
    )
    assert all((each.row, each.column) == (0, 0) for each in SPOILT.values())
