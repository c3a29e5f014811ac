"""Progress of long work, on stderr: bars on a terminal, a line for each finished thing elsewhere."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TextIO

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from sutja.learn.plan import Tick


@contextmanager
def natives_into(path: Path) -> Iterator[TextIO]:
    """Yield the real stderr, while all else that is written there goes into a file.

    TensorFlow's native libraries print a dozen lines whatever one tells them, right across a progress bar.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    real = os.dup(2)
    try:
        with path.open("ab") as log:
            os.dup2(log.fileno(), 2)
        with os.fdopen(os.dup(real), "w", encoding="utf-8") as stderr:
            yield stderr
    finally:
        sys.stderr.flush()
        os.dup2(real, 2)
        os.close(real)


class _Bars:
    """Bars that go away when the work is done."""

    def __init__(self, stderr: TextIO, *more: object) -> None:
        self._console = Console(file=stderr)
        columns = (TextColumn("{task.description}"), BarColumn(), *more, TimeRemainingColumn())
        self._progress = Progress(*columns, console=self._console, transient=True)  # type: ignore[arg-type]
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._progress.stop()  # which prints an empty line, even if it never began

    def _move(self, name: str, done: int, total: int, note: str = "") -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total or None, note=note)
        self._progress.update(self._tasks[name], completed=done, note=note)

    def _say(self, line: str) -> None:
        self._console.print(line, highlight=False, soft_wrap=True)


class Downloads(_Bars):
    """A bar for each file that is fetched."""

    def __init__(self, stderr: TextIO) -> None:
        super().__init__(stderr, DownloadColumn())

    def show(self, name: str, done: int, total: int) -> None:
        """Move the bar of one file, in bytes."""
        if name not in self._tasks:
            self._say(f"downloading {name}")
        self._move(name, done, total)


class Counts(_Bars):
    """A bar for each kind of work of known length, and a line for each that is over."""

    def __init__(self, stderr: TextIO) -> None:
        super().__init__(stderr, TextColumn("{task.completed:,.0f} of {task.total:,.0f}"))

    def show(self, name: str, done: int, total: int) -> None:
        """Move the bar of that name."""
        self._move(name, done, total)
        if done == total:
            self._progress.remove_task(self._tasks.pop(name))
            self._say(f"{name}: {total:,} done")


class Steps:
    """What is being done, of work whose length nobody knows: one moving line on a terminal, a line each elsewhere."""

    def __init__(self, stderr: TextIO) -> None:
        self._console = Console(file=stderr)
        self._status = self._console.status("")

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    def show(self, step: str) -> None:
        """Say what is done next."""
        if self._console.is_terminal:
            self._status.update(escape(step))
        else:
            self._console.print(step, highlight=False, soft_wrap=True, markup=False)


class Epochs(_Bars):
    """A bar for the epoch under way, and a line for each that is over."""

    def __init__(self, stderr: TextIO) -> None:
        super().__init__(stderr, TextColumn("{task.fields[note]}"))

    def show(self, tick: Tick) -> None:
        """Move the bar to where the training is."""
        name = f"epoch {tick.epoch + 1}/{tick.epochs}"
        self._move(name, tick.batch, tick.batches, f"loss {tick.training.loss:.4f}  {tick.training.accuracy:.2%}")
        if tick.calibration:
            self._progress.remove_task(self._tasks.pop(name))
            best = "  best so far" if tick.is_best else ""
            self._say(
                f"{name:>12}  training loss {tick.training.loss:.4f} {tick.training.accuracy:.2%}"
                f"  calibration loss {tick.calibration.loss:.4f} {tick.calibration.accuracy:.2%}{best}"
            )
