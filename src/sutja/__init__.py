"""sutja (숫자, "digit") reads digits that people draw.

    >>> import sutja
    >>> sutja.read("seven.png").digit
    7
    >>> sutja.read_number("amount.jpg").digits
    '3141592'

`read` is a thin skin over a `Reader` that is made at the first call; whoever reads much makes one and keeps it.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from sutja._version import __version__
from sutja.errors import (
    BundleError,
    ConflictError,
    DataError,
    DownloadError,
    ImageError,
    InkError,
    InputError,
    MissingExtraError,
    QuotaError,
    SettingsError,
    StoreError,
    SutjaError,
    TooLargeError,
    TrainingError,
    UnavailableError,
)
from sutja.explanation import Explanation
from sutja.ink import Ink, Point, Stroke
from sutja.pin import PIN_LENGTH, PIN_SURE_FROM, Pin, Rewrite
from sutja.reading import Alternative, Box, Hint, Item, Number, Reading, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sutja.reader import Drawing, Reader

__all__ = [
    "Alternative",
    "Box",
    "BundleError",
    "ConflictError",
    "DataError",
    "DownloadError",
    "Explanation",
    "Hint",
    "ImageError",
    "Ink",
    "InkError",
    "InputError",
    "Item",
    "MissingExtraError",
    "Number",
    "Pin",
    "Point",
    "QuotaError",
    "Reader",
    "Reading",
    "Rewrite",
    "SettingsError",
    "StoreError",
    "Stroke",
    "SutjaError",
    "TooLargeError",
    "TrainingError",
    "UnavailableError",
    "Verdict",
    "__version__",
    "read",
    "read_number",
    "read_pin",
]


def read(drawing: "Drawing") -> Reading:
    """Return what one drawing says.

    Takes an `Ink`, a path, the bytes of a PNG, JPEG or WebP, a PIL image, or a uint8 array (H, W), (H, W, 3) or
    (H, W, 4). Raises `InputError` where that is no drawing.
    """
    return _shipped_reader().read(drawing)


def read_number(drawing: "Drawing", length: int | None = None) -> Number:
    """Return all digits of a drawing, from left to right and line after line, each with its box.

    Takes what `read` takes. With a `length` exactly so many marks are taken for digits. Raises `InputError`.
    """
    return _shipped_reader().read_number(drawing, length)


def read_pin(
    drawings: "Drawing | Sequence[Drawing]", length: int = PIN_LENGTH, sure_from: float = PIN_SURE_FROM
) -> Pin | Rewrite:
    """Return the PIN of one drawing for each digit, or of one that holds them all; or the places to write again.

    Each drawing is what `read` takes. A `Pin` shows its digits only by `reveal()`. Where it is less than `sure_from`
    sure that all are right, there is a `Rewrite` in its place: draw its `places` anew and call again with all drawings.
    Raises `InputError`.
    """
    return _shipped_reader().read_pin(drawings, length, sure_from)


@cache
def _shipped_reader() -> "Reader":
    from sutja.reader import Reader

    return Reader.load()


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    """Load ONNX Runtime and Pillow only for those who read: `sutja.Reader` is imported at its first use."""
    if name == "Reader":
        from sutja.reader import Reader

        return Reader
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
