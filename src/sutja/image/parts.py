"""The parts of a file, counted before anything decodes it: each costs its reader time, however small the file.

A JPEG goes over all of its pixels once for each scan, and a scan may take 40 bytes: a file of 140 kB took minutes.
Knows nothing of pixels.
"""

import re

PARTS_MAX = 20_000
"""A PNG of 10 MB has 1,200 chunks of the usual 8 kB; a JPEG has some dozens of segments."""
SCANS_MAX = 16
"""A progressive JPEG has about ten."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_MARKER = re.compile(rb"\xff[\x01-\xfe]")
# What follows a scan is found by its mark: in a scan, 0xFF stands before 0 or before one of eight restarts only.
_AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
# They stand alone, with no length after them.
_BARE = frozenset({0xC8, *range(0xD0, 0xDA), *range(0xF0, 0xFE)})


def is_bounded(data: bytes) -> bool:
    """Whether the file has so few parts and scans that reading it takes a bounded time; True for unknown formats."""
    if data.startswith(_PNG):
        return _has_few_chunks(data)
    return not data.startswith(_JPEG) or _has_few_segments(data)


def _has_few_chunks(data: bytes) -> bool:
    at = len(_PNG)
    for _ in range(PARTS_MAX):
        at += 12 + int.from_bytes(data[at : at + 4])
        if at >= len(data):
            return True
    return False


def _has_few_segments(data: bytes) -> bool:
    at, scans, junk = len(_JPEG), 0, 0
    for _ in range(PARTS_MAX):
        found = (_AFTER_SCAN if scans else _MARKER).search(data, at)
        marker, end = (data[found.end() - 1], found.end()) if found else (_END_OF_IMAGE, len(data))
        junk += 0 if scans else end - at  # Pillow goes over it byte by byte
        scans += marker == _START_OF_SCAN
        if scans > SCANS_MAX or junk > PARTS_MAX:
            return False
        if not found or (scans and marker == _END_OF_IMAGE):
            return True
        at = end if marker in _BARE else end + max(2, int.from_bytes(data[end : end + 2]))
    return False
