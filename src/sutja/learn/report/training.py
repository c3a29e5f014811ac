"""Pictures of a training: its history by epoch and its confusions."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sutja.bundle import Score
from sutja.learn.report.confusion import show_confusion


def draw_history(history: dict[str, list[float]], path: Path) -> None:
    """Draw loss and accuracy by epoch, on the training and the calibration part, as a PNG."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    _lines(left, history, "loss", "loss")
    _lines(
        right, {name: [100 * value for value in values] for name, values in history.items()}, "accuracy", "accuracy, %"
    )
    figure.savefig(path, dpi=120)


def _lines(axes: Axes, history: dict[str, list[float]], name: str, title: str) -> None:
    epochs = np.arange(1, len(history[name]) + 1)
    axes.plot(epochs, history[name], label="training", color="#9aa0a6")
    axes.plot(epochs, history[f"val_{name}"], label="calibration", color="#2457d6", marker=".")
    axes.set(xlabel="epoch", title=title)
    axes.grid(alpha=0.3)
    axes.legend()


def draw_confusion(score: Score, path: Path) -> None:
    """Draw which digit was read as which, as a PNG."""
    figure = Figure(figsize=(6, 6), layout="constrained")
    show_confusion(figure.subplots(), score.confusion, f"{score.accuracy:.2%} of {score.count:,} right")
    figure.savefig(path, dpi=120)
