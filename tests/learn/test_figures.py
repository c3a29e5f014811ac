import math

import numpy as np
import pytest

from sutja import Verdict
from sutja.learn.evaluate.answers import Answers
from sutja.learn.evaluate.figures import BINS, bins, calibration_error, curves, equally, figures, share, wilson


def told(label: int, digit: int, confidence: float, verdict: Verdict = Verdict.DIGIT) -> tuple[int, int, float, str]:
    """Return one answer; the rest of its probability goes to no digit."""
    return label, digit, confidence, verdict


def answers(*rows: tuple[int, int, float, str]) -> Answers:
    probabilities = np.zeros((len(rows), 11), np.float32)
    for row, (_, digit, confidence, _) in zip(probabilities, rows, strict=True):
        row[digit], row[10] = confidence, 1 - confidence
    return Answers(np.array([row[0] for row in rows]), probabilities, np.array([row[3] for row in rows]))


FIVE = answers(
    told(1, 1, 0.75),
    told(2, 2, 0.75),
    told(3, 4, 0.5),
    told(5, 5, 0.5, Verdict.UNSURE),
    told(6, 6, 0.25, Verdict.NOT_A_DIGIT),
)


def test_figures_count() -> None:
    """Two right and one wrong accepted, one right unsure, one refused, which is not read though likeliest."""
    found = figures(FIVE)
    shares = (found.right, found.likeliest, found.accepted, found.wrong, found.unsure, found.refused)
    assert [round(each.value, 6) for each in shares] == [0.6, 0.8, 0.6, 0.333333, 0.2, 0.2]
    assert [each.of for each in shares] == [5, 5, 5, 3, 5, 5]
    losses = [-math.log(p) for p in (0.75, 0.75, 1e-12, 0.5, 0.25)]
    assert found.log_loss == pytest.approx(sum(losses) / 5)


def test_where_nothing_was_seen_nothing_is_right() -> None:
    """An empty drawing has no likeliest digit: it is no 0."""
    empty = Answers(np.array([0]), np.eye(11, dtype=np.float32)[[10]], np.array([Verdict.EMPTY]))
    found = figures(empty)
    assert (found.right.value, found.likeliest.value, found.refused.value) == (0, 0, 1)


def test_wilson_is_wilsons() -> None:
    """The interval of 8 of 10 is that of the literature, none of 20 begins at 0, and more drawings narrow it."""
    assert wilson(0.8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=1e-4)
    assert wilson(1, 20) == pytest.approx((0.8389, 1), abs=1e-4)


def test_a_share_of_none_may_be_anything() -> None:
    """Where nothing was accepted, nothing is known of how much of it is wrong."""
    found = share(np.zeros(0, bool))
    assert (found.value, found.low, found.high, found.of) == (0, 0, 1, 0)


def test_kinds_weigh_the_same() -> None:
    """One kind of 100, all right, and one of 4, half right, make three quarters; the interval is that of few."""
    many = answers(*[told(1, 1, 0.75)] * 100)
    few = answers(*[told(2, 2, 0.75)] * 2, *[told(2, 3, 0.75)] * 2)
    found = figures(*equally([many, few]))
    assert found.right.value == pytest.approx(0.75)
    assert found.wrong.value == pytest.approx(0.25)
    assert found.count == 104
    low, high = wilson(0.75, 1 / (0.25 / 100 + 0.25 / 4))
    assert (found.right.low, found.right.high) == pytest.approx((low, high))


def test_bins_have_equal_mass() -> None:
    """150 answers make 15 bins of 10, least sure first; with weights each bin has the same weight."""
    confidences = np.linspace(0.1, 0.99, 150, dtype=np.float32)
    found = bins(confidences, np.ones(150, bool))
    assert [each.mass for each in found] == pytest.approx([1 / BINS] * BINS)
    assert found[0].confidence == pytest.approx(confidences[:10].mean())
    weighted = bins(confidences, np.ones(150, bool), np.repeat([1.0, 2.0], 75))
    assert [each.mass for each in weighted] == pytest.approx([1 / BINS] * BINS, abs=0.01)


def test_the_calibration_error_is_the_mean_gap() -> None:
    """Sure by 0.8 and right in 12 of 15, nothing is lost where each bin says so; right in none, the gap is 0.8."""
    confidences = np.full(15 * 5, 0.8, np.float32)
    is_right = np.tile([True, True, True, True, False], 15)
    assert calibration_error(bins(confidences, is_right)) == pytest.approx(0, abs=1e-6)
    assert calibration_error(bins(confidences, ~is_right)) == pytest.approx(0.6)
    assert calibration_error(bins(confidences, np.zeros(75, bool))) == pytest.approx(0.8)


def test_coverage_against_risk() -> None:
    """The surest come first, the equally sure at once, the refused never."""
    found = [(round(p.threshold, 4), round(p.coverage, 4), round(p.risk, 4)) for p in curves(FIVE).coverage]
    assert found == [(0.75, 0.4, 0.0), (0.5, 0.8, 0.25)]


def test_the_confusion_counts_by_label() -> None:
    """A 3 that was taken for a 4 stands in row 3, column 4."""
    confusion = np.array(curves(FIVE).confusion)
    assert confusion[3, 4] == 1
    assert confusion.sum() == 5
    assert np.trace(confusion) == 4
