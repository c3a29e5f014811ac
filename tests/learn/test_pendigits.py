from pathlib import Path

import numpy as np
import pytest

from drawings import DRAWINGS
from packing import digits_of, unipen
from sutja import DataError, Ink, Reader
from sutja.learn import sources
from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import Penned, _digits, parts_of, pendigits

# As shared/data/README.md has them, once and for all.
WRITERS = {
    Part.TEST: {3, 4, 8, 9, 10, 11, 13, 17, 18, 29},
    Part.CALIBRATION: {23, 26, 27, 28, 30},
    Part.TRAINING: {1, 2, 5, 6, 7, 12, 14, 15, 16, 19, 20, 21, 22, 24, 25},
}


def test_the_writers_are_split_once_and_for_all() -> None:
    """Which writer is in which part is decided by their numbers alone, and stands in the project's list of data."""
    parts = parts_of(set(range(1, 31)))
    assert {part: {writer for writer in parts if parts[writer] is part} for part in Part} == WRITERS


@pytest.mark.parametrize("part", Part)
def test_a_part_has_its_writers_only(mixed_data: Path, part: Part) -> None:
    """A part holds all that its writers wrote, in the order of the file, and nothing by anybody else."""
    digits = pendigits(mixed_data, part)
    assert [(each.writer, each.label) for each in digits] == [
        (writer, digit) for writer in sorted(WRITERS[part]) for digit in digits_of(writer)
    ]


def test_ink_is_as_it_was_written() -> None:
    """Label, writer, strokes and points are what the text says; y is turned round, since the tablet's grows upwards."""
    text = unipen([(8, 12, [[(10, -20), (30, -25)], [(-1, 5)]]), (0, 3, [[(7, 7)]])]).decode()
    assert list(_digits(text)) == [
        Penned(Ink([[(10, -20), (30, -25)], [(-1, 5)]]), label=8, writer=12),
        Penned(Ink([[(7, 7)]]), label=0, writer=3),
    ]


def test_a_digit_stands_upright(mixed_data: Path) -> None:
    """What was written is read as what it is: neither mirrored nor upside down."""
    for each in pendigits(mixed_data, Part.TEST):
        scale = (3 + each.writer / 10, 4)
        assert each.ink.strokes[0][0][:2] == pytest.approx(np.array(DRAWINGS[each.label][0][0]) * scale, abs=0.51)


def test_text_without_digits_is_refused() -> None:
    """A file that is something else is an error, and no empty set."""
    with pytest.raises(DataError, match="UNIPEN"):
        list(_digits("<html>not here</html>"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Without the file there is an error that names it."""
    with pytest.raises(DataError, match=r"pendigits-orig\.tra"):
        pendigits(tmp_path, Part.TRAINING)


@pytest.fixture(scope="module")
def real(real_data: Path) -> dict[Part, list[Penned]]:
    """Return the real digits by their parts."""
    if not (real_data / sources.PENDIGITS.path).exists():
        pytest.skip("no public data sets: SUTJA_DATA has no pendigits/")
    return {part: pendigits(real_data, part) for part in Part}


def test_the_real_digits(real: dict[Part, list[Penned]]) -> None:
    """All 7,494 are there, each in the part of its writer, and nobody is in two."""
    assert {part: len(digits) for part, digits in real.items()} == {
        Part.TRAINING: 3749,
        Part.CALIBRATION: 1248,
        Part.TEST: 2497,
    }
    assert {part: {each.writer for each in digits} for part, digits in real.items()} == WRITERS
    for digits in real.values():
        assert np.bincount([each.label for each in digits], minlength=10).min() > 100


def test_the_real_digits_can_be_read(real: dict[Part, list[Penned]]) -> None:
    """Labels belong to their inks: of 200 pen drawings by calibration writers at least nine in ten are read so."""
    chosen = real[Part.CALIBRATION][::6][:200]
    readings = Reader.load().read_many([each.ink for each in chosen])
    assert np.mean([reading.digit == each.label for reading, each in zip(readings, chosen, strict=True)]) > 0.9
