"""`sutja evaluate`, on small sets."""

import json
from pathlib import Path

import pytest

from sutja import Reader
from sutja.learn.dataset import Part
from sutja.learn.dataset.pendigits import pendigits
from sutja.learn.evaluate import record


@pytest.fixture(autouse=True)
def _found(mixed_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command find the small sets, which other processes would not."""
    monkeypatch.setenv("SUTJA_DATA", str(mixed_data))
    monkeypatch.setattr(record, "spread", lambda reader, work, tasks: (work(reader, task) for task in tasks))


def test_the_sheet_tells_what_was_asked(sutja, mixed_data: Path) -> None:
    """The model, each set with its count, and what is asked of it; on stderr a line for what was done."""
    ran = sutja("evaluate", "--only", "pens,mnist")
    assert ran.code == 0, ran.err
    count = len(pendigits(mixed_data, Part.TEST))
    assert "MNIST (297)" in ran.out
    assert f"pens, as strokes ({count:,})" in ran.out
    assert "photographs" not in ran.out
    assert "at least 99.65 %" in ran.out
    assert ran.err == "digits and others: 2 done\n"


def test_json_tells_all(sutja) -> None:
    """As JSON all figures are on stdout, and nothing else."""
    told = json.loads(sutja("evaluate", "--only", "mnist", "--json").out)
    assert told["model"]["sha256"] == Reader.load().bundle.card.sha256
    assert (told["part"], told["sets"]["mnist"]["count"]) == ("test", 297)
    assert sum(map(sum, told["curves"]["mnist"]["confusion"])) == 297


def test_the_page_is_written(sutja, tmp_path: Path) -> None:
    """--out writes a page that begins with bundle, date, machine and command, and its pictures beside it."""
    ran = sutja("evaluate", "--part", "calibration", "--only", "mnist", "--out", tmp_path / "new")
    assert ran.code == 0, ran.err
    text = (tmp_path / "new" / "accuracy.md").read_text("utf-8")
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    assert rows[2:6] == ["bundle", "date", "machine", "software"]
    assert f"`sutja evaluate --part calibration --only mnist --out {tmp_path / 'new'}`" in text
    assert "they flatter" in " ".join(text.split())
    names = {path.name for path in (tmp_path / "new" / "accuracy").iterdir()}
    assert {"figures.json", "coverage.png", "calibration.png", "confusion.png"} <= names


@pytest.mark.parametrize("words", [["--only", "mnist,cats"], ["--only", ""], ["--part", "training"]])
def test_what_cannot_be_measured_is_wrong_use(sutja, words: list[str]) -> None:
    """An unknown section, none, or the part that is trained on."""
    ran = sutja("evaluate", *words)
    assert (ran.code, ran.out) == (2, "")


def test_a_set_that_cannot_be_had_is_an_error(sutja, mixed_data: Path) -> None:
    """Without its data a section is not left out in silence: one line says what is missing."""
    for path in (mixed_data / "pendigits").iterdir():
        path.write_bytes(b"damaged")
    ran = sutja("evaluate", "--only", "pens")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert "pendigits" in ran.err
