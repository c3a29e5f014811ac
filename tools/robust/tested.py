"""Run a test in its long form, and write what it says at its end into the row of docs/robustness.md.

    python -m tools.robust.tested NAME

The test prints one line of figures that starts with a number; where it fails, no row is written.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass

from tools.robust.rows import row


@dataclass(frozen=True, slots=True)
class Long:
    """The long form of a test: the test, and what the environment tells it."""

    test: str
    environ: dict[str, str]


LONG = {"pin": Long("tests/service/test_canary.py::test_a_canary_is_found_nowhere", {"SUTJA_CANARIES": "500"})}


def main(name: str) -> int:
    """Return the exit code of the test that measures `name`."""
    long = LONG[name]
    command = [sys.executable, "-m", "pytest", "-q", "-s", long.test]
    ran = subprocess.run(command, env={**os.environ, **long.environ}, stdout=subprocess.PIPE, text=True, check=False)
    sys.stdout.write(ran.stdout)
    said = re.search(r"^\.?(\d[^\n]*[:,][^\n]*)$", ran.stdout, re.MULTILINE)
    if ran.returncode == 0 and said:
        print(row(name, said[1]))
    return ran.returncode if said else max(ran.returncode, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
