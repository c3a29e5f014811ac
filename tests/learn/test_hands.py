from collections.abc import Callable

import numpy as np
import pytest

from drawings import DRAWINGS, drawing
from sutja import Ink, Reader
from sutja.learn.dataset import hands
from sutja.learn.dataset.hands import varied
from test_prepare import moved

Shape = list[np.ndarray]


def seeded(seed: int = 7) -> np.random.Generator:
    """Return a fresh generator."""
    return np.random.default_rng(seed)


def shape(digit: int) -> Shape:
    """Return the strokes of a digit, with even steps between their points, about the middle and of size 1."""
    return hands._even([np.array(stroke) for stroke in DRAWINGS[digit]])


def length(strokes: Shape) -> float:
    """Return how long strokes are, all together."""
    return float(sum(np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes))


def changed(change: Callable[[Shape, np.random.Generator], Shape], digit: int, times: int = 100) -> list[Shape]:
    """Return a digit under a change, drawn so many times."""
    generator = seeded()
    return [change(shape(digit), generator) for _ in range(times)]


def test_the_seed_decides() -> None:
    """The same generator makes the same hand; the next draw makes another."""
    generator = seeded()
    first, second = varied(drawing(3), generator), varied(drawing(3), generator)
    assert first == varied(drawing(3), seeded())
    assert first != second


@pytest.mark.parametrize("digit", DRAWINGS)
def test_place_and_size_do_not_matter(digit: int) -> None:
    """An ink far away and a hundred times as large gets the same hand: amounts are parts of its size."""
    there = moved(drawing(digit), [[100, 0], [0, 100]], (-9000, 4000))
    for here, far in zip(varied(drawing(digit), seeded()).strokes, varied(there, seeded()).strokes, strict=True):
        np.testing.assert_allclose(np.array(here)[:, :2].astype(float), np.array(far)[:, :2].astype(float), atol=1e-6)


def test_another_hand_writes_the_same_digit() -> None:
    """A drawing by another hand is another drawing, and still that digit for nineteen readers in twenty."""
    generator = seeded()
    inks = [(digit, varied(drawing(digit), generator, digit)) for digit in DRAWINGS for _ in range(30)]
    assert len({str(ink.to_json()) for _, ink in inks}) > 0.97 * len(inks)
    readings = Reader.load().read_many([ink for _, ink in inks])
    assert np.mean([reading.digit == digit for reading, (digit, _) in zip(readings, inks, strict=True)]) > 0.95


@pytest.mark.parametrize("ink", [Ink([[(5, 5)]]), Ink([[(5, 5), (5, 5)]]), Ink([[(0, 0), (1e6, 0)], [(3, 3)]])])
def test_the_least_ink_has_a_hand(ink: Ink) -> None:
    """A dot, a pen that stood still and a dot beside a line go through; nothing becomes infinite or disappears."""
    generator = seeded()
    for _ in range(50):
        strokes = varied(ink, generator, 1).strokes
        assert all(np.isfinite(point[:2]).all() for stroke in strokes for point in stroke)
        assert len(strokes) >= len(ink.strokes)


def test_only_a_1_and_a_7_get_more_strokes() -> None:
    """A quarter of the ones get a flag, some a foot besides, and a quarter of the sevens a bar; no other digit does."""
    more = {}
    for digit in (1, 7, 2):
        pairs = [
            (varied(drawing(digit), seeded(seed), digit), varied(drawing(digit), seeded(seed))) for seed in range(150)
        ]
        more[digit] = np.mean([sum(map(len, one.strokes)) - sum(map(len, other.strokes)) > 4 for one, other in pairs])
    assert more[2] == 0
    assert more[1] > 0.1
    assert more[7] > 0.1


def test_a_flag_leads_up_to_the_head() -> None:
    """A flagged 1 has one stroke more, from its left up to its head; with a foot two, the last along its base."""
    plain = [np.array([[0.0, -0.5], [0.0, 0.5]])]
    flagged = [hands._flagged(plain, generator) for generator in map(seeded, range(100))]
    assert {len(strokes) for strokes in flagged} == {2, 3}
    assert 0.15 < np.mean([len(strokes) == 3 for strokes in flagged]) < 0.45
    for stem, flag, *foot in flagged:
        assert stem is plain[0]
        assert tuple(flag[-1]) == (0, -0.5)
        assert -0.45 <= flag[0, 0] <= -0.15
        assert -0.5 < flag[0, 1] < 0
        assert all((each[:, 1] == 0.5).all() and each[0, 0] < 0 < each[-1, 0] for each in foot)


def test_a_bar_crosses_the_stem() -> None:
    """A barred 7 has one stroke more: it lies, at about the middle, and crosses what was there."""
    for strokes in changed(hands._barred, 7):
        *_, bar = strokes
        assert len(strokes) == 2
        assert 0.24 <= np.ptp(bar[:, 0]) <= 0.56
        assert np.ptp(bar[:, 1]) < 0.09
        middle = bar[[0, -1]].mean(0)
        assert abs(middle[1]) < 0.15
        assert np.hypot(*(strokes[0] - middle).T).min() < 0.02


def test_a_break_lifts_the_pen_once() -> None:
    """A broken stroke is two, with a gap of about a twentieth of the digit between them; nothing is moved."""
    for strokes in changed(hands._broken, 2):
        one, other = strokes
        assert 0.03 < np.hypot(*(other[0] - one[-1])) < 0.16
        points = {tuple(point) for point in shape(2)[0]}
        assert {tuple(point) for stroke in strokes for point in stroke} < points


def test_a_trim_takes_an_end_and_a_hook_adds_one() -> None:
    """Trimming takes away up to a tenth of the digit's height at one end; a hook adds as much, and moves nothing."""
    whole = length(shape(2))
    assert all(0.01 < whole - length(strokes) < 0.12 for strokes in changed(hands._trimmed, 2))
    for strokes in changed(hands._hooked, 2):
        assert -1e-9 < length(strokes) - whole < 0.12
        points = {tuple(point) for stroke in strokes for point in stroke}
        assert {tuple(point) for point in shape(2)[0]} <= points


def test_a_tremor_stays_small() -> None:
    """A hand that shakes leaves every point within a twentieth or so of where it was, and leaves none."""
    shaken = [strokes[0] - shape(2)[0] for strokes in changed(hands._trembling, 2)]
    away = [np.hypot(*each.T) for each in shaken]
    assert max(each.max() for each in away) < 0.07
    assert all(each.mean() > 0.002 for each in away)


@pytest.mark.parametrize("change", [hands._slanted, hands._bent])
def test_a_map_moves_all_strokes_alike(change: Callable[[Shape, np.random.Generator], Shape]) -> None:
    """Slanting and bending move the paper, not the pen: where two strokes met, they still meet."""
    for seed in range(50):
        first, second = shape(4)
        joined, apart = change([np.concatenate([first, second])], seeded(seed)), change([first, second], seeded(seed))
        np.testing.assert_allclose(np.concatenate(apart), joined[0], atol=1e-12)


def test_hands_lean_to_either_side() -> None:
    """An upright line leans to the left as often as to the right, rarely by more than 30 degrees."""
    line = [np.array([[0.0, -0.5], [0.0, 0.5]])]
    leans = []
    for generator in map(seeded, range(400)):
        ((top, bottom),) = hands._slanted(line, generator)
        leans.append(np.rad2deg(np.arctan2(top[0] - bottom[0], bottom[1] - top[1])))
    assert 0.4 < np.mean(np.array(leans) > 0) < 0.6
    assert 5 < np.std(leans) < 15
    assert np.quantile(np.abs(leans), 0.98) < 32


def test_steps_are_even() -> None:
    """However fast the pen went, a stroke's points lie at most a sixtieth of the digit apart, and its ends stay."""
    for digit in DRAWINGS:
        for before, stroke in zip(DRAWINGS[digit], shape(digit), strict=True):
            steps = np.hypot(*np.diff(stroke, axis=0).T)
            assert steps.max() <= hands.STEP + 1e-9
            scale = max(np.ptp(np.concatenate([np.array(each) for each in DRAWINGS[digit]]), axis=0))
            np.testing.assert_allclose((stroke[-1] - stroke[0]) * scale, np.subtract(before[-1], before[0]), atol=1e-6)
