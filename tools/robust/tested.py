"""Run tests in their long form, and write what they say at their end into the row of docs/robustness.md.

    python -m tools.robust.tested NAME

A test prints a line of figures that starts with a number; where one fails, no row is written.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass

from tools.robust.rows import ended


@dataclass(frozen=True, slots=True)
class Long:
    """The long form of some tests: what pytest is told of them, and what the environment is."""

    tests: tuple[str, ...]
    environ: dict[str, str]


LONG = {
    "pin": Long(
        (
            "tests/service/test_canary.py::test_a_canary_is_found_nowhere",
            "tests/browser/test_pin_canary.py::test_a_browser_keeps_nothing_of_a_pin",
        ),
        {"SUTJA_CANARIES": "500"},
    ),
    "api": Long(("-n", "2", "tests/service/test_schema_api.py"), {"SUTJA_API_CASES": "2000"}),
    "fuzz": Long(("-n", "2", "tests/service/test_fuzz.py"), {"SUTJA_FUZZ": "1000000"}),
}


def main(name: str) -> int:
    """Return the exit code of the tests that measure `name`."""
    long = LONG[name]
    command = [sys.executable, "-m", "pytest", "-q", "-rP", *long.tests]  # which works with several processes too
    ran = subprocess.run(command, env={**os.environ, **long.environ}, stdout=subprocess.PIPE, text=True, check=False)
    sys.stdout.write(ran.stdout)
    said = re.findall(r"^\d[^\n]*: [^\n]*$", ran.stdout, re.MULTILINE)
    return ended(name, "; ".join(said), is_good=ran.returncode == 0 and bool(said))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
