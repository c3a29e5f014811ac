"""The bodies that come in and go out, and their way from and to the words of the core.

What comes in is checked here, once, whatever the route. `/openapi.json` shows these classes.
"""

import base64
import binascii
from typing import Annotated, Any, Self

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)

from sutja.errors import ImageError, TooLargeError
from sutja.explanation import Explanation
from sutja.image import MAX_PIXELS, pixel_count
from sutja.ink import COORDINATE_LIMIT, Ink
from sutja.reading import Glyph, Hint, Item, Number, Reading, Verdict

MAX_STROKES = 64
MAX_STROKE_POINTS = 2_000
MAX_POINTS = 16_000  # of one ink: drawing it takes at most half a second
MAX_BATCH = 64
MAX_DIGITS = 64

EXAMPLE_INK = [[[12, 8], [30, 9], [18, 40]]]
EXAMPLE_PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAABQAAAAcAQAAAABJoaLNAAAAP0lEQVR42k3MsRWAIBBEweEa0RIt00IsAIwkOgN8SLT7JvgltUAgWqE6"
    "AiX7M13/9vbbtfxTQG51Wu5GZ+njBQ6uEBhsgvbLAAAAAElFTkSuQmCC"
)


def ink_of_json(value: Any) -> Ink:
    """Return the ink of decoded JSON. Raises `InkError`, or `TooLargeError` where there is too much of it."""
    if isinstance(value, list):
        sizes = [len(stroke) for stroke in value if isinstance(stroke, list)]
        if len(value) > MAX_STROKES or max(sizes, default=0) > MAX_STROKE_POINTS or sum(sizes) > MAX_POINTS:
            raise TooLargeError(
                f"Expected at most {MAX_STROKES} strokes of at most {MAX_STROKE_POINTS:,} points, "
                f"{MAX_POINTS:,} in all. Received more."
            )
    return Ink.from_json(value)


def picture_of_text(value: Any) -> bytes:
    """Return the bytes of a picture in base64 or in a data URL. Raises `ImageError`."""
    try:
        head, _, tail = value.partition(",") if value.startswith("data:") else ("data:;base64", ",", value)
        if head.endswith(";base64"):
            return base64.b64decode("".join(tail.split()), validate=True)
    except (AttributeError, binascii.Error, ValueError):
        pass
    raise ImageError("Expected the picture as text: base64, or a data URL in base64. Received something else.")


_POINT = {
    "type": "array",
    "minItems": 2,
    "maxItems": 4,
    "items": {"type": ["number", "null"]},
    "description": f"[x, y], [x, y, t] or [x, y, t, pressure]: x and y within ±{COORDINATE_LIMIT:g}, y downwards, "
    "in any unit; t in ms since any start, or null where it is not known; pressure in [0, 1], or null likewise.",
}
_STROKE = {"type": "array", "maxItems": MAX_STROKE_POINTS, "items": _POINT}

InkField = Annotated[
    Ink, PlainValidator(ink_of_json), WithJsonSchema({"type": "array", "maxItems": MAX_STROKES, "items": _STROKE})
]
PictureField = Annotated[
    bytes,
    PlainValidator(picture_of_text),
    WithJsonSchema(
        {"type": "string", "description": "A PNG, JPEG or WebP file in base64, or as a data URL in base64."}
    ),
]


class Body(BaseModel):
    """What comes in: no unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ImageBody(Body):
    """A picture."""

    image: PictureField = Field(examples=[EXAMPLE_PICTURE])


class InkBody(Body):
    """Strokes, in the order in which they were drawn."""

    strokes: InkField = Field(examples=[EXAMPLE_INK])


class ImagesBody(Body):
    """Pictures of one digit each."""

    images: list[PictureField] = Field(min_length=1, max_length=MAX_BATCH, examples=[[EXAMPLE_PICTURE]])

    @model_validator(mode="after")
    def _is_one_picture_large(self) -> Self:
        """Hold all pictures together to what a single one may have: a few kilobytes can claim a thousand megapixels."""
        if sum(map(pixel_count, self.images)) > MAX_PIXELS:
            raise TooLargeError(f"Expected at most {MAX_PIXELS // 10**6} megapixels in all pictures. Received more.")
        return self


class InksBody(Body):
    """Inks of one digit each."""

    inks: list[InkField] = Field(min_length=1, max_length=MAX_BATCH, examples=[[EXAMPLE_INK, []]])


def _choice(*names: str) -> Discriminator:
    """Tell bodies apart by their only field."""
    return Discriminator(
        lambda data: next((name for name in names if isinstance(data, dict) and name in data), None),
        custom_error_type="no_known_field",
        custom_error_message=f"Expected a JSON object with the field {' or '.join(names)}. Received another.",
    )


One = Annotated[Annotated[ImageBody, Tag("image")] | Annotated[InkBody, Tag("strokes")], _choice("image", "strokes")]
Many = Annotated[Annotated[ImagesBody, Tag("images")] | Annotated[InksBody, Tag("inks")], _choice("images", "inks")]
OneOrMany = Annotated[
    Annotated[ImageBody, Tag("image")]
    | Annotated[InkBody, Tag("strokes")]
    | Annotated[ImagesBody, Tag("images")]
    | Annotated[InksBody, Tag("inks")],
    _choice("image", "strokes", "images", "inks"),
]
ONE: TypeAdapter[ImageBody | InkBody] = TypeAdapter(One)
MANY: TypeAdapter[ImagesBody | InksBody] = TypeAdapter(Many)
ONE_OR_MANY: TypeAdapter[ImageBody | InkBody | ImagesBody | InksBody] = TypeAdapter(OneOrMany)


class Alternative(BaseModel):
    """Another digit that it could be."""

    digit: int = Field(ge=0, le=9)
    probability: float = Field(ge=0, le=1)


class Prediction(BaseModel):
    """What was read."""

    digit: int | None = Field(ge=0, le=9, description="Null unless the verdict is `digit` or `unsure`.")
    confidence: float = Field(ge=0, le=1, description="The likeliest digit's probability; 0 where nothing was drawn.")
    probabilities: dict[str, float] = Field(description="By digit, `0` to `9`; all 0 where nothing was drawn.")
    verdict: Verdict
    alternatives: list[Alternative] = Field(description="The other digits worth naming, likeliest first.")
    hints: list[Hint] = Field(description="Why the reading may be doubtful.")
    model: str = Field(description="The sha-256 of the model's ONNX file.")
    glyph: str | None = Field(
        default=None, description="The 28x28 that the model saw: base64 of 784 bytes by row, ink bright."
    )

    @classmethod
    def of(cls, reading: Reading, *, with_glyph: bool = False) -> Self:
        """Return the answer that tells of a reading."""
        probabilities = [_rounded(share) for share in reading.probabilities.tolist()]
        shown = {"glyph": _text_of_glyph(reading.glyph)} if with_glyph else {}
        return cls(
            digit=reading.digit,
            confidence=_rounded(reading.confidence),
            probabilities={str(digit): share for digit, share in enumerate(probabilities)},
            verdict=reading.verdict,
            alternatives=_alternatives(reading),
            hints=list(reading.hints),
            model=reading.model,
            **shown,
        )


class ExplainedPrediction(BaseModel):
    """What was read, and which ink decided it."""

    digit: int | None = Field(ge=0, le=9, description="Null unless the verdict is `digit` or `unsure`.")
    verdict: Verdict
    share: float = Field(ge=0, le=1, description="The probability of what was read: the digit, or that it is none.")
    least: float = Field(ge=0, le=1, description="What is left of it with the patch covered that matters most.")
    weights: list[list[float]] = Field(
        description="28 rows of 28: by how much the share falls with the ink there covered. Below 0 it rises."
    )
    glyph: str = Field(description="The 28x28 that the model saw, as in a prediction.")
    model: str = Field(description="The sha-256 of the model's ONNX file.")

    @classmethod
    def of(cls, explanation: Explanation) -> Self:
        """Return the answer that tells of an explanation."""
        reading = explanation.reading
        return cls(
            digit=reading.digit,
            verdict=reading.verdict,
            share=_rounded(explanation.share),
            least=_rounded(explanation.least),
            weights=[[_rounded(weight) for weight in row] for row in explanation.weights.tolist()],
            glyph=_text_of_glyph(reading.glyph),
            model=reading.model,
        )


class Predictions(BaseModel):
    """What was read, in the order in which it was sent."""

    predictions: list[Prediction]


class Box(BaseModel):
    """Where something is: in the units of the ink, or in pixels of the picture as it is seen, upright; y downwards."""

    left: float
    top: float
    width: float
    height: float


class PlacedPrediction(BaseModel):
    """One mark of a number, and what was read there."""

    digit: int | None = Field(ge=0, le=9, description="Null unless the verdict is `digit` or `unsure`.")
    confidence: float = Field(
        ge=0, le=1, description="The probability of the likeliest digit, and that just this mark is one digit."
    )
    verdict: Verdict
    alternatives: list[Alternative] = Field(description="The other digits worth naming, likeliest first.")
    box: Box

    @classmethod
    def of(cls, item: Item) -> Self:
        """Return the answer that tells of an item."""
        box = Box(left=item.box.left, top=item.box.top, width=item.box.width, height=item.box.height)
        return cls(
            digit=item.digit,
            confidence=_rounded(item.confidence),
            verdict=item.verdict,
            alternatives=_alternatives(item),
            box=box,
        )


class NumberPrediction(BaseModel):
    """All that was read, from left to right, line after line."""

    digits: str = Field(description="The digits, without what is none; empty where there are none.")
    items: list[PlacedPrediction] = Field(description="Every mark, those that are no digit too.")
    model: str = Field(description="The sha-256 of the model's ONNX file.")

    @classmethod
    def of(cls, number: Number, model: str) -> Self:
        """Return the answer that tells of a number."""
        return cls(digits=number.digits, items=[PlacedPrediction.of(item) for item in number.items], model=model)


class AcceptedPin(BaseModel):
    """A PIN that was read, every digit surely."""

    pin: str = Field(pattern="^[0-9]+$", repr=False, description="Its digits, in order.")


class PlacesToRewrite(BaseModel):
    """What keeps a PIN from being accepted, and nothing of what was read."""

    rewrite: list[int] = Field(
        min_length=1, description="The places to write again, from 0; all of them where the count is wrong."
    )


class Health(BaseModel):
    """That the service is there, and what it reads with."""

    status: str
    model_loaded: bool
    model: str
    version: str


def _alternatives(reading: Reading) -> list[Alternative]:
    return [Alternative(digit=each.digit, probability=_rounded(each.probability)) for each in reading.alternatives]


def _rounded(share: float) -> float:
    return round(share, 6)  # a float32 has no more to say


def _text_of_glyph(glyph: Glyph) -> str:
    return base64.b64encode(np.rint(glyph * 255).astype(np.uint8).tobytes()).decode()
