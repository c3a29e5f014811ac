"""Work on all cores: the same reader in a process for each, since what draws and prepares holds Python's lock."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

from sutja.bundle import Bundle
from sutja.reader import Reader

Task = TypeVar("Task")
Result = TypeVar("Result")

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
"""NumPy's own threads would wait for each other, on cores that are all at work."""

_readers: list[Reader] = []
"""In a process of the pool its reader, and nothing elsewhere."""


def spread(reader: Reader, work: Callable[[Reader, Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    """Yield what `work` makes of each task, in their order. It and its tasks have to be such that pickle takes them."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        workers = min(os.cpu_count() or 1, len(tasks))
        with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (reader.bundle,)) as pool:
            yield from pool.map(partial(_done, work), tasks)
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _begin(bundle: Bundle) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that waits for them
    _readers.append(Reader(bundle))


def _done(work: Callable[[Reader, Task], Result], task: Task) -> Result:
    return work(_readers[0], task)
