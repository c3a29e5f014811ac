"""`sutja train`, on a small MNIST."""

import json
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _found(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command find the small MNIST."""
    monkeypatch.setenv("SUTJA_DATA", str(data))


def test_each_option_reaches_the_plan(sutja, tmp_path: Path) -> None:
    """Each option of the command line is the field of the plan that it names, and --h5 writes one file more."""
    options = "--network small --epochs 1 --batch-size 64 --learning-rate 0.002 --patience 5 --no-augment --seed 9 --h5"
    ran = sutja("train", "--out", tmp_path / "run", *options.split())
    assert (ran.code, "Traceback" in ran.err) == (0, False), ran.err
    assert json.loads((tmp_path / "run" / "card.json").read_text())["training"]["plan"] == {
        "network": "small",
        "epochs": 1,
        "batch_size": 64,
        "learning_rate": 0.002,
        "patience": 5,
        "is_augmented": False,
        "seed": 9,
    }
    assert (tmp_path / "run" / "model.h5").exists()
    assert "written to" in ran.out


def test_a_finished_training_is_left_alone(sutja, tmp_path: Path) -> None:
    """--out with a finished bundle fails before anything is written there."""
    (tmp_path / "card.json").write_text("{}")
    ran = sutja("train", "--out", tmp_path)
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == ["card.json"]


def test_nothing_to_resume_leaves_nothing(sutja, tmp_path: Path) -> None:
    """--resume with a folder that is not there is one line, and makes no such folder."""
    ran = sutja("train", "--resume", tmp_path / "typo")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert not (tmp_path / "typo").exists()


def test_resume_takes_no_other_plan(sutja, tmp_path: Path) -> None:
    """An option that --resume would have to ignore is wrong use, and is named."""
    ran = sutja("train", "--resume", tmp_path, "--seed", "3")
    assert ran.code == 2
    assert "--seed" in ran.err
