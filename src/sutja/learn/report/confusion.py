"""Which digit was read as which, on the axes of a picture."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes


def show_confusion(axes: Axes, confusion: Sequence[Sequence[int]], title: str) -> None:
    """Draw counts by label (row) and digit read (column); the diagonal, which went well, is left pale."""
    counts = np.array(confusion)
    wrong = counts * (1 - np.eye(10, dtype=np.int64))
    axes.imshow(wrong, cmap="Oranges", vmin=0, vmax=max(1, wrong.max()))
    for label, digit in np.ndindex(10, 10):
        if counts[label, digit]:
            colour = "white" if wrong[label, digit] > 0.6 * wrong.max() else "black"
            axes.text(digit, label, str(counts[label, digit]), ha="center", va="center", fontsize=9, color=colour)
    axes.set(xticks=range(10), yticks=range(10), xlabel="read as", ylabel="label", title=title)
