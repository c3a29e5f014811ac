"""A drawing of several digits becomes a lattice of pieces, and of the ways through it the best one is found.

`lines` owns what stands beside what, `lattice` the pieces, `path` the best way; `strokes` makes a lattice of ink, with
the `bonds` between its strokes, and `pixels` one of a picture, from its `components`, cut along `seams` where they are
not read as digits. Nothing here knows glyphs or models.
"""

from sutja.segment.lattice import Group, Lattice, Piece
from sutja.segment.path import Step, best_path
from sutja.segment.pixels import Sheet
from sutja.segment.strokes import lattice_of

__all__ = ["Group", "Lattice", "Piece", "Sheet", "Step", "best_path", "lattice_of"]
