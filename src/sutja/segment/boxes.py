"""How boxes lie to one another. Plain arithmetic, so that another language can repeat it."""

from sutja.reading import Box

LEAST_WIDTH = 1e-9


def shared_width(one: Box, other: Box) -> float:
    """Return which share of the narrower one's width is also the other's: negative where they lie apart.

    An upright line has no width: all of it is shared or nothing.
    """
    shared = min(one.right, other.right) - max(one.left, other.left)
    width = min(one.width, other.width)
    return shared / width if width > LEAST_WIDTH else float(shared >= 0)


def gap_between(one: Box, other: Box) -> float:
    """Return how far apart two boxes are, in x or in y."""
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, down)
