"""A PIN: digits that nobody else may learn, decided as a whole.

Owns the rule by which readings become a PIN or the places to write again, and the object that keeps a PIN to itself.
Knows nothing of drawings, models or settings. Plain floats, so that another language can repeat the rule.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul
from typing import Any, NoReturn, final

from sutja.errors import InputError
from sutja.reading import Reading

PIN_LENGTH = 4
PIN_SURE_FROM = 0.92
"""The joint confidence from which a PIN is accepted; chosen on calibration writers (decision 0010)."""


@final
class Pin:
    """Digits that show themselves to nobody who does not ask: `reveal()` alone gives them.

    Text, logs, tracebacks and debuggers see asterisks; JSON, pickle and `vars` get an error. Two PINs are compared in a
    time that does not depend on where they differ.
    """

    __slots__ = ("_reveal",)
    _reveal: Callable[[], str]
    __hash__ = None  # type: ignore[assignment]  # a hash of one of ten thousand values gives it away

    def __init__(self, digits: str) -> None:
        """Keep the digits, ASCII 0 to 9, at least one. Raises `InputError`."""
        if not (isinstance(digits, str) and digits.isascii() and digits.isdigit()):
            raise InputError("Expected a PIN to be a text of digits from 0 to 9. Received something else.")
        self._reveal = lambda: digits  # whoever walks through attributes finds a function, and no digits

    def reveal(self) -> str:
        """Return the digits, such as "0042": for the one who checks them, and for no log."""
        return self._reveal()

    def __repr__(self) -> str:
        """Say that it is a PIN, but not which."""
        return f"Pin({str(self)!r})"

    def __str__(self) -> str:
        """Return an asterisk for each digit."""
        return "*" * len(self.reveal())

    def __format__(self, spec: str) -> str:
        """Return the asterisks as a text is formatted."""
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        """Tell whether another PIN is the same. Nothing else ever is: a text is compared after `reveal()`."""
        return isinstance(other, Pin) and hmac.compare_digest(self.reveal(), other.reveal())

    def __copy__(self) -> "Pin":
        """Return itself: it does not change."""
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> "Pin":
        """Return itself, as above."""
        return self

    def __reduce_ex__(self, _: object) -> NoReturn:
        """Refuse to become bytes, which might be kept."""
        raise TypeError(
            "Expected a PIN to stay in memory. Received an order to pickle it: pickle what reveal() gives, if you must."
        )


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The places to write again, from 0, at least one, in order: nothing was accepted, and nothing is told of it."""

    places: tuple[int, ...]


def decide(readings: Sequence[Reading], length: int = PIN_LENGTH, sure_from: float = PIN_SURE_FROM) -> Pin | Rewrite:
    """Return the PIN where it is at least `sure_from` sure that all readings are right, or else the places to rewrite.

    These are all places where there are not `length` readings. Raises `InputError` for a length below 1 or a confidence
    that is not above 0.
    """
    if length < 1:
        raise InputError(f"Expected the length of a PIN to be at least 1. Received {length}.")
    if not sure_from > 0:  # so that NaN is refused as well
        raise InputError(f"Expected the confidence that a PIN needs to be above 0. Received {sure_from}.")
    if len(readings) != length:
        return Rewrite(tuple(range(length)))
    places = doubtful([0.0 if each.digit is None else each.confidence for each in readings], sure_from)
    return Rewrite(places) if places else Pin("".join(str(each.digit) for each in readings))


def doubtful(confidences: Sequence[float], sure_from: float) -> tuple[int, ...]:
    """Return the fewest places, in order, without which all others together are at least `sure_from` sure.

    Together they are as sure as the product of their confidences: of several ways to be wrong each has its own. Of two
    that are equally sure the one that was drawn first is kept.
    """
    surest_first = sorted(range(len(confidences)), key=lambda place: -confidences[place])
    together = accumulate((confidences[place] for place in surest_first), mul)
    return tuple(sorted(place for place, joint in zip(surest_first, together, strict=True) if joint < sure_from))
