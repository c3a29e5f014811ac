import numpy as np
import pytest

from drawings import drawing
from sutja import Ink
from sutja.learn.dataset.tremor import trembling


@pytest.mark.parametrize("strength", [0.0, 0.02, 0.04])
def test_the_strength_is_what_is_shaken(strength: float) -> None:
    """Points of a long straight line are off it by the strength, in the root mean square of each direction's half."""
    ink = Ink([[(0, 0), (0, 100)]])
    offs = np.concatenate(
        [[point[0] for point in trembling(ink, strength, np.random.default_rng(seed)).strokes[0]] for seed in range(50)]
    )
    assert np.sqrt((offs**2).mean()) == pytest.approx(strength / np.sqrt(2), rel=0.1, abs=1e-9)


def test_strokes_stay_strokes() -> None:
    """A trembling 4 has two strokes, and the same seed shakes it alike."""
    first, again, other = (trembling(drawing(4), 0.02, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert len(first.strokes) == 2
    assert first == again
    assert first != other


def test_a_dot_stays_near_its_place() -> None:
    """An ink without length is no error."""
    assert trembling(Ink([[(5, 5)]]), 0.02, np.random.default_rng(0)).strokes
