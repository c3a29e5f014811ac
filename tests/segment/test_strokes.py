"""Strokes: where ink is cut, in which order its strokes go together, and what their times say."""

import pytest

from sutja import Ink
from sutja.reading import Box
from sutja.segment import Lattice, Piece, lattice_of
from sutja.segment.lattice import LATE_COST, PAUSE_COST, PAUSE_MS

STEM, BOW = [(0, 0), (0, 100)], [(5, 20), (50, 40), (5, 95)]
"""Side by side and apart: a 1 and a bow, or the two strokes of one sign."""


def piece_of(lattice: Lattice, *places: int) -> Piece:
    """Return the piece of just these primitives."""
    [found] = [piece for piece in lattice.pieces if piece.group.places == places]
    return found


def timed(*strokes: list[tuple[float, float]], pause_ms: float, line_ms: float = 20.0) -> Ink:
    """Return an ink whose lines take so long each, with such a pause between its strokes."""
    now, drawn = 0.0, []
    for stroke in strokes:
        drawn.append([(x, y, now + line_ms * place) for place, (x, y) in enumerate(stroke)])
        now = drawn[-1][-1][2] + pause_ms
    return Ink(drawn)


def test_each_stroke_and_what_lies_close_are_pieces() -> None:
    """Two strokes make three pieces: each alone and both; a third one far away stays by itself."""
    lattice = lattice_of(Ink([STEM, BOW, [(300, 0), (300, 100)]]))
    assert lattice.size == 3
    assert {piece.group.places for piece in lattice.pieces} == {(0,), (1,), (2,), (0, 1)}


def test_a_piece_has_its_strokes_as_they_were_drawn() -> None:
    """Primitives go from left to right; the strokes of a piece go on in the order of the hand."""
    ink = Ink([BOW, STEM])
    lattice = lattice_of(ink)
    assert piece_of(lattice, 0).drawing == Ink([STEM])
    assert piece_of(lattice, 0, 1).drawing == ink


def test_what_was_drawn_in_between_parts_strokes() -> None:
    """Two strokes that were drawn one after the other are likelier one digit than with another one in between."""
    far = [(300, 0), (300, 100)]
    at_once, later = (piece_of(lattice_of(Ink(each)), 0, 1) for each in ([STEM, BOW, far], [STEM, far, BOW]))
    assert at_once.group.prior - later.group.prior == pytest.approx(LATE_COST)


def test_a_pause_parts_strokes() -> None:
    """The longer the pen rested, the less likely strokes are one digit, up to a limit; a short rest says nothing."""
    start, full = PAUSE_MS
    rests = (0.0, start, (start + full) / 2, full, 100 * full)
    priors = [piece_of(lattice_of(timed(STEM, BOW, pause_ms=rest)), 0, 1).group.prior for rest in rests]
    assert [priors[0] - prior for prior in priors] == pytest.approx([0, 0, PAUSE_COST / 2, PAUSE_COST, PAUSE_COST])


def test_the_time_of_drawing_is_no_pause() -> None:
    """Who draws slowly rests no longer between strokes."""
    fast, slow = (timed(STEM, BOW, pause_ms=100.0, line_ms=each) for each in (10.0, 3000.0))
    assert piece_of(lattice_of(fast), 0, 1).group.prior == piece_of(lattice_of(slow), 0, 1).group.prior


@pytest.mark.parametrize("second", [BOW, [(x, y, 5e6) for x, y in BOW]], ids=["no time", "half of the times"])
def test_time_that_is_not_known_says_nothing(second: list) -> None:
    """Without times, and with some alone, strokes go together as if the hand had gone on."""
    known = piece_of(lattice_of(timed(STEM, BOW, pause_ms=0.0)), 0, 1).group.prior
    assert piece_of(lattice_of(Ink([STEM, second])), 0, 1).group.prior == known


def test_a_clock_that_runs_backwards_says_nothing() -> None:
    """A pad whose times begin anew with each stroke does no harm."""
    known = piece_of(lattice_of(Ink([STEM, BOW])), 0, 1).group.prior
    assert piece_of(lattice_of(timed(STEM, BOW, pause_ms=-1e6)), 0, 1).group.prior == known


def test_a_pen_that_ran_on_is_cut_where_it_turns() -> None:
    """A stroke like that of "11", joined by a line, is cut at its turns; whole again it is what was drawn."""
    ink = Ink([[(0, 0), (20, 100), (60, 0), (80, 100)]])
    lattice = lattice_of(ink)
    assert lattice.size == 3
    whole = piece_of(lattice, *range(lattice.size))
    assert whole.drawing == ink
    assert whole.group.prior > sum(piece_of(lattice, place).group.prior for place in range(lattice.size))


def test_a_narrow_stroke_is_not_cut() -> None:
    """What is no wider than a digit stays whole, however often the pen turns."""
    assert lattice_of(Ink([[(20 * (place % 2), 20 * place) for place in range(6)]])).size == 1


def test_lines_are_read_from_top_to_bottom() -> None:
    """The primitives of the upper line come first, whatever was drawn first."""
    below = [[(x, y + 200) for x, y in stroke] for stroke in (STEM, BOW)]
    lattice = lattice_of(Ink([*below, STEM, BOW]))
    tops = [piece_of(lattice, place).group.box.top for place in range(lattice.size)]
    assert tops == sorted(tops)
    assert not [
        piece for piece in lattice.pieces if set(piece.group.places) & {0, 1} and set(piece.group.places) & {2, 3}
    ]


def test_a_dot_and_nothing() -> None:
    """A tap is a primitive without size; no ink has no pieces."""
    assert lattice_of(Ink()).pieces == ()
    assert piece_of(lattice_of(Ink([[(5, 5)]])), 0).group.box == Box(5, 5, 0, 0)
