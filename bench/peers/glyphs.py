"""What the peers do with a drawing before the model sees it: what projects of this kind usually do, and no more.

A picture is made grey, turned to bright ink, cropped, and shrunk into the middle of 28x28; strokes are drawn as a
picture of 280x280 first. sutja does more: it finds the paper under the light, evens out the width of the pen, and says
when there is no digit.
"""

import base64
import io
import json
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageOps

SIDE_PX = 280
PEN_PX = 14


def of_body(kind: str, body: bytes) -> np.ndarray:
    """Return the glyphs (N, 28, 28, 1) of a request that is a PNG, or JSON with strokes, inks or an image in base64."""
    return _stacked([of_png(body)]) if kind.startswith("image/") else of_json(json.loads(body))


def of_json(asked: dict) -> np.ndarray:
    """Return the same for JSON that is read already."""
    if "image" in asked:
        return _stacked([of_png(base64.b64decode(asked["image"]))])
    return _stacked([of_strokes(ink) for ink in asked.get("inks") or [asked["strokes"]]])


def of_png(data: bytes) -> np.ndarray:
    """Return the glyph (28, 28) of a picture in black on white."""
    with Image.open(io.BytesIO(data)) as image:
        return _glyph(ImageOps.invert(image.convert("L")))


def of_strokes(strokes: Sequence[Sequence[Sequence[float]]]) -> np.ndarray:
    """Return the glyph (28, 28) of strokes, as they stand on a canvas."""
    image = Image.new("L", (SIDE_PX, SIDE_PX), 0)
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        pen.line([(point[0], point[1]) for point in stroke], fill=255, width=PEN_PX, joint="curve")
    return _glyph(image)


def answers(probabilities: np.ndarray) -> list[dict]:
    """Return what is told of each row of probabilities (N, 11), of which the last stands for what is no digit."""
    return [
        {
            "digit": int(row[:10].argmax()),
            "confidence": float(row[:10].max()),
            "probabilities": {str(digit): float(value) for digit, value in enumerate(row[:10])},
        }
        for row in probabilities
    ]


def answer(probabilities: np.ndarray) -> dict:
    """Return the answer to a request: what was read, or all of it where there were several."""
    found = answers(probabilities)
    return found[0] if len(found) == 1 else {"predictions": found}


def _glyph(image: Image.Image) -> np.ndarray:
    box = image.getbbox() or (0, 0, *image.size)
    digit = ImageOps.contain(image.crop(box), (20, 20))
    glyph = Image.new("L", (28, 28), 0)
    glyph.paste(digit, ((28 - digit.width) // 2, (28 - digit.height) // 2))
    return np.asarray(glyph, np.float32) / 255


def _stacked(glyphs: list[np.ndarray]) -> np.ndarray:
    return np.stack(glyphs)[..., None]
