"""Drift: what is looked at in a glyph, and when two populations differ."""

import json

import numpy as np
import pytest

from drawings import drawing
from reviewing import ink
from sutja.drift import COUNT_MIN, PSI_ALARM, Histogram, Profile, Rate, compared, features, has_risen, psi
from sutja.errors import DataError
from sutja.prepare import prepare


def glyphs(count: int, start: int = 0) -> np.ndarray:
    """Return glyphs of all digits, by one hand whose drawings differ a little."""
    return prepare([ink(place % 10, place * 7 % 401) for place in range(start, start + count)])


def confidences(count: int, seed: int = 0) -> np.ndarray:
    return 1 - np.random.default_rng(seed).beta(0.3, 20, count)


def test_the_features_are_what_their_names_say() -> None:
    """Law: more ink is more, a wide pen is wide, an upright digit is no wide one, and what leans right is above 0."""
    bar = np.zeros((3, 28, 28), np.float32)
    bar[0, 4:24, 12:16] = 1
    bar[1, 12:16, 4:24] = 1
    for row in range(4, 24):
        bar[2, row, 18 - row // 2 : 22 - row // 2] = 1
    found = features(bar)
    assert found["ink"] == pytest.approx([80 / 784] * 3)
    assert found["stroke_px"][0] == pytest.approx(4, abs=0.8)
    assert found["shape"][:2] == pytest.approx([np.log(4 / 20), np.log(20 / 4)])
    assert found["lean"][0] == pytest.approx(0, abs=1e-9)
    assert found["lean"][2] == pytest.approx(0.5, abs=0.1)


def test_psi_is_the_sum_that_its_name_stands_for() -> None:
    """Law: (0.5 - 0.25) ln 2 + (0.5 - 0.75) ln (2/3), the other way round the same; 0 for what is alike."""
    before, now = Histogram((0.5,), (0.25, 0.75)), Histogram((0.5,), (0.5, 0.5))
    assert psi(before, now) == pytest.approx(0.25 * np.log(2) - 0.25 * np.log(2 / 3))
    assert psi(now, before) == pytest.approx(psi(before, now))
    assert psi(before, before) == 0


def test_the_same_hand_is_no_drift_and_another_is() -> None:
    """Law: other drawings by the same hand raise no alarm; slanted ones, blots and doubts do, each where it shows."""
    reference = Profile.of(glyphs(2_000), confidences(2_000))
    alike = compared(reference, glyphs(1_000, 3), confidences(1_000, 1))
    assert [drift.feature for drift in alike if drift.is_alarming] == []
    slanted = prepare([drawing_slanted(place) for place in range(400)])
    found = {drift.feature: drift for drift in compared(reference, slanted, confidences(400, 1) * 0.9)}
    assert found["lean"].is_alarming
    assert found["confidence"].is_alarming
    blots = np.clip(glyphs(400) * 1.0 + np.roll(glyphs(400), 2, 2) + np.roll(glyphs(400), -2, 2), 0, 1)
    assert {"ink", "stroke_px"} <= {
        drift.feature for drift in compared(reference, blots, confidences(400)) if drift.is_alarming
    }


def drawing_slanted(place: int):
    strokes = ink(place % 10, place * 7 % 401).strokes
    return type(drawing(0))([[(point.x - 0.6 * point.y, point.y) for point in stroke] for stroke in strokes])


def test_few_drawings_raise_no_alarm() -> None:
    """Law: below the least count nothing is alarming, however far apart; above it chance alone never is."""
    reference = Profile.of(glyphs(2_000), confidences(2_000))
    far = compared(reference, glyphs(COUNT_MIN - 1) * 0.2, np.full(COUNT_MIN - 1, 0.4))
    assert max(drift.psi for drift in far) > PSI_ALARM
    assert not any(drift.is_alarming for drift in far)
    random = np.random.default_rng(0)
    values = random.normal(size=100_000)
    expected = Histogram.of(values)
    by_chance = [psi(expected, Histogram.of(random.choice(values, COUNT_MIN), expected.edges)) for _ in range(500)]
    assert max(by_chance) < PSI_ALARM


def test_nothing_came_in() -> None:
    """Law: without drawings, or without a confidence, there is nothing to compare, and no error."""
    reference = Profile.of(glyphs(300), confidences(300))
    assert compared(reference, glyphs(0), np.zeros(0)) == ()
    assert "confidence" not in {drift.feature for drift in compared(reference, glyphs(30), np.zeros(0))}


def test_a_profile_survives_its_card() -> None:
    """Law: through JSON it is the same, also where all drawings are alike."""
    for profile in (Profile.of(glyphs(300), confidences(300)), Profile.of(glyphs(1), np.ones(1))):
        assert Profile.from_json(json.loads(json.dumps(profile.to_json()))) == profile


@pytest.mark.parametrize(
    "histogram",
    [
        None,
        {},
        {"edges": [0.5], "shares": [1]},
        {"edges": [0.5], "shares": [0.2, 0.2]},
        {"edges": [0.5], "shares": [1, 0]},
        {"edges": [0.5], "shares": [2, -1]},
        {"edges": [0.5, 0.5], "shares": [0.5, 0.3, 0.2]},
        {"edges": [float("nan")], "shares": [0.5, 0.5]},
        {"edges": [0.5], "shares": [float("nan"), 0.5]},
        {"edges": ["a"], "shares": [0.5, 0.5]},
        {"edges": 3, "shares": [0.5, 0.5]},
    ],
)
def test_what_is_no_profile_is_refused(histogram: object) -> None:
    """Law: a card may hold anything; what cannot be compared is not compared."""
    with pytest.raises(DataError):
        Profile.from_json({"count": 10, "histograms": {"ink": histogram}})


@pytest.mark.parametrize(
    ("before", "now", "is_more"),
    [
        (Rate(50, 1_000), Rate(52, 1_000), False),
        (Rate(50, 1_000), Rate(120, 1_000), True),
        (Rate(120, 1_000), Rate(50, 1_000), False),
        (Rate(0, 1_000), Rate(0, 1_000), False),
        (Rate(1_000, 1_000), Rate(1_000, 1_000), False),
        (Rate(0, 199), Rate(199, 199), False),
        (Rate(0, 0), Rate(0, 0), False),
    ],
)
def test_corrections_rise_beyond_chance(before: Rate, now: Rate, is_more: bool) -> None:
    """Law: more of them raise the alarm where three standard errors do not explain it, and enough were read."""
    assert has_risen(before, now) is is_more
