"""How good a reader is, on digits and on what is none. Needs no Keras: what is measured is what serves.

`score` is the one score of a set that stands in a card; `record` is all that `sutja evaluate` tells, out of `kinds`,
`others`, `numbers`, `paper`, `pins` and `robustness`, counted by `figures` from `answers`; `targets` says what is
asked of it.
"""

from sutja.learn.evaluate.record import Measured, Section, archives, measure
from sutja.learn.evaluate.score import evaluate, time_ms

__all__ = ["Measured", "Section", "archives", "evaluate", "measure", "time_ms"]
