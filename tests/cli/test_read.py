import csv
import json
import os
from pathlib import Path


def test_one_file_shows_ten_bars(sutja, pictures: Path) -> None:
    """One picture: the digit and its confidence first, then ten probabilities, the winner marked and longest."""
    ran = sutja("read", pictures / "7.png")
    lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert lines[0].startswith("7 ")
    assert "% sure" in lines[0]
    bars = [line for line in lines if line.lstrip(" ▸")[:1].isdigit() and "%" in line][1:]
    assert [bar.lstrip(" ▸")[0] for bar in bars] == list("0123456789")
    assert max(bars, key=lambda bar: bar.count("█")) == next(bar for bar in bars if "▸" in bar) == bars[7]


def test_many_files_make_a_table(sutja, pictures: Path) -> None:
    """Several pictures: a row each, in order, with file, digit and verdict."""
    ran = sutja("read", *(pictures / f"{digit}.png" for digit in range(10)))
    rows = [line.split() for line in ran.out.splitlines()]
    assert ran.code == 0
    assert [(Path(row[0]).name, row[1], row[3]) for row in rows] == [(f"{d}.png", str(d), "digit") for d in range(10)]


def test_a_broken_file_is_named_and_skipped(sutja, pictures: Path) -> None:
    """A broken or missing file among good ones is one line on stderr each; the rest is read, and the exit code is 1."""
    ran = sutja("read", pictures / "3.png", pictures / "broken.png", pictures / "nowhere.png", pictures / "4.png")
    assert ran.code == 1
    assert [line.split()[1] for line in ran.out.splitlines()] == ["3", "4"]
    assert len(ran.err.splitlines()) == 2
    assert "broken.png: Expected" in ran.err
    assert "nowhere.png: Expected" in ran.err


def test_a_single_broken_file_prints_no_reading(sutja, pictures: Path) -> None:
    """Nothing on stdout, one line on stderr, exit code 1."""
    ran = sutja("read", pictures / "broken.png")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)


def test_a_blank_one_is_no_error(sutja, pictures: Path) -> None:
    """A blank picture is an answer."""
    ran = sutja("read", pictures / "blank.png")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "empty: nothing is drawn there")


def test_csv_has_a_row_a_file(sutja, pictures: Path, tmp_path: Path) -> None:
    """The CSV has names in its head, and tells digit, verdict and ten probabilities; an empty digit stays empty."""
    ran = sutja("read", pictures / "5.png", pictures / "blank.png", "--csv", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        five, blank = csv.DictReader(file)
    assert (ran.code, five["digit"], five["verdict"], blank["digit"], blank["verdict"]) == (
        0,
        "5",
        "digit",
        "",
        "empty",
    )
    assert float(five["p5"]) == float(five["confidence"]) > 0.5


def test_json_tells_all(sutja, pictures: Path, tmp_path: Path) -> None:
    """The JSON has an object a file, with the words of the API; both files may be written at once."""
    ran = sutja("read", pictures / "5.png", "--json", tmp_path / "out.json", "--csv", tmp_path / "out.csv")
    [record] = json.loads((tmp_path / "out.json").read_text())
    assert (ran.code, record["digit"], record["verdict"]) == (0, 5, "digit")
    assert set(record["probabilities"]) == set("0123456789")
    assert (tmp_path / "out.csv").exists()


def test_a_file_that_cannot_be_written(sutja, pictures: Path, tmp_path: Path) -> None:
    """An OUT in a folder that is not there is one line on stderr and exit code 1."""
    ran = sutja("read", pictures / "5.png", "--csv", tmp_path / "nowhere" / "out.csv")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)


def test_a_bundle_that_is_none(sutja, pictures: Path, tmp_path: Path) -> None:
    """A folder without a bundle is one line that says what is missing."""
    ran = sutja("read", pictures / "5.png", "--bundle", tmp_path)
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert "card.json" in ran.err


def test_any_name_can_be_written(sutja, pictures: Path, tmp_path: Path) -> None:
    """A file whose name is Korean, or no text at all, has its row in CSV and JSON."""
    names = [tmp_path / "일곱.png", Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png"))]
    for name in names:
        name.write_bytes((pictures / "7.png").read_bytes())
    ran = sutja("read", *names, "--csv", tmp_path / "out.csv", "--json", tmp_path / "out.json")
    assert ran.code == 0
    for out in ("out.csv", "out.json"):
        assert "일곱.png" in (tmp_path / out).read_text("utf-8")
