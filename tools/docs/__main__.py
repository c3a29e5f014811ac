"""The documentation site: its pages are gathered from the repository or made from the code, and built strictly.

python -m tools.docs [FOLDER]    builds FOLDER/site (build/docs/site). A link, an anchor or a picture that leads
                                 nowhere fails, and so does whatever a browser would fetch from elsewhere
python -m tools.docs serve       the same on http://127.0.0.1:8000, until Ctrl-C
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tools.docs.check import faults
from tools.docs.gather import ROOT, gather

FOLDER = ROOT / "build" / "docs"
ADDRESS = "127.0.0.1:8000"


def build(folder: Path) -> Path:
    """Build the site and return its folder. Raises `SystemExit` with what is wrong with it."""
    prepare(folder)
    zensical = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"], cwd=folder, check=False
    )
    if zensical.returncode:
        sys.exit(f"tools.docs: Expected Zensical to build the site. Received exit code {zensical.returncode}.")
    site = folder / "site"
    if found := faults(site):
        sys.exit(
            "\n".join(["tools.docs: Expected links that lead somewhere, and nothing from elsewhere. Received:", *found])
        )
    return site


def prepare(folder: Path) -> None:
    """Put all that the site is built from into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    gather(folder / "docs")


def main() -> None:
    """Build, or serve."""
    if sys.argv[1:] == ["serve"]:
        prepare(FOLDER)
        command = [sys.executable, "-m", "zensical", "serve", "--dev-addr", ADDRESS]
        sys.exit(subprocess.run(command, cwd=FOLDER, check=False).returncode)
    site = build(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)
    print(f"{site / 'index.html'}: {len(list(site.rglob('*.html')))} pages")


if __name__ == "__main__":
    main()
