"""Pages of which a command writes a part: what stands between `<!-- NAME -->` and `<!-- end of NAME -->`."""

import os
from datetime import UTC, datetime
from pathlib import Path

from sutja.learn.report import machine


def text_of(page: Path, name: str) -> str:
    """Return what stands between the markers. Raises `ValueError` where the page has lost them."""
    return _parts(page, name)[1]


def put(page: Path, name: str, text: str) -> None:
    """Put a text between the markers, in one step, and leave the rest. Raises `ValueError` where they are lost."""
    before, _, after = _parts(page, name)
    partial = page.with_suffix(f".{os.getpid()}.part")
    partial.write_text(f"{before}\n{text.strip(chr(10))}\n{after}", "utf-8")
    partial.replace(page)


def measured_by(command: str) -> str:
    """Return the line that says which command made the figures above it, when and on what."""
    return f"Measured by `{command}` on {datetime.now(UTC):%Y-%m-%d}: {machine()}."


def _parts(page: Path, name: str) -> tuple[str, str, str]:
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, is_begun, rest = page.read_text("utf-8").partition(start)
    text, is_ended, after = rest.partition(end)
    if not is_begun or not is_ended:
        raise ValueError(f"Expected {page.name} to have {start} and {end}. Received a page without them.")
    return f"{before}{start}", text.strip("\n"), f"{end}{after}"
