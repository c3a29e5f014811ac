"""The meter: what is counted, as the rest of the service sees it.

The one here counts nothing; `metrics` has one that does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sutja.reading import Reading


@dataclass(frozen=True, slots=True)
class DriftPoint:
    """How far one feature of what came in lately is from what the model was made on."""

    kind: str
    feature: str
    psi: float
    is_alarming: bool


class Meter:
    """Takes what happens, and forgets it."""

    def answered(self, route: str, method: str, status: int, seconds: float | None) -> None:
        """A request was answered; `route` is a template. Without `seconds` it is merely counted."""

    def read(self, readings: Iterable[Reading]) -> None:
        """Something was read; never what a PIN is made of."""

    def given(self) -> None:
        """A sample was given, and is kept."""

    def swapped(self) -> None:
        """Another model reads from now on."""

    def drifted(self, points: Iterable[DriftPoint]) -> None:
        """It was found out how far what comes in has drifted; these replace all points before."""
