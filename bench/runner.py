"""The runner: goes through the steps, shows how far it is, and goes on where it was stopped.

Owns `runs/bench`: there is a file for each part that is under way, a line for each step that is done. A part that is
whole is handed back, and its file goes away. Others have nothing to go on with where the machine or a version changed.
"""

import json
import subprocess
from collections.abc import Collection, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bench.origin import origin
from bench.steps import Found, MissingError, Step

FOLDER = Path(__file__).resolve().parent.parent / "runs" / "bench"


def run(steps: Sequence[Step], kept: Collection[str]) -> list[Found]:
    """Run the steps in turn, A B A B, and return what they found.

    Of the parts that are `kept`, those that were run before are not run again; of others nothing is remembered.
    """
    parts = {step.part: _Part(step.part if step.part in kept else None) for step in steps}
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} of {task.total}"))
    # Once a second: what moves the bar is time of the client, who is measured with it.
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True, refresh_per_second=1) as bars:
        task = bars.add_task("", total=len(steps))
        for step in sorted(steps, key=lambda each: (list(parts).index(each.part), each.turn)):
            bars.update(task, description=f"{step.part}: {step.name}, run {step.turn + 1}")
            parts[step.part].run(step)
            bars.advance(task)
            if not console.is_terminal:
                console.print(f"{step.part}: {step.name}, run {step.turn + 1} done", highlight=False)
    return [found for part in parts.values() for found in part.end()]


class _Part:
    """A part under way, and what was found in it so far."""

    def __init__(self, name: str | None) -> None:
        self._file = FOLDER / f"{name}.jsonl" if name else None
        self._lines: list[dict[str, object]] = []
        if self._file is None:
            return
        whose = {"origin": origin()}
        if self._file.exists():
            first, *self._lines = (json.loads(line) for line in self._file.read_text("utf-8").splitlines())
            if first["origin"] | {"date": ""} == whose["origin"] | {"date": ""}:
                return
        self._lines = []
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(whose) + "\n", "utf-8")

    def run(self, step: Step) -> None:
        """Run a step, unless it was run; where something is not there, that is what was found."""
        key = {"part": step.part, "name": step.name, "turn": step.turn}
        if any(line | key == line for line in self._lines):
            return
        try:
            self._add({**key, "figures": step.work()})
        except MissingError as error:
            self._add({**key, "missing": str(error)})
        except subprocess.CalledProcessError as error:
            self._add({**key, "missing": f"{Path(str(error.cmd[0])).name} ended with {error.returncode}"})

    def end(self) -> list[Found]:
        """Return what was found, and forget it."""
        if self._file is not None:
            self._file.unlink()
        every: dict[str, Found] = {}
        for line in self._lines:
            found = every.setdefault(str(line["name"]), Found(str(line["part"]), str(line["name"])))
            found.missing = str(line.get("missing", found.missing))
            found.runs += [line["figures"]] if "figures" in line else []  # type: ignore[list-item]
        return list(every.values())

    def _add(self, line: dict[str, object]) -> None:
        self._lines.append(line)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
