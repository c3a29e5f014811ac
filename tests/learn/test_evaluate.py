import numpy as np
import pytest

from drawings import DRAWINGS, drawing
from sutja import Reader
from sutja.bundle import Thresholds
from sutja.learn.dataset import Dataset
from sutja.learn.evaluate import _threshold, calibrate, evaluate
from sutja.prepare import prepare


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    """Return the ten drawings, the last two under wrong labels."""
    return Dataset(prepare([drawing(digit) for digit in DRAWINGS]), np.array([0, 1, 2, 3, 4, 5, 6, 7, 3, 3]))


def test_a_score_counts(drawn: Dataset) -> None:
    """Accuracy, confusion and the share of wrong ones among the accepted are what counting gives."""
    reader = Reader(Reader.load().bundle.with_card(thresholds=Thresholds(unsure_below=0.0)))
    score = evaluate(reader, drawn)
    assert (score.count, score.accuracy, score.accepted) == (10, 0.8, 1.0)
    assert score.accepted_error == pytest.approx(0.2)
    assert (score.confusion[3][3], score.confusion[3][8], score.confusion[3][9]) == (1, 1, 1)
    assert sum(map(sum, score.confusion)) == 10


def test_the_threshold_keeps_its_promise() -> None:
    """Of all that lie at or above the threshold at most 0.2 % are wrong, and no lower threshold would do."""
    confidences = np.linspace(0.1, 1, 1000, dtype=np.float32)
    is_right = np.ones(1000, bool)
    is_right[[500, 400, 100]] = False
    threshold = _threshold(confidences, is_right)
    accepted = confidences >= threshold
    assert (~is_right[accepted]).mean() <= 0.002
    lower = confidences >= confidences[confidences < threshold][-1]
    assert (~is_right[lower]).mean() > 0.002


def test_equal_confidences_stand_or_fall_together() -> None:
    """Where right and wrong ones are equally sure, no order among them can make the promise look kept."""
    confidences = np.full(1000, 0.9, np.float32)
    is_right = np.arange(1000) < 500
    assert not (confidences >= _threshold(confidences, is_right)).any()


def test_nothing_is_accepted_where_all_is_wrong(drawn: Dataset) -> None:
    """A model that is wrong at its surest gets a threshold that no confidence reaches."""
    wrong = Dataset(drawn.glyphs, (drawn.labels + 5) % 10)
    assert calibrate(Reader.load(), wrong).unsure_below > 1


def test_the_shipped_bundle_scores_what_its_card_says(real_data) -> None:
    """`sutja evaluate` reproduces the score that ships: on MNIST's test half, at least 99.5 %."""
    from sutja.learn.dataset import mnist_test

    reader = Reader.load()
    score = evaluate(reader, mnist_test(real_data))
    assert score.accuracy == pytest.approx(reader.bundle.card.scores["test"].accuracy, abs=1e-9)
    assert score.accuracy >= 0.995
