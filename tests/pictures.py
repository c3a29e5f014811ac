"""Files of pictures: whole ones, and some that only claim to be."""

import io
import struct
import zlib
from typing import Any

from numpy.typing import NDArray
from PIL import Image, ImageDraw

from drawings import DRAWINGS

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><path d="M4 4h20l-9 20"/></svg>'


def picture(digit: int, side: int = 280) -> Image.Image:
    """Return a digit as it is drawn on a canvas: black on white."""
    canvas = Image.new("RGB", (side, side), "white")
    for stroke in DRAWINGS[digit]:
        points = [((0.15 + 0.007 * x) * side, (0.15 + 0.007 * y) * side) for x, y in stroke]
        ImageDraw.Draw(canvas).line(points, fill="black", width=side // 16, joint="curve")
    return canvas


def encoded(image: Image.Image | NDArray[Any], kind: str = "PNG", **options: Any) -> bytes:
    """Return the bytes of a file."""
    file = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(file, kind, **options)
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and has no pixels."""
    chunks = {b"IHDR": struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks.items()
    )
