import hashlib
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sutja import DataError
from sutja.learn import sources
from sutja.learn.dataset.bhmsds import AMBIGUOUS, HELD_OUT, SYMBOLS, Photographed, bhmsds
from sutja.learn.dataset.labelled import NO_DIGIT
from sutja.learn.dataset.part import Part

DIGITS = tuple("0123456789")
ALL = (*DIGITS, *SYMBOLS, *HELD_OUT, *AMBIGUOUS)


def contents(pictures: list[Photographed]) -> list[bytes]:
    """Return the pixels of pictures."""
    return [each.picture.tobytes() for each in pictures]


def named(folder: Path) -> dict[bytes, str]:
    """Return the bare names of the pictures in an archive by their pixels: here no two are alike."""
    with zipfile.ZipFile(folder / sources.BHMSDS.path) as archive:
        return {
            np.asarray(Image.open(BytesIO(archive.read(name)))).tobytes(): name.rpartition("/")[2]
            for name in archive.namelist()
            if name.endswith(".png")
        }


def test_the_names_decide_the_part(mixed_data: Path) -> None:
    """By the sha-256 of their file names a fifth tests, the next tenth calibrates and the rest trains, as
    shared/data/README.md says; each picture is in one part.
    """
    names = named(mixed_data)
    order = sorted(names.values(), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    assert len(order) == 360
    for part, expected in ((Part.TEST, order[:72]), (Part.CALIBRATION, order[72:108]), (Part.TRAINING, order[108:])):
        assert [names[each] for each in contents(bhmsds(mixed_data, part, ALL))] == expected


def test_symbols_are_known_by_their_names(mixed_data: Path) -> None:
    """Only the symbols asked for are there; a digit has its label, and every symbol that of no digit."""
    names = named(mixed_data)
    for wanted in (DIGITS, SYMBOLS, ("x",)):
        found = bhmsds(mixed_data, Part.TRAINING, wanted)
        assert {each.symbol for each in found} == set(wanted)
        assert [names[each].rpartition("-")[0] for each in contents(found)] == [each.symbol for each in found]
        assert all(each.label == (int(each.symbol) if each.symbol.isdigit() else NO_DIGIT) for each in found)
    assert {each.symbol for each in bhmsds(mixed_data, Part.TRAINING)} == set(DIGITS)


def test_what_measures_is_not_learned() -> None:
    """`x` and `w` are never among the symbols that are learned, nor are `slash` and `z`, which look like digits."""
    assert set(HELD_OUT) == {"w", "x"}
    assert not set(SYMBOLS) & {*HELD_OUT, *AMBIGUOUS}
    assert {*SYMBOLS, *HELD_OUT, *AMBIGUOUS} == {"dot", "minus", "plus", "slash", "w", "x", "y", "z"}


def test_ink_is_bright(mixed_data: Path) -> None:
    """The pictures are black on white; as ink, paper is 0 and the stroke almost 1."""
    each = bhmsds(mixed_data, Part.TEST)[0]
    assert (each.picture.shape, each.picture.dtype, each.picture[0, 0]) == ((28, 28), np.uint8, 255)
    assert (each.ink.dtype, each.ink[0, 0]) == (np.float32, 0)
    assert each.ink.max() == pytest.approx(1 - each.picture.min() / 255)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Without the archive there is an error that names it."""
    with pytest.raises(DataError, match="bhmsds"):
        bhmsds(tmp_path, Part.TRAINING)


def test_the_real_pictures(real_data: Path) -> None:
    """All 27,000 are there: a fifth to test, a tenth to calibrate, 1,500 of each symbol."""
    if not (real_data / sources.BHMSDS.path).exists():
        pytest.skip("no public data sets: SUTJA_DATA has no bhmsds/")
    real = {part: bhmsds(real_data, part, ALL) for part in Part}
    assert {part: len(each) for part, each in real.items()} == {
        Part.TRAINING: 18_900,
        Part.CALIBRATION: 2700,
        Part.TEST: 5400,
    }
    counts = Counter(each.symbol for pictures in real.values() for each in pictures)
    assert counts == dict.fromkeys(ALL, 1500)
    assert {each.picture.shape for pictures in real.values() for each in pictures} == {(28, 28)}
