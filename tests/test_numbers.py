"""Numbers, as inks and as pictures: whatever their count, their lines and their marks."""

import numpy as np
import pytest
from PIL import Image

from drawings import drawing
from pictures import picture
from sutja import Ink, InputError, Reader, Verdict
from sutja.segment import lattice_of

NUMBERS = ["07", "1234", "98765", "3141592", "20"]


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return a reader with the shipped bundle."""
    return Reader.load()


def ink_of(digits: str, step: float = 110.0, top: float = 0.0) -> Ink:
    """Return a number as ink: each digit about 100 high, and so far to the right of the one before."""
    return Ink(
        [
            [(point.x + step * place, point.y + top) for point in stroke]
            for place, digit in enumerate(digits)
            for stroke in drawing(int(digit)).strokes
        ]
    )


def picture_of(digits: str) -> Image.Image:
    """Return a number as a picture, black on white."""
    whole = Image.new("RGB", (170 * len(digits) + 60, 280), "white")
    for place, digit in enumerate(digits):
        whole.paste(picture(int(digit)).resize((160, 160)), (30 + 170 * place, 60))
    return whole


@pytest.mark.parametrize("digits", NUMBERS)
def test_a_number_is_read(reader: Reader, digits: str) -> None:
    """Every digit of an ink and of a picture is read, in order."""
    assert reader.read_number(ink_of(digits)).digits == digits
    assert reader.read_number(picture_of(digits)).digits == digits


def test_each_digit_has_its_box(reader: Reader) -> None:
    """Boxes are in the units of the drawing, from left to right, each around its own digit."""
    for found, step, start in (
        (reader.read_number(ink_of("407")), 110, 0),
        (reader.read_number(picture_of("407")), 170, 30),
    ):
        assert found.digits == "407"
        for place, item in enumerate(found.items):
            assert start + step * place <= item.box.left < item.box.right <= start + step * (place + 1)
            assert item.box.height > 0.5 * step


def test_strokes_may_come_in_any_order(reader: Reader) -> None:
    """Who draws the last digit first has drawn the same number."""
    ink = ink_of("582")
    assert reader.read_number(Ink(reversed(ink.strokes))).digits == "582"


def test_lines_follow_one_another(reader: Reader) -> None:
    """Two lines are read from top to bottom."""
    ink = Ink([*ink_of("26").strokes, *ink_of("83", top=180).strokes])
    assert reader.read_number(ink).digits == "2683"


def test_a_length_is_kept(reader: Reader) -> None:
    """With a length there are so many digits, or none that is sure."""
    assert reader.read_number(ink_of("1234"), 4).digits == "1234"
    impossible = reader.read_number(ink_of("7"), 9)
    assert Verdict.DIGIT not in {item.verdict for item in impossible.items}
    for length in (-1, 0, 65):
        with pytest.raises(InputError, match="from 1 to 64"):
            reader.read_number(ink_of("7"), length)


@pytest.mark.parametrize(
    "strokes",
    [
        [[(0, 0), (0, 100)], [(60, 0), (3, 50), (60, 100)]],
        [[(0, 0), (0, 100)], [(40, 40), (3, 65), (40, 100)]],
        [[(0, 100), (0, 0)], [(0, 0), (60, 100)], [(60, 100), (60, 0)]],
        [[(0, 0), (60, 100)], [(60, 0), (0, 100)]],
        [[(0, 0), (30, 50)], [(60, 0), (30, 50), (30, 100)]],
    ],
    ids=["K", "k", "N", "X", "Y"],
)
def test_a_letter_of_several_strokes_is_no_sure_digit(reader: Reader, strokes: list[list[tuple[int, int]]]) -> None:
    """The stem of a K alone would be a 1: what it is joined to tells."""
    assert Verdict.DIGIT not in {item.verdict for item in reader.read_number(Ink(strokes)).items}


def test_clean_fours_are_sure(reader: Reader) -> None:
    """Strokes that cross belong to one digit: their parts leave no doubt."""
    assert [item.verdict for item in reader.read_number(ink_of("44")).items] == [Verdict.DIGIT] * 2


def test_a_scribble_without_end_is_read_in_bounded_time(reader: Reader) -> None:
    """A zigzag turns thousands of times, and is not cut at each turn."""
    zigzag = Ink([[(10 * place, 100 * (place % 2)) for place in range(2000)]])
    for length in (None, 64):
        assert Verdict.DIGIT not in {item.verdict for item in reader.read_number(zigzag, length).items}


def test_many_marks_are_read_in_bounded_time(reader: Reader) -> None:
    """500 strokes become no more pieces than can be read in seconds."""
    marks = Ink([[(30 * place, 0), (30 * place + 1, 100)] for place in range(500)])
    assert len(lattice_of(marks).pieces) < 2000
    assert reader.read_number(marks).digits == "1" * 500


def test_nothing_is_no_number(reader: Reader) -> None:
    """Blank paper and empty ink have neither digits nor marks."""
    for blank in (Ink(), np.full((80, 200), 255, np.uint8)):
        found = reader.read_number(blank)
        assert (found.digits, found.items) == ("", ())


def test_paper_may_be_lit_from_one_side(reader: Reader) -> None:
    """A photo of 12 megapixels with a gradient, noise and grey ink is read as the number that stands on it."""
    shown = picture_of("3141592").convert("L").resize((3000, 640))
    page = np.full((3000, 4000), 255, np.uint8)
    page[1000:1640, 500:3500] = np.asarray(shown)
    light = np.linspace(0.95, 0.65, 4000)[None, :]
    noise = np.random.default_rng(0).normal(0, 3, page.shape)
    photo = np.clip((40 + page / 255 * 215) * light + noise, 0, 255).astype(np.uint8)
    assert reader.read_number(photo).digits == "3141592"


def test_writers_that_were_not_trained_on(reader: Reader, real_data) -> None:
    """Numbers of 4 digits by the calibration writers, a few touching: most of them are wholly right."""
    from sutja.learn.dataset import Part
    from sutja.learn.dataset.numbers import picture as page
    from sutja.learn.dataset.numbers import written
    from sutja.learn.dataset.pendigits import pendigits

    by_writer: dict[int, list[tuple[Ink, int]]] = {}
    for each in pendigits(real_data, Part.CALIBRATION):
        by_writer.setdefault(each.writer, []).append((each.ink, each.label))
    numbers = [each for each in written(by_writer, 300, seed=1) if len(each.digits) == 4]
    inks = [reader.read_number(each.ink).digits == each.digits for each in numbers]
    pages = [reader.read_number(page(each)).digits == each.digits for each in numbers]
    assert len(numbers) > 30
    assert np.mean(inks) > 0.85
    assert np.mean(pages) > 0.8
