"""Lattices: which primitives make a piece together, and how likely it is a digit by its form."""

import math
from collections.abc import Sequence

import pytest

from sutja.reading import Box
from sutja.segment import Group
from sutja.segment.lattice import (
    GROUPS_MAX,
    LATE_COST,
    PAUSE_COST,
    PAUSE_MS,
    PIECES_MAX,
    WIDTH_MAX,
    Primitive,
    groups,
    groups_most,
)

HEIGHT = 100.0


def upright(left: float, drawn: int | None = None, width: float = 20.0, height: float = HEIGHT) -> Primitive:
    """Return a primitive of its own that stands on y = 100."""
    whole = round(left) if drawn is None else drawn
    return Primitive(Box(left, HEIGHT - height, width, height), whole, drawn=drawn)


def by_places(primitives: Sequence[Primitive], **more: object) -> dict[tuple[int, ...], Group]:
    """Return the groups by their places."""
    found = groups(primitives, HEIGHT, **more)
    assert len({group.places for group in found}) == len(found)
    return {group.places: group for group in found}


def test_each_is_a_group_alone() -> None:
    """Nothing is lost: every primitive is among the groups by itself, and first among those that begin with it."""
    row = [upright(30.0 * place) for place in range(9)]
    firsts = [group.places for group in groups(row, HEIGHT) if len(group.places) == 1]
    assert firsts == [(place,) for place in range(9)]


def test_what_is_far_is_no_neighbour() -> None:
    """Three tenths of a height apart two may be one digit, and farther they may not."""
    assert (0, 1) in by_places([upright(0), upright(49)])
    assert (0, 1) not in by_places([upright(0), upright(51)])


def test_a_gap_costs_and_so_does_width() -> None:
    """The farther apart, the less likely one digit; a usual form alone costs nothing."""
    priors = [by_places([upright(0), upright(20 + gap)])[0, 1].prior for gap in (0, 10, 20, 28)]
    assert priors == sorted(priors, reverse=True)
    assert priors[0] > priors[-1] + 1
    assert by_places([upright(0)])[0,].prior == 0
    assert by_places([upright(0, height=40)])[0,].prior < 0 > by_places([upright(0, height=200)])[0,].prior


def test_no_group_is_wider_than_two_digits() -> None:
    """However many stand in a row, a piece of several is at most so wide."""
    found = by_places([upright(22.0 * place) for place in range(30)])
    assert all(group.box.width <= WIDTH_MAX * HEIGHT for places, group in found.items() if len(places) > 1)


def test_strokes_of_one_time_go_together() -> None:
    """What was drawn in between makes a group less likely, by a fixed cost."""
    at_once = by_places([upright(0, 0), upright(20, 1)])[0, 1]
    later = by_places([upright(0, 0), upright(20, 2)])[0, 1]
    assert at_once.prior - later.prior == pytest.approx(LATE_COST)
    assert by_places([upright(0, 2), upright(20, 1)])[0, 1] == at_once


@pytest.mark.parametrize(
    ("rest_ms", "cost"), [(-500, 0), (PAUSE_MS[0], 0), (PAUSE_MS[1], PAUSE_COST), (1e9, PAUSE_COST)]
)
def test_a_rest_of_the_pen_costs(rest_ms: float, cost: float) -> None:
    """The longest rest between strokes of a group counts, whichever stroke stands left."""
    for one, other in ((0, 20), (20, 0)):
        pair = [
            Primitive(Box(one, 0, 20, 100), 0, drawn=0, begun_ms=1000.0, ended_ms=1200.0),
            Primitive(Box(other, 0, 20, 100), 1, drawn=1, begun_ms=1200.0 + rest_ms, ended_ms=1400.0 + rest_ms),
        ]
        pair.sort(key=lambda primitive: primitive.box.left)
        without = [Primitive(each.box, each.whole, drawn=each.drawn) for each in pair]
        assert by_places(without)[0, 1].prior - by_places(pair)[0, 1].prior == pytest.approx(cost)


def test_bonds_are_paid_half_by_each_side() -> None:
    """To part what is bound costs the bond once over both pieces, and to leave it together nothing."""
    pair = [upright(0, 0), upright(20, 1)]
    free, bound = by_places(pair), by_places(pair, bonds={(0, 1): 2.0})
    assert [free[each].prior - bound[each].prior for each in ((0,), (1,), (0, 1))] == pytest.approx([1, 1, 0])


def test_a_cut_is_paid_where_it_parts() -> None:
    """Parts of one stroke go together as if it had never been cut."""
    box = Box(0, 0, 20, 100)
    pair = [Primitive(box, 0, 0), Primitive(Box(20, 0, 20, 100), 0, 1, cut_cost=3.0)]
    found = by_places(pair)
    assert found[0,].prior + found[1,].prior == pytest.approx(-3.0)
    assert found[0, 1].prior == 0


def test_parts_that_do_not_follow_each_other_are_no_neighbours() -> None:
    """The first and the third part of a stroke are no piece without the second."""
    parts = [Primitive(Box(10.0 * place, 0, 10, 100), 0, place) for place in range(3)]
    assert set(by_places(parts)) == {(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)}


def test_two_sure_digits_are_no_piece() -> None:
    """Side by side they are two; one over the other they may be the loops of an 8."""
    side = [Primitive(Box(left, 0, 20, 100), int(left), is_digit=True) for left in (0.0, 22.0)]
    assert (0, 1) not in by_places(side)
    stacked = [Primitive(Box(0, top, 20, 45), int(top), is_digit=True) for top in (0.0, 50.0)]
    assert (0, 1) in by_places(stacked)


def test_a_page_full_of_marks_stays_bounded() -> None:
    """With more marks fewer groups begin at each, and one at least."""
    assert (groups_most(0), groups_most(1), groups_most(10**6)) == (GROUPS_MAX, GROUPS_MAX, 1)
    assert all(count * groups_most(count) <= max(PIECES_MAX, count) for count in (75, 100, 400, 2000))
    row = [upright(8.0 * place, width=6.0) for place in range(200)]
    assert len(groups(row, HEIGHT, most=3)) <= 4 * len(row)


def test_no_size_is_no_error() -> None:
    """A dot among digits has a finite prior."""
    assert math.isfinite(by_places([Primitive(Box(0, 0, 0, 0), 0)])[0,].prior)


def test_a_group_moves_behind_other_lines() -> None:
    """Its places count on; its box stays where it is."""
    group = Group((0, 2), Box(1, 2, 3, 4), -0.5)
    assert group.moved(5) == Group((5, 7), Box(1, 2, 3, 4), -0.5)
