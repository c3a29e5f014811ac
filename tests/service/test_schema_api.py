"""The API does what `/openapi.json` says, whatever it is asked: schemathesis tells, with all of its checks.

It asks twice: as a program with a key, of a service that others can reach; and as an operator, of one that they cannot.
`make robust-api` tries 2,000 cases an operation; the short form the edges of what is described, and a few sequences.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reviewing import NAME, PASSWORD
from serving import serving
from sutja.keeping import opened
from sutja.settings import Settings
from sutja.store import Scope

CASES = int(os.environ.get("SUTJA_API_CASES", "4"))
PHASES = "examples,coverage,fuzzing,stateful" if CASES > 100 else "coverage,stateful"
TIMEOUT_S = 60 * 60
# What is too much is refused by 413. At /pin is a page besides, which is no part of the API, and any word might be a
# receipt to delete. That a picture has 4x4 pixels, or that there is ink in a gift, no schema says: 422 is right there.
CONFIG = """
[generation]
with-security-parameters = false

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429]

[[operations]]
include-path = ["/pin", "/samples/terms"]
checks.allow_header_conformance.enabled = false

[[operations]]
include-path = "/pin"
checks.unsupported_method.enabled = false

[[operations]]
include-path = ["/predict", "/predict/batch", "/read", "/explain", "/pin", "/samples"]
checks.positive_data_acceptance.enabled = false
"""
UNCOUNTED = ("LIMIT_VISITOR", "LIMIT_KEY", "LIMIT_PIN", "LIMIT_SAMPLES", "QUOTA_SOURCE", "QUOTA_KEYLESS")
# A login holds for as long as this takes.
PATIENT = """
from datetime import timedelta
from sutja.cli import main
from sutja.service.doors import sessions

sessions.FRESH = timedelta(days=1)
main()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of services on which nobody asks too often, and in which schemathesis finds its settings."""
    for name in UNCOUNTED:
        monkeypatch.setenv(f"SUTJA_{name}", "1000000")
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path))
    monkeypatch.setenv("SUTJA_PIN_SAMPLES", "2")
    monkeypatch.setenv("SUTJA_PIN_PURPOSE", "non_payment")
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    return tmp_path


def asked(home: Path, url: str, *options: str) -> None:
    """Have schemathesis ask a service, with all checks that the settings leave; fail with what it found.

    How many cases there were is printed for the row of docs/robustness.md.
    """
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", url + "/openapi.json"),
            *("--seed", "7", "--max-examples", str(CASES), "--phases", PHASES),
            *("--no-color", "--continue-on-failure", "--generation-database", "none"),
            *options,
        ],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        cwd=home,
    )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]
    tested, cases = (re.search(each, ran.stdout) for each in (r"Tested: (\d+)", r"(\d+) generated"))
    assert tested
    assert cases
    print(f"{cases[1]} cases of {tested[1]} operations, {CASES} of each by chance: all as described")  # noqa: T201  # for make


def test_the_api_is_as_described(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: no 5xx but a 503 that is described, no status or body that is not; nobody passes without the key."""
    monkeypatch.setenv("SUTJA_HOSTS", "sutja.example")
    with opened(Settings(home=home)) as store:
        token = store.keys.add("program", list(Scope)).token
    with serving() as service:
        asked(home, service.url, "-H", f"Authorization: Bearer {token}", "-H", "X-Forwarded-Proto: https")


def test_the_operators_part_is_as_described(home: Path) -> None:
    """Law: the same of all that takes a session, but for logging in and out."""
    with opened(Settings(home=home)) as store:
        store.operators.add(NAME, PASSWORD)
        session = store.operators.login(NAME, PASSWORD)
        assert session
    with serving([sys.executable, "-c", PATIENT, "serve"]) as service:
        asked(
            home,
            service.url,
            *("-H", f"Cookie: sutja-review={session.token}", "-H", "Sec-Fetch-Site: same-origin"),
            *("--include-path-regex", "^/api/review/", "--exclude-path-regex", "/log(in|out)$"),
        )
