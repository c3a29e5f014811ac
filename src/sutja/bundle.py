"""A bundle: a model's ONNX bytes and the card that says what they are, in one folder.

Owns the two files and their checks. The card is written last: where there is one, the model beside it is whole. A
bundle that does not hold what its card promises is refused, since a damaged ONNX file mostly still loads, and answers.
"""

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field, fields, replace
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from sutja import prepare
from sutja.errors import BundleError
from sutja.reading import Verdict

FORMAT = 2
NOTHING = 1.01
"""The threshold that no probability reaches."""
MODEL_NAME = "model.onnx"
CARD_NAME = "card.json"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the verdicts divide, and the temperature of the probabilities that they divide; all fitted, none chosen.

    The model's probabilities p become p ** (1 / temperature), scaled to sum to 1 (Guo et al., "On calibration of modern
    neural networks", 2017). Then `not_a_digit` begins where the probability of no digit is at least `no_digit_from`;
    of the rest a confidence below `unsure_below` is `unsure`. Of the readings with the verdict `digit` at most
    `promised_error`, a share in [0, 1], were wrong where the thresholds were fitted.
    """

    unsure_below: float = NOTHING
    no_digit_from: float = NOTHING
    temperature: float = 1.0
    promised_error: float = 0.0

    def verdicts(self, probabilities: NDArray[np.float32]) -> list[Verdict]:
        """Return the verdict on each row of (N, 11) probabilities at this temperature: ten digits, then no digit."""
        rows = zip(probabilities[:, :10].max(1).tolist(), probabilities[:, 10].tolist(), strict=True)
        return [self._verdict(confidence, no_digit) for confidence, no_digit in rows]

    def _verdict(self, confidence: float, no_digit: float) -> Verdict:
        if no_digit >= self.no_digit_from:
            return Verdict.NOT_A_DIGIT
        return Verdict.DIGIT if confidence >= self.unsure_below else Verdict.UNSURE


@dataclass(frozen=True, slots=True)
class Score:
    """What a model scored on one labelled set; shares are in [0, 1].

    `accepted` is the share of verdicts `digit`, `accepted_error` the share of wrong ones among them, `log_loss` the
    mean of -ln p(label), `confusion` counts by label (row) and digit read (column).
    """

    count: int
    accuracy: float
    log_loss: float
    accepted: float
    accepted_error: float
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What a model is, how it was made and what it scores."""

    network: str
    parameters: int
    sha256: str
    prepare: int
    thresholds: Thresholds
    scores: dict[str, Score] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return the card of decoded JSON. Raises `BundleError`."""
        try:
            if data["format"] != FORMAT:
                raise BundleError(f"Expected a card of format {FORMAT}. Received {data['format']!r}.")
            scores = {
                name: _typed(Score, {**score, "confusion": tuple(map(tuple, score["confusion"]))})
                for name, score in data["scores"].items()
            }
            thresholds = _typed(Thresholds, data["thresholds"])
            return _typed(cls, {**data, "thresholds": thresholds, "scores": scores})
        except (TypeError, KeyError, AttributeError, ValueError) as error:
            raise BundleError(f"Expected a card with the fields of this version. Received another: {error}.") from error


def _typed(kind: type[T], data: dict[str, Any]) -> T:
    """Return the dataclass of that kind, after a look at its plain fields: JSON may hold anything."""
    for each in fields(kind):  # type: ignore[arg-type]  # every kind here is a dataclass
        value: Any = data.get(each.name)
        if each.type is int and type(value) is not int and each.name in data:
            raise TypeError(f"{each.name} is no whole number")
        if each.type is float and not (type(value) in (int, float) and math.isfinite(value)):
            raise TypeError(f"{each.name} is no finite number")
        if each.type is str and not isinstance(value, str):
            raise TypeError(f"{each.name} is no text")
    return kind(**data)


@dataclass(frozen=True, slots=True)
class Bundle:
    """An ONNX file from (N, 28, 28, 1) to (N, 11), as bytes, and its card.

    The eleventh column is the probability that it is no digit; a model from elsewhere may lack it.
    """

    onnx: bytes = field(repr=False)
    card: Card

    @classmethod
    def load(cls, folder: str | PathLike[str]) -> Self:
        """Return the bundle of a folder, checked against its card. Raises `BundleError`."""
        folder = Path(folder)
        try:
            card = (folder / CARD_NAME).read_bytes()
            onnx = (folder / MODEL_NAME).read_bytes()
        except OSError as error:
            raise BundleError(
                f"Expected {folder} to be a bundle, with {MODEL_NAME} and {CARD_NAME}. "
                f"Received none: {Path(error.filename or folder).name}: {error.strerror}."
            ) from error
        return cls.from_bytes(onnx, card, folder)

    @classmethod
    def from_bytes(cls, onnx: bytes, card: bytes, folder: Path) -> Self:
        """Return the bundle of a model and its card, checked against each other; errors name the folder they are of.

        Raises `BundleError`.
        """
        try:
            bundle = cls(onnx, Card.from_json(json.loads(card)))
        except (ValueError, RecursionError) as error:
            raise BundleError(f"Expected {folder / CARD_NAME} to be JSON. Received something else.") from error
        bundle._check(folder)
        return bundle

    @classmethod
    def shipped(cls) -> Self:
        """Return the bundle that ships in the package."""
        return cls.load(str(files("sutja") / "shipped"))

    def save(self, folder: Path) -> None:
        """Write the model, then, in one step, the card."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MODEL_NAME).write_bytes(self.onnx)
        partial = folder / f".{CARD_NAME}.partial"
        partial.write_text(json.dumps(self.card.to_json(), indent=1) + "\n")
        partial.replace(folder / CARD_NAME)

    def with_card(self, **changes: Any) -> Self:
        """Return the same model under a card with other fields."""
        return replace(self, card=replace(self.card, **changes))

    def _check(self, folder: Path) -> None:
        found = hashlib.sha256(self.onnx).hexdigest()
        if found != self.card.sha256:
            raise BundleError(
                f"Expected {folder / MODEL_NAME} to have sha-256 {self.card.sha256}, as its card says. "
                f"Received {found}: the file is damaged or belongs to another card."
            )
        if self.card.prepare != prepare.VERSION:
            raise BundleError(
                f"Expected a model for version {prepare.VERSION} of prepare. Received one for version "
                f"{self.card.prepare}: train it anew with this version of sutja."
            )


def draft(onnx: bytes, network: str, parameters: int) -> Bundle:
    """Return a bundle that was not measured yet: it accepts nothing."""
    card = Card(network, parameters, hashlib.sha256(onnx).hexdigest(), prepare.VERSION, Thresholds())
    return Bundle(onnx, card)
