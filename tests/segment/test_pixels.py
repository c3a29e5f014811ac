"""Sheets: components, the lines that they stand on, and the seams along which they are cut."""

import numpy as np
import pytest

from sutja.ink import InkImage
from sutja.reading import Box
from sutja.segment import Sheet
from sutja.segment.components import components
from sutja.segment.lines import lines
from sutja.segment.seams import seams


def page(*boxes: tuple[int, int, int, int]) -> InkImage:
    """Return a sheet of 120x300 with bars: left, top, width, height."""
    ink = np.zeros((120, 300), np.float32)
    for left, top, width, height in boxes:
        ink[top : top + height, left : left + width] = 1
    return ink


def test_what_touches_is_one_component() -> None:
    """Corners join; paper between does not."""
    found = components(page((10, 10, 5, 5), (15, 15, 5, 5), (40, 10, 5, 5)) > 0)
    assert found.area.tolist() == [50, 25]
    assert (found.left.tolist(), found.right.tolist()) == ([10, 40], [20, 45])


def test_pieces_cover_all_ink() -> None:
    """Each primitive is a piece of its own, and together they are the picture."""
    ink = page((20, 20, 8, 80), (60, 20, 8, 80), (60, 92, 60, 8), (112, 20, 8, 80))
    sheet = Sheet(ink)
    lattice = sheet.lattice([False] * len(sheet.wholes))
    alone = [piece for piece in lattice.pieces if len(piece.group.places) == 1]
    assert lattice.size == len(alone) > 2
    assert sum(float(piece.drawing.sum()) for piece in alone) == pytest.approx(float(ink.sum()), rel=0.02)


def test_what_was_read_is_not_cut() -> None:
    """A digit stays whole, and two of them side by side are no piece."""
    sheet = Sheet(page((20, 20, 40, 80), (70, 20, 40, 80)))
    lattice = sheet.lattice([True, True])
    assert [piece.whole for piece in lattice.pieces] == [0, 1]


@pytest.mark.parametrize("shape", [(1, 300), (300, 1), (4, 4), (1, 1)])
def test_small_sheets(shape: tuple[int, int]) -> None:
    """A row of pixels, full or empty, has pieces or none."""
    for level in (0, 1):
        sheet = Sheet(np.full(shape, level, np.float32))
        assert sheet.lattice([False] * len(sheet.wholes)).size >= len(sheet.wholes)


def test_a_page_of_noise_has_bounded_pieces() -> None:
    """No more than the largest marks are looked at."""
    ink = (np.random.default_rng(0).random((600, 600)) < 0.1).astype(np.float32)
    sheet = Sheet(np.kron(ink, np.ones((4, 4), np.float32))[:1200, :1200])
    assert 0 < len(sheet.wholes) <= 400
    assert len(sheet.lattice([True] * len(sheet.wholes)).pieces) < 3000


def test_a_seam_runs_where_ink_is_thin() -> None:
    """Two blocks with a thread between them are parted at the thread: at most by a third of a pen within a block."""
    ink = page((20, 20, 50, 80), (70, 58, 30, 4), (100, 20, 50, 80))[20:100, 20:150]
    [seam, *_] = seams(ink, 8.0, 30.0, 1)
    assert ((seam.columns >= 50 - 3) & (seam.columns <= 80 + 3)).all()
    assert 2 < seam.cost < 4.5


def test_lines_from_top_to_bottom() -> None:
    """Marks beside each other are a line; a comma goes with its own."""
    boxes = [Box(0, 200, 40, 100), Box(0, 0, 40, 100), Box(60, 10, 40, 100), Box(105, 90, 8, 15), Box(60, 190, 40, 90)]
    assert lines(boxes, 100.0) == [[1, 2, 3], [0, 4]]
