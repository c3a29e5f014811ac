"""How figures are told: what each set is called, and how shares and times are written."""

from collections.abc import Iterable, Sequence

from sutja.learn.evaluate.figures import Share

TITLES = {
    "mnist": "MNIST",
    "mnist_pictures": "MNIST, as pictures",
    "strokes": "pens, as strokes",
    "pen_8px": "pens, pictures, pen of 8 px",
    "pen_18px": "pens, pictures, pen of 18 px",
    "photographs": "photographs",
    "together": "MNIST, strokes, photographs, equal weight",
}
"""The sets of digits, as people call them."""


def percent(value: float, places: int = 2) -> str:
    """Return a share in [0, 1] as text."""
    return f"{100 * value:.{places}f} %"


def interval(share: Share) -> str:
    """Return the 95 % interval of a share as text."""
    return f"{100 * share.low:.2f} to {100 * share.high:.2f} %"


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines of text: the first column flush left, the others flush right."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in table
    ]
