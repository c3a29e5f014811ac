"""Every drawing that was read wrongly, side by side: what was meant, what was read, and how surely."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from sutja.learn.dataset.labelled import NO_DIGIT
from sutja.learn.evaluate.mistakes import Mistake
from sutja.learn.evaluate.words import percent
from sutja.reading import Verdict

COLUMNS = 9
COLOURS = {Verdict.DIGIT: "#c5221f", Verdict.UNSURE: "#b06000"}
"""What was wrong and sure stands out."""
GREY = "#5f6368"
DPI = 110


def draw_gallery(mistakes: Sequence[Mistake], path: Path) -> None:
    """Draw each of the mistakes, at least one, with its label, what it was read as, the confidence and the verdict."""
    columns = min(COLUMNS, len(mistakes))
    rows = -(-len(mistakes) // columns)
    figure = Figure(figsize=(1.35 * columns, 1.95 * rows), layout="constrained")
    places = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in places:
        axes.axis("off")
    for axes, each in zip(places, mistakes, strict=False):
        axes.imshow(each.picture, cmap="gray", vmin=0, vmax=255)
        axes.set_title(caption(each), fontsize=8, color=COLOURS.get(Verdict(each.verdict), GREY))
    figure.savefig(path, dpi=DPI)


def caption(mistake: Mistake) -> str:
    """Return what is told of a mistake, in two lines or three."""
    meant = "no digit" if mistake.label == NO_DIGIT else mistake.label
    is_read = mistake.verdict in (Verdict.DIGIT, Verdict.UNSURE)
    read = f"{mistake.digit}, {percent(mistake.confidence, 1)}" if is_read else "none"
    return "\n".join(filter(None, (f"{meant} → {read}", mistake.verdict.replace("_", " "), mistake.note)))
