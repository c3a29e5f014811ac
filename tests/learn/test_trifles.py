import numpy as np

from sutja import Hint, Ink, Reader, Verdict
from sutja.image import to_grey
from sutja.learn.dataset.trifles import blank, dotted, dotted_ink, on_a_page, upright

SEEDS = range(20)


def test_blank_paper_has_no_ink() -> None:
    """Whatever its tone, grain and light, the reader finds it empty."""
    readings = Reader.load().read_many([blank(np.random.default_rng(seed)) for seed in SEEDS])
    assert {reading.verdict for reading in readings} == {Verdict.EMPTY}


def test_a_dot_is_one_spot() -> None:
    """As an ink it has one place; as a picture its box is about as wide as high."""
    for seed in SEEDS:
        generator = np.random.default_rng(seed)
        assert len({point[:2] for stroke in dotted_ink(generator).strokes for point in stroke}) == 1
        ink = to_grey(dotted(generator)).ink > 0.5
        height, width = np.ptp(np.flatnonzero(ink.any(1))), np.ptp(np.flatnonzero(ink.any(0)))
        assert abs(height - width) <= 2


def test_an_upright_line_is_upright() -> None:
    """It is at least four times as high as it is wide, as an ink and on the page, whose border it does not touch."""
    for seed in SEEDS:
        line = upright(np.random.default_rng(seed))
        points = np.array([point[:2] for point in line.strokes[0]])
        assert np.ptp(points[:, 1]) > 4 * np.ptp(points[:, 0])
        assert Hint.EDGE not in to_grey(on_a_page(line, np.random.default_rng(seed))).hints


def test_a_page_keeps_what_is_drawn() -> None:
    """A square stays whole, wherever it comes to lie."""
    square = Ink([[(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]])
    for seed in SEEDS:
        page = on_a_page(square, np.random.default_rng(seed))
        assert page.shape == (280, 280)
        assert page[[0, -1]].min() == page[:, [0, -1]].min() == 255
