"""What is asked of a reader, and whether it is met. Owns the limits; each is asked of the test part."""

from collections.abc import Iterator
from dataclasses import dataclass

from sutja.learn.evaluate.figures import Figures
from sutja.learn.evaluate.numbers import Numbers
from sutja.learn.evaluate.others import Others
from sutja.learn.evaluate.pins import Pins
from sutja.learn.evaluate.record import TOGETHER, Measured, Model
from sutja.learn.evaluate.robustness import CONDITIONS, MIDDLE, PLACES, SIZES_PX, USUAL_SIZE_PX, Robustness
from sutja.learn.evaluate.words import TITLES, percent

_FORMATS = {"count": "{:,.0f}", "ms": "{:.2f} ms", "MB": "{:.2f} MB", "": "{:.4f}"}


@dataclass(frozen=True, slots=True)
class Target:
    """A figure and its limit, of which it has to be at least or at most so much; both in `unit`."""

    what: str
    found: float
    limit: float
    is_least: bool = True
    unit: str = "%"

    @property
    def is_met(self) -> bool:
        """Whether it holds."""
        return self.found >= self.limit if self.is_least else self.found <= self.limit

    @property
    def asked(self) -> str:
        """What is asked, as text."""
        return f"{'at least' if self.is_least else 'at most'} {self._told(self.limit)}"

    @property
    def told(self) -> str:
        """What was found, as text."""
        return self._told(self.found)

    def _told(self, value: float) -> str:
        return percent(value) if self.unit == "%" else _FORMATS[self.unit].format(value)


def targets(measured: Measured) -> list[Target]:
    """Return what is asked, of as much as was measured."""
    found = [*_model(measured.model), *_sets(measured.sets)]
    if measured.others:
        found += _others(measured.others)
    if measured.numbers:
        found += _numbers(measured.numbers)
    if measured.robustness:
        found += _robustness(measured.robustness)
    if measured.pins:
        found += _pins(measured.pins)
    return found


def _model(model: Model) -> Iterator[Target]:
    yield Target("parameters", model.parameters, 200_000, is_least=False, unit="count")
    yield Target("size of model.onnx", model.onnx_bytes / 1e6, 1, is_least=False, unit="MB")
    yield Target("time for a glyph on one core", model.glyph_ms, 0.3, is_least=False, unit="ms")


RIGHT = {"mnist": 0.9965, "strokes": 0.992, "pen_8px": 0.987, "pen_18px": 0.975, "photographs": 0.995}


def _sets(sets: dict[str, Figures]) -> Iterator[Target]:
    for name, limit in RIGHT.items():
        if name in sets:
            yield Target(f"{TITLES[name]}: right", sets[name].right.value, limit)
    if "mnist" in sets:
        yield Target("MNIST: wrong among the accepted", sets["mnist"].wrong.value, 0.0005, is_least=False)
        yield Target("MNIST: not accepted", 1 - sets["mnist"].accepted.value, 0.04, is_least=False)
    if TOGETHER in sets:
        whole = sets[TOGETHER]
        yield Target("equal weight: accepted", whole.accepted.value, 0.95)
        yield Target("equal weight: wrong among the accepted", whole.wrong.value, 0.002, is_least=False)
        yield Target("equal weight: refused", whole.refused.value, 0.01, is_least=False)
    for name in ("mnist", "strokes", "photographs", TOGETHER):
        if name in sets:
            error = sets[name].calibration_error
            yield Target(f"{TITLES[name]}: calibration error", error, 0.01, is_least=False, unit="")


def _others(others: Others) -> Iterator[Target]:
    yield Target("symbols never trained on (w, x): caught", others.held_out.caught.value, 0.95)
    yield Target("letters of other fonts: caught", others.letters.caught.value, 0.9)
    for name in ("blank", "dots", "scribbles"):
        confident = sum(others.made[name].read_as)
        yield Target(f"{name}: read as a digit with certainty", confident, 0, is_least=False, unit="count")
    yield Target("upright lines: read as 1", others.uprights.right.value, 1)


def _numbers(numbers: Numbers) -> Iterator[Target]:
    for way, found, limit in (("inks", numbers.inks, 0.94), ("pictures", numbers.pictures, 0.92)):
        yield Target(f"4-digit numbers as {way}: wholly right", found.by_length[4].value, limit)
        yield Target(f"numbers as {way}: wrong, every digit sure", found.wrong.value, 0.005, is_least=False)
    yield Target("time for ten digits on a 12-megapixel photo", numbers.photo_ms, 400, is_least=False, unit="ms")


def _robustness(sheet: Robustness) -> Iterator[Target]:
    level = [cell.share for cell in sheet.cells if abs(CONDITIONS[cell.condition].tilt_deg) <= 10]
    yield Target("worst cell within ±10°", min(level), 0.95)
    middle, usual = sheet.at(MIDDLE).value, sheet.at(MIDDLE, size_px=USUAL_SIZE_PX).value
    places = [abs(sheet.at(place).value - middle) for place in PLACES]
    yield Target("any place on the page: away from the middle", max(places), 0.005, is_least=False)
    sizes = [abs(sheet.at(MIDDLE, size_px=size).value - usual) for size in SIZES_PX]
    yield Target(f"any size: away from {USUAL_SIZE_PX} px", max(sizes), 0.005, is_least=False)


def _pins(pins: Pins) -> Iterator[Target]:
    chosen = pins.chosen
    yield Target("PINs: wholly right at the first try", chosen.right.value, 0.92)
    yield Target("PINs: right after at most two redrawings", chosen.right_finally.value, 0.985)
    yield Target("PINs: wrongly accepted, redrawings included", chosen.wrong_finally.value, 0.005, is_least=False)
