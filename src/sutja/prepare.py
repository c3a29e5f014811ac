"""A drawing becomes the glyph that the model sees: the same pixels for learning and for reading.

Owns MNIST's own normalising: the ink is scaled into 20x20 and its centre of mass is put on the centre of 28x28 (LeCun
et al., "Gradient-based learning applied to document recognition", 1998, section III.A). A picture is resampled; strokes
are drawn straight into the glyph, by a pen of one width, however thick or thin they were drawn; in a picture, strokes
that are thicker or thinner than most are evened out. All of it is plain arithmetic in float64 that another language can
repeat. Knows nothing of files, colours or models.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sutja.ink import Ink, InkImage
from sutja.reading import Glyph

VERSION = 2
"""Goes into every bundle's card: a model only understands the glyphs of the version that it was trained on."""

SIDE_PX = 28
BOX_PX = 20
CENTRE_PX = 14.0  # index of the pixel on which MNIST's centres of mass lie (mean over its training half: 14.00)
INK_FLOOR = 0.05  # what is fainter does not widen the box: the fringe of a blur is not the digit
PEN_RADIUS_PX = 1.4
# Mean widths of stroke within which a picture is left as it is: nine tenths of MNIST have them.
WIDTH_MIN_PX, WIDTH_MAX_PX = 2.0, 3.6
FINE = 4  # strokes are evened out in a box so many times finer than the glyph's
ERODED_SHARE = 0.3  # of the mean width, from either side: a stroke of uneven width must not fall apart
EXTENT_MIN = 1e-300  # below it the scale would be infinite: such an ink is a dot
BLOCK = 5  # pixels of a side that are resampled together
FRAME_PX = 4  # no window of a pen on the glyph reaches farther out
PART = 1024  # pieces that are drawn at once: memory stays small, however long an ink is
SOFT_EDGE_PX = 0.5  # coverage falls from 1 to 0 over one pixel across the pen's edge
# A piece is at most 1 px long, so no pixel farther than this from its middle is touched.
_REACH_PX = PEN_RADIUS_PX + SOFT_EDGE_PX + 0.5

Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]
Points: TypeAlias = NDArray[np.complex128]
"""Places on the plane, x + iy, so that one operation does for both."""

# The pixels of a window, from its upper left corner on: along a side, and as places in the framed glyph.
_ALONG = np.arange(int(2 * _REACH_PX) + 1.0)
_STRIDES = np.array([1.0, SIDE_PX + 2 * FRAME_PX])
_WINDOW = ((_ALONG[:, None] + FRAME_PX) * _STRIDES[1] + _ALONG + FRAME_PX).astype(np.intp).reshape(-1)


def prepare(drawings: Sequence[Ink | InkImage]) -> NDArray[np.float32]:
    """Return the glyphs of `drawings`: (N, 28, 28) float32 in [0, 1], ink bright; without ink all 0."""
    glyphs = np.zeros((len(drawings), SIDE_PX, SIDE_PX), np.float32)
    for glyph, drawing in zip(glyphs, drawings, strict=True):
        if isinstance(drawing, Ink):
            _draw(drawing, glyph)
        else:
            _resample(drawing, glyph)
    return glyphs


# Pictures


def _resample(image: InkImage, glyph: Glyph) -> None:
    """Scale the ink of a picture into the box and centre it by mass, by whole pixels: a glyph stays what it is."""
    crop = _cropped(image).astype(np.float64)
    if not crop.size:
        return
    box = _scaled(_evened(crop), BOX_PX)
    height, width = box.shape
    top, left = (_offset(box.sum(axis), size) for axis, size in ((1, height), (0, width)))
    glyph[top : top + height, left : left + width] = box


def _scaled(crop: Floats, side: int) -> Floats:
    """Scale a picture so that its longer side is `side`, its brightest pixel 1."""
    scale = side / max(crop.shape)
    height, width = (max(1, _half_up(length * scale)) for length in crop.shape)
    box = np.ascontiguousarray(_resized(_resized(crop, height).T, width).T)
    return np.asarray(box / max(box.max(), 1e-9))  # a hair line, averaged, is as dark as any other


def _cropped(image: NDArray[Any]) -> NDArray[Any]:
    """Return the part of a picture that has ink, which may be none."""
    is_ink = image > INK_FLOOR
    rows = np.flatnonzero(is_ink.any(1))
    if not rows.size:
        return image[:0]
    down = slice(rows[0], rows[-1] + 1)
    columns = np.flatnonzero(is_ink[down].any(0))
    return image[down, columns[0] : columns[-1] + 1]


def _evened(crop: Floats) -> Floats:
    """Thicken hair lines and thin blots, by grey-scale dilation and erosion; what is in between stays untouched."""
    fine = _scaled(crop, BOX_PX * FINE)
    width = _stroke_width(fine)
    wanted = min(max(width, WIDTH_MIN_PX * FINE), WIDTH_MAX_PX * FINE)
    if wanted == width:
        return crop
    steps = max((wanted - width) / 2, -ERODED_SHARE * width)
    frame = _framed(fine, int(np.ceil(max(steps, 0))) + 1)
    changed = _cropped(_grown(frame, steps) if steps > 0 else 1 - _grown(1 - frame, -steps))
    return changed if changed.size else crop


def _stroke_width(box: Floats) -> float:
    """Return the mean width of the strokes in pixels: a line has twice its area over its outline.

    The area is the sum of the ink, the outline its total variation (Rudin, Osher and Fatemi, 1992), and so a blur
    changes neither.
    """
    frame = _framed(box, 1)
    across = (frame[1:-1, 2:] - frame[1:-1, :-2]) / 2
    down = (frame[2:, 1:-1] - frame[:-2, 1:-1]) / 2
    outline = float(np.sqrt(across * across + down * down).sum())
    return 2 * float(box.sum()) / max(outline, 1e-9)


def _grown(frame: Floats, steps: float) -> Floats:
    """Dilate by so many pixels, the last one in part: crosses and squares by turns make octagons, almost discs."""
    whole = int(steps)
    for step in range(whole):
        frame = _neighbourhood(frame, is_square=bool(step % 2))
    part = steps - whole
    return (1 - part) * frame + part * _neighbourhood(frame, is_square=bool(whole % 2)) if part else frame


def _neighbourhood(frame: Floats, *, is_square: bool) -> Floats:
    """Return the greatest of each pixel and its four or eight neighbours; the outermost pixels are paper."""
    found = frame.copy()
    _raise(found[1:-1], frame[:-2], frame[2:])
    level = found.copy() if is_square else frame
    _raise(found[:, 1:-1], level[:, :-2], level[:, 2:])
    return found


def _raise(found: Floats, *others: Floats) -> None:
    for other in others:
        np.maximum(found, other, out=found)


def _framed(box: Floats, width: int) -> Floats:
    """Return a picture with so many pixels of paper around it; NumPy's own takes longer than what is done with it."""
    frame = np.zeros((box.shape[0] + 2 * width, box.shape[1] + 2 * width))
    frame[width:-width, width:-width] = box
    return frame


def _resized(crop: Floats, target: int) -> Floats:
    """Return a picture (H, W) as (target, W): a triangle filter as wide as a target pixel, down each column.

    A side that keeps its length is left as it is. This is linear interpolation with antialiasing, as in "Graphics Gems
    III" (1992), pages 8 to 16, "General filtered image rescaling".
    """
    if len(crop) == target:
        return crop
    places, weights = _filter(len(crop), target)
    return np.asarray((weights @ crop[places]).reshape(-1, crop.shape[1])[:target])


@lru_cache(maxsize=512)  # pictures mostly come in few sizes; a filter has about 10 kB
def _filter(source: int, target: int) -> tuple[Places, Floats]:
    """Return which places (B, K) of a side each block of pixels is made of, and by which weights (B, BLOCK, K).

    Few places have a part in a pixel: a block of neighbours looks at theirs alone. The last block may go beyond the
    target, and repeats its last pixel. Products are so small that BLAS calls no other thread for them.
    """
    step = source / target
    support = max(1.0, step)
    centres = (np.minimum(np.arange(-(-target // BLOCK) * BLOCK), target - 1) + 0.5) * step - 0.5
    count = int(np.ceil((BLOCK - 1) * step + 2 * support)) + 2
    places = np.floor(centres[::BLOCK, None] - support) + np.arange(count)
    weights = np.abs(places[:, None] - centres.reshape(-1, BLOCK, 1))
    weights /= support
    np.maximum(0.0, np.subtract(1.0, weights, out=weights), out=weights)
    weights *= ((places >= 0) & (places < source))[:, None]
    weights /= weights.sum(2, keepdims=True)
    return np.minimum(np.maximum(places, 0), source - 1).astype(np.intp), weights


def _offset(mass: Floats, size: int) -> int:
    """Return where a side of the box starts, so that its centre of mass comes to lie on the centre of the glyph."""
    centre = float(mass @ np.arange(size)) / float(mass.sum())
    return int(min(max(CENTRE_PX - _half_up(centre), 0), SIDE_PX - size))


def _half_up(value: float) -> int:
    """Round to the nearest integer, halves upwards, whatever the last digits of a sum were."""
    return int(np.floor(round(value, 6) + 0.5))


# Strokes


def _draw(ink: Ink, glyph: Glyph) -> None:
    """Draw strokes into the glyph with a round pen: coverage of a pixel is radius + 1/2 - distance, within [0, 1]."""
    if not ink:
        return
    starts, steps = _pieces(*_placed(ink))
    squares = np.full((SIDE_PX + 2 * FRAME_PX, SIDE_PX + 2 * FRAME_PX), np.inf)
    for part in range(0, len(starts), PART):
        _approach(squares, starts[part : part + PART], steps[part : part + PART])
    coverage = np.sqrt(squares[FRAME_PX:-FRAME_PX, FRAME_PX:-FRAME_PX])
    np.subtract(PEN_RADIUS_PX + SOFT_EDGE_PX, coverage, out=coverage)
    np.minimum(coverage, 1.0, out=coverage)
    np.maximum(coverage, 0.0, out=glyph, casting="same_kind")


def _placed(ink: Ink) -> tuple[Points, Points, Floats]:
    """Return where lines start on the glyph, (S,), their steps to where they end, and how long they are.

    Points are scaled into the box, and the centre of mass of their strokes is put on the centre of the glyph. The mass
    of a stroke is its area under a round pen of radius r: 2r times its length, and half a disc at either end. A dot is
    a line without length.
    """
    ends = [*accumulate(map(len, ink.strokes))]
    spans = [*zip([0, *ends], ends, strict=False)]
    points = np.empty(ends[-1], np.complex128)
    points.real = np.fromiter((point[0] for stroke in ink.strokes for point in stroke), np.float64, ends[-1])
    points.imag = np.fromiter((point[1] for stroke in ink.strokes for point in stroke), np.float64, ends[-1])
    pairs = points.view(np.float64).reshape(-1, 2)
    (left, top), (right, bottom) = pairs.min(0).tolist(), pairs.max(0).tolist()
    extent = max(right - left, bottom - top)
    scale = (BOX_PX - 2 * PEN_RADIUS_PX) / extent if extent > EXTENT_MIN else 1.0
    points -= complex(left, top)
    points *= scale
    starts = np.concatenate([points[first : max(first + 1, end - 1)] for first, end in spans])
    steps = np.concatenate([points[min(first + 1, end - 1) : end] for first, end in spans]) - starts
    lengths = np.abs(steps)
    disc = np.pi * PEN_RADIUS_PX**2
    mass = 2 * PEN_RADIUS_PX * float(lengths.sum()) + disc * len(spans)
    moment = 2 * PEN_RADIUS_PX * (lengths @ (starts + steps / 2))
    moment += disc / 2 * sum(points[first] + points[end - 1] for first, end in spans)
    centre = complex(moment) / mass
    starts += complex(
        _shift(centre.real, (right - left) * scale),
        _shift(centre.imag, (bottom - top) * scale),
    )
    return starts, steps, lengths


def _shift(centre: float, extent: float) -> float:
    """Return by how much points from 0 to `extent` move to bring their centre to the glyph's, and stay inside."""
    margin = PEN_RADIUS_PX - 0.5  # pixel 0 begins at -0.5
    return min(max(CENTRE_PX - centre, margin), SIDE_PX - 1 - margin - extent)


def _pieces(starts: Points, steps: Points, lengths: Floats) -> tuple[Points, Points]:
    """Cut lines into pieces of at most one pixel, so that each touches a small window only."""
    if lengths.max() <= 1:
        return starts, steps
    counts = np.maximum(1, np.ceil(lengths)).astype(np.intp)
    line = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(len(line)) - np.repeat(np.cumsum(counts) - counts, counts)
    steps = (steps / counts)[line]
    return starts[line] + steps * place, steps


def _approach(squares: Floats, starts: Points, steps: Points) -> None:
    """Lower the squared distances from pixels, which have a frame around the glyph, to the nearest of some pieces."""
    corner = np.ceil((starts + steps / 2).view(np.float64).reshape(-1, 2) - _REACH_PX)
    pixels = (corner @ _STRIDES).astype(np.intp)[:, None] + _WINDOW
    near = corner - starts.view(np.float64).reshape(-1, 2)
    x, y = near[:, :1] + _ALONG, near[:, 1:] + _ALONG
    dx, dy = steps.real[:, None], steps.imag[:, None]
    square = np.maximum(dx * dx + dy * dy, EXTENT_MIN)  # of a dot it is 0, and so is what is divided by it
    along = (x * (dx / square))[:, None, :] + (y * (dy / square))[:, :, None]
    np.maximum(along, 0.0, out=along)
    np.minimum(along, 1.0, out=along)
    from_x = x[:, None, :] - along * dx[:, :, None]
    along *= dy[:, :, None]
    from_y = np.subtract(y[:, :, None], along, out=along)
    from_x *= from_x
    from_y *= from_y
    from_x += from_y
    np.minimum.at(squares.reshape(-1), pixels.reshape(-1), from_x.reshape(-1))  # quick where all has one dimension
