"""Builds the page into the package before hatchling packs it.

Owns when the page is built: never where the page that is there was built from the very sources in web/. So neither
Node nor a network is needed to install from a source distribution, which holds the page. `SUTJA_SKIP_WEB=1` leaves the
page out.
"""

import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))  # a build runs without the project's own folder on the path

from tools import node  # noqa: E402

WEB = ROOT / "web"
PAGE = ROOT / "src" / "sutja" / "service" / "static"
STAMP = PAGE / ".stamp"
OUTPUTS = {"node_modules", "dist"}


class PageHook(BuildHookInterface[Any]):
    """What hatchling calls before it packs a wheel or a source distribution."""

    def dependencies(self) -> list[str]:
        """Return the Python package with Node, where it is needed and the PATH has none."""
        return [] if _is_settled() else node.requirement()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page. Ends the build with one line where that fails."""
        if _is_settled():
            return
        try:
            node.run("build")
        except node.NodeError as error:
            self.app.abort(f"sutja: the page could not be built. {error}")
        STAMP.write_text(_fingerprint(), "utf-8")


def _is_settled() -> bool:
    """Whether there is nothing to build: no page is wanted, or the page there is up to date."""
    if os.environ.get("SUTJA_SKIP_WEB") == "1":
        return True
    return STAMP.exists() and STAMP.read_text("utf-8") == _fingerprint()


def _fingerprint() -> str:
    """Return the sha-256 over the names and bytes of all that the page is made of."""
    total = sha256()
    for path in sorted(_sources(), key=Path.as_posix):
        total.update(f"{path.relative_to(WEB).as_posix()} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _sources() -> list[Path]:
    rooms = (room for room in WEB.iterdir() if room.name not in OUTPUTS and not room.name.startswith("."))
    return [path for room in rooms for path in (room.rglob("*") if room.is_dir() else [room]) if path.is_file()]
