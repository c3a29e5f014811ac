"""A drawing of several digits becomes a lattice of pieces, and of the ways through it the best one is found.

`lines` owns what stands beside what, `lattice` the pieces, `path` the best way; `strokes` makes a lattice of ink,
`pixels` one of a picture, from its `components`, cut along `seams`. Nothing here knows glyphs or models.
"""

from sutja.ink import Ink, InkImage
from sutja.segment.lattice import Group, Lattice, Piece
from sutja.segment.path import Step, best_path
from sutja.segment.pixels import lattice_of_picture
from sutja.segment.strokes import lattice_of_ink

__all__ = ["Group", "Lattice", "Piece", "Step", "best_path", "lattice_of", "lattice_of_ink", "lattice_of_picture"]


def lattice_of(drawing: Ink | InkImage) -> Lattice:
    """Return the ways to cut a drawing into pieces, line by line from top to bottom, each from left to right."""
    return lattice_of_ink(drawing) if isinstance(drawing, Ink) else lattice_of_picture(drawing)
