"""What the parts of the bench are made of: steps, each one run of one thing, and what was found in all its runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

Figures: TypeAlias = dict[str, float]
"""Figures by name; the unit stands in the name."""

T = TypeVar("T")


class MissingError(Exception):
    """What was to be measured is not there; the message says why, in a few words."""


@dataclass(frozen=True, slots=True)
class Step:
    """One run, the `turn`-th from 0, of what has this name. `work` may raise `MissingError`."""

    part: str
    name: str
    turn: int
    work: Callable[[], Figures]


@dataclass(slots=True)
class Found:
    """What all runs of one thing found, run by run; where it is not there, why."""

    part: str
    name: str
    runs: list[Figures] = field(default_factory=list)
    missing: str = ""

    def over(self, function: Callable[[list[float]], T]) -> dict[str, T]:
        """Return a function of the values of each figure in all runs."""
        return {name: function([run[name] for run in self.runs]) for name in (self.runs[0] if self.runs else ())}
