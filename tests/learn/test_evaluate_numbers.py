import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from sutja import Verdict
from sutja.learn.evaluate.numbers import Outcome, _photo, number_figures


def read(digits: str, *others: Verdict) -> Outcome:
    """Return a number that was read, every digit surely; and more marks with these verdicts."""
    verdicts = [Verdict.DIGIT] * len(digits) + list(others)
    items = tuple(SimpleNamespace(verdict=verdict) for verdict in verdicts)
    return Outcome.of(SimpleNamespace(digits=digits, items=items))


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
def test_wrong_but_sure(number: Outcome, share: float) -> None:
    """What is wrong counts where every mark claims to be a digit; a doubt on any mark excuses it."""
    assert number_figures(["34"], [number]).wrong.value == share


def test_the_photo_is_large_and_holds_both_lines() -> None:
    """12 megapixels, dark ink in the upper and in the lower half, none at the border."""
    line = np.full((100, 300), 255, np.uint8)
    line[20:80, 40:260] = 0
    page = np.asarray(Image.open(io.BytesIO(_photo([line, line]))))
    assert page.shape == (3000, 4000)
    assert [(half < 100).mean() > 0.05 for half in (page[:1500], page[1500:])] == [True, True]
    assert min(page[[0, -1]].min(), page[:, [0, -1]].min()) > 130
