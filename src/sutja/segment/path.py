"""The best path through a lattice, and how much of the weight of all paths goes through each of its pieces.

Viterbi's algorithm and the forward-backward algorithm over runs of primitives: L. R. Rabiner, "A tutorial on hidden
Markov models" (1989); for numbers, Y. LeCun et al., "Gradient-based learning applied to document recognition" (1998),
section V. Plain floats, so that another language can repeat it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sutja.segment.lattice import Lattice

TIE = 1e-4  # ways that differ by less are as good: the first one is taken, whatever the last digits of a sum were

State: TypeAlias = tuple[int, int, int]
"""The first primitive that no piece has taken, which of those after it are taken, as bits from the one next to it on,
and, where a length was asked for, how many digits lie behind."""


@dataclass(frozen=True, slots=True)
class Step:
    """A piece on the best path, by its place in the lattice, and whether it is taken for a digit.

    `share`, in [0, 1], is the part of the weight of all paths that goes this way.
    """

    place: int
    is_digit: bool
    share: float


@dataclass(frozen=True, slots=True)
class _Edge:
    place: int
    is_digit: bool
    start: State
    stop: State
    weight: float


def best_path(
    lattice: Lattice, digits: Sequence[float], others: Sequence[float], length: int | None = None
) -> list[Step] | None:
    """Return the heaviest way from the beginning of the drawing to its end.

    `digits` and `others` are the logarithms of each piece's weight as a digit and as something else. With a `length`
    only ways with so many digits count: None where there is none.
    """
    edges = _edges(lattice, digits, others, length)
    start, end = (0, 0, 0), (lattice.size, 0, length or 0)
    ahead, behind = _sums(edges, start), _sums([_turned(edge) for edge in reversed(edges)], end)
    if end not in ahead:
        return None
    total = ahead[end]
    return [
        Step(edge.place, edge.is_digit, math.exp(min(0.0, ahead[edge.start] + edge.weight + behind[edge.stop] - total)))
        for edge in _heaviest(edges, start, end)
    ]


def _edges(lattice: Lattice, digits: Sequence[float], others: Sequence[float], length: int | None) -> list[_Edge]:
    """Return all steps that can be taken from the beginning, in an order in which none comes before its start."""
    starting: dict[int, list[int]] = {}
    for place, piece in enumerate(lattice.pieces):
        starting.setdefault(piece.group.places[0], []).append(place)
    edges = []
    waiting: dict[int, set[State]] = {0: {(0, 0, 0)}}
    for first in range(lattice.size):
        for start in sorted(waiting.pop(first, ())):
            for place in starting[first]:
                for is_digit, weight in ((True, digits[place]), (False, others[place])):
                    stop = _after(start, lattice.pieces[place].group.places, int(is_digit and length is not None))
                    if stop and stop[2] <= (length or 0):
                        edges.append(_Edge(place, is_digit, start, stop, weight))
                        waiting.setdefault(stop[0], set()).add(stop)
    return edges


def _after(state: State, places: Sequence[int], digits: int) -> State | None:
    """Return the state after a piece with the first primitive left and so many digits; None where one is taken."""
    first, taken, count = state
    wanted = sum(1 << (place - first - 1) for place in places[1:])
    if wanted & taken:
        return None
    taken |= wanted
    first += 1
    while taken & 1:
        first, taken = first + 1, taken >> 1
    return first, taken >> 1, count + digits


def _turned(edge: _Edge) -> _Edge:
    return _Edge(edge.place, edge.is_digit, edge.stop, edge.start, edge.weight)


def _sums(edges: Iterable[_Edge], origin: State) -> dict[State, float]:
    """Return the logarithm of the weight of all ways from the origin to each state."""
    sums = {origin: 0.0}
    for edge in edges:
        if edge.start in sums:
            there = sums.get(edge.stop, -math.inf)
            sums[edge.stop] = _log_sum(there, sums[edge.start] + edge.weight)
    return sums


def _log_sum(one: float, other: float) -> float:
    high = max(one, other)
    return high + math.log1p(math.exp(min(one, other) - high)) if high > -math.inf else high


def _heaviest(edges: Iterable[_Edge], start: State, end: State) -> list[_Edge]:
    best: dict[State, tuple[float, _Edge | None]] = {start: (0.0, None)}
    for edge in edges:
        weight = best[edge.start][0] + edge.weight
        if edge.stop not in best or weight > best[edge.stop][0] + TIE:
            best[edge.stop] = (weight, edge)
    path: list[_Edge] = []
    last = best[end][1]
    while last:
        path.append(last)
        last = best[last.start][1]
    return path[::-1]
