"""Work by all cores, with real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from cli.workers import deadly, slow
from sutja.cli import parallel
from sutja.cli.parallel import PART, in_order

FILES = [f"{place}.png" for place in range(20 * PART + 3)]
linux = pytest.mark.skipif(sys.platform != "linux", reason="no /proc: only Linux has one")


@pytest.fixture
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have work handed on at once, whatever machine this is."""
    monkeypatch.setattr(parallel, "WORTH_S", 0)
    monkeypatch.setattr(parallel, "_cores", lambda: 2)


@pytest.mark.usefixtures("_two_cores")
def test_what_is_shared_comes_in_order() -> None:
    """Law: two processes have a share each, and the answers stand in the order of the files, none lost or double."""
    answers = [answer for part in in_order(slow, FILES) for answer in part]
    assert [file for file, _ in answers] == FILES
    assert len({process for _, process in answers}) == 2
    assert os.getpid() in {process for _, process in answers}


def test_a_little_is_done_alone() -> None:
    """Law: what takes no longer than a process takes to begin is done here."""
    assert {process for part in in_order(slow, FILES[: 3 * PART]) for _, process in part} == {os.getpid()}
    assert list(in_order(slow, [])) == []


@pytest.mark.usefixtures("_two_cores")
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL: Windows has none")
def test_a_process_that_dies_is_done_without() -> None:
    """Law: where another process is killed in the midst of its part, all of the answers come nevertheless."""
    files = [*FILES[:-1], "poison", *FILES]
    assert [file for part in in_order(deadly, files) for file, _ in part] == files


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_there(pid: int) -> bool:
    """Whether a process runs; one that is dead and that nobody asked for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def within(seconds: float, holds: Callable[[], object]) -> bool:
    """Whether something comes to hold in time."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return bool(holds())


@pytest.fixture
def reading(pictures: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Give a command that reads 9,000 files into `out.csv`, in a session of its own, once it has others at work."""
    files = [str(pictures / f"{place % 10}.png") for place in range(9000)]
    command = [sys.executable, "-m", "sutja", "read", *files, "--csv", str(tmp_path / "out.csv")]
    heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # what was started in the background ignores it
    (tmp_path / "out.csv").write_text("of yesterday")
    started = partial(subprocess.Popen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with started(command, start_new_session=True, preexec_fn=heeding) as process:
        assert within(30, lambda: len(children(process.pid)) > 1)  # one of them counts what is to be tidied up
        yield process
        process.kill()


@linux
@pytest.mark.parametrize("wait_s", [0.0, 0.7])
def test_ctrl_c_leaves_nothing(reading: subprocess.Popen[str], tmp_path: Path, wait_s: float) -> None:
    """Law: Ctrl-C, which all processes of a terminal get, ends them all, with no traceback and no half of a file; an
    older file is as it was.
    """
    time.sleep(wait_s)
    others = children(reading.pid)
    os.killpg(reading.pid, signal.SIGINT)
    _, err = reading.communicate(timeout=30)
    assert reading.returncode == 130, err
    assert "Traceback" not in err
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.csv", "of yesterday")]
    assert within(5, lambda: not any(map(is_there, others)))


@linux
def test_nobody_outlives_a_kill(reading: subprocess.Popen[str]) -> None:
    """Law: where the command is killed, so that it can tidy up nothing, those that it started end by themselves."""
    others = children(reading.pid)
    reading.kill()
    assert within(10, lambda: not any(map(is_there, others)))
