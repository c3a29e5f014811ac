"""The API does what `/openapi.json` says, whatever it is asked: schemathesis tells, with all of its checks.

`make robust-api` tries 2,000 cases an operation, and requests that follow from one another; the short form a dozen.
"""

import os
import subprocess
import sys
from pathlib import Path

from serving import serving

CASES = int(os.environ.get("SUTJA_API_CASES", "12"))
PHASES = "examples,coverage,fuzzing,stateful" if CASES > 100 else "examples,fuzzing"
# That a picture has 4x4 pixels, or that consent is true, no schema says: 422 is right there.
UNTOLD = "positive_data_acceptance"
TIMEOUT_S = 60 * 60


def test_the_api_is_as_described(tmp_path: Path) -> None:
    """No answer of 500 or above but a 503 that is described, no status or body that is not."""
    with serving() as service:
        ran = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", service.url + "/openapi.json"),
                *("--checks", "all", "--exclude-checks", UNTOLD, "--seed", "7"),
                *("--max-examples", str(CASES), "--phases", PHASES),
                *("--no-color", "--continue-on-failure", "--generation-database", "none"),
            ],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            cwd=tmp_path,
        )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
