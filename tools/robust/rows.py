"""Rows: each measurement of docs/robustness.md writes its own row there, and leaves the others as they are.

row("slow", {"honest requests answered": "99.98 %", "p99": "4.1 ms, quiet 2.9 ms"})
"""

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tools.marked import put, text_of

from sutja.learn.report import machine

PAGE = Path(__file__).resolve().parents[2] / "docs" / "robustness.md"
ROWS = "rows"


def row(name: str, figures: Mapping[str, object] | str, measure: str = "", page: Path = PAGE) -> str:
    """Write the row that `make robust-NAME` measured, and return it; what is measured stays unless it is given.

    A row that is new goes last. The page is replaced in one step. Raises `ValueError` where it has lost its markers.
    """
    said = figures if isinstance(figures, str) else "; ".join(f"{key}: {value}" for key, value in figures.items())
    lines = text_of(page, ROWS).split("\n")
    places = [place for place, line in enumerate(lines) if line.startswith(f"| {name} |")]
    old = lines[places[0]].split(" | ")[1] if places else ""
    where = f"{machine()}, Python {platform.python_version()}"
    cells = (name, measure or old, f"`make robust-{name}`", f"{datetime.now(UTC):%Y-%m-%d}", where, said)
    line = f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in cells)} |"
    if places:
        lines[places[0]] = line
    else:
        lines.append(line)
    put(page, ROWS, "\n".join(lines))
    return line
