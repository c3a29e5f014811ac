"""What a cycle leaves to be told, and what became of telling it. Knows nothing of MLflow."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sutja.bundle import Bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Leavings:
    """One cycle at its end.

    `candidate` is its bundle, whose card has the plan and the history of its training; `champion` the sha-256 of the
    bundle that it was compared with, `snapshot` that of the data. `verdict` is `promote`, `reject` or `hold`, `words`
    says why for people and `judgement` with all its numbers, as JSON has it. `parameters` are what the cycle adds to
    the plan. `scores` has what `champion` and `candidate` reached, as JSON has it: its finite numbers become metrics.
    `files` are pictures and whatever else lies in the cycle's folder. Times are UTC.
    """

    cycle: str
    began: datetime
    ended: datetime
    candidate: Bundle
    champion: str
    snapshot: str
    verdict: str
    words: str
    judgement: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    @property
    def plan(self) -> dict[str, str]:
        """The plan of its training and what the cycle adds, as text."""
        plan = self.candidate.card.training.get("plan", {})
        return {name: str(value) for name, value in {**plan, **self.parameters}.items()}

    @property
    def history(self) -> dict[str, list[float]]:
        """What its training measured, by name, an epoch each."""
        return dict(self.candidate.card.training.get("history", {}))

    @property
    def reached(self) -> dict[str, float]:
        """The finite numbers of its scores, named by the way to them, such as `candidate/drawn/right`."""
        return dict(_numbers("", self.scores))


@dataclass(frozen=True, slots=True)
class Tracked:
    """What became of telling: the address of MLflow's database, the run if there is one, or a `warning` in a line."""

    uri: str
    run: str | None = None
    warning: str | None = None


def _numbers(name: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _numbers(f"{name}/{key}" if name else str(key), each)
    elif isinstance(value, int | float) and math.isfinite(value):
        yield name, float(value)
