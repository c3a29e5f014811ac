"""The gift: a drawing becomes what a store keeps of it.

The same for a drawing that comes over HTTP and for a file that an operator brings in. Owns what is kept besides the
glyph: strokes as they are, and of a picture its ink alone. Knows no store.
"""

from io import BytesIO

import numpy as np
from PIL import Image

from sutja.image import to_grey
from sutja.ink import Ink
from sutja.reading import Reading
from sutja.sample import Gift, Label


def gift_of(
    drawing: Ink | bytes, label: Label, reading: Reading, *, source: str, consent: str, key: str | None = None
) -> Gift:
    """Return the gift of a drawing, strokes or the bytes of a picture, and of what was read in it.

    Raises `InputError` where there is no ink in it.
    """
    return Gift(
        glyph=np.rint(reading.glyph * 255).astype(np.uint8),
        label=label,
        source=source,
        consent=consent,
        read=reading.digit,
        confidence=min(reading.confidence, 1.0),  # a float32 may be a hair above
        bundle=reading.model,
        ink=drawing if isinstance(drawing, Ink) else None,
        picture=None if isinstance(drawing, Ink) else ink_of_picture(drawing),
        key=key,
    )


def ink_of_picture(picture: bytes) -> bytes:
    """Return the ink of a picture, dark on white, as a PNG that holds pixels and nothing else."""
    ink = to_grey(picture).ink
    file = BytesIO()
    Image.fromarray(np.rint(255 - 255 * ink).astype(np.uint8)).save(file, "PNG", optimize=True)
    return file.getvalue()
