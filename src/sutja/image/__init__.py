"""Pictures: a file, bytes, a PIL image or an array become one grey picture of the ink alone.

`opened` owns files and limits, `paper` what lies under the ink, `grey` what lies on it. Nothing here knows glyphs or
models. A picture larger than about 512 px is reduced by a whole factor first, so that time and memory are bounded.
"""

from sutja.image.grey import Grey, grey_of_planes, planes_of
from sutja.image.opened import MAX_BYTES, MAX_PIXELS, Picture, decoded, pixel_count
from sutja.image.paper import without_frame

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Grey", "Picture", "pixel_count", "to_grey"]


def to_grey(source: Picture) -> Grey:
    """Return the ink of a picture, upright, cleaned of noise and stretched to the full range.

    Ink may be dark on light or light on dark, grey or coloured; the border of the picture tells what is paper. A path
    or bytes hold PNG, JPEG or WebP. Raises `TooLargeError` beyond 10 MB or 24 megapixels, `ImageError` below 4x4 pixels
    and for all that is no such picture.
    """
    return grey_of_planes(without_frame(planes_of(decoded(source))))
