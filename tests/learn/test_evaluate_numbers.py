from types import SimpleNamespace

import pytest

from sutja import Verdict
from sutja.learn.evaluate.numbers import number_figures


def read(digits: str, *others: Verdict) -> SimpleNamespace:
    """Return a number that was read, every digit surely; and more marks with these verdicts."""
    verdicts = [Verdict.DIGIT] * len(digits) + list(others)
    return SimpleNamespace(digits=digits, items=tuple(SimpleNamespace(verdict=verdict) for verdict in verdicts))


def test_numbers_are_counted_whole() -> None:
    """One wrong digit, or one too few, makes a number wrong; lengths are counted by what was written."""
    found = number_figures(["12", "34", "5678", "5678"], [read("12"), read("35"), read("567"), read("5678")])
    assert (found.right.value, found.right.of) == (0.5, 4)
    assert {length: each.value for length, each in found.by_length.items()} == {2: 0.5, 4: 0.5}


@pytest.mark.parametrize(
    ("number", "share"),
    [
        (read("35"), 1),
        (read("34"), 0),
        (read("3", Verdict.UNSURE), 0),
        (read("3", Verdict.NOT_A_DIGIT), 0),
        (read(""), 0),
    ],
)
def test_wrong_but_sure(number: SimpleNamespace, share: float) -> None:
    """What is wrong counts where every mark claims to be a digit; a doubt on any mark excuses it."""
    assert number_figures(["34"], [number]).wrong.value == share
