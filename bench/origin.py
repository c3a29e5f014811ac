"""On what it was measured: date, machine, how busy it was, and the versions of all that has a part in it."""

import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sutja.learn.report import machine

OURS = ("numpy", "pillow", "onnxruntime", "fastapi", "starlette", "uvicorn", "keras", "tensorflow-cpu")
QUIET = 0.5
"""The greatest load average of a machine on which nothing else runs."""


def origin(busy: float, peers: Sequence[str]) -> dict[str, str]:
    """Return what stands under the figures: how busy it was before, and the peers' versions, are handed in."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "load": f"{busy:.1f}",
        "sutja": _commit(),
        "software": _software(),
        "peers": ", ".join(peers),
    }


def program_version(name: str) -> list[str]:
    """Return the first line by which a program tells its version; nothing where it is not there."""
    if shutil.which(name) is None:
        return []
    said = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)
    return (said.stdout or said.stderr).splitlines()[:1]


def load_average() -> float:
    """Return how many processes wanted to run in the last minute."""
    return os.getloadavg()[0]


def _commit() -> str:
    git = ("git", "-C", str(Path(__file__).resolve().parent), "rev-parse", "--short", "HEAD")
    return subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip() or "of no commit"


def _software() -> str:
    versions = [f"Python {platform.python_version()}"]
    for name in OURS:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(versions)
