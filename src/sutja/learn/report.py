"""Pictures of a training: its history by epoch and its confusions."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sutja.bundle import Score


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
    """Draw which digit was read as which, as a PNG; the diagonal is left pale, since there lies what went well."""
    counts = np.array(score.confusion)
    wrong = counts * (1 - np.eye(10, dtype=np.int64))
    figure = Figure(figsize=(6, 6), layout="constrained")
    axes = figure.subplots()
    axes.imshow(wrong, cmap="Oranges", vmin=0, vmax=max(1, wrong.max()))
    for label, digit in np.ndindex(10, 10):
        if counts[label, digit]:
            colour = "white" if wrong[label, digit] > 0.6 * wrong.max() else "black"
            axes.text(digit, label, str(counts[label, digit]), ha="center", va="center", fontsize=9, color=colour)
    axes.set(
        xticks=range(10),
        yticks=range(10),
        xlabel="read as",
        ylabel="label",
        title=f"{score.accuracy:.2%} of {score.count:,} right",
    )
    figure.savefig(path, dpi=120)
