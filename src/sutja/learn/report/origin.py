"""Where figures come from: when, on what machine and by what command they were made."""

import os
import platform
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Self

from sutja._version import __version__

CPUINFO = Path("/proc/cpuinfo")  # Linux alone has it; elsewhere the platform's own word has to do


@dataclass(frozen=True, slots=True)
class Origin:
    """When, where and how figures were made."""

    date: str
    machine: str
    software: str
    command: str

    @classmethod
    def here(cls, command: str) -> Self:
        """Return the origin of what `command` makes here, today."""
        libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pillow", "onnxruntime"))
        return cls(
            date=f"{datetime.now().astimezone():%Y-%m-%d}",
            machine=machine(),
            software=f"sutja {__version__}, Python {platform.python_version()}, {libraries}",
            command=command,
        )


def machine() -> str:
    """Return what figures are made on: processor, cores and system."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"


def _processor() -> str:
    try:
        lines = CPUINFO.read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "unknown processor"
