"""The gate's test is exact, goes the right way, and says nothing where there is nothing to say."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest

from sutja.learn.gate.mcnemar import Pairs, tail


def test_the_tail_is_that_of_all_ways_to_toss() -> None:
    """For up to ten tosses every way is counted one by one."""
    for tosses in range(11):
        heads = [sum(ways) for ways in product((0, 1), repeat=tosses)]
        for least in range(tosses + 1):
            assert Fraction(tail(least, tosses)) == Fraction(sum(h >= least for h in heads), 2**tosses)


def test_the_tail_is_scipys() -> None:
    """For up to sixty tosses, and for many, it is SciPy's exact one-sided binomial test."""
    cases = [(heads, tosses) for tosses in range(1, 61) for heads in range(tosses + 1)]
    cases += [(520, 1000), (1600, 3000), (3000, 3000), (0, 3000), (5_050, 10_000)]
    for heads, tosses in cases:
        assert tail(heads, tosses) == pytest.approx(binomtest(heads, tosses, alternative="greater").pvalue, rel=1e-9)


@pytest.mark.parametrize(
    ("fixed", "broken", "p"), [(20, 10, 0.049), (30, 20, 0.101), (5, 0, 0.031), (7, 0, 0.0078), (6, 0, 0.0156)]
)
def test_known_cases(fixed: int, broken: int, p: float) -> None:
    """What tables of the binomial distribution say."""
    assert Pairs(fixed, broken, 10_000).p_better == pytest.approx(p, abs=0.001)
    assert Pairs(broken, fixed, 10_000).p_worse == pytest.approx(p, abs=0.001)


def test_where_nothing_differs_nothing_is_proved() -> None:
    """No pair, or none that differs, is neither better nor worse, and no drop."""
    for pairs in (Pairs(0, 0, 0), Pairs(0, 0, 1000), Pairs.of(np.zeros(0, bool), np.zeros(0, bool))):
        assert (pairs.p_better, pairs.p_worse, pairs.drop) == (1, 1, 0)


def test_both_tails_overlap_in_what_was_found() -> None:
    """What is better is not worse; the two tails have just the outcome itself in common."""
    for fixed, broken in product(range(12), repeat=2):
        pairs = Pairs(fixed, broken, 100)
        itself = math.comb(fixed + broken, fixed) / 2 ** (fixed + broken)
        assert pairs.p_better + pairs.p_worse == pytest.approx(1 + itself)
        assert (pairs.p_better < pairs.p_worse) is (fixed > broken)


def test_pairs_are_counted_by_who_alone_is_right() -> None:
    """Those that both read, or neither, tell nothing."""
    champion = np.array([1, 1, 0, 0, 0, 1], bool)
    candidate = np.array([1, 0, 1, 1, 0, 1], bool)
    assert Pairs.of(champion, candidate) == Pairs(fixed=2, broken=1, count=6)
    assert Pairs.of(candidate, champion).drop == pytest.approx(1 / 6)


@pytest.mark.parametrize(("heads", "tosses"), [(-1, 3), (4, 3), (1, 0), (0, -1)])
def test_impossible_counts_are_refused(heads: int, tosses: int) -> None:
    """More heads than tosses, or fewer than none, are a mistake of whoever asks."""
    with pytest.raises(ValueError, match="Expected"):
        tail(heads, tosses)


def test_other_lengths_are_refused() -> None:
    """What was not read by both is no pair."""
    with pytest.raises(ValueError, match="as many of each"):
        Pairs.of(np.zeros(3, bool), np.zeros(4, bool))


def test_chance_deceives_it_no_more_often_than_it_says() -> None:
    """Of candidates that are just as good, at most one in a hundred passes for better: exactly, over all outcomes."""
    for tosses in range(1, 200):
        passes = [heads for heads in range(tosses + 1) if tail(heads, tosses) <= 0.01]
        assert not passes or tail(min(passes), tosses) <= 0.01
        assert tosses < 7 or passes
        assert tosses >= 7 or not passes
