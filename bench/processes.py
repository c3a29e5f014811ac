"""What a process and all that it started take: memory and CPU time, as Linux tells them. Elsewhere 0."""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
STOP_S = 20.0
KILL_S = 5.0
"""So long a process that was killed may take to be gone: it may hang in the kernel, or write a last file."""


@dataclass(frozen=True, slots=True)
class Memory:
    """In MB of 1,000,000 bytes: with what is shared by several processes counted in part (PSS), and in each (RSS)."""

    pss_mb: float
    rss_mb: float


@dataclass(frozen=True, slots=True)
class _Stat:
    pid: int
    parent: int
    cpu_s: float
    begun: int


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    return [stat.pid for stat in _below(pid)]


def cpu_s(pid: int) -> float:
    """Return the CPU time of a process and all below it, those that ended included, in seconds."""
    return sum(stat.cpu_s for stat in _below(pid))


def memory(pid: int) -> Memory:
    """Return the memory of a process and all below it."""
    pss = rss = 0
    for each in tree(pid):
        with contextlib.suppress(OSError):
            lines = (PROC / str(each) / "smaps_rollup").read_text("ascii", "replace").splitlines()[1:]
            kib = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
            pss, rss = pss + kib["Pss"], rss + kib["Rss"]
    return Memory(pss * 1024 / 1e6, rss * 1024 / 1e6)


def stop(pid: int) -> None:
    """Ask a process to end, kill whatever of it is there long after, and wait until it is gone."""
    every = _below(pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    for stat in _awaited(every, STOP_S):
        with contextlib.suppress(ProcessLookupError):
            os.kill(stat.pid, signal.SIGKILL)
    _awaited(every, KILL_S)


def _awaited(every: list[_Stat], seconds: float) -> list[_Stat]:
    """Wait until all have ended, at most so long; return those that have not."""
    end = time.monotonic() + seconds
    while (alive := _alive(every)) and time.monotonic() < end:
        time.sleep(0.05)
    return alive


def _alive(every: list[_Stat]) -> list[_Stat]:
    """Return those that still run; a number that another process was given meanwhile is another's."""
    now = {stat.pid: stat.begun for stat in _every()}
    return [stat for stat in every if now.get(stat.pid) == stat.begun]


def _below(pid: int) -> list[_Stat]:
    every = _every()
    found = [stat for stat in every if stat.pid == pid]
    for stat in found:  # which grows meanwhile
        found += [each for each in every if each.parent == stat.pid]
    return found


def _every() -> list[_Stat]:
    found = []
    for folder in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
            if words[0] != "Z":
                ticks = sum(map(int, words[11:15]))
                found.append(_Stat(int(folder.name), int(words[1]), ticks / os.sysconf("SC_CLK_TCK"), int(words[19])))
    return found
