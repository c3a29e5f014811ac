"""What holds for every test: in CI it runs, or tests/skips.txt says why not; those in the browser come last."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

# No test, and no service that one starts, touches the store of whoever runs them.
os.environ["SUTJA_HOME"] = tempfile.mkdtemp(prefix="sutja-home-")
atexit.register(shutil.rmtree, os.environ["SUTJA_HOME"], ignore_errors=True)

LISTED = Path(__file__).with_name("skips.txt")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes `-n auto` starts: half as many again as cores, as tests wait a third of their time."""
    return ((os.cpu_count() or 1) * 3 + 1) // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser tests last: playwright's event loop stays in this thread and bars others."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Hold each test to the list."""
    return _hold((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """Hold each module to the list: it may skip itself as a whole."""
    return _hold((yield))


def _hold(report: Report) -> Report:
    """Turn a skip that is not listed into a failure, in CI; an expected failure is none."""
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
        if not any(report.nodeid.startswith(listed) or reason.startswith(listed) for listed in _listed()):
            report.outcome = "failed"
            report.longrepr = f"Expected to run, or to be listed in tests/skips.txt. Skipped: {reason}"
    return report


def _listed() -> list[str]:
    lines = [line.partition("|") for line in LISTED.read_text("utf-8").splitlines()]
    return [start.strip() for start, _, why in lines if why.strip() and not start.startswith("#")]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of the public data sets, or skip: a user's machine has none."""
    folder = os.environ.get("SUTJA_DATA")
    if not folder or not (Path(folder) / "mnist").is_dir():
        pytest.skip("no public data sets: SUTJA_DATA names no folder with mnist/")
    return Path(folder)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture
def sutja(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return a function that runs `sutja ARGS...`, in this process, and returns what it left."""

    def run(*arguments: object) -> Ran:
        from sutja.cli import main

        monkeypatch.setattr("sys.argv", ["sutja", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Ran(code, *capfd.readouterr())

    return run
