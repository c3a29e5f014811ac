import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from pictures import picture
from sutja.cli import parallel
from sutja.cli.rows import Asked


def test_outputs_are_named_as_asked(pictures: Path, sutja, tmp_path: Path) -> None:
    """Law: a file that cannot be written is named as it was asked for, and two outputs in one are wrong use."""
    out = tmp_path / "nowhere" / "x.csv"
    ran = sutja("read", pictures / "7.png", "--csv", out)
    assert (ran.code, ran.err) == (1, f"sutja: {out}: No such file or directory\n")
    ran = sutja("read", pictures / "7.png", "--csv", tmp_path / "x", "--json", tmp_path / "y" / ".." / "x")
    assert (ran.code, "--csv and --json" in ran.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


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


def test_all_cores_read_what_one_would(sutja, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes write the very file that one does, in the order of the files, and name the same broken ones."""
    good = [pictures / f"{place % 10}.png" for place in range(300)]
    files = [*good[:70], pictures / "broken.png", *good[70:], pictures / "nowhere.png"]
    monkeypatch.setattr(parallel, "WORTH_S", 0)
    told = {}
    for cores in (1, 2):
        monkeypatch.setattr(parallel, "_cores", lambda cores=cores: cores)
        ran = sutja("read", *files, "--json", tmp_path / f"{cores}.json", "--csv", tmp_path / f"{cores}.csv")
        assert ran.code == 1
        told[cores] = [ran.err, *((tmp_path / f"{cores}.{kind}").read_text() for kind in ("json", "csv"))]
    assert told[1] == told[2]
    assert [line.split(":")[1].rpartition("/")[2] for line in told[1][0].splitlines()] == ["broken.png", "nowhere.png"]
    records = json.loads(told[1][1])
    assert [record["file"] for record in records] == [str(file) for file in good]
    assert [record["digit"] for record in records] == [place % 10 for place in range(300)]


def test_nothing_read_is_an_empty_list(sutja, pictures: Path, tmp_path: Path) -> None:
    """Where no file can be read there is JSON nevertheless, and a CSV of names alone."""
    ran = sutja("read", pictures / "broken.png", "--csv", tmp_path / "out.csv", "--json", tmp_path / "out.json")
    assert (ran.code, json.loads((tmp_path / "out.json").read_text())) == (1, [])
    assert (tmp_path / "out.csv").read_text().startswith("file,digit,")


@pytest.mark.skipif(sys.platform == "win32", reason="no /dev: Windows has none")
def test_a_pipe_can_be_written(pictures: Path) -> None:
    """What is no file is written as it is, and not replaced by one."""
    command = [sys.executable, "-m", "sutja", "read", pictures / "5.png", "--csv", "/dev/stdout"]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert "5.png,5," in answer.stdout
    assert Path("/dev/stdout").is_symlink()


def test_a_picture_takes_little_time(tmp_path: Path) -> None:
    """Two cores read 2,000 pictures a second where each takes a millisecond of one; a busy machine takes up to 2.5."""
    random = np.random.default_rng(0)
    files = [str(tmp_path / f"{place}.png") for place in range(192)]
    for place, file in enumerate(files):
        turned = picture(place % 10).convert("L").rotate(random.uniform(-20, 20), fillcolor=255)
        turned.resize((280, 280), box=(*random.uniform(0, 40, 2), *random.uniform(240, 280, 2))).save(file)
    asked = Asked(None)
    asked.rows(files[:32])
    start = time.process_time()
    rows = [row for part in range(32, 192, 32) for row in asked.rows(files[part : part + 32])]
    assert (time.process_time() - start) / 160 < 0.0025
    assert sum(row["digit"] == place % 10 for place, row in enumerate(rows, 32)) > 150


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
