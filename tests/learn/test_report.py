from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sutja.bundle import Score
from sutja.learn.evaluate.mistakes import Mistake
from sutja.learn.report import Origin, draw_confusion, draw_history
from sutja.learn.report.gallery import caption, draw_gallery
from sutja.learn.report.markdown import _table, _told


def mistake(**changes: object) -> Mistake:
    whole = {"picture": np.zeros((28, 28), np.uint8), "label": 4, "digit": 9, "confidence": 0.974, "verdict": "digit"}
    return Mistake(**(whole | changes))


def test_a_caption_tells_what_went_wrong() -> None:
    """Label, digit, confidence and verdict; of what was refused no digit; the writer where there is one."""
    assert caption(mistake(note="writer 13")) == "4 → 9, 97.4 %\ndigit\nwriter 13"
    assert caption(mistake(verdict="not_a_digit")) == "4 → none\nnot a digit"
    assert caption(mistake(label=10, note="scribbles")) == "no digit → 9, 97.4 %\ndigit\nscribbles"


@pytest.mark.parametrize(("count", "rows", "columns"), [(1, 1, 1), (9, 1, 9), (10, 2, 9)])
def test_a_gallery_has_room_for_all(count: int, rows: int, columns: int, tmp_path: Path) -> None:
    """Nine to a row: ten take two rows."""
    draw_gallery([mistake()] * count, tmp_path / "gallery.png")
    with Image.open(tmp_path / "gallery.png") as picture:
        assert picture.height / picture.width == pytest.approx(1.95 * rows / (1.35 * columns), rel=0.02)


def test_a_table_is_markdown() -> None:
    """A head, a rule that says how columns are aligned, and a line a row."""
    assert _table(("a", "b"), [("x", "1")]) == "| a | b |\n| --- | --: |\n| x | 1 |"


def test_prose_is_filled() -> None:
    """What stands in lines of any width comes out in lines of at most 120 characters, and no word is cut."""
    words = "a-very-long-word " * 40
    told = _told(f"\n{words}\n")
    assert max(map(len, told.splitlines())) <= 120
    assert told.split() == words.split()


def test_the_origin_is_here() -> None:
    """Date, machine, versions and command are those of this run."""
    origin = Origin.here("sutja evaluate")
    assert origin.command == "sutja evaluate"
    assert np.__version__ in origin.software
    assert "cores" in origin.machine


def test_a_training_is_drawn(tmp_path: Path) -> None:
    """History and confusion of a training become pictures."""
    history = {"loss": [1, 0.5], "val_loss": [1, 0.6], "accuracy": [0.5, 0.9], "val_accuracy": [0.5, 0.8]}
    draw_history(history, tmp_path / "history.png")
    draw_confusion(Score(10, 1.0, 0.0, 1.0, 0.0, tuple(map(tuple, np.eye(10, dtype=int).tolist()))), tmp_path / "c.png")
    for name in ("history.png", "c.png"):
        with Image.open(tmp_path / name) as picture:
            assert picture.width > 500
