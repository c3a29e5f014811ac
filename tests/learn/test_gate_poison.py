"""The experiment of `make poison`: its attacks, its table, and that it goes on where it was interrupted."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sutja.learn.dataset import Dataset
from sutja.learn.gate import Holdouts

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def tool() -> Iterator[ModuleType]:
    """Return tools/poison.py, which is part of no package."""
    sys.path.insert(0, str(ROOT))
    from tools import poison

    yield poison
    sys.path.remove(str(ROOT))


def result(tool: ModuleType, attack: str, share: float, seed: int, verdict: str, success: float) -> object:
    return tool.Result(attack, share, seed, verdict, (), 0.1, 0.01, 0.0, success, 0.0, 0.05, 0.1)


def test_the_table_tells_what_failed(tool: ModuleType, tmp_path: Path) -> None:
    """An attack that was promoted and succeeded has a cross, one that was refused has none; results survive a file."""
    kept = result(tool, "flip", 0.01, 0, "promote", 0.021)
    kept.save(tmp_path / "cell.json")
    results = [
        tool.Result.load(tmp_path / "cell.json"),
        result(tool, "flip", 0.25, 0, "reject", 0.9),
        result(tool, "none", 0.0, 0, "promote", 0.0),
        result(tool, "none", 0.0, 1, "hold", 0.0),
    ]
    assert results[0] == kept
    rows = {tuple(cell.strip() for cell in line.split("|")[1:3]): line for line in tool.table(results).splitlines()[2:]}
    assert "✗" in rows["7 labelled 1", "1%"]
    assert "✓" in rows["7 labelled 1", "25%"]
    assert "✗" in rows["none", ""]


def test_attacks_are_what_they_say(tool: ModuleType) -> None:
    """So large a share of what comes in is poison, with the label that the attacker wants, by sources like others."""
    from tools.attacks import Field, as_given

    random = np.random.default_rng(0)
    labels = np.arange(300) % 10
    drawn = Dataset(random.random((300, 28, 28), np.float32), labels)
    honest = as_given(drawn, ["a"] * 300)
    field = Field(None, Path(), drawn, honest, drawn, Holdouts(drawn, drawn, drawn[:0]), drawn)
    counts = {share: len(tool.assault(field, tool.Attack.FLIP, share, 0).poison) for share in (0.01, 0.11, 0.25)}
    assert counts == {0.01: 3, 0.11: 37, 0.25: 100}
    flip, noise, dot, lies = (
        tool.assault(field, tool.Attack(name), 0.25, 0) for name in ("flip", "noise", "dot", "random")
    )
    sevens = {glyph.tobytes() for glyph in drawn.glyphs[labels == 7]}
    assert {glyph.tobytes() for glyph in flip.poison.glyphs} <= sevens
    assert set(flip.poison.labels) == set(flip.victims.labels) == {1}
    assert len(flip.victims) == 30
    assert len(set(dot.poison.labels)) == 1
    assert len(dot.victims) == 270
    assert len(set(noise.poison.labels)) == 10
    true = {glyph.tobytes(): label for glyph, label in zip(drawn.glyphs, labels, strict=True)}
    assert all(
        true[glyph.tobytes()] != label for glyph, label in zip(lies.poison.glyphs, lies.poison.labels, strict=True)
    )
    assert (flip.is_aimed, dot.is_aimed, noise.is_aimed, lies.is_aimed) == (True, True, False, False)
    given = tool.together(honest, flip)
    assert (len(given), set(given.sources)) == (400, {"a", "attacker 0"})
    assert len(tool.assault(field, tool.Attack.NONE, 0.0, 0).poison) == 0


def test_eighty_attacks_and_five_trainings_without(tool: ModuleType) -> None:
    """Each of four attacks at each of four shares with each of five seeds, and each seed without poison."""
    names = [cell.name for cell in tool.CELLS]
    assert len(set(names)) == 85
    assert {"flip-1-0", "dot-25-4", "noise-11-2", "random-4-3", "none-0-0"} <= set(names)


def test_a_cell_is_trained_once(tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has a file is not trained again, so that an interrupted run goes on."""
    cell = tool.Cell(tool.Attack.FLIP, 0.01, 0)
    result(tool, "flip", 0.01, 0, "reject", 0.0).save(tmp_path / f"{cell.name}.json")
    monkeypatch.setattr(tool, "run", lambda *_: pytest.fail("it was trained again"))
    assert [each.verdict for each in tool.cells(None, tmp_path, [cell])] == ["reject"]
