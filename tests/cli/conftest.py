"""Pictures as files, for the commands."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from drawings import DRAWINGS, drawing
from sutja.prepare import prepare


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a PNG of each digit, `0.png` to `9.png`, a blank and a broken one."""
    folder = tmp_path_factory.mktemp("pictures")
    for digit in DRAWINGS:
        glyph = np.kron(prepare([drawing(digit)])[0], np.ones((8, 8)))
        Image.fromarray((255 - 255 * glyph).astype(np.uint8)).save(folder / f"{digit}.png")
    Image.new("L", (100, 100), 255).save(folder / "blank.png")
    (folder / "broken.png").write_bytes((folder / "7.png").read_bytes()[:200])
    return folder
