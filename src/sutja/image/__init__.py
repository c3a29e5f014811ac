"""Pictures: a file, bytes, a PIL image or an array become one grey picture of the ink alone.

`opened` owns files and limits, `paper` what lies under the ink, `light` what falls on a sheet of it, `rules` what is
printed there, `grey` what was written on it, and `masks` where that is. Nothing here knows glyphs or models. A picture
larger than about 512 px is reduced by a whole factor first, so that time and memory are bounded.
"""

from dataclasses import replace

from sutja.image.grey import Grey, grey_of_planes, planes_of
from sutja.image.opened import MAX_BYTES, MAX_PIXELS, WORKING_SIDE_PX, Picture, decoded, pixel_count
from sutja.image.paper import without_frame

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Grey", "Picture", "pixel_count", "to_grey"]


def to_grey(source: Picture, side_px: int = WORKING_SIDE_PX, *, is_sheet: bool = False) -> Grey:
    """Return the ink of a picture, upright, cleaned of noise and stretched to the full range.

    Ink may be dark on light or light on dark, grey or coloured; the border of the picture tells what is paper. A path
    or bytes hold PNG, JPEG or WebP. Raises `TooLargeError` beyond 10 MB or 24 megapixels, `ImageError` below 4x4 pixels
    and for all that is no such picture. A picture whose long side is more than 1.5 times `side_px` is reduced. What may
    be a sheet of paper is looked at for shadows and for printed lines, and neither is ink.
    """
    picture = decoded(source, side_px)
    planes = planes_of(picture.image)
    inside = without_frame(planes)
    frame_px = (planes.shape[2] - inside.shape[2]) // 2
    return replace(grey_of_planes(inside, is_sheet=is_sheet), frame_px=frame_px, scale=picture.scale)
