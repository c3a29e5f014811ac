"""Whoever reads digits is told on by nobody."""

import os
import subprocess
import sys
from pathlib import Path

READS = """
import time
import numpy as np
import sutja
sutja.read(np.zeros((28, 28), np.uint8))
time.sleep(0.5)
"""


def test_a_reading_leaves_no_trace(tmp_path: Path) -> None:
    """ONNX Runtime writes no device's id and no events, which it would send to its makers later."""
    nothing = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    home = {"HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", READS], env={**nothing, **home}, check=True, timeout=60)
    assert list(tmp_path.rglob("*")) == []
