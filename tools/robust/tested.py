"""Run tests in their long form, and write what they say at their end into the row of docs/robustness.md.

    python -m tools.robust.tested NAME

A test prints a line of figures that starts with a number; where one fails, no row is written.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass

from tools.robust.rows import row


@dataclass(frozen=True, slots=True)
class Long:
    """The long form of some tests: which they are, and what the environment tells them."""

    tests: tuple[str, ...]
    environ: dict[str, str]


LONG = {
    "pin": Long(
        (
            "tests/service/test_canary.py::test_a_canary_is_found_nowhere",
            "tests/browser/test_pin_canary.py::test_a_browser_keeps_nothing_of_a_pin",
        ),
        {"SUTJA_CANARIES": "500"},
    )
}


def main(name: str) -> int:
    """Return the exit code of the tests that measure `name`."""
    long = LONG[name]
    command = [sys.executable, "-m", "pytest", "-q", "-s", *long.tests]
    ran = subprocess.run(command, env={**os.environ, **long.environ}, stdout=subprocess.PIPE, text=True, check=False)
    sys.stdout.write(ran.stdout)
    said = re.findall(r"^\.*(\d[^\n]*: [^\n]*)$", ran.stdout, re.MULTILINE)
    if ran.returncode == 0 and said:
        print(row(name, "; ".join(said)))
    return ran.returncode if said else max(ran.returncode, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
