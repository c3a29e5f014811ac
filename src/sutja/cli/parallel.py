"""Work on many files by all cores: processes take parts of a list, and what came of them is told in its order.

Owns these processes. They begin where there is so much to do that it pays, never hear Ctrl-C, which is for the one that
started them, and end with it, however it ends. Knows nothing of what is done.
"""

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import TypeVar

PART = 16
"""Files that are handed over at once: enough that handing over costs next to nothing."""
WORTH_S = 1.0
"""What is left has to take longer than this: half of it goes until another process has begun."""
AHEAD = 3
"""Parts that wait for each process, so that none ever waits for a part."""
WAITING = 16
"""Parts for each process that are done, and wait for one before them to be told."""

Part = Sequence[str]
T = TypeVar("T")


def in_order(work: Callable[[Part], T], files: Part) -> Generator[T]:
    """Yield what `work`, which other processes can be given, makes of each part of the files.

    This process begins alone, and sees how long a part takes. What is left it shares with others where that is worth
    it, one for each core that it leaves.
    """
    parts, left_s = deque(files[start : start + PART] for start in range(0, len(files), PART)), 0.0
    for _ in range(min(2, len(parts))):  # the first time `work` may have more to do
        begun = time.monotonic()
        answer = work(parts.popleft())
        left_s = (time.monotonic() - begun) * len(parts)
        yield answer
    others = min(_cores() - 1, len(parts) - 1) if left_s > WORTH_S else 0
    yield from _beside(work, parts, others) if others > 0 else map(work, parts)


def _beside(work: Callable[[Part], T], parts: Sequence[Part], others: int) -> Iterator[T]:
    """Work as in `in_order`, beside so many other processes: whatever they have no hand free for is done here."""
    with _processes(others) as pool:
        given: deque[tuple[Part, Future[T]]] = deque()
        for part in parts:
            is_here = sum(not answer.done() for _, answer in given) >= AHEAD * others
            given.append((part, _done(work, part) if is_here else _handed(pool, work, part)))
            while given and (given[0][1].done() or len(given) > WAITING * others):
                yield _answer(work, *given.popleft())
        while given:
            yield _answer(work, *given.popleft())


def _handed(pool: ProcessPoolExecutor, work: Callable[[Part], T], part: Part) -> "Future[T]":
    try:
        return pool.submit(work, part)
    except BrokenExecutor:
        return _done(work, part)


def _done(work: Callable[[Part], T], part: Part) -> "Future[T]":
    answer: Future[T] = Future()
    answer.set_result(work(part))
    return answer


def _answer(work: Callable[[Part], T], part: Part, answer: "Future[T]") -> T:
    try:
        return answer.result()
    except BrokenExecutor:  # somebody killed the process, or it took too much memory: one takes less than two
        return work(part)


@contextmanager
def _processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Yield processes that begin anew: a copy of this one would have the threads of its libraries only in part."""
    pool = ProcessPoolExecutor(count, get_context("spawn"), _begin)
    try:
        with _deaf():
            pool.submit(os.getpid)  # at the first call they all begin
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Have no process hear Ctrl-C that begins here, in the midst of its imports; this one minds it afterwards."""
    heard: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    is_posix = sys.platform != "win32"
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if is_posix else set()
    try:
        yield
    finally:
        if is_posix:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if heard:
        signal.raise_signal(signal.SIGINT)


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
