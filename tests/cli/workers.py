"""What other processes are given to do in tests/cli/test_parallel.py."""

import os
import signal
import time
from collections.abc import Sequence
from multiprocessing import parent_process


def slow(files: Sequence[str]) -> list[tuple[str, int]]:
    """Return each file, and which process had it."""
    time.sleep(0.02)
    return [(file, os.getpid()) for file in files]


def deadly(files: Sequence[str]) -> list[tuple[str, int]]:
    """Kill the process that has the file `poison`, unless it is the first one."""
    if "poison" in files and parent_process():
        os.kill(os.getpid(), signal.SIGKILL)
    return slow(files)
