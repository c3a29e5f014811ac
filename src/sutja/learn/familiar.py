"""What a model is familiar with: profiles of the drawings that it was calibrated on, for its card.

Those of the training part would flatter: the model is surer of what it was fitted to. Operators see in `/review` how
far the drawings that come in are from these. They stand in a card's `training` as `sutja.drift.REFERENCE`.
"""

from typing import Any

from sutja.drift import Kind, Profile
from sutja.learn.dataset.labelled import NO_DIGIT, Dataset, joined
from sutja.learn.dataset.mix import Mix
from sutja.reader import Reader

SETS = {Kind.STROKES: ("strokes",), Kind.PICTURES: ("mnist", "photographs", "pen pictures")}
"""The sets of a mix by how their drawings come."""


def drift_reference(reader: Reader, calibration: Mix) -> dict[str, Any]:
    """Return the profile of each kind of which the calibration part has digits, as JSON has it."""
    found = {
        kind: [calibration.sets[name] for name in names if name in calibration.sets] for kind, names in SETS.items()
    }
    return {kind.value: _profile(reader, joined(sets)).to_json() for kind, sets in found.items() if sets}


def _profile(reader: Reader, digits: Dataset) -> Profile:
    probabilities = reader.probabilities(digits.glyphs)[:, :NO_DIGIT]
    return Profile.of(digits.glyphs, probabilities.max(1).astype(float))
