from dataclasses import replace

import pytest

from sutja.bundle import Thresholds
from sutja.learn.dataset.part import Part
from sutja.learn.evaluate.figures import Figures, Share
from sutja.learn.evaluate.others import Caught, Others
from sutja.learn.evaluate.pins import PinFigures, Pins
from sutja.learn.evaluate.record import Measured, Model
from sutja.learn.evaluate.robustness import CONDITIONS, PENS_PX, SIZES_PX, Cell, Robustness
from sutja.learn.evaluate.sheet import sheet
from sutja.learn.evaluate.targets import RIGHT, Target, targets


def share(value: float, of: int = 1000) -> Share:
    return Share(value, value, value, of)


GOOD = Figures(1000, share(0.9975), share(0.998), share(0.97), share(0.0004), share(0.025), share(0.005), 0.01, 0.002)
CAUGHT = Caught(share(0.99), share(0.98), (0,) * 10)
PINS = PinFigures(0.92, share(0.93), share(0.003), share(0.067), 1.1, share(0.99), share(0.004))
MODEL = Model("compact", 189_723, 762_837, "f" * 64, 2, Thresholds(0.9, 0.5, 1.1, 0.002), 0.1)
CELLS = tuple(Cell(name, size, pen, 200, 198, 0) for name in CONDITIONS for size in SIZES_PX for pen in PENS_PX)


def measured(**changes: object) -> Measured:
    """Return what a good reader measures; numbers are left out."""
    others = Others(
        held_out=CAUGHT,
        letters=CAUGHT,
        plain_letters=CAUGHT,
        by_symbol={},
        by_ambiguous={},
        by_letter={},
        by_font={},
        made=dict.fromkeys(("blank", "dots", "scribbles"), CAUGHT),
        uprights=replace(GOOD, right=share(1.0)),
        fonts=(),
        taken=(),
    )
    sets = dict.fromkeys((*RIGHT, "mnist_pictures", "together"), GOOD)
    whole = Measured(MODEL, Part.TEST, sets, {}, {}, {}, others, None, Robustness(CELLS), Pins(PINS, ()))
    return replace(whole, **changes)


def missed(whole: Measured) -> list[str]:
    return [target.what for target in targets(whole) if not target.is_met]


def test_a_good_reader_misses_nothing() -> None:
    """Each figure at its best meets what is asked of it."""
    assert missed(measured()) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"model": replace(MODEL, glyph_ms=0.31)}, "time for a glyph on one core"),
        ({"model": replace(MODEL, parameters=200_001)}, "parameters"),
        ({"sets": {"strokes": replace(GOOD, right=share(0.9919))}}, "pens, as strokes: right"),
        ({"sets": {"mnist": replace(GOOD, wrong=share(0.0006))}}, "MNIST: wrong among the accepted"),
        ({"sets": {"mnist": replace(GOOD, accepted=share(0.959))}}, "MNIST: not accepted"),
        ({"sets": {"together": replace(GOOD, refused=share(0.011))}}, "equal weight: refused"),
        ({"sets": {"photographs": replace(GOOD, calibration_error=0.011)}}, "photographs: calibration error"),
        ({"pins": Pins(replace(PINS, right=share(0.919)), ())}, "PINs: wholly right at the first try"),
        ({"pins": Pins(replace(PINS, right_finally=share(0.984)), ())}, "PINs: right after at most two redrawings"),
        ({"pins": Pins(replace(PINS, wrong_finally=share(0.0051)), ())}, "PINs: wrongly accepted, redrawings included"),
        ({"robustness": Robustness((*CELLS[:-1], replace(CELLS[-1], right=189)))}, "worst cell within ±10°"),
    ],
)
def test_a_figure_beyond_its_limit_is_missed(change: dict[str, object], what: str) -> None:
    """One figure just beyond what is asked, and this one alone is missed."""
    assert missed(measured(**change)) == [what]


def test_one_sure_scribble_is_one_too_many() -> None:
    """Of a thousand scribbles none may be a digit with certainty."""
    whole = measured()
    made = whole.others.made | {"scribbles": replace(CAUGHT, read_as=(0, 1) + (0,) * 8)}
    assert missed(replace(whole, others=replace(whole.others, made=made))) == [
        "scribbles: read as a digit with certainty"
    ]


def test_a_place_or_a_size_that_differs_is_missed() -> None:
    """Half a point away from the middle, or from the usual size, is the limit, to either side."""
    cells = [replace(cell, right=196) if cell.condition == "top left" else cell for cell in CELLS]
    assert missed(measured(robustness=Robustness(tuple(cells)))) == ["any place on the page: away from the middle"]
    cells = [replace(cell, right=200) if (cell.condition, cell.size_px) == ("middle", 60) else cell for cell in CELLS]
    assert missed(measured(robustness=Robustness(tuple(cells)))) == ["any size: away from 180 px"]


def test_what_was_not_measured_is_not_judged() -> None:
    """Without sets and sections only the model is judged."""
    bare = measured(sets={}, others=None, robustness=None, pins=None)
    assert [target.what for target in targets(bare)] == [
        "parameters",
        "size of model.onnx",
        "time for a glyph on one core",
    ]


def test_figures_are_told_in_their_unit() -> None:
    """Shares are told in per cent, counts as whole numbers, times in ms."""
    assert (Target("", 0.99654, 0.9965).told, Target("", 0.99654, 0.9965).asked) == ("99.65 %", "at least 99.65 %")
    assert Target("", 189_723, 200_000, is_least=False, unit="count").asked == "at most 200,000"
    assert Target("", 0.1034, 0.3, is_least=False, unit="ms").told == "0.10 ms"


def test_the_sheet_is_short_and_marks_what_is_missed() -> None:
    """Each set and each target has a line, with ✗ where it is missed; no line is wider than a wide terminal."""
    text = sheet(measured(sets={"mnist": replace(GOOD, wrong=share(0.0006))}))
    assert next(line for line in text.splitlines() if line.startswith("✗")).startswith(
        "✗ MNIST: wrong among the accepted"
    )
    assert text.count("✓") == len(targets(measured(sets={"mnist": GOOD}))) - 1
    assert "MNIST (1,000)" in text
    assert max(map(len, text.splitlines())) <= 160
