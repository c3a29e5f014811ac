"""Pairs: two readers on the same drawings, and how surely one of them is better there.

Owns the exact one-sided test of McNemar ("Note on the sampling error of the difference between correlated proportions",
1947). Only drawings on which just one of the two is right tell anything; were both equally good, each of these would go
either way like a coin. The tail of the binomial distribution is summed in whole numbers: no approximation for few.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Of `count` drawings the candidate alone is right on `fixed`, and the champion alone on `broken`."""

    fixed: int
    broken: int
    count: int

    @classmethod
    def of(cls, champion: Flags, candidate: Flags) -> "Pairs":
        """Count where each is right, (N,) and (N,), on the same drawings in the same order."""
        if champion.shape != candidate.shape:
            raise ValueError(f"Expected as many of each. Received {champion.shape} and {candidate.shape}.")
        return cls(int((candidate & ~champion).sum()), int((champion & ~candidate).sum()), len(champion))

    @property
    def p_better(self) -> float:
        """How often chance alone would fix at least as many, were the candidate no better; 1 where nothing differs."""
        return tail(self.fixed, self.fixed + self.broken)

    @property
    def p_worse(self) -> float:
        """How often chance alone would break at least as many, were the candidate no worse; 1 where nothing differs."""
        return tail(self.broken, self.fixed + self.broken)

    @property
    def drop(self) -> float:
        """By how much the share of right ones fell, in [-1, 1]; 0 of none."""
        return (self.broken - self.fixed) / self.count if self.count else 0.0


def tail(heads: int, tosses: int) -> float:
    """Return the probability of at least so many heads in so many tosses of a fair coin, to the last bit."""
    if not 0 <= heads <= tosses:
        raise ValueError(f"Expected 0 to {tosses} heads. Received {heads}.")
    ways, found = 1, 0  # of tossing just so many heads, from all of them downwards
    for count in range(tosses, heads - 1, -1):
        found += ways
        ways = ways * count // (tosses - count + 1)
    return found / (1 << tosses)
