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

from sutja import prepare
from sutja.errors import BundleError

FORMAT = 1
NOTHING = 1.01
"""The threshold that no confidence reaches."""
MODEL_NAME = "model.onnx"
CARD_NAME = "card.json"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below `unsure_below`, a confidence in [0, 1], a reading is `unsure`."""

    unsure_below: float


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
    """An ONNX file from (N, 28, 28, 1) to (N, 10), as bytes, and its card."""

    onnx: bytes = field(repr=False)
    card: Card

    @classmethod
    def load(cls, folder: str | PathLike[str]) -> Self:
        """Return the bundle of a folder, checked against its card. Raises `BundleError`."""
        folder = Path(folder)
        try:
            card = Card.from_json(json.loads((folder / CARD_NAME).read_bytes()))
            onnx = (folder / MODEL_NAME).read_bytes()
        except OSError as error:
            raise BundleError(
                f"Expected {folder} to be a bundle, with {MODEL_NAME} and {CARD_NAME}. "
                f"Received none: {Path(error.filename or folder).name}: {error.strerror}."
            ) from error
        except (ValueError, RecursionError) as error:
            raise BundleError(f"Expected {folder / CARD_NAME} to be JSON. Received something else.") from error
        bundle = cls(onnx, card)
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
    card = Card(
        network, parameters, hashlib.sha256(onnx).hexdigest(), prepare.VERSION, Thresholds(unsure_below=NOTHING)
    )
    return Bundle(onnx, card)
