"""Pictures of what was measured: coverage against risk, calibration, confusion, robustness."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sutja.learn.evaluate.figures import Curves, Figures
from sutja.learn.evaluate.pins import Pins
from sutja.learn.evaluate.robustness import PENS_PX, PLACES, SIZES_PX, SPOILT, Robustness
from sutja.learn.evaluate.words import TITLES
from sutja.learn.report.confusion import show_confusion

COLOURS = {"mnist": "#2457d6", "strokes": "#0b8a5a", "photographs": "#d9730d", "together": "#202124"}
RISK_PROMISED = 0.002
DPI = 120
WORST = 90.0  # per cent: what is less is as dark as this


def draw_coverage(curves: Mapping[str, Curves], figures: Mapping[str, Figures], path: Path) -> None:
    """Draw, by kind, the share of wrong ones among the accepted over the share accepted, and where the verdict is."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for name, each in curves.items():
        found = np.array([(point.coverage, point.risk) for point in each.coverage]).reshape(-1, 2)
        axes.plot(*(100 * found.T), label=TITLES[name], color=COLOURS[name], lw=2 if name == "together" else 1.2)
        chosen = figures[name]
        axes.plot(100 * chosen.accepted.value, 100 * chosen.wrong.value, "o", color=COLOURS[name])
    axes.axhline(100 * RISK_PROMISED, color="#9aa0a6", ls=":", label="promised: 0.2 %")
    axes.set(
        xlabel="accepted, % (the dot: verdict “digit”)",
        ylabel="wrong among the accepted, %",
        xlim=(70, 100.5),
        ylim=(0, None),
    )
    _finish(figure, axes, path)


def draw_calibration(curves: Mapping[str, Curves], path: Path) -> None:
    """Draw, by kind, how often the reader was wrong over how often it expected to be, both on scales of powers."""
    figure = Figure(figsize=(6, 5), layout="constrained")
    axes = figure.subplots()
    floor = 1e-4
    axes.plot((floor, 1), (floor, 1), color="#9aa0a6", ls=":")
    for name, each in curves.items():
        expected = [max(floor, 1 - bin_.confidence) for bin_ in each.calibration]
        found = [max(floor, 1 - bin_.right) for bin_ in each.calibration]
        axes.plot(expected, found, "o-" if name == "together" else "o", label=TITLES[name], color=COLOURS[name], ms=5)
    axes.set(
        xscale="log",
        yscale="log",
        xlim=(floor * 0.8, 1),
        ylim=(floor * 0.8, 1),
        xlabel="expected to be wrong (1 - confidence), 0.0001 or less at the left",
        ylabel="found to be wrong, 0.0001 or less at the foot",
    )
    _finish(figure, axes, path)


def _finish(figure: Figure, axes: Axes, path: Path) -> None:
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=DPI)


def draw_confusions(curves: Mapping[str, Curves], path: Path) -> None:
    """Draw which digit was read as which, by kind."""
    kinds = [name for name in curves if name != "together"]
    figure = Figure(figsize=(5.2 * len(kinds), 5.4), layout="constrained")
    for axes, name in zip(figure.subplots(1, len(kinds), squeeze=False)[0], kinds, strict=True):
        show_confusion(axes, curves[name].confusion, TITLES[name])
    figure.savefig(path, dpi=DPI)


def draw_robustness(sheet: Robustness, path: Path) -> None:
    """Draw each condition as a table of sizes by pens: nine places on the left, all else on the right."""
    figure = Figure(figsize=(17, 8.5), layout="constrained")
    axes = figure.subplots(3, 6)
    for name, each in zip(PLACES, axes[:, :3].ravel(), strict=True):
        _table(each, sheet, name)
    for name, each in zip(SPOILT, axes[:, 3:].ravel(), strict=True):
        _table(each, sheet, name)
    figure.supxlabel("width of the pen, px")
    figure.supylabel("size of the digit, px")
    figure.savefig(path, dpi=DPI)


def _table(axes: Axes, sheet: Robustness, condition: str) -> None:
    shares = [[100 * sheet.at(condition, size, pen).value for pen in PENS_PX] for size in SIZES_PX]
    axes.imshow(shares, cmap="RdYlGn", vmin=WORST, vmax=100, aspect="auto")
    for (row, column), value in np.ndenumerate(shares):
        axes.text(column, row, f"{value:.1f}", ha="center", va="center", fontsize=9)
    axes.set(title=condition, xticks=range(len(PENS_PX)), yticks=range(len(SIZES_PX)))
    axes.set_xticklabels(map(str, PENS_PX))
    axes.set_yticklabels(map(str, SIZES_PX))


def draw_pins(pins: Pins, path: Path) -> None:
    """Draw the share of PINs that are accepted though they are wrong over the share that is asked again at first."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    asked = [100 * each.asked.value for each in pins.curve]
    for name, shares in {
        "accepted at once, and wrong": [each.wrong for each in pins.curve],
        "after at most two redrawings": [each.wrong_finally for each in pins.curve],
    }.items():
        axes.plot(asked, [100 * share.value for share in shares], "o-", ms=4, label=name)
    for each, x in zip(pins.curve, asked, strict=True):
        point = (x, 100 * each.wrong_finally.value)
        axes.annotate(f"{each.sure_from:g}", point, (0, 5), textcoords="offset points", rotation=60, fontsize=8)
    axes.axvline(100 * pins.chosen.asked.value, color="#9aa0a6", ls=":", label=f"chosen: {pins.chosen.sure_from:g}")
    axes.set(xlabel="asked again, % of PINs", ylabel="wrongly accepted, % of PINs", ylim=(0, None))
    _finish(figure, axes, path)
