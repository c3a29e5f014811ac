"""Pen strokes: 7,494 digits by 30 writers on a tablet (Alimoglu and Alpaydin, UCI set 81, CC BY 4.0).

Owns the reading of their UNIPEN text and their split by writer: nobody is in two parts.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sutja.errors import DataError
from sutja.ink import Ink
from sutja.learn import sources
from sutja.learn.dataset.part import Part

TEST_WRITERS, CALIBRATION_WRITERS = 10, 5
_HEAD = re.compile(r'^\.SEGMENT DIGIT.*"(\d)"\s*^\.COMMENT\s+\d+\s+(\d+)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Penned:
    """A digit as it was written: its ink, y downwards in tablet units, its label and its writer's number."""

    ink: Ink
    label: int
    writer: int


def pendigits(folder: Path, part: Part) -> list[Penned]:
    """Return the digits by the writers of one part, in the order of the file. Raises `DataError`."""
    text = sources.unpacked(sources.PENDIGITS, folder).decode("ascii", "replace")
    whole = list(_digits(text))
    parts = parts_of({each.writer for each in whole})
    return [each for each in whole if parts[each.writer] is part]


def parts_of(writers: set[int]) -> dict[int, Part]:
    """Return each writer's part: by the sha-256 of their numbers ten test, five calibrate, the rest train."""
    order = sorted(writers, key=lambda writer: hashlib.sha256(str(writer).encode()).hexdigest())
    sizes = [Part.TEST] * TEST_WRITERS + [Part.CALIBRATION] * CALIBRATION_WRITERS
    return dict(zip(order, sizes + [Part.TRAINING] * max(0, len(order) - len(sizes)), strict=False))


def _digits(text: str) -> Iterator[Penned]:
    heads = list(_HEAD.finditer(text))
    if not heads:
        raise DataError("Expected UNIPEN text with segments of digits. Received none.")
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        strokes = [_points(part) for part in text[head.end() : end].split(".PEN_DOWN")[1:]]
        yield Penned(Ink(strokes), label=int(head[1]), writer=int(head[2]))


def _points(text: str) -> list[tuple[float, float]]:
    numbers = [float(word) for word in text.partition(".PEN_UP")[0].split()]
    return [(x, -y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]  # the tablet's y grows upwards
