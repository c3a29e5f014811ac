import numpy as np
import pytest

import oracle
from drawings import DRAWINGS, drawing
from pictures import picture
from sutja import Ink, InputError, Reader
from sutja.bundle import Thresholds
from sutja.learn.dataset import NO_DIGIT, Dataset
from sutja.learn.evaluate.answers import of_drawings, of_glyphs
from sutja.prepare import prepare


def test_answers_are_the_readers() -> None:
    """Digit, confidence and verdict are what the reader gives a user, for inks, pictures and blank paper."""
    reader = Reader.load()
    drawings = [drawing(3), np.asarray(picture(5)), np.full((60, 60), 255, np.uint8), Ink([[(1, 1)]])]
    found = of_drawings(reader, iter(drawings), [3, 5, NO_DIGIT, NO_DIGIT])
    readings = reader.read_many(drawings)
    assert list(found.verdicts) == [reading.verdict for reading in readings]
    assert found.confidences == pytest.approx([reading.confidence for reading in readings])
    assert found.probabilities.sum(1) == pytest.approx([1] * 4, abs=1e-5)
    assert list(found.is_refused[2:]) == [True, True]
    assert list(found.digits[:2]) == [3, 5]


def test_more_than_a_chunk_is_read() -> None:
    """However many there are, each is answered once and in its place."""
    found = of_drawings(Reader.load(), (drawing(n % 10) for n in range(70)), [n % 10 for n in range(70)])
    assert list(found.digits) == [n % 10 for n in range(70)]


def test_a_drawing_that_cannot_be_read_is_an_error() -> None:
    """Nothing that is measured is left out in silence."""
    with pytest.raises(InputError):
        of_drawings(Reader.load(), [b"no picture"], [1])


@pytest.mark.parametrize("outputs", [10, 11])
def test_glyphs_are_answered_by_the_model(outputs: int) -> None:
    """A glyph gets the probabilities of the model and the verdict of the card; ten outputs leave no digit at 0."""
    told = oracle.leaning(np.array([4, 7]), np.array([0.95, 0.6]))
    reader = Reader(oracle.bundle(outputs=outputs, thresholds=Thresholds(unsure_below=0.9, no_digit_from=0.5)))
    found = of_glyphs(reader, Dataset(oracle.glyphs_of(told[:, :outputs]), np.array([4, 1])))
    assert list(found.verdicts) == ["digit", "unsure"]
    assert found.probabilities[:, 10] == pytest.approx([0, 0], abs=1e-6)
    assert (list(found.is_right), list(found.is_accepted)) == ([True, False], [True, False])


def test_a_part_of_them_goes_together() -> None:
    """A part by flags keeps labels, probabilities and verdicts side by side."""
    glyphs = prepare([drawing(digit) for digit in DRAWINGS])
    found = of_glyphs(Reader.load(), Dataset(glyphs, np.arange(10)))
    odd = found[np.arange(10) % 2 == 1]
    assert list(odd.labels) == [1, 3, 5, 7, 9]
    assert np.array_equal(odd.probabilities, found.probabilities[1::2])
