"""Gathers the pages of the site: from README and docs/ as they are, and from the code where it tells of itself.

Each page is written once, where people look for it in the repository. Links between files become links between pages;
what is no page and is linked to all the same goes along under `files/`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

from tools.docs import api

import sutja

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {
    "README.md": "index.md",
    "README.ko.md": "ko.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "docs/decisions/README.md": "decisions/index.md",
}
ICON = "web/public/icon-192.png"
_LINK = re.compile(r"(?<=\]\()[^)\s]+(?=\))")
# GitHub shows the one that fits the system; the site has a switch of its own.
_PICTURE = re.compile(r'<picture>\s*<source [^>]*srcset="([^"]+)">\s*<img alt="([^"]+)" src="([^"]+)">\s*</picture>')
_BOTH = r"![\2](\3#only-light)![\2](\1#only-dark)"
# Markdown as GitHub reads it begins a list or a table right after a line; Python's asks for an empty one between.
_CROWDED = re.compile(r"^(?![-*|>#\s]|\d+\. |```)(.*\S.*)\n(?=(?:[-*] |\d+\. |\|))", re.MULTILINE)
# Of the commands: lists whose sentences Typer cuts, and the help that each has.
_NOISE = re.compile(
    r"^\*\*Commands\*\*:\n\n(?:\* .*\n)+\n?|(?:\*\*Options\*\*:\n\n)?\* `(?:-h, )?--help`: .*\n", re.MULTILINE
)
_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)

PYTHON = """# Python

All that `import sutja` gives; nothing else is promised to stay. `sutja.read` and its kin are thin skins over a `Reader`
that is made at the first call. `pip install sutja` is enough for all of it.

## Functions

{functions}

## Reading and drawings

{classes}

## Errors

All are a `SutjaError`, and say what was expected and what came instead, without what was drawn.

{errors}
"""


def gather(target: Path) -> None:
    """Write all pages, and what they show, into a folder, which is emptied before. Raises what reading them raises."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT / "docs", target, ignore=shutil.ignore_patterns("*.md"))
    shutil.copy(ROOT / ICON, target / "images" / "icon.png")
    for source, page in pages().items():
        _write(target, page, _moved((ROOT / source).read_text("utf-8"), source, page, target))
    _write(target, "api.md", api.page(json.loads((ROOT / "web" / "openapi.json").read_text("utf-8"))))
    _along("web/openapi.json", target)
    _write(target, "python.md", _python())
    _write(target, "cli.md", commands())


def pages() -> dict[str, str]:
    """Return each page's place in the site, by the file in the repository that it is made from."""
    docs = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))]
    return {name: name.removeprefix("docs/") for name in docs} | ELSEWHERE


def commands() -> str:
    """Return the page of the command line, as Typer writes it from the commands themselves."""
    command = [
        sys.executable,
        "-m",
        "typer",
        "sutja.cli",
        "utils",
        "docs",
        "--name",
        "sutja",
        "--title",
        "Command line",
    ]
    text = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    return _NOISE.sub("", text)


def _python() -> str:
    """Return the page of the package: its docstrings are put in when the site is built."""
    names = [name for name in sutja.__all__ if not name.startswith("_")]
    errors = [name for name in names if name.endswith("Error")]
    functions = [name for name in names if name.islower()]
    classes = [name for name in names if name not in {*errors, *functions}]
    shown = {
        "functions": functions,
        "classes": classes,
        "errors": sorted(errors, key=lambda name: name != "SutjaError"),
    }
    return PYTHON.format(**{part: "\n\n".join(f"::: sutja.{name}" for name in each) for part, each in shown.items()})


def _moved(text: str, source: str, page: str, target: Path) -> str:
    """Return a page of the repository as one of the site."""
    text = _PICTURE.sub(_BOTH, text)
    text = _LINK.sub(lambda link: _link(link[0], source, page, target), text)
    parts = _FENCED.split(text)
    return "".join(part if place % 2 else _CROWDED.sub(r"\1\n\n", part) for place, part in enumerate(parts))


def _link(link: str, source: str, page: str, target: Path) -> str:
    """Return a link of the repository as one of the site; what leads nowhere is left for the build to complain of."""
    path, hash_, anchor = link.partition("#")
    found = (ROOT / source).parent.joinpath(path).resolve()
    if not path or not found.is_file() or not found.is_relative_to(ROOT):
        return link
    name = found.relative_to(ROOT).as_posix()
    place = pages().get(name) or (name.removeprefix("docs/") if name.startswith("docs/") else _along(name, target))
    return PurePosixPath(os.path.relpath(place, PurePosixPath(page).parent)).as_posix() + hash_ + anchor


def _along(name: str, target: Path) -> str:
    """Take a file along that is no page, and return its place."""
    place = f"files/{name}"
    (target / place).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / name, target / place)
    return place


def _write(target: Path, page: str, text: str) -> None:
    (target / page).parent.mkdir(parents=True, exist_ok=True)
    (target / page).write_text(text, encoding="utf-8", newline="\n")
