"""How much is measured: the long form, which is written down, and the quick one, which shows that all of it works."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Form:
    """How often, how long and how many."""

    rounds: int
    """So often each is measured, in turn with the others."""
    warm_s: float
    alone_s: float
    """So long one client asks, for each kind of drawing."""
    load_s: float
    """So long many ask at once, for each kind of drawing and each number of connections."""
    connections: tuple[int, ...]
    pictures: int
    """Files that `sutja read` reads."""
    numbers: int
    seeds: int
    """Trainings of each network."""

    def of(self, rounds: int | None) -> Self:
        """Return the same in so many rounds, where they are given."""
        return self if rounds is None else replace(self, rounds=rounds)


LONG = Form(rounds=5, warm_s=1.0, alone_s=3.0, load_s=5.0, connections=(16, 64), pictures=10_000, numbers=500, seeds=3)
QUICK = Form(rounds=1, warm_s=0.1, alone_s=0.3, load_s=0.3, connections=(16,), pictures=200, numbers=20, seeds=1)
