"""A judgement: may the candidate serve, and why, in words and in numbers. It is kept for ever.

Owns its JSON, both ways. Knows nothing of how anything is measured.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from sutja.errors import DataError

FORMAT = 1


class Ruling(StrEnum):
    """What becomes of a candidate, or what one reason asks for."""

    PROMOTE = "promote"
    """It may serve."""
    HOLD = "hold"
    """Nothing speaks against it but that somebody has to look first."""
    REJECT = "reject"
    """It may not serve."""


_GRAVITY = {Ruling.PROMOTE: 0, Ruling.HOLD: 1, Ruling.REJECT: 2}


@dataclass(frozen=True, slots=True)
class Reason:
    """What one check found: its `code`, what it asks for, a sentence, and the numbers that the sentence rests on."""

    code: str
    ruling: Ruling
    words: str
    numbers: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what JSON cannot hold."""
        if not all(math.isfinite(value) for value in self.numbers.values()):
            raise ValueError(f"Expected finite numbers. Received {self.code} with {dict(self.numbers)}.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found of a candidate beside a champion, each named by its sha-256; all reasons, passed ones as well."""

    champion: str
    candidate: str
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> Ruling:
        """The gravest of what its reasons ask for; a judgement without reasons promotes nothing."""
        return max((reason.ruling for reason in self.reasons), key=_GRAVITY.__getitem__, default=Ruling.REJECT)

    @property
    def against(self) -> tuple[Reason, ...]:
        """The reasons that speak against the candidate, the gravest first."""
        found = [reason for reason in self.reasons if reason.ruling is not Ruling.PROMOTE]
        return tuple(sorted(found, key=lambda reason: -_GRAVITY[reason.ruling]))

    @property
    def words(self) -> str:
        """The verdict and its reasons as lines of text: what speaks against it, or else what speaks for it."""
        return "\n".join([f"verdict: {self.verdict}", *(f"- {each.words}" for each in self.against or self.reasons)])

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "format": FORMAT,
            "verdict": self.verdict.value,
            "champion": self.champion,
            "candidate": self.candidate,
            "reasons": [
                {"code": each.code, "ruling": each.ruling.value, "words": each.words, "numbers": dict(each.numbers)}
                for each in self.reasons
            ],
        }

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return the judgement of decoded JSON. Raises `DataError`, also for a verdict that its reasons do not give."""
        try:
            if data["format"] != FORMAT:
                raise DataError(f"Expected a judgement of format {FORMAT}. Received {data['format']!r}.")
            found = cls(_text(data["champion"]), _text(data["candidate"]), tuple(map(_reason, data["reasons"])))
            verdict = Ruling(data["verdict"])
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise DataError(f"Expected a judgement as it was written. Received another: {error}.") from error
        if verdict is not found.verdict:
            raise DataError(f"Expected the verdict that its reasons ask for, {found.verdict}. Received {verdict}.")
        return found


def _reason(data: Any) -> Reason:
    numbers = {_text(name): _number(value) for name, value in data["numbers"].items()}
    return Reason(_text(data["code"]), Ruling(data["ruling"]), _text(data["words"]), numbers)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is none")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("a number is none")
    return value
