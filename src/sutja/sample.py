"""A sample: one digit that somebody gave, with what it is said to be and where it came from.

Owns what may be given, and the names of sources. Knows nothing of databases. A *source* is who or what gave a sample:
`key:ID` of an API key, `visitor:ID` of a signed random id that a page without a key got at consent, `import:NAME` of
a folder or file that an operator brought in, and `pin`, of which no more is known than that.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sutja.errors import InputError, TooLargeError
from sutja.ink import Ink

GlyphBytes: TypeAlias = NDArray[np.uint8]
"""(28, 28) uint8, ink 255 and paper 0: the glyph that a model saw, a byte a pixel."""

Label: TypeAlias = int | None
"""What a drawing is: 0 to 9, or None where it is no digit."""

PIN_SOURCE = "pin"
VISITOR = "visitor:"
VOUCHING = ("key:", "import:")
SOURCE = re.compile(r"pin|(?:key|visitor|import):[A-Za-z0-9._-]{1,128}")
PICTURE_BYTES_MAX = 1 << 20
INK_POINTS_MAX = 20_000
PNG = b"\x89PNG\r\n\x1a\n"


class SampleState(StrEnum):
    """What became of a sample so far."""

    NEW = "new"
    """No reviewer looked at it; cycles may learn from it."""
    QUARANTINED = "quarantined"
    """The champion strongly disagrees with its label: it waits for two sources that vouch for it, a reviewer, or a
    champion that does not.
    """
    ACCEPTED = "accepted"
    """A reviewer confirmed it."""
    REJECTED = "rejected"
    """A reviewer refused it: no cycle learns from it."""


LEARNABLE = (SampleState.NEW, SampleState.ACCEPTED)


def is_keyless(source: str) -> bool:
    """Tell whether a source is one of those that show no key, which share one quota."""
    return source.startswith(VISITOR)


def can_vouch(source: str) -> bool:
    """Tell whether a source is one that an operator let in, by a key or by an import: its word counts for a label.

    A visitor's id and a PIN cost nothing. Who has a key could be any number of them, beside that key too.
    """
    return source.startswith(VOUCHING)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gift:
    """What a giver brings: a glyph, its label, and the ink or the PNG that it came from.

    `read` is what was read in it (None: no digit), by the bundle with the sha-256 `bundle`, with that `confidence` in
    [0, 1]. `consent` names the version of the text that the giver agreed to. `key` is the giver's idempotency key: the
    same source with the same key is the same gift. At `expires`, a time with its zone, it is deleted where the store
    would keep it for longer. A gift from a PIN has a glyph and its label, and nothing that could tie it to others.
    Raises `InputError` for anything else.
    """

    glyph: GlyphBytes = field(repr=False)
    label: Label = field(repr=False)
    source: str
    consent: str
    read: Label = field(default=None, repr=False)
    confidence: float | None = None
    bundle: str = ""
    ink: Ink | None = None
    picture: bytes | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    expires: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what no store should keep."""
        _expect_glyph(self.glyph)
        for name, label in (("label", self.label), ("read", self.read)):
            expect_label(name, label)
        if not SOURCE.fullmatch(self.source):
            raise InputError("Expected a source such as key:ID, visitor:ID or import:NAME. Received something else.")
        if not 1 <= len(self.consent) <= 64:
            raise InputError("Expected the version of a consent text, 1 to 64 characters. Received something else.")
        if self.key is not None and not 1 <= len(self.key) <= 200:
            raise InputError("Expected an idempotency key of 1 to 200 characters. Received something else.")
        if self.confidence is not None and not 0 <= self.confidence <= 1:  # False for NaN
            raise InputError("Expected a confidence from 0 to 1. Received something else.")
        _expect_origin(self.ink, self.picture)
        if self.source == PIN_SOURCE:
            self._expect_nothing_to_link()

    def _expect_nothing_to_link(self) -> None:
        if (self.ink, self.picture, self.key, self.confidence) != (None,) * 4:
            raise InputError("Expected a sample from a PIN to have a glyph and its label alone. Received more.")


def expect_label(name: str, label: object) -> None:
    """Raise `InputError` where a label is neither None nor a whole number from 0 to 9."""
    if label is not None and not (type(label) is int and 0 <= label <= 9):
        raise InputError(f"Expected {name} to be a digit from 0 to 9, or None for no digit. Received something else.")


def _expect_glyph(glyph: GlyphBytes) -> None:
    if not (isinstance(glyph, np.ndarray) and glyph.shape == (28, 28) and glyph.dtype == np.uint8):
        raise InputError("Expected a glyph of shape (28, 28) and dtype uint8. Received something else.")
    if not glyph.any():
        raise InputError("Expected a glyph with ink in it. Received an empty one.")


def _expect_origin(ink: Ink | None, picture: bytes | None) -> None:
    if ink is not None and sum(map(len, ink.strokes)) > INK_POINTS_MAX:
        raise TooLargeError(f"Expected ink of at most {INK_POINTS_MAX} points. Received more.")
    if picture is None:
        return
    if not picture.startswith(PNG):
        raise InputError("Expected the picture of a sample to be a PNG. Received something else.")
    if len(picture) > PICTURE_BYTES_MAX:
        raise TooLargeError(f"Expected a picture of at most {PICTURE_BYTES_MAX} bytes. Received {len(picture)}.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """A gift that is kept: all times are UTC, and those of a PIN's digit are midnights.

    `label` is the newest of its labels. `double_of` is the id of the sample that it repeats, which counts in its place.
    `cycle` is the one that counted it as new, or None. After `expires`, as it was promised or as the store's rules have
    it now where that is sooner, it is purged.
    """

    id: str
    glyph: GlyphBytes = field(repr=False)
    label: Label = field(repr=False)
    read: Label = field(repr=False)
    source: str
    consent: str
    created: datetime
    expires: datetime
    state: SampleState = SampleState.NEW
    confidence: float | None = None
    bundle: str = ""
    ink: Ink | None = None
    picture: bytes | None = field(default=None, repr=False)
    double_of: str | None = None
    cycle: str | None = None
