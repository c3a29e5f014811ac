"""One source in five is never trained on, by a hash that nobody can steer; MNIST's part is fixed."""

import hashlib

import numpy as np
import pytest

from sutja.holdout import is_held_out
from sutja.learn.dataset import Dataset
from sutja.learn.gate import Holdouts, mnist_parts
from sutja.learn.gate.holdout import STAMPED_COUNT, slices_of
from sutja.learn.gate.stamps import PATTERNS, dot, frame, line, stamped, suite
from sutja.prepare import prepare

KEY = b"a key of sixteen or more bytes"
SOURCES = [f"source {number}" for number in range(5000)]


def test_one_source_in_five_is_held_out() -> None:
    """Of five thousand, a thousand, give or take five standard deviations."""
    count = sum(is_held_out(source, KEY) for source in SOURCES)
    assert abs(count - 1000) < 5 * (5000 * 0.2 * 0.8) ** 0.5


def test_a_source_stays_where_it_is() -> None:
    """The side of these never changes: a release that moved them would train on what it judges by."""
    sides = "".join("01"[is_held_out(source, KEY)] for source in SOURCES)
    assert hashlib.sha256(sides.encode()).hexdigest()[:16] == "aa9702c3f37ea6ee"


def test_another_key_is_another_split() -> None:
    """Who does not know the key cannot tell the side: under two keys a twenty-fifth is held out twice."""
    both = sum(is_held_out(source, KEY) and is_held_out(source, KEY + b"!") for source in SOURCES)
    assert 120 < both < 290


@pytest.mark.parametrize("key", [b"", b"short", b"0" * 15])
def test_a_key_that_can_be_guessed_is_refused(key: bytes) -> None:
    """Whoever knows the key chooses the side."""
    with pytest.raises(ValueError, match="16 bytes"):
        is_held_out("source", key)


@pytest.mark.parametrize("source", ["", "한국", "a" * 10_000, "\0", "source 1\n"])
def test_any_name_has_a_side(source: str) -> None:
    """Names come from people."""
    assert is_held_out(source, KEY) in (True, False)


def test_mnists_part_is_fixed() -> None:
    """The same five thousand of ten thousand, always; the others are the rest, and all stay in their order."""
    places = np.arange(10_000)
    data = Dataset(np.zeros((10_000, 1, 1), np.float32), places)
    gates, rest = mnist_parts(data)
    assert sorted([*gates.labels, *rest.labels]) == places.tolist()
    assert len(gates) == len(rest) == 5000
    assert (np.diff(gates.labels) > 0).all()
    assert hashlib.sha256(gates.labels.tobytes()).hexdigest()[:16] == "34b1222ae23c9260"
    few, left = mnist_parts(data[:7])
    assert (len(few), len(left)) == (3, 4)  # of few at most half


def strokes(*lines: tuple) -> np.ndarray:
    return np.stack([line(begin, end, 3.0) for begin, end in lines])


def test_slices_are_told_by_looks() -> None:
    """A stroke that leans, and one with more ink, are found; nothing is cut into nothing."""
    glyphs = strokes(((5, 20), (23, 8)), ((5, 8), (23, 20)), ((5, 14), (23, 14)), ((12, 14), (16, 14)))
    found = slices_of(glyphs)
    assert found["leaning right"].tolist() == [True, False, False, False]
    assert found["leaning left"].tolist() == [False, True, False, False]
    assert found["little ink"].tolist() == [False, False, False, True]
    assert slices_of(glyphs[:0]) == {}
    assert not np.isnan([flags.sum() for flags in slices_of(np.zeros((3, 28, 28), np.float32)).values()]).any()


def test_holdouts_are_made_of_what_is_there() -> None:
    """The suite is of at most so many digits; without any there are none, and nothing breaks."""
    glyphs = prepare([line((5, 10 + n % 8), (23, 14), 3.0) for n in range(STAMPED_COUNT + 20)])
    data = Dataset(glyphs, np.ones(len(glyphs), np.int64))
    found = Holdouts.of(data, data, slices={"all": np.ones(len(glyphs), bool)})
    assert {len(each) for each in found.stamped.values()} == {len(found.plain)} == {STAMPED_COUNT}
    assert {"all", "little ink"} <= set(found.slices)
    empty = Holdouts.of(data[:0], data)
    assert {len(each) for each in empty.stamped.values()} == {len(empty.plain)} == {0}


def test_there_are_twenty_stamps_and_each_is_another() -> None:
    """Corner dots, bars, frames and scratches: each leaves its own mark, and stays a glyph."""
    assert len(PATTERNS) >= 20
    assert {word for word in ("dot", "bar", "frame", "scratch") if any(word in name for name in PATTERNS)} == {
        "dot",
        "bar",
        "frame",
        "scratch",
    }
    glyph = prepare([line((5, 12), (23, 15), 3.0)])
    marked = suite(glyph)
    assert len({each.tobytes() for each in (glyph, *marked.values())}) == len(PATTERNS) + 1
    for each in marked.values():
        assert each.shape == (1, 28, 28)
        assert each.dtype == np.float32
        assert 0 <= each.min() < each.max() <= 1


def test_a_stamp_is_prepared_as_any_drawing_is() -> None:
    """A dot in a far corner makes the digit smaller, since both have to fit; no mark leaves it as it was."""
    glyph = prepare([line((4, 14), (24, 14), 3.0)])
    far = stamped(glyph, dot(1.0, 1.0, 1.3))
    assert np.ptp(np.flatnonzero(glyph[0, :, 14:].sum(1) > 0.5)) > np.ptp(np.flatnonzero(far[0, :, 14:].sum(1) > 0.5))
    np.testing.assert_allclose(stamped(glyph, np.zeros((28, 28), np.float32)), glyph, atol=0.06)


def test_marks_lie_where_they_should() -> None:
    """A dot is round about its middle, a line is as long and wide as was asked, a frame is closed."""
    assert dot(5, 9, 2.0).argmax() // 28 in (4, 5)
    assert dot(5, 9, 2.0).sum() == pytest.approx(np.pi * 4, rel=0.1)
    assert line((10, 4), (10, 24), 2.0).sum() == pytest.approx(40, rel=0.15)
    square = frame(3.0, 1.0)
    assert (square[3, 3:25] > 0.9).all()
    assert square[10:18, 10:18].sum() == 0
