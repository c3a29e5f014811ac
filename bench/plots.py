"""The plots of docs/performance.md."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.figures import Measured
from bench.subjects import SUBJECTS, Subject

DPI = 110
COLOURS = ("#2457d6", "#9db7f5")
GREY = ("#5f6368", "#bdc1c6")
PART = "serving"
KINDS = {"ink": "an ink", "png": "a 280x280 PNG", "batch": "64 inks"}


def draw(measured: Measured, folder: Path) -> list[str]:
    """Draw what was measured into a folder beside the page; return the paths from there. Without figures none."""
    shown = [subject for subject in SUBJECTS if measured.of(PART, subject.name).runs]
    if not shown:
        return []
    folder.mkdir(exist_ok=True)
    plots = {
        "throughput.png": [
            (f"{title}: requests a second", [(f"{kind}_16_per_s", "16 connections"), (f"{kind}_64_per_s", "64")])
            for kind, title in KINDS.items()
        ],
        "latency.png": [
            (f"{title}: ms, one client", [(f"{kind}_ms", "median"), (f"{kind}_99_ms", "99 %")])
            for kind, title in KINDS.items()
        ],
        "start.png": [
            ("from the start to the first answer, s", [("start_s", "")]),
            ("memory (PSS), MB", [("load_pss_mb", "under load"), ("rest_pss_mb", "at rest")]),
        ],
    }
    for name, panels in plots.items():
        figure = Figure(figsize=(4.2 * len(panels), 3.4), layout="constrained", facecolor="white")
        for axes, (title, bars) in zip(figure.subplots(1, len(panels), sharey=True), panels, strict=True):
            _bars(axes, measured, shown, title, bars)
        figure.savefig(folder / name, dpi=DPI)
    return [f"{folder.name}/{name}" for name in plots]


def _bars(
    axes: Axes, measured: Measured, shown: Sequence[Subject], title: str, bars: Sequence[tuple[str, str]]
) -> None:
    """Draw a bar for each server and figure, on a scale of powers; ours in colour."""
    height = 0.8 / len(bars)
    for place, (figure, label) in enumerate(bars):
        values = [measured.middle(PART, subject.name, figure) or 0.0 for subject in shown]
        rows = [row + (place - (len(bars) - 1) / 2) * height for row in range(len(shown))]
        colours = [(COLOURS if subject.name in ("sutja", "workers") else GREY)[place] for subject in shown]
        drawn = axes.barh(rows, values, height, color=colours, label=label or None)
        axes.bar_label(drawn, [f"{value:,.3g}" if value < 100 else f"{value:,.0f}" for value in values], fontsize=6)
    axes.set(title=title, xscale="log", yticks=range(len(shown)), yticklabels=[each.title for each in shown])
    axes.title.set_fontsize(9)
    axes.tick_params(labelsize=7)
    axes.margins(x=0.25)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    if len(bars) > 1:
        axes.legend(fontsize=7, frameon=False)
