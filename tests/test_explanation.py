"""Which ink decided: the map is told by what happens when ink is taken away."""

import numpy as np
import pytest
from numpy.typing import NDArray

from drawings import DRAWINGS, drawing
from sutja import Ink, Reader, Verdict
from sutja.explanation import Explanation, explained, patches_over

LETTER = Ink([[(10, 100), (45, 0), (80, 100)], [(25, 65), (66, 65)]])


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return the shipped reader."""
    return Reader.load()


def share_without(reader: Reader, explanation: Explanation, *, heaviest: bool, part: float) -> float:
    """Return the share of what was read with a part of the ink's pixels taken away, heaviest or lightest first."""
    glyph = explanation.reading.glyph.copy()
    rows, columns = np.nonzero(glyph)
    order = np.argsort(explanation.weights[rows, columns])
    gone = (order[::-1] if heaviest else order)[: round(part * len(order))]
    glyph[rows[gone], columns[gone]] = 0
    outcome = 10 if explanation.reading.digit is None else explanation.reading.digit
    return float(reader.probabilities(glyph[None])[0, outcome])


def test_the_heaviest_ink_decided(reader: Reader) -> None:
    """Law: without its heaviest quarter hardly a digit is still read so; without its lightest quarter most are."""
    explanations = [reader.explain(drawing(digit)) for digit in DRAWINGS]
    assert [each.reading.digit for each in explanations] == list(DRAWINGS)
    heaviest, lightest = (
        [share_without(reader, each, heaviest=is_heaviest, part=0.25) for each in explanations]
        for is_heaviest in (True, False)
    )
    assert np.mean(heaviest) < 0.3
    assert np.mean(lightest) > 0.7


def test_a_map_is_of_the_ink_alone(reader: Reader) -> None:
    """Law: weights are shares, 0 where there is no ink; share and least are those of the reading."""
    explanation = reader.explain(drawing(7))
    weights, glyph = explanation.weights, explanation.reading.glyph
    assert weights.shape == (28, 28)
    assert weights.dtype == np.float32
    assert not weights[glyph == 0].any()
    assert np.abs(weights).max() <= 1
    assert explanation.share == pytest.approx(explanation.reading.confidence, abs=1e-4)
    assert 0 <= explanation.least < explanation.share
    assert "weights" not in repr(explanation)


def test_what_is_no_digit_is_explained_as_such(reader: Reader) -> None:
    """Law: of a letter it is told which ink made it none: the share is that of no digit."""
    explanation = reader.explain(LETTER)
    assert explanation.reading.verdict is Verdict.NOT_A_DIGIT
    assert explanation.share == pytest.approx(1 - float(explanation.reading.probabilities.sum()), abs=1e-4)
    assert explanation.weights.max() > 0


@pytest.mark.parametrize("ink", [Ink([]), Ink([[(5, 5)]]), Ink([[(0, 0), (0, 0)]])])
def test_nothing_and_dots_are_explained_too(reader: Reader, ink: Ink) -> None:
    """Law: no ink has no weight; a dot is no error."""
    explanation = reader.explain(ink)
    assert np.isfinite(explanation.weights).all()
    if not ink.strokes:
        assert (explanation.share, explanation.least) == (0, 0)
        assert not explanation.weights.any()


def test_weights_are_the_mean_fall_of_the_patches_over_a_pixel(reader: Reader) -> None:
    """Law: with a model that is as sure of 1 as there is ink, each pixel weighs what a patch over it takes away."""
    reading = reader.read(drawing(1))

    def sure_by_ink(glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        shares = np.zeros((len(glyphs), 11), np.float32)
        shares[:, 1] = glyphs.sum((1, 2)) / reading.glyph.sum()
        return shares

    explanation = explained(reading, sure_by_ink)
    place = np.unravel_index(reading.glyph.argmax(), reading.glyph.shape)
    patches = [patch for patch in patches_over(reading.glyph) if patch[place]]
    taken = [float(reading.glyph[patch].sum() / reading.glyph.sum()) for patch in patches]
    assert explanation.share == pytest.approx(1)
    assert explanation.weights[place] == pytest.approx(np.mean(taken), abs=1e-5)
    assert explanation.least < 1
