"""The bodies by which samples are given, and what is answered.

Owns the version of the text that givers agree to. The page shows that text (web/src/language/giving.ts): whoever
changes what it promises raises the version in both places, and all givers are asked again.
"""

import base64
import binascii
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, Discriminator, Field, PlainValidator, Tag, TypeAdapter, WithJsonSchema

from sutja.errors import InputError
from sutja.sample import GlyphBytes, Label
from sutja.service.wire import Body, ImageBody, InkBody

CONSENT = "1"
"""The version of the text that is shown to whoever gives a drawing."""
PIN_CONSENT = "pin-1"
"""The version of the one that is shown to whoever enters a PIN."""
GLYPH_BYTES = 28 * 28


def whole(value: Any) -> Any:
    """Return a number without fraction as an int, since to JSON 7.0 is one, and anything else as it is."""
    return int(value) if type(value) is float and value.is_integer() else value


def _digit_of_json(value: Any) -> int:
    value = whole(value)
    if type(value) is not int or not 0 <= value <= 9:
        raise InputError("Expected a digit from 0 to 9, or null for no digit of a drawing. Received something else.")
    return value


def _label_of_json(value: Any) -> Label:
    return None if value is None else _digit_of_json(value)


def _consent_of_json(value: Any) -> bool:
    if value is not True:
        raise InputError("Expected consent to be true: only what its giver agrees to is kept. Received something else.")
    return True


def _version_of_json(value: Any) -> str:
    if value != CONSENT:
        raise InputError(
            f"Expected consent to the text of version {CONSENT}, which is shown now. Received consent to another one: "
            "show the new text, and ask again."
        )
    return CONSENT


def _glyph_of_json(value: Any) -> GlyphBytes:
    try:
        data = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        data = b""
    glyph = np.frombuffer(data, np.uint8)
    if glyph.size != GLYPH_BYTES or not glyph.any():
        raise InputError(f"Expected a glyph as base64 of {GLYPH_BYTES} bytes, not all 0. Received something else.")
    return glyph.reshape(28, 28)


_DIGIT = {"type": "integer", "minimum": 0, "maximum": 9}
LabelField = Annotated[
    Label, PlainValidator(_label_of_json), WithJsonSchema({"anyOf": [_DIGIT, {"type": "null"}]}), Field(repr=False)
]
ConsentField = Annotated[bool, PlainValidator(_consent_of_json), WithJsonSchema({"type": "boolean", "const": True})]
VersionField = Annotated[str, PlainValidator(_version_of_json), WithJsonSchema({"type": "string"})]
DigitField = Annotated[int, PlainValidator(_digit_of_json), WithJsonSchema(_DIGIT)]
GlyphField = Annotated[
    Any,
    PlainValidator(_glyph_of_json),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^(?!A*[A-P]==$)[A-Za-z0-9+/]{1046}==$",
            "description": "28 rows of 28 bytes in base64: ink 255, paper 0; not all of them 0.",
        }
    ),
]


class _Given(Body):
    """What a giver says of a drawing."""

    label: LabelField = Field(description="What it is: the digit, or null for no digit.", examples=[7])
    read: LabelField = Field(default=None, description="What was shown as its reading. Without it, it is read anew.")
    consent: ConsentField = Field(
        default=False, validate_default=True, description="That the giver agrees that it is kept.", examples=[True]
    )
    consent_version: VersionField = Field(
        default=CONSENT, description="The version of the text that the giver agreed to, as `/samples/terms` has it."
    )


class GivenInk(_Given, InkBody):
    """Strokes, and what they are."""


class GivenImage(_Given, ImageBody):
    """A picture, and what it shows. Its ink alone is kept, without paper and without what else the file says."""


_Gift = Annotated[
    Annotated[GivenImage, Tag("image")] | Annotated[GivenInk, Tag("strokes")],
    Discriminator(
        lambda data: next((name for name in ("image", "strokes") if isinstance(data, dict) and name in data), None),
        custom_error_type="no_known_field",
        custom_error_message="Expected a JSON object with the field image or strokes. Received another.",
    ),
]
GIFT: TypeAdapter[GivenImage | GivenInk] = TypeAdapter(_Gift)


class GivenPinDigit(Body):
    """One digit of a PIN: the glyph and what it is, and nothing else."""

    glyph: GlyphField = Field(repr=False)
    digit: DigitField = Field(repr=False)


PIN_DIGIT: TypeAdapter[GivenPinDigit] = TypeAdapter(GivenPinDigit)


class ReceiptOfGift(BaseModel):
    """That a sample is kept, and by what its giver can have it deleted."""

    receipt: str = Field(description="Keep it: who has it can delete the sample, by DELETE /samples/{receipt}.")


class Terms(BaseModel):
    """On what terms samples are kept here."""

    consent_version: str = Field(description="The version of the text that givers have to agree to.")
    days: int = Field(description="After so many days a sample is deleted.")
