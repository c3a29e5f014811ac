import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from sutja import BundleError, Verdict
from sutja.bundle import NOTHING, Bundle, Thresholds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that holds a copy of the shipped bundle."""
    Bundle.shipped().save(tmp_path)
    return tmp_path


def edit(folder: Path, **changes: object) -> None:
    """Change fields of a card on disk."""
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps({**card, **changes}))


def test_what_is_saved_is_what_is_loaded(folder: Path) -> None:
    """A bundle survives its folder."""
    assert Bundle.load(folder) == Bundle.shipped()


@pytest.mark.parametrize("place", [0, 100, 10_000, -1])
def test_a_changed_byte_is_refused(folder: Path, place: int) -> None:
    """One flipped bit anywhere, and the model is not loaded: ONNX Runtime itself would mostly not notice."""
    data = bytearray((folder / "model.onnx").read_bytes())
    data[place] ^= 1
    (folder / "model.onnx").write_bytes(data)
    with pytest.raises(BundleError, match="sha-256"):
        Bundle.load(folder)


def test_another_prepare_is_refused(folder: Path) -> None:
    """A model that was trained on other glyphs than these is refused, and the message says both versions."""
    edit(folder, prepare=999)
    with pytest.raises(BundleError, match="version 999"):
        Bundle.load(folder)


def test_another_format_is_refused(folder: Path) -> None:
    """A card of another age is refused."""
    edit(folder, format=1)
    with pytest.raises(BundleError, match="format"):
        Bundle.load(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"thresholds": {}},
        {"sha256": 7},
        {"parameters": "many"},
        {"scores": {"test": {"count": 1}}},
        {"unknown": 1},
    ],
)
def test_a_card_of_other_types_is_refused(folder: Path, changes: dict[str, object]) -> None:
    """A field of the wrong type, missing or unknown is refused when the bundle is loaded, not when it reads."""
    edit(folder, **changes)
    with pytest.raises(BundleError, match="Expected a card"):
        Bundle.load(folder)


@pytest.mark.parametrize("name", ["unsure_below", "no_digit_from", "temperature", "promised_error"])
@pytest.mark.parametrize("value", ["0.5", None, True, float("nan"), float("inf")])
def test_a_threshold_that_is_no_number_is_refused(folder: Path, name: str, value: object) -> None:
    """Each threshold, the temperature and the promise must be a finite number: one that is not would decide nothing."""
    edit(folder, thresholds={**asdict(Thresholds()), name: value})
    with pytest.raises(BundleError, match=name):
        Bundle.load(folder)
    edit(folder, thresholds={**asdict(Thresholds()), name: 1})
    assert getattr(Bundle.load(folder).card.thresholds, name) == 1


FITTED = Thresholds(unsure_below=0.8, no_digit_from=0.5, temperature=1.5, promised_error=0.002)


@pytest.mark.parametrize(
    ("confidence", "no_digit", "verdict"),
    [
        (0.8, 0.2, Verdict.DIGIT),
        (0.79, 0.0, Verdict.UNSURE),
        (0.79, 0.21, Verdict.UNSURE),
        (0.5, 0.5, Verdict.NOT_A_DIGIT),
        (0.01, 0.99, Verdict.NOT_A_DIGIT),
        (0.51, 0.49, Verdict.UNSURE),
    ],
)
def test_two_thresholds_make_three_verdicts(confidence: float, no_digit: float, verdict: Verdict) -> None:
    """What is no digit is asked first; a threshold itself belongs to the side that it opens: digit, and no digit."""
    probabilities = np.zeros((1, 11))
    probabilities[0, [4, 10]] = confidence, no_digit
    assert FITTED.verdicts(probabilities) == [verdict]


def test_each_row_has_its_verdict() -> None:
    """Verdicts come in the order of the rows, and no rows have none."""
    rows = np.zeros((3, 11), np.float32)
    rows[[0, 1, 2], [10, 3, 9]] = 1, 1, 0.3
    assert FITTED.verdicts(rows) == [Verdict.NOT_A_DIGIT, Verdict.DIGIT, Verdict.UNSURE]
    assert FITTED.verdicts(rows[:0]) == []


def test_thresholds_that_were_not_fitted_accept_and_refuse_nothing() -> None:
    """A draft's thresholds are beyond every probability: the surest digit is unsure, the surest letter not refused."""
    certain = np.eye(11, dtype=np.float32)
    assert Thresholds().verdicts(certain) == [Verdict.UNSURE] * 11
    assert Thresholds(unsure_below=0.0, no_digit_from=NOTHING).verdicts(certain) == [Verdict.DIGIT] * 11


@pytest.mark.parametrize("name", ["card.json", "model.onnx"])
def test_half_a_bundle_is_refused(folder: Path, name: str) -> None:
    """Without card or model it is no bundle, and the message names what is missing."""
    (folder / name).unlink()
    with pytest.raises(BundleError, match=name):
        Bundle.load(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "{}", '{"format": 2}', '{"format": 2, "scores": 3}'])
def test_a_card_that_is_none_is_refused(folder: Path, text: str) -> None:
    """Whatever else stands in the card's place is refused."""
    (folder / "card.json").write_text(text)
    with pytest.raises(BundleError, match="Expected"):
        Bundle.load(folder)
