import json
from pathlib import Path

import pytest

from sutja import BundleError
from sutja.bundle import Bundle


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
        {"thresholds": {"unsure_below": "0.5"}},
        {"thresholds": {"unsure_below": float("nan")}},
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
