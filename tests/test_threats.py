"""docs/threats.md and docs/robustness.md name tests: each is there, and no threat and no rule is left out."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
THREATS = (ROOT / "docs" / "threats.md").read_text("utf-8")
NOT_DONE = THREATS.partition("## What is not done")[2]


def functions_in(path: Path) -> set[str]:
    """Return the names of the functions in a file."""
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    return {node.name for node in tree if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("page", ["threats.md", "robustness.md"])
def test_each_test_that_is_named_is_there(page: str) -> None:
    """Law: whoever renames or deletes a test that something rests on finds out."""
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "docs" / page).read_text("utf-8"))
    assert len(named) > 10
    missing = {(path, name) for path, name in named if not (ROOT / path).is_file()}
    assert missing == set()
    assert {(path, name) for path, name in named if name and name not in functions_in(ROOT / path)} == set()


def test_each_threat_and_each_rule_has_its_test_or_its_reason() -> None:
    """Law: T1 to T15 and P1 to P15 have a row each, with a test in it, or a paragraph that says why there is none."""
    rows = {row.split(" | ")[0].strip("| "): row for row in THREATS.splitlines() if re.match(r"\| [TP]\d", row)}
    assert list(rows) == [f"{kind}{number}" for kind in "TP" for number in range(1, 16)]
    assert {name for name, row in rows.items() if "::test_" not in row and f"({name})" not in NOT_DONE} == set()
