"""Rows: each measurement of docs/robustness.md writes its own row there where it passes, and leaves the others.

ended("slow", {"honest requests answered": "99.98 %", "p99": "4.1 ms, quiet 2.9 ms"}, is_good=True)
"""

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tools.marked import put, text_of

from sutja.learn.report import machine

PAGE = Path(__file__).resolve().parents[2] / "docs" / "robustness.md"
ROWS = "rows"


def ended(
    name: str, figures: Mapping[str, object] | str, *, is_good: bool, is_whole: bool = True, page: Path = PAGE
) -> int:
    """Say what `make robust-NAME` measured, write it into its row if it is good, and return the exit code.

    What is not whole was shorter, or less, than the row wants: it is said, and not written.
    """
    said = figures if isinstance(figures, str) else "; ".join(f"{key}: {value}" for key, value in figures.items())
    if is_good and is_whole:
        _row(name, said, page)
    row = "" if is_good and is_whole else ", and its row stays as it was"
    print(f"{name}: {'passed' if is_good else 'FAILED'}{row}: {said}", flush=True)
    return 0 if is_good else 1


def _row(name: str, said: str, page: Path) -> None:
    """Replace a row in one step. Raises `ValueError` where there is none of that name."""
    lines = text_of(page, ROWS).split("\n")
    place = next((place for place, line in enumerate(lines) if line.startswith(f"| {name} |")), None)
    if place is None:
        raise ValueError(f"Expected {page.name} to have a row {name}. Received a page without it.")
    where = f"{machine()}, Python {platform.python_version()}"
    limits = lines[place].split(" | ")[1]
    cells = (name, limits, f"`make robust-{name}`", f"{datetime.now(UTC):%Y-%m-%d}", where, said)
    lines[place] = f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in cells)} |"
    put(page, ROWS, "\n".join(lines))
