"""The sheet of figures that people read on a terminal: short, each figure beside what is asked of it."""

from collections.abc import Iterator

from sutja.learn.evaluate.figures import Figures
from sutja.learn.evaluate.record import Measured
from sutja.learn.evaluate.targets import targets
from sutja.learn.evaluate.words import TITLES, columns, interval, percent

MARKS = {True: "✓", False: "✗"}
HEAD = ("", "right", "95 % interval", "accepted", "wrong of these", "unsure", "refused", "log loss", "calibration")


def sheet(measured: Measured) -> str:
    """Return the most important figures as text."""
    blocks = [
        _head(measured),
        columns([HEAD, *(_row(TITLES[name], each) for name, each in measured.sets.items())] if measured.sets else []),
        columns(_asked(measured)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _head(measured: Measured) -> list[str]:
    model, thresholds = measured.model, measured.model.thresholds
    size = f"{model.parameters:,} parameters, {model.onnx_bytes:,} bytes, {model.glyph_ms:.2f} ms a glyph"
    digit, none = f"digit from {thresholds.unsure_below:.4f}", f"not_a_digit from {thresholds.no_digit_from:.4f}"
    return [
        f"{model.network}, {size}, sha-256 {model.sha256[:12]}",
        f"the {measured.part} part; {none}, else {digit}; temperature {thresholds.temperature:.2f}",
    ]


def _row(name: str, each: Figures) -> tuple[str, ...]:
    shares = (each.accepted, each.wrong, each.unsure, each.refused)
    return (
        f"{name} ({each.count:,})",
        percent(each.right.value),
        interval(each.right),
        *(percent(share.value) for share in shares),
        f"{each.log_loss:.4f}",
        f"{each.calibration_error:.4f}",
    )


def _asked(measured: Measured) -> Iterator[tuple[str, ...]]:
    yield "  what is asked", "found", "asked"
    for target in targets(measured):
        yield f"{MARKS[target.is_met]} {target.what}", target.told, target.asked
