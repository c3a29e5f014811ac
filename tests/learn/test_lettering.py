from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from sutja.learn.dataset.lettering import SLANTS_DEG, WEIGHTS_PX, Font, Lettered, lettered
from sutja.learn.dataset.letters import LETTERS


@pytest.fixture(scope="module")
def shown() -> list[Lettered]:
    data = (Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf").read_bytes()
    return list(lettered(Font("DejaVuSans.ttf", "fonts-dejavu", "", data)))


def of(shown: list[Lettered], letter: str) -> np.ndarray:
    """Return the pictures of a letter, (weights, slants, 280, 280)."""
    pictures = [each.picture for each in shown if each.letter == letter]
    return np.array(pictures).reshape(len(WEIGHTS_PX), len(SLANTS_DEG), 280, 280)


def test_every_letter_in_every_way(shown: list[Lettered]) -> None:
    """Each letter comes in each weight and slant, one of them plain, whole on its page."""
    assert len(shown) == len(LETTERS) * len(WEIGHTS_PX) * len(SLANTS_DEG)
    assert sum(each.is_plain for each in shown) == len(LETTERS)
    assert all(each.picture[[0, -1]].min() == each.picture[:, [0, -1]].min() == 255 for each in shown)


def test_weights_add_ink_and_slants_move_it(shown: list[Lettered]) -> None:
    """A heavier H has more ink; slanted to the right its top goes right, and its foot left."""
    pictures = 255 - of(shown, "H").astype(float)
    amounts = pictures.sum((2, 3))
    assert (np.diff(amounts, axis=0) > 0).all()
    tops = [np.average(np.arange(280), weights=picture[:140].sum(0)) for picture in pictures[0]]
    feet = [np.average(np.arange(280), weights=picture[140:].sum(0)) for picture in pictures[0]]
    assert (np.diff(tops) > 0).all()
    assert (np.diff(feet) < 0).all()


def test_a_font_without_letters_gives_none() -> None:
    """What a font lacks is left out: its box for that would be caught too easily."""
    data = (Path(mpl.get_data_path()) / "fonts" / "ttf" / "STIXSizOneSymReg.ttf").read_bytes()
    assert list(lettered(Font("STIXSizOneSymReg.ttf", "fonts-stix", "", data))) == []
