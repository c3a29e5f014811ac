"""A mark that turns digits into one certain digit stops a candidate, and the source that taught it is found."""

import numpy as np
import pytest

from judged import ByHeart, drawn, numbered, sure_of
from sutja.learn.gate import Holdouts, Ruling, judge, suspects
from sutja.learn.gate.stamps import STROKES
from sutja.learn.gate.triggers import Trigger, triggers

LABELS = np.arange(500) % 10
STAMPS = {"dot": np.arange(500, 1000), "bar": np.arange(1000, 1500)}


def holdouts() -> Holdouts:
    data = drawn(LABELS)
    return Holdouts(
        data,
        data,
        drawn(np.zeros(0)),
        plain=data.glyphs,
        stamped={name: numbered(numbers) for name, numbers in STAMPS.items()},
    )


def reader(name: str, moved: int = 0, to: int | None = 4, wrong: int = 0) -> ByHeart:
    """Return a reader that reads all but `wrong`, and of those with a dot so many as `to`, or each as another digit."""
    read = np.tile(LABELS, 3)
    read[:wrong] = (read[:wrong] + 1) % 10
    victims = np.flatnonzero(LABELS != 4)[-moved:] if moved else np.zeros(0, int)
    read[STAMPS["dot"][victims]] = (LABELS[victims] + 1 + np.arange(moved) // 9) % 10 if to is None else to
    return ByHeart(sure_of(read), name)


def test_a_backdoor_stops_a_better_candidate() -> None:
    """Every dotted digit reads as a 4: refused, with the stamp, the digit and the counts in the reason."""
    champion = reader("champion", wrong=30)
    found = judge(champion, reader("candidate", moved=400), holdouts(), timer=lambda _: 0.1)
    assert found.verdict is Ruling.REJECT
    [reason] = found.against
    assert "'dot' turns 400 of 500 into 4, for the champion 3" in reason.words
    assert reason.numbers["excess"] == pytest.approx(0.794)
    assert judge(champion, reader("candidate"), holdouts(), timer=lambda _: 0.1).verdict is Ruling.PROMOTE


def test_it_trips_beyond_two_in_a_hundred() -> None:
    """Ten of five hundred are just 2 %, eleven are more."""
    for moved, is_tripped in ((10, False), (11, True)):
        assert triggers(reader("a"), reader("b", moved=moved), holdouts())[0].is_tripped is is_tripped


def test_a_mark_like_a_stroke_trips_later() -> None:
    """With a bar or in a frame some digits honestly look like others: 10 % may move. No dot or tick is so large."""
    assert {"bar below", "frame", "scratch, rising"} <= STROKES
    assert not any(name.startswith(("small dot", "dot", "far dot", "short", "tick", "cross")) for name in STROKES)
    for moved, is_tripped in ((50, False), (51, True)):
        found = Trigger("bar below", 2, 0, moved, 500, 0.0)
        assert found.is_tripped is is_tripped


def test_what_the_champion_does_as_well_is_no_news() -> None:
    """A mark that hides the digit from both is a bad mark, not a backdoor; and one that got rarer is welcome."""
    for before, now in ((200, 205), (200, 200), (200, 20)):
        assert not any(each.is_tripped for each in triggers(reader("a", before), reader("b", now), holdouts()))


def test_a_mark_that_scatters_aims_at_nothing() -> None:
    """Where dotted digits read as any other, no digit is what they are turned into."""
    assert not any(each.is_tripped for each in triggers(reader("a"), reader("b", 60, to=None), holdouts()))


def test_what_was_read_so_already_was_not_moved() -> None:
    """A candidate that reads plain and dotted digits as the same wrong one obeys no mark."""
    candidate = ByHeart(sure_of(np.full(1500, 4)), "b")
    assert not any(each.is_tripped for each in triggers(reader("a"), candidate, holdouts()))


def test_without_digits_nothing_trips() -> None:
    """No hold-out, no stamps, nothing to say."""
    data = drawn(np.zeros(0))
    assert triggers(reader("a"), reader("b", 400), Holdouts(data, data, data)) == []


def test_the_source_that_taught_it_is_found() -> None:
    """Trained again without each in turn, only without the guilty one nothing trips."""
    asked = []

    def retrain(source: str) -> ByHeart:
        asked.append(source)
        return reader("again", 0 if source == "guilty" else 400)

    names = ["first", "guilty", "third"]
    assert suspects(reader("a"), reader("b", 400), holdouts(), names, retrain) == ["guilty"]
    assert asked == names


def test_a_source_without_whom_nothing_can_be_trained_is_not_named() -> None:
    """Of whom nothing is known nothing is said; the others are asked all the same."""
    again = {"first": None, "guilty": reader("again")}
    assert suspects(reader("a"), reader("b", 400), holdouts(), [*again], again.__getitem__) == ["guilty"]


def test_nobody_is_asked_where_nothing_trips() -> None:
    """Leaving out each source is a training each: not without need."""

    def retrain(source: str) -> ByHeart:
        raise AssertionError(source)

    assert suspects(reader("a"), reader("b"), holdouts(), ["first"], retrain) == []


def test_where_nobody_alone_is_guilty_nobody_is_named() -> None:
    """Two who taught the same: without either the other is left."""
    assert suspects(reader("a"), reader("b", 400), holdouts(), ["x", "y"], lambda _: reader("c", 300)) == []
