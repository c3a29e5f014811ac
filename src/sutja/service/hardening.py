"""Hardening: what is drawn lies in a service's memory, and leaves it by no back door.

Owns what the operating system is told: a crash writes no core file, and no other process of the same user may look into
the memory of this one, attach to it, or get its core.
"""

import ctypes
import sys

if sys.platform != "win32":
    import resource

PR_SET_DUMPABLE = 4


def harden() -> None:
    """Let no core file be written, and on Linux nobody but root look inside; once for each process.

    What a process starts by `fork` has the same. Windows has neither.
    """
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # The limit holds for files alone: a program that takes cores would get this one all the same.
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
