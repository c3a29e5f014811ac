"""PINs from other machines: over https alone, and never those of payment cards.

Whoever runs the service says so once, by `SUTJA_PIN_PURPOSE=non_payment`; on a loopback address nobody is asked.
"""

from starlette.responses import Response
from starlette.types import Scope

from sutja.service.doors.declared import PIN, PIN_SAMPLE
from sutja.service.problems import problem
from sutja.settings import Settings

PLACES = frozenset({PIN, f"{PIN}.html", PIN_SAMPLE})
_NO_PURPOSE = (
    "Expected the operator to have said, by SUTJA_PIN_PURPOSE=non_payment, that PINs here are none of payment cards, "
    "which other machines could send. Received no such word: docs/pin.md says why."
)
_PLAIN = "Expected https, since anybody on the way can read plain http. Received plain http: docs/doors.md says how."


def unfit(scope: Scope, path: str, settings: Settings) -> Response | None:
    """Return why no PIN may be entered like this; None where one may, or where it is about none."""
    if path not in PLACES or not settings.is_public:
        return None
    if not settings.pin_purpose:
        return problem(403, _NO_PURPOSE)
    return problem(403, _PLAIN) if scope["scheme"] != "https" else None
