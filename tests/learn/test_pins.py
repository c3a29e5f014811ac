"""PINs put together from drawings, and what is counted of them."""

from pathlib import Path

import numpy as np
import pytest

from drawings import drawing
from sutja import Ink, Pin, Reader, Rewrite
from sutja.learn.dataset import Part
from sutja.learn.dataset.labelled import NO_DIGIT
from sutja.learn.dataset.numbers import written
from sutja.learn.dataset.pendigits import pendigits
from sutja.learn.evaluate.answers import Answers, of_drawings
from sutja.learn.evaluate.pins import compose, pin_figures
from sutja.pin import PIN_SURE_FROM

WRITERS = np.repeat([3, 5, 8], 40)
LABELS = np.tile(np.arange(10), 12)


def answered(labels: list[int], digits: list[int], confidences: list[float], verdicts: list[str]) -> Answers:
    """Return what was said of drawings: which digit, how surely, with which verdict."""
    probabilities = np.zeros((len(labels), NO_DIGIT + 1), np.float32)
    probabilities[np.arange(len(labels)), digits] = confidences
    return Answers(np.array(labels), probabilities, np.array(verdicts))


def test_a_pin_has_one_writer_and_any_digits() -> None:
    """Its redrawings are other drawings of the same digits by the same hand; writers and digits come equally often."""
    drawn = compose(LABELS, WRITERS, 3000)
    assert drawn.shape == (3000, 4, 3)
    assert (WRITERS[drawn] == WRITERS[drawn][:, :1, :1]).all()
    assert (LABELS[drawn] == LABELS[drawn][:, :, :1]).all()
    assert all(len(set(place)) == 3 for pin in drawn.tolist() for place in pin)
    for shares in (
        np.unique(WRITERS[drawn[:, 0, 0]], return_counts=True)[1] * 3,
        np.bincount(LABELS[drawn[:, :, 0]].ravel()) / 4 * 10,
    ):
        assert shares / 3000 == pytest.approx(1, abs=0.1)


def test_the_same_pins_are_composed_again() -> None:
    """The seed is fixed; where a digit was drawn once, it is redrawn as it is."""
    assert (compose(LABELS, WRITERS, 50) == compose(LABELS, WRITERS, 50)).all()
    once = compose(LABELS[:10], WRITERS[:10], 50)
    assert (once == once[:, :, :1]).all()


def test_pins_are_counted() -> None:
    """Right at once, wrong at once, asked and then right, asked and then wrong, and asked to the end: a fifth each."""
    sure, unsure, wrong, refused, sure_again = range(5)
    answers = answered([1] * 5, [1, 1, 2, 1, 1], [1, 0.5, 1, 0.9, 1], ["digit", "unsure", "digit", "empty", "digit"])
    last = [
        (sure, refused, refused),
        (wrong, sure, sure),
        (refused, unsure, sure_again),
        (unsure, wrong, sure),
        (unsure, refused, unsure),
    ]
    drawn = np.array([[(sure,) * 3, (sure_again, wrong, wrong), (sure,) * 3, each] for each in last])
    found = pin_figures(answers, drawn, 0.9)
    shares = (found.right, found.wrong, found.asked, found.right_finally, found.wrong_finally)
    assert [share.value for share in shares] == [0.2, 0.2, 0.6, 0.4, 0.4]
    assert (found.sure_from, found.places, found.right.of) == (0.9, 1.0, 5)


def test_what_is_measured_is_what_is_decided() -> None:
    """PINs counted from answers that were kept come out as the reader decides on their drawings."""
    reader = Reader.load()
    inks = [drawing(digit) for digit in range(10)] + [
        Ink([stroke[: len(stroke) // 2] for stroke in drawing(d).strokes]) for d in range(10)
    ]
    answers = of_drawings(reader, inks, [*range(10)] * 2)
    drawn = np.random.default_rng(2).choice(20, (60, 4, 1), p=[0.08] * 10 + [0.02] * 10).repeat(3, axis=2)
    decided = [reader.read_pin([inks[place] for place in pin]) for pin in drawn[:, :, 0]]
    said = ["".join(str(answers.labels[place]) for place in pin) for pin in drawn[:, :, 0]]
    figures = pin_figures(answers, drawn, PIN_SURE_FROM)
    assert figures.right.value == pytest.approx(
        np.mean([found == Pin(pin) for found, pin in zip(decided, said, strict=True)])
    )
    asked = [len(found.places) for found in decided if isinstance(found, Rewrite)]
    assert figures.asked.value == pytest.approx(len(asked) / 60)
    assert 0 < len(asked) < 60
    assert figures.places == pytest.approx(np.mean(asked))


def test_three_real_digits_are_no_pin_of_four(real_data: Path) -> None:
    """Of rows of three digits by the calibration writers, which might be cut into four, every one is asked anew."""
    by_writer: dict[int, list[tuple[Ink, int]]] = {}
    for each in pendigits(real_data, Part.CALIBRATION):
        by_writer.setdefault(each.writer, []).append((each.ink, each.label))
    rows = [each.ink for each in written(by_writer, 300, seed=5) if len(each.digits) == 3][:30]
    reader = Reader.load()
    assert {reader.read_pin(row) for row in rows} == {Rewrite((0, 1, 2, 3))}
