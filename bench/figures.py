"""The figures that stand in the docs: for each part on what it was measured, and all runs of all that is in it."""

import json
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bench.steps import Figures, Found

FILE = Path(__file__).resolve().parent.parent / "docs" / "performance" / "figures.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured, by part and then by name."""

    origins: dict[str, dict[str, str]] = field(default_factory=dict)
    found: dict[str, dict[str, Found]] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path = FILE) -> Self:
        """Return what the file holds; nothing where there is none."""
        parts: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
        found = {
            part: {name: _told(part, name, **each) for name, each in told["found"].items()}
            for part, told in parts.items()
        }
        return cls({part: told["origin"] for part, told in parts.items()}, found)

    def add(self, part: str, origin: dict[str, str], found: Iterable[Found]) -> None:
        """Take what a part found in place of what it had found before."""
        self.origins[part] = origin
        self.found[part] = {each.name: each for each in found}

    def lost(self, part: str, found: Iterable[Found]) -> list[str]:
        """Return the names of what was there before, and is missing in all rounds of what a part found now."""
        return [each.name for each in found if not each.runs and self.of(part, each.name).runs]

    def save(self, file: Path = FILE) -> None:
        """Write the file."""
        parts = {
            part: {
                "origin": self.origins[part],
                "found": {
                    name: {"runs": _short(each.runs), "rounds": each.rounds, "missing": each.missing}
                    for name, each in found.items()
                },
            }
            for part, found in sorted(self.found.items())
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(parts, indent=1) + "\n", "utf-8")

    def of(self, part: str, name: str) -> Found:
        """Return what was found of one; nothing where it was not measured."""
        return self.found.get(part, {}).get(name, Found(part, name, missing="not yet measured"))

    def middle(self, part: str, name: str, figure: str) -> float | None:
        """Return the median of a figure over the runs; None where it was not measured."""
        return self.over(part, (name,), lambda run: run[figure])

    def over(self, part: str, names: Sequence[str], function: Callable[..., float]) -> float | None:
        """Return the median of a function of what several found in the same round; None where there is no round."""
        every = [self.of(part, name).runs for name in names]
        turns = set.intersection(*(set(runs) for runs in every))
        values = [function(*(runs[turn] for runs in every)) for turn in sorted(turns)]
        return statistics.median(values) if values else None


def _told(part: str, name: str, *, runs: dict[str, Figures], rounds: int, missing: str) -> Found:
    return Found(part, name, {int(turn): run for turn, run in runs.items()}, rounds, missing)


def _short(runs: dict[int, Figures]) -> dict[int, Figures]:
    return {turn: {name: float(f"{value:.5g}") for name, value in run.items()} for turn, run in runs.items()}
