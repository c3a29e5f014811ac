"""The long tests: each writes its own row where it passes, and ends with 1 where it does not."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tools.robust import faults, overload, rows, slow, soak, tested

ROOT = Path(__file__).resolve().parents[1]
SLOW_ROW = "| slow | what it must show | `make robust-slow` | | | |"
PAGE = f"# Page\n<!-- rows -->\n{SLOW_ROW}\n| soak | | | | | |\n<!-- end of rows -->\n"
SLOW = slow.Outcome(500, 5.0, quiet=[0.002] * 99 + [0.004], busy=[0.003] * 999 + [0.006], failed=1)
ASKED = {200: [0.01] * 100}
REFUSED = {503: [0.01] * 99}
OVERLOAD = overload.Outcome(3.0, 120.0, ASKED, ASKED | REFUSED, 0, ASKED)
SOAKED = soak.Soaked(1000, 1040, 20, 24, 44, 0, 9000, 0)
FAULT = faults.Outcome(900, 0, 9.0, 100, 0, 0, 1.0)


def test_a_row_is_written_where_it_passes(tmp_path: Path) -> None:
    """Law: with date, machine and figures, and its limits stay; who fails ends with 1.

    Then the page stays, as it does where less was measured than is asked.
    """
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    assert rows.ended("slow", {"p99": "9 ms"}, is_good=False, page=page) == 1
    assert page.read_text("utf-8") == PAGE
    assert rows.ended("slow", {"p99": "9 ms"}, is_good=True, is_whole=False, page=page) == 0
    assert page.read_text("utf-8") == PAGE
    assert rows.ended("slow", {"p99": "9 ms"}, is_good=True, page=page) == 0
    line = page.read_text("utf-8").split("\n")[2]
    assert re.fullmatch(r"\| slow \| what it must show \| `make robust-slow` \| 20[-0-9]+ \| .+ \| p99: 9 ms \|", line)
    with pytest.raises(ValueError, match="Expected"):
        rows.ended("another", "", is_good=True, page=page)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (SLOW, {"failed": 2}),
        (SLOW, {"busy": [0.009] * 1000}),
        (OVERLOAD, {"flood": {200: [0.03] * 100} | REFUSED}),
        (OVERLOAD, {"flood": ASKED | {503: [0.06] * 100}}),
        (OVERLOAD, {"flood": ASKED | REFUSED | {0: [0.1]}}),
        (OVERLOAD, {"after": {200: [0.03] * 100}}),
        (SOAKED, {"most_kib": 1060}),
        (SOAKED, {"lost": 1}),
        (FAULT, {"failed": 1}),
        (FAULT, {"lost": 1}),
    ],
)
def test_each_limit_can_be_missed(good: faults.Outcome, bad: dict[str, object]) -> None:
    """Law: figures beyond what the page promises are not good."""
    assert good.is_good
    assert not replace(good, **bad).is_good  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("test", "status", "told"),
    [
        ("print('1,000 runs: all read')", 0, ["1,000 runs: all read"]),
        ("print('9 runs: no'); assert 0", 1, []),
        ("", 1, []),
    ],
)
def test_tests_say_their_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, test: str, status: int, told: list[str]
) -> None:
    """Law: what passing tests print is their row; what fails, or says nothing, has none."""
    (tmp_path / "test_it.py").write_text(f"def test_it():\n    {test or 'pass'}\n", "utf-8")
    written: list[str] = []
    monkeypatch.setattr(rows, "_row", lambda _, said, __: written.append(said))
    monkeypatch.setitem(tested.LONG, "it", tested.Long((str(tmp_path / "test_it.py"),), {}))
    assert (tested.main("it"), written) == (status, told)


def test_each_target_has_its_row() -> None:
    """Law: each `make robust-NAME` has a row, and is run by what writes it."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    page = (ROOT / "docs" / "robustness.md").read_text("utf-8")
    targets = dict(re.findall(r"^robust-(\w+):[^\n]*((?:\n\t[^\n]*)+)", makefile, re.MULTILINE))
    assert set(targets) == set(re.findall(r"^\| (\w+) \|[^\n]*`make robust-\1`", page, re.MULTILINE))
    for name, recipe in targets.items():
        own = f"tools.robust.tested {name}" if name in tested.LONG else f"tools.robust.{name}"
        assert f"-m {own}\n" in f"{recipe}\n", name
