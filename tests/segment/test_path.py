"""The best path: on small lattices it is the best of all."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sutja.ink import Ink
from sutja.reading import Box
from sutja.segment import Group, Lattice, Piece, best_path

EMPTY = Box(0, 0, 1, 1)


@st.composite
def lattices(draw: st.DrawFn) -> tuple[Lattice, list[float], list[float]]:
    """Return a small lattice in which each primitive is a piece, and weights that differ."""
    size = draw(st.integers(1, 5))
    subsets = [tuple(place for place in range(size) if mask >> place & 1) for mask in range(1, 2**size)]
    chosen = {(place,) for place in range(size)} | set(draw(st.lists(st.sampled_from(subsets), max_size=6)))
    pieces = tuple(Piece(Group(places, EMPTY, 0.0), Ink()) for places in sorted(chosen))
    weights = st.lists(st.floats(-9, 0), min_size=len(pieces), max_size=len(pieces))
    return Lattice(size, pieces), draw(weights), draw(weights)


def ways(lattice: Lattice, left: frozenset[int]) -> list[list[int]]:
    """Return all choices of pieces in which each primitive is once."""
    if not left:
        return [[]]
    starting = [
        place
        for place, piece in enumerate(lattice.pieces)
        if piece.group.places[0] == min(left) and left >= set(piece.group.places)
    ]
    return [
        [place, *rest] for place in starting for rest in ways(lattice, left - set(lattice.pieces[place].group.places))
    ]


@given(lattices())
@settings(max_examples=60, deadline=None)
def test_no_way_is_better(given_: tuple[Lattice, list[float], list[float]]) -> None:
    """The weight of the path is that of the best of all ways, and its shares are at most all of the weight."""
    lattice, digits, others = given_
    steps = best_path(lattice, digits, others)
    assert steps is not None
    found = sum(digits[step.place] if step.is_digit else others[step.place] for step in steps)
    all_ways = ways(lattice, frozenset(range(lattice.size)))
    best = max(sum(max(digits[place], others[place]) for place in way) for way in all_ways)
    assert found == pytest.approx(best, abs=0.01)
    assert all(0 <= step.share <= 1 for step in steps)
    assert sorted(place for step in steps for place in lattice.pieces[step.place].group.places) == [
        *range(lattice.size)
    ]


@given(lattices(), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_a_length_is_honoured(given_: tuple[Lattice, list[float], list[float]], length: int) -> None:
    """So many steps are digits, or there is no such way."""
    lattice, digits, others = given_
    steps = best_path(lattice, digits, others, length)
    if steps is None:
        assert length > lattice.size
    else:
        assert sum(step.is_digit for step in steps) == length
        firsts = [lattice.pieces[step.place].group.places[0] for step in steps]
        assert all(one < other for one, other in pairwise(firsts))
