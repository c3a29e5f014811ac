"""Ten digits as inks, drawn as a person draws them: what tests read when no data set is there."""

import math

from sutja import Ink

Points = list[tuple[float, float]]


def arc(centre: tuple[float, float], radii: tuple[float, float], start_deg: float, end_deg: float) -> Points:
    """Return points along an ellipse; 0° is to the right, 90° is down, as on a screen."""
    count = max(2, round(abs(end_deg - start_deg) / 10))
    angles = [math.radians(start_deg + (end_deg - start_deg) * step / count) for step in range(count + 1)]
    return [(centre[0] + radii[0] * math.cos(angle), centre[1] + radii[1] * math.sin(angle)) for angle in angles]


DRAWINGS: dict[int, list[Points]] = {
    0: [arc((50, 50), (28, 45), -90, -450)],
    1: [[(38, 22), (52, 5), (52, 95)]],
    2: [[*arc((50, 30), (27, 25), -160, 40), (22, 93), (80, 93)]],
    3: [[*arc((48, 28), (25, 23), -150, 90), *arc((48, 73), (29, 23), -90, 150)]],
    4: [[(55, 5), (18, 62), (82, 62)], [(62, 35), (62, 97)]],
    5: [[(35, 8), (30, 45), *arc((48, 67), (28, 27), -130, 140)], [(35, 8), (76, 8)]],
    6: [[(64, 6), (40, 32), *arc((49, 70), (24, 25), -170, 190)]],
    7: [[(20, 10), (80, 10), (42, 95)]],
    8: [[*arc((50, 27), (20, 21), 0, -270), *arc((50, 72), (25, 24), -90, 270), *arc((50, 27), (20, 21), 90, 0)]],
    9: [[*arc((48, 30), (24, 25), 0, -360), (72, 30), (66, 95)]],
}


def drawing(digit: int) -> Ink:
    """Return one digit's ink, about 100 units high."""
    return Ink(DRAWINGS[digit])
