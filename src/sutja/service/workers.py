"""Several workers on one socket, and the supervisor that starts them, replaces those that die, and stops them.

Owns their lives, and nothing of what they do. The supervisor has one thread, and neither store nor model, so that it
may fork at any time; what it has loaded by then is in memory once for all of them.
"""

import contextlib
import gc
import logging
import mmap
import multiprocessing
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection as Line
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, Protocol

from uvicorn.server import HANDLED_SIGNALS

from sutja.errors import SettingsError, SutjaError
from sutja.service.worker import NOBODY, STOP, Seat, Told

STEADY_S = 10.0
"""One that lived so long is replaced at once; one that did not after 1, 3, 7 ... seconds,"""
RETRY_MAX_S = 30.0
"""at most after so many."""
ANSWER_S = 3.0
"""So long workers have to tell their metrics: some ask the store, for a second."""
STOP_S = 30.0
"""What has not stopped by then never would."""

log = logging.getLogger(__name__)


class Door(Protocol):
    """Where somebody may ask for the metrics of all workers; the supervisor answers."""

    def fileno(self) -> int:
        """Return what is readable once somebody asks."""

    def handle_request(self) -> None:
        """Answer whoever asks."""

    def server_close(self) -> None:
        """Close it in this process."""

    def lose(self, metrics: tuple[Any, ...]) -> None:
        """Keep what a worker that is gone has counted."""


@dataclass(slots=True)
class _Worker:
    """A worker as its supervisor knows it; `process` is None while the seat is empty."""

    number: int
    process: BaseProcess | None = None
    line: Line | None = None
    is_ready: bool = False
    error: SutjaError | None = None
    asked: int = STOP
    metrics: tuple[Any, ...] = ()
    begun_s: float = 0.0
    due_s: float = 0.0
    failures: int = 0

    def say(self, asked: int) -> None:
        """Ask for metrics, or say stop; who is gone does not hear it."""
        if self.line:
            with contextlib.suppress(OSError):
                self.line.send(asked)

    def hear(self) -> None:
        """Take what the worker tells, or that it is gone."""
        if self.line is None:
            return
        try:
            told: Told = self.line.recv()
        except (EOFError, OSError):
            self.line.close()
            self.line, self.is_ready = None, False
            return
        self.error = told.error
        self.is_ready = told.error is None
        self.asked = told.asked
        self.metrics = told.metrics or self.metrics

    def end(self) -> str:
        """Leave the seat of a process that ended; return why that was."""
        status = None
        if self.process:
            self.process.join()
            status, self.process = self.process.exitcode, None
        while self.line:
            self.hear()
        return str(self.error or f"It ended with the status {status}.")

    def rest(self) -> float:
        """Return for how many seconds the seat stays empty."""
        is_steady = time.monotonic() - self.begun_s > STEADY_S
        self.failures = 0 if is_steady else self.failures + 1
        pause_s = min(2.0**self.failures - 1, RETRY_MAX_S)
        self.due_s = time.monotonic() + pause_s
        return pause_s


class _Signals:
    """What signals say: first to stop, then to end at once. Readable once there is something new."""

    def __init__(self, kill: Callable[[], object]) -> None:
        """Heed none yet; `kill` ends the workers at once."""
        self.is_stopping = False
        self._kill = kill
        self._bell = socket.socketpair()

    @contextlib.contextmanager
    def heeded(self) -> Iterator[None]:
        """Heed them meanwhile."""
        for end in self._bell:
            end.settimeout(0)
        signal.set_wakeup_fd(self._bell[1].fileno())
        before = {number: signal.signal(number, self._heed) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self.close()

    def fileno(self) -> int:
        """Return what is readable after a signal."""
        return self._bell[0].fileno()

    def clear(self) -> None:
        """Wait for the next one."""
        with contextlib.suppress(BlockingIOError):
            self._bell[0].recv(64)

    def close(self) -> None:
        """Let go of them in this process."""
        signal.set_wakeup_fd(-1)
        for end in self._bell:
            end.close()

    def _heed(self, number: int, _: FrameType | None) -> None:
        if self.is_stopping:
            self._kill()
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.is_stopping = True


class Workers:
    """So many processes that do the same work on one socket."""

    def __init__(self, count: int, listener: socket.socket, work: Callable[[Seat], object]) -> None:
        """Have `work` done in each seat; whoever calls `run` says until when. Raises `SettingsError` without `fork`."""
        if not hasattr(os, "fork"):
            raise SettingsError("Expected one worker on a system that cannot fork. Received more.")
        self._listener, self._work = listener, work
        self._counts = memoryview(mmap.mmap(-1, 4 * count)).cast("i")
        self._workers = [_Worker(number) for number in range(count)]
        self._signals = _Signals(self._kill)
        self._door: Door | None = None
        self._is_announced = False
        self._asked = STOP

    def run(self, announce: Callable[[], object], door: Door | None = None) -> None:
        """Start them, announce it once all of them take connections, and keep them until a signal asks to stop.

        Raises the `SutjaError` of one that cannot begin; of one that takes another's place it is logged.
        """
        self._door = door
        gc.freeze()  # looking through what is there already would copy the memory that all of them share
        with self._signals.heeded(), self._ended():
            while not self._signals.is_stopping:
                self._fill()
                self._attend(min((each.due_s for each in self._workers if each.process is None), default=None))
                if not self._is_announced and all(worker.is_ready for worker in self._workers):
                    self._is_announced = True
                    announce()
            self._stop()

    def metrics(self) -> list[tuple[Any, ...]]:
        """Ask all workers for their metrics; of one that does not answer return what it told last."""
        self._asked += 1
        until = time.monotonic() + ANSWER_S
        for worker in [each for each in self._workers if each.is_ready]:
            worker.say(self._asked)
        while missing := [each for each in self._workers if each.is_ready and each.asked != self._asked]:
            if not _attended({each.line: each.hear for each in missing}, until):
                break
        return [worker.metrics for worker in self._workers]

    def _fill(self) -> None:
        """Have somebody in each seat whose time has come."""
        for worker in self._workers:
            if worker.process is None and worker.due_s <= time.monotonic():
                self._begin(worker)

    def _begin(self, worker: _Worker) -> None:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        self._counts[worker.number] = NOBODY
        process = context.Process(target=self._be, args=[Seat(worker.number, theirs, self._counts), ours])
        process.start()
        theirs.close()
        worker.process, worker.line, worker.begun_s = process, ours, time.monotonic()
        worker.is_ready, worker.error = False, None

    def _be(self, seat: Seat, ours: Line) -> None:
        """Be a worker, in its process: without what is the supervisor's, whose end others would not notice else."""
        for line in [ours, *(each.line for each in self._workers if each.line)]:
            line.close()
        self._signals.close()
        if self._door:
            self._door.server_close()
        try:
            self._work(seat)
        except Exception:
            log.exception("Worker %d failed.", seat.number + 1)
            raise SystemExit(1) from None

    def _attend(self, until: float | None) -> None:
        """Wait until something happens, and do what is to be done then."""
        actions: dict[Any, Callable[[], object]] = {self._signals: self._signals.clear}
        if self._door:
            actions[self._door] = self._door.handle_request
        actions |= {worker.line: worker.hear for worker in self._workers if worker.line}
        actions |= {each.process.sentinel: partial(self._bury, each) for each in self._workers if each.process}
        _attended(actions, until)

    def _bury(self, worker: _Worker) -> None:
        """Empty the seat of a worker that ended, and say when another takes it."""
        why = worker.end()
        self._counts[worker.number] = NOBODY
        if self._door:
            self._door.lose(worker.metrics)
        worker.metrics = ()
        if self._signals.is_stopping:
            return
        if worker.error and not self._is_announced:
            raise worker.error
        pause_s = worker.rest()
        log.error("Worker %d is gone, and replaced in %d s. %s", worker.number + 1, pause_s, why)

    def _stop(self) -> None:
        """Have all of them answer what is under way and end; meanwhile metrics are given out."""
        for worker in self._workers:
            worker.say(STOP)
        self._listener.close()  # once theirs are closed too, whoever comes is refused
        until = time.monotonic() + STOP_S
        while any(worker.process for worker in self._workers) and time.monotonic() < until:
            self._attend(until)

    @contextlib.contextmanager
    def _ended(self) -> Iterator[None]:
        """Leave no worker behind, whatever happens."""
        try:
            yield
        finally:
            self._kill()
            for worker in self._workers:
                worker.end()

    def _kill(self) -> None:
        for worker in self._workers:
            if worker.process:
                worker.process.kill()


def _attended(actions: Mapping[Any, Callable[[], object]], until: float | None) -> bool:
    """Wait until any of these can be read, and do what is to be done then; return whether there was any in time."""
    with selectors.DefaultSelector() as selector:
        for each, action in actions.items():
            selector.register(each, selectors.EVENT_READ, action)
        happened = selector.select(None if until is None else max(0.0, until - time.monotonic()))
    for key, _ in happened:
        key.data()
    return bool(happened)
