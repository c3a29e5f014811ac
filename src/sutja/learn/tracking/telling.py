"""Telling MLflow. What goes wrong there becomes a warning: no cycle fails because of what only shows it."""

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from sutja.bundle import Bundle
from sutja.learn.tracking.leavings import Leavings, Tracked
from sutja.learn.tracking.place import Place, prepare_locked

if TYPE_CHECKING:
    from sutja.learn.tracking.ledger import Ledger


def record(place: Place, leavings: Leavings) -> Tracked:
    """Write a cycle as a run with a version of its candidate. Written again, it is still one run. Raises nothing."""
    return _told(place, lambda ledger: ledger.write(leavings))


def follow(place: Place, champion: Bundle, challenger: Bundle | None = None) -> Tracked:
    """Let the aliases `champion` and `challenger` name what the store says. Raises nothing."""
    tracked = _told(place, lambda ledger: ledger.point(champion, challenger))
    if tracked.warning is None:
        place.followed.write_text(champion.card.sha256, "utf-8")
    return tracked


def lags(place: Place, champion: str) -> bool:
    """Whether MLflow was told of a champion, and not of the one of this sha-256. Light: does not ask MLflow."""
    return place.followed.exists() and place.followed.read_text("utf-8") != champion


def _told(place: Place, tell: "Callable[[Ledger], str | None]") -> Tracked:
    try:
        with place.locked(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what MLflow does with its own libraries is no news to whoever learns
            prepare_locked(place)
            # MLflow takes two seconds to import, and may not be there.
            ledger = import_module("sutja.learn.tracking.ledger").Ledger(place)
            return Tracked(place.uri, tell(ledger))
    except Exception as error:  # noqa: BLE001  # whatever it is, the cycle goes on
        return Tracked(place.uri, warning=_warning(place, error))


def _warning(place: Place, error: Exception) -> str:
    if isinstance(error, ImportError):
        return "Expected MLflow, to track the cycle with. Received none: in a checkout, pip install '.[learn]'."
    told = next(iter(str(error).strip().splitlines()), "")
    return f"Expected MLflow at {place.uri}. Received: {type(error).__name__}: {told[:200]}".rstrip(": ")
