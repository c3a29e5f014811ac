"""The habits of the house, held as laws."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from statistics import median, quantiles

import pytest

import sutja
from sutja.cli import app
from sutja.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "tools").glob("*.py"), ROOT / "hatch_build.py"])
EMPTY_NAMES = {"utils", "util", "helpers", "common", "core", "base", "manager", "handler", "connector", "misc"}


def parts(kind: type[ast.AST] | tuple[type[ast.AST], ...]) -> Iterator[tuple[str, int]]:
    """Yield the place and the number of lines of each part of that kind in the package and its tools."""
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, kind):
                yield f"{module.relative_to(ROOT)}:{node.lineno}", node.end_lineno - node.lineno + 1


def test_functions_are_short() -> None:
    """Half of the functions have at most 10 lines, nine in ten at most 30, none over 50."""
    sizes = dict(parts((ast.FunctionDef, ast.AsyncFunctionDef)))
    assert {place for place, size in sizes.items() if size > 50} == set()
    assert median(sizes.values()) <= 10
    assert quantiles(sizes.values(), n=10)[-1] <= 30


def test_classes_are_small() -> None:
    """A class has at most 150 lines."""
    assert {place for place, size in parts(ast.ClassDef) if size > 150} == set()


def test_modules_are_rooms_not_halls() -> None:
    """A module has at most 300 lines."""
    assert {module.name for module in MODULES if len(module.read_text("utf-8").splitlines()) > 300} == set()


def test_names_say_what_is_inside() -> None:
    """No module and no package bears a name that could hold anything."""
    names = {part for module in MODULES for part in module.relative_to(ROOT).with_suffix("").parts}
    assert names & EMPTY_NAMES == set()


def test_the_face_shows_what_it_promises() -> None:
    """`sutja.__all__` names all that can be had from the face, and nothing that cannot."""
    ours = {name for name, value in vars(sutja).items() if getattr(value, "__module__", "").startswith("sutja")}
    assert {name for name in ours if not name.startswith("_")} <= set(sutja.__all__)
    assert [name for name in sutja.__all__ if not hasattr(sutja, name)] == []


def test_whatever_one_can_name_is_documented() -> None:
    """README and docs, the design apart, name every command, setting and route that there is."""
    pages = [ROOT / "README.md", *(page for page in (ROOT / "docs").glob("*.md") if page.name != "design.md")]
    told = "\n".join(page.read_text("utf-8") for page in pages)
    groups = {
        f"{group.name} {each.name}"
        for group in app.registered_groups
        for each in group.typer_instance.registered_commands
    }
    commands = {f"`sutja {name}" for name in groups | {f"{command.name}`" for command in app.registered_commands}}
    variables = {f"`SUTJA_{setting.name.upper()}`" for setting in fields(Settings)}
    routes = {f" {path}`" for path in json.loads((ROOT / "web" / "openapi.json").read_text("utf-8"))["paths"]}
    assert {name for name in commands | variables | routes if name not in told} == set()


@pytest.mark.parametrize(
    ("listed", "outcome"),
    [("no rain | it is dry", "1 passed, 2 skipped"), ("no rain |", "1 failed, 1 passed, 1 error"), ("", "1 failed")],
)
def test_a_skip_in_ci_is_listed_or_fails(tmp_path: Path, listed: str, outcome: str) -> None:
    """Where CI=true, a test or module that skips itself fails the run unless tests/skips.txt says why it may."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "skips.txt").write_text(f"# reason | why\n{listed}\n")
    (tmp_path / "test_module.py").write_text("import pytest; pytest.importorskip('rain', reason='no rain')")
    (tmp_path / "test_one.py").write_text("import pytest\ndef test(): pytest.skip('no rain')\ndef test_sun(): pass")
    options = ["-p", "no:cacheprovider", "-c", os.devnull, "--continue-on-collection-errors", "."]
    command = [sys.executable, "-m", "pytest", *options]
    answer = subprocess.run(command, env={**os.environ, "CI": "true"}, cwd=tmp_path, capture_output=True, text=True)
    assert outcome in answer.stdout.splitlines()[-1]
    assert (answer.returncode == 0) is ("skipped" in outcome)


@pytest.mark.parametrize(
    ("words", "runs"), [((), 2), (("ARGS=-k pad",), 1), (("ARGS=tests/service/test_speed.py",), 1)]
)
def test_make_unit_runs_what_is_asked_for_once(words: tuple[str, ...], runs: int) -> None:
    """Law: without ARGS the timing test runs alone, after the others; with ARGS what they name runs, and no more."""
    command = ["make", "--dry-run", "unit", *words]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [line for line in answer.stdout.splitlines() if "-m pytest" in line]
    assert len(lines) == runs
    assert ["--ignore tests/service/test_speed.py" in line for line in lines] == [not words, False][:runs]


def test_the_readmes_are_filled_in() -> None:
    """The tables of both READMEs show the same figures, and neither has a gap that was to be filled."""
    english, korean = ((ROOT / name).read_text("utf-8") for name in ("README.md", "README.ko.md"))
    assert not [line for line in (english + korean).splitlines() if line.isupper() and line.isalpha()]
    rows = [[line for line in text.splitlines() if line.startswith("|")] for text in (english, korean)]
    figures = [[re.findall(r"\d+[.,]\d+", row) for row in table] for table in rows]
    assert figures[0] == figures[1]
    assert sum(map(len, figures[0])) >= 20
