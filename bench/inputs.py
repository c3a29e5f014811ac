"""What everybody is sent: the same ink, the same picture, the same 64 inks, as requests that are whole."""

import base64
import io
import json

from PIL import Image, ImageDraw

SIDE_PX = 280
BATCH = 64
INK = [
    [[60 + 4 * step, 60, 16 * step] for step in range(36)],
    [[200 - step, 60 + 2 * step, 576 + 16 * step] for step in range(90)],
]
"""A seven of 126 points, in px and ms."""
JSON = "application/json"


def _picture() -> bytes:
    image = Image.new("RGB", (SIDE_PX, SIDE_PX), "white")
    ImageDraw.Draw(image).line([(60, 60), (200, 60), (110, 240)], fill="black", width=14, joint="curve")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _shifted(by: int) -> list[list[list[int]]]:
    return [[[x + by % 8, y + by // 8, t] for x, y, t in stroke] for stroke in INK]


def _json(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def request(path: str, kind: str, body: bytes) -> bytes:
    """Return a POST as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


PNG = _picture()
INKS = [_shifted(place) for place in range(BATCH)]
REQUESTS = {
    "ink": request("/predict", JSON, _json({"strokes": INK})),
    "png": request("/predict", "image/png", PNG),
    "batch": request("/predict/batch", JSON, _json({"inks": INKS})),
}
"""An ink, a picture and 64 inks."""
JSON_REQUESTS = {
    **REQUESTS,
    "png": request("/predict", JSON, _json({"image": base64.b64encode(PNG).decode()})),
    "batch": request("/predict", JSON, _json({"inks": INKS})),
}
"""The same for a server that has one route, and takes JSON alone."""
IN_JSON = "png_in_json"
"""What sutja is asked in addition: the picture as those servers get it, so that it can be compared with them."""
