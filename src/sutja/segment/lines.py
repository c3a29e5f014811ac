"""Lines of writing: which marks stand beside one another, and how high the digits among them are.

Plain arithmetic, so that another language can repeat it.
"""

from collections.abc import Sequence

from sutja.reading import Box, union
from sutja.segment.boxes import shared_width

# In heights of the digits.
SMALL = 0.4  # what is lower tells nothing of the lines
TALL = 2.5  # nor what is higher
SAME_LINE = 0.5  # share of the lower one's height that is also the other's
STACKED = 0.2  # apart from top to bottom: as the loops of an 8 may be, and lines hardly ever are
SAME_DIGIT = 0.5  # share of the narrower one's width that is also the other's


def middle_height(boxes: Sequence[Box]) -> float:
    """Return the height of the boxes by their median, in which each counts as often as it is high: specks hardly do."""
    heights = sorted(box.height for box in boxes)
    half, above = sum(heights) / 2, 0.0
    for height in heights:
        above += height
        if above >= half:
            return height
    return 0.0


def digit_height(boxes: Sequence[Box]) -> float:
    """Return the height of the digits in one line, most of them whole after boxes above each other are joined."""
    joined: list[Box] = []
    for box in sorted(boxes, key=lambda each: each.left):
        if joined and shared_width(joined[-1], box) >= SAME_DIGIT:
            joined[-1] = union([joined[-1], box])
        else:
            joined.append(box)
    return middle_height(joined)


def lines(boxes: Sequence[Box], height: float) -> list[list[int]]:
    """Return the places of the boxes in each line of writing, the lines from top to bottom."""
    telling = [place for place, box in enumerate(boxes) if SMALL * height <= box.height <= TALL * height]
    found: list[list[int]] = []
    waiting = telling[:]
    while waiting:
        line, waiting = [waiting[0]], waiting[1:]
        for place in line:  # it grows while it is gone through
            beside = {other for other in waiting if _is_same_line(boxes[place], boxes[other], height)}
            line += sorted(beside)
            waiting = [other for other in waiting if other not in beside]
        found.append(line)
    found = found or [[]]
    middles = [_middle([boxes[place] for place in line]) for line in found]
    for place in set(range(len(boxes))) - set(telling):
        nearest = min(range(len(found)), key=lambda line: abs(middles[line] - _middle([boxes[place]])))
        found[nearest].append(place)
    return [sorted(line) for _, line in sorted(zip(middles, found, strict=True))]


def _is_same_line(one: Box, other: Box, height: float) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    is_stacked = shared >= -STACKED * height and shared_width(one, other) >= SAME_DIGIT
    return is_stacked or shared >= SAME_LINE * min(one.height, other.height)


def _middle(boxes: Sequence[Box]) -> float:
    return sum(box.top + box.height / 2 for box in boxes) / max(1, len(boxes))
