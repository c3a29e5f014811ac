"""What the parts of the bench are made of: steps, each one run of one thing, and what was found in all its runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

Figures: TypeAlias = dict[str, float]
"""Figures by name; the unit stands in the name."""

T = TypeVar("T")


class MissingError(Exception):
    """What was to be measured is not there; the message says why, in a few words."""


def _nothing() -> None:
    """Make nothing: what is measured is there."""


@dataclass(frozen=True, slots=True)
class Step:
    """One run, the `turn`-th from 0, of what has this name. `work` may raise `MissingError`.

    `prepare` makes what takes a network or minutes and is no part of what is measured, unless it is there; so that it
    is there before anything is measured. It may raise `MissingError`, which says what to do.
    """

    part: str
    name: str
    turn: int
    work: Callable[[], Figures]
    prepare: Callable[[], object] = _nothing


@dataclass(slots=True)
class Found:
    """What the runs of one thing found, by their turn; of so many rounds, and where one is not there, why."""

    part: str
    name: str
    runs: dict[int, Figures] = field(default_factory=dict)
    rounds: int = 0
    missing: str = ""

    @property
    def note(self) -> str:
        """Return in how many rounds there was something to measure, where that is not all of them."""
        return f" ({len(self.runs)} of {self.rounds} rounds)" if 0 < len(self.runs) < self.rounds else ""

    def over(self, function: Callable[[list[float]], T]) -> dict[str, T]:
        """Return a function of the values of each figure in all runs."""
        runs = list(self.runs.values())
        return {name: function([run[name] for run in runs]) for name in (runs[0] if runs else ())}
