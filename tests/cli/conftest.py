"""Run a command as its user does: in a process of its own place, with exit code, output and errors."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from drawings import DRAWINGS, drawing
from sutja.cli import main
from sutja.prepare import prepare


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture
def sutja(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return a function that runs `sutja ARGS...` and returns what it left."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr("sys.argv", ["sutja", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Ran(code, *capfd.readouterr())

    return run


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a PNG of each digit, `0.png` to `9.png`, a blank and a broken one."""
    import numpy as np
    from PIL import Image

    folder = tmp_path_factory.mktemp("pictures")
    for digit in DRAWINGS:
        glyph = np.kron(prepare([drawing(digit)])[0], np.ones((8, 8)))
        Image.fromarray((255 - 255 * glyph).astype(np.uint8)).save(folder / f"{digit}.png")
    Image.new("L", (100, 100), 255).save(folder / "blank.png")
    (folder / "broken.png").write_bytes((folder / "7.png").read_bytes()[:200])
    return folder
