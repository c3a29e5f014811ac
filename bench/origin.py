"""On what it was measured: date, machine, and the versions of all that has a part in it."""

import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sutja.learn.report import machine

OURS = ("numpy", "pillow", "onnxruntime", "fastapi", "starlette", "uvicorn", "keras", "tensorflow-cpu")


def origin() -> dict[str, str]:
    """Return what stands under the figures."""
    return {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "software": _software()}


def program_version(name: str) -> list[str]:
    """Return the first line by which a program tells its version; nothing where it is not there."""
    if shutil.which(name) is None:
        return []
    said = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)
    return (said.stdout or said.stderr).splitlines()[:1]


def _software() -> str:
    root = Path(__file__).resolve().parent.parent
    git = ("git", "-C", str(root), "rev-parse", "--short", "HEAD")
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    versions = [f"sutja {commit}".strip(), f"Python {platform.python_version()}"]
    for name in OURS:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(versions)
