"""The runner: makes ready what the steps need, goes through them, shows how far it is, goes on where it was stopped.

Owns `runs/bench`: there is a file for each part that is under way, a line for each step that was measured. A part goes
on with it as long as the machine, the versions and the code that is measured are the same; what failed is tried again.
"""

import contextlib
import hashlib
import json
import os
import subprocess
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bench.steps import Found, MissingError, Step

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "runs" / "bench"
MEASURED = ("src", "bench")
TELLING = {"figures.py", "page.py", "plots.py", "targets.py"}
"""Of the bench's own modules those that tell what was found: they have no part in it."""
OF_THE_MOMENT = {"date", "sutja", "load"}
"""What of an origin may differ where one goes on: the commit too, since the code is looked at itself."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the steps of one part found, and on what it was begun."""

    part: str
    origin: dict[str, str]
    found: list[Found]


def prepare(wanted: Sequence[Step]) -> list[str]:
    """Make ready what all steps need; return what cannot be had, and why."""
    lacking = []
    first = {(step.part, step.name): step for step in reversed(wanted)}
    for step in reversed(first.values()):
        try:
            step.prepare()
        except (MissingError, subprocess.CalledProcessError) as error:
            lacking.append(f"{step.part}: {step.name}: {_why(error)}")
    os.sync()  # what was installed is not written while somebody is measured
    return lacking


def run(wanted: Sequence[Step], kept: Collection[str], origin: dict[str, str]) -> list[Run]:
    """Run the steps in turn, A B A B, and return what they found.

    Of the parts that are `kept`, what was found before is not sought again, until `forget`; of others nothing is
    remembered.
    """
    parts = {step.part: _Part(step.part, origin, is_kept=step.part in kept) for step in wanted}
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} of {task.total}"))
    # Once a second: what moves the bar is time of the client, who is measured with it.
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True, refresh_per_second=1) as bars:
        task = bars.add_task("", total=len(wanted))
        for step in sorted(wanted, key=lambda each: (list(parts).index(each.part), each.turn)):
            bars.update(task, description=f"{step.part}: {step.name}, run {step.turn + 1}")
            missing = parts[step.part].run(step)
            bars.advance(task)
            if missing or not console.is_terminal:
                said = f": {missing}" if missing else " done"
                console.print(f"{step.part}: {step.name}, run {step.turn + 1}{said}", highlight=False, markup=False)
    return [part.end() for part in parts.values()]


def forget(parts: Iterable[str]) -> None:
    """Remember nothing of parts whose figures are where they belong."""
    for part in parts:
        _file(part).unlink(missing_ok=True)


def digest(root: Path = ROOT) -> str:
    """Return what stands for the code and the bundle that are measured, whatever commit they are of."""
    whole = hashlib.sha256()
    for file in sorted(file for name in MEASURED for file in (root / name).rglob("*") if file.is_file()):
        if "__pycache__" not in file.parts and not (file.parent.name == "bench" and file.name in TELLING):
            whole.update(f"{file.relative_to(root)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _file(part: str) -> Path:
    return FOLDER / f"{part}.jsonl"


class _Part:
    """A part under way, and what was found in it so far."""

    def __init__(self, name: str, origin: dict[str, str], *, is_kept: bool) -> None:
        self._name, self._origin = name, origin
        self._file = _file(name) if is_kept else None
        self._lines: list[dict[str, Any]] = []
        if self._file is None:
            return
        key = {**{name: said for name, said in origin.items() if name not in OF_THE_MOMENT}, "digest": digest()}
        if self._file.exists():
            first, *lines = _whole_lines(self._file.read_text("utf-8"))
            if first.get("key") == key:
                busiest = max(first["origin"]["load"], origin["load"], key=float)
                self._origin, self._lines = {**first["origin"], "load": busiest}, lines
        self._file.parent.mkdir(parents=True, exist_ok=True)
        anew = self._file.with_suffix(".new")
        every = [{"key": key, "origin": self._origin}, *self._lines]
        anew.write_text("".join(json.dumps(line) + "\n" for line in every), "utf-8")
        anew.replace(self._file)

    def run(self, step: Step) -> str:
        """Run a step, unless it was run; return why there is nothing where that is what was found.

        One step's trouble, whatever it is, must not end the others' measuring.
        """
        key = {"part": step.part, "name": step.name, "turn": step.turn}
        if any(line | key == line for line in self._lines):
            return ""
        try:
            line = {**key, "figures": step.work()}
        except Exception as error:  # noqa: BLE001  # it is told, and ends in the exit code
            missing = _why(error)
        else:
            self._add(line)
            return ""
        self._lines.append({**key, "missing": missing})
        return missing

    def end(self) -> Run:
        """Return what was found."""
        every: dict[str, Found] = {}
        for line in self._lines:
            found = every.setdefault(line["name"], Found(self._name, line["name"]))
            found.rounds += 1
            found.missing = line.get("missing", found.missing)
            if "figures" in line:
                found.runs[line["turn"]] = line["figures"]
        return Run(self._name, self._origin, list(every.values()))

    def _add(self, line: dict[str, Any]) -> None:
        self._lines.append(line)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


def _why(error: Exception) -> str:
    if isinstance(error, MissingError):
        return str(error)
    if isinstance(error, subprocess.CalledProcessError):
        return f"{Path(str(error.cmd[0])).name} ended with {error.returncode}"
    return f"{type(error).__name__}: {error}"


def _whole_lines(text: str) -> list[dict[str, Any]]:
    """Return the lines of a file, at least one; what a power cut left of the last one is no line."""
    lines: list[dict[str, Any]] = []
    with contextlib.suppress(ValueError):
        lines += (json.loads(line) for line in text.splitlines())
    return lines or [{}]
