"""deploy/kiosk: units that systemd takes, and that leave a service little to harm."""

import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "kiosk"
MOST_EXPOSED = 15
"""Of 100, and 96 is a service that says nothing."""

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd: Debian has it, others may not"
)


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """Return the units, whose programs are taken to be installed."""
    there = shutil.which("true")
    paths = []
    for path in sorted(FOLDER.glob("*.service")):
        text = path.read_text("utf-8")
        for program in ("/opt/sutja/bin/sutja", "/usr/bin/cage"):
            text = text.replace(f"ExecStart={program} ", f"ExecStart={there} ")
        assert text.count(f"ExecStart={there} ") == 1
        paths.append(tmp_path / path.name)
        paths[-1].write_text(text)
    return paths


def analyze(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *map(str, words)], capture_output=True, text=True)


def test_systemd_takes_the_units(units: list[Path]) -> None:
    """And says nothing about them; of a misspelt word it would."""
    assert [path.name for path in units] == ["kiosk.service", "sutja.service"]
    ran = analyze("verify", "--man=no", *units)
    ours = [line for line in ran.stderr.splitlines() if any(path.name in line for path in units)]
    assert (ran.returncode, ours) == (0, [])
    units[1].write_text(units[1].read_text().replace("StateDirectory=", "StateFolder="))
    assert "StateFolder" in analyze("verify", "--man=no", *units).stderr


def test_the_service_is_locked_in(units: list[Path]) -> None:
    """As systemd counts it; without what locks it in it would not pass."""
    words = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}")
    ran = analyze(*words, units[1])
    assert ran.returncode == 0, ran.stdout[-2000:]
    text = units[1].read_text()
    units[1].write_text(text.replace("ProtectSystem=strict\n", "").replace("DynamicUser=yes\n", ""))
    assert analyze(*words, units[1]).returncode != 0
