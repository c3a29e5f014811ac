import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from pictures import picture


@pytest.fixture
def number(tmp_path: Path) -> Path:
    """Return the path of a picture of 407, a digit beside the other."""
    whole = Image.new("RGB", (600, 280), "white")
    for place, digit in enumerate((4, 0, 7)):
        whole.paste(picture(digit).resize((200, 200)), (200 * place, 40))
    path = tmp_path / "407.png"
    whole.save(path)
    return path


def test_a_number_is_shown_with_its_boxes(sutja, number: Path) -> None:
    """One picture: the whole number first, then each digit with its place, from left to right."""
    ran = sutja("read", "--number", number)
    first, _, *marks = ran.out.splitlines()
    assert (ran.code, ran.err, first.rstrip("?")) == (0, "", "407")
    assert [mark.split()[0] for mark in marks] == ["4", "0", "7"]
    lefts = [int(mark.split(" at ")[1].split(",")[0]) for mark in marks]
    assert lefts == sorted(lefts)
    assert 0 <= lefts[0] < 200 <= lefts[1] < 400 <= lefts[2]


def test_numbers_go_into_csv_and_json(sutja, number: Path, tmp_path: Path) -> None:
    """A row a picture: its digits, its verdict, the least confidence, and each mark with its box in pixels."""
    ran = sutja("read", "--number", number, number, "--csv", tmp_path / "n.csv", "--json", tmp_path / "n.json")
    assert ran.code == 0, ran.err
    rows = list(csv.DictReader((tmp_path / "n.csv").read_text().splitlines()))
    records = json.loads((tmp_path / "n.json").read_text())
    assert [row["digits"] for row in rows] == [record["digits"] for record in records] == ["407", "407"]
    boxes = [item["box"] for item in records[0]["items"]]
    assert all(set(box) == {"left", "top", "width", "height"} for box in boxes)
    assert records[0]["confidence"] == min(item["confidence"] for item in records[0]["items"])


def test_many_numbers_make_a_table(sutja, number: Path) -> None:
    """A line a file: name, digits, confidence, verdict."""
    ran = sutja("read", "--number", number, number)
    assert [line.split()[1] for line in ran.out.splitlines()] == ["407", "407"]


def test_a_length_is_kept(sutja, number: Path) -> None:
    """With --length the number has so many digits; without --number it is wrong use."""
    assert sutja("read", "--number", "--length", 3, number).out.startswith("407")
    assert sutja("read", "--length", 3, number).code == 2


def test_a_blank_picture_is_an_answer(sutja, tmp_path: Path) -> None:
    """Nothing drawn: empty, and exit code 0."""
    Image.new("L", (100, 100), 255).save(tmp_path / "blank.png")
    ran = sutja("read", "--number", tmp_path / "blank.png")
    assert (ran.code, ran.out.split(":")[0]) == (0, "empty")


@pytest.mark.parametrize("hint", ["dot", "small", "edge", "faint", "thin", "two_shapes"])
def test_every_hint_has_words(hint: str) -> None:
    """No code is left without a sentence."""
    from sutja.cli.digits import HINTS
    from sutja.reading import Hint

    assert set(HINTS) == {str(each) for each in Hint}
    assert HINTS[hint].endswith(".")
