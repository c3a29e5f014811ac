"""What nobody sends by mistake: crafted files and inks are answered soon, and fill no memory.

`make robust-fuzz` tries two millions; the short form some thousand.
"""

import contextlib
import io
import json
import math
import os
import random
import re
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from pictures import SVG, encoded, picture, png_header
from serving import Serving, serving
from sutja.errors import InputError
from sutja.image import to_grey
from sutja.reader import Reader
from sutja.service.wire import ONE_OR_MANY, ImageBody, ImagesBody, InkBody, InksBody

RUNS = int(os.environ.get("SUTJA_FUZZ", "4000"))
# What hypothesis makes is tried with so many random changes: making it takes ten times as long as refusing it.
CHANGED = 20
# It remembers all that it made: a round ends before that fills the memory which is measured.
ROUND = 1_000
LONGEST_S = 1.0
MOST_MB = 200
PNG = {"Content-Type": "image/png"}
PLAIN = encoded(picture(7, 28).convert("L"))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunks(*chunks: bytes) -> bytes:
    """Return a small PNG with more in it, right after its header."""
    return PLAIN[:33] + b"".join(chunks) + PLAIN[33:]


def deflated(count: int) -> bytes:
    return zlib.compress(bytes(count), 9)


def png(width: int, height: int, data: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return PLAIN[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg(*, scans: int = 0, segments: int = 0) -> bytes:
    """Return a JPEG whose last scan comes again and again, or that has many empty segments."""
    data = encoded(Image.new("L", (4800, 4800), 255), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:2] + segments * b"\xff\xfe\x00\x02" + data[2:-2] + scans * data[last:-2] + data[-2:]


def animated(kind: str, frames: int) -> bytes:
    images = [picture(7, 64).rotate(turn % 360) for turn in range(frames)]
    file = io.BytesIO()
    images[0].save(file, kind, save_all=True, append_images=images[1:])
    return file.getvalue()


CRAFTED: dict[str, Callable[[], bytes]] = {
    "100,000 texts": lambda: with_chunks(100_000 * chunk(b"tEXt", b"a\x00b")),
    "800,000 empty chunks": lambda: with_chunks(800_000 * chunk(b"teXt", b"")),
    "a text that unpacks to 100 MB": lambda: with_chunks(chunk(b"zTXt", b"a\x00\x00" + deflated(100_000_000))),
    "a profile that unpacks to 100 MB": lambda: with_chunks(chunk(b"iCCP", b"a\x00\x00" + deflated(100_000_000))),
    "100 MB of pixels for 28x28": lambda: png(28, 28, deflated(100_000_000)),
    "88 megapixels": lambda: png(9400, 9400, deflated(88_369_400)),
    "24 megapixels of nothing": lambda: png(4890, 4890, deflated(4890 * 4891)),
    "a header of 2^31 pixels": lambda: png_header(2**16, 2**15),
    "a header of 0 pixels": lambda: png_header(0, 0),
    "a header of 24 megapixels, and no more": lambda: png_header(4890, 4890),
    "a line of pixels": lambda: png_header(24_000_000, 1),
    "a JPEG of 10,000 scans": lambda: jpeg(scans=10_000),
    "a JPEG of 16 scans": lambda: jpeg(scans=10),
    "a JPEG of 2,000,000 segments": lambda: jpeg(segments=2_000_000),
    "a JPEG of 65,500 x 65,500": lambda: jpeg().replace(
        struct.pack(">HH", 4800, 4800), struct.pack(">HH", *2 * [65_500])
    ),
    "half a JPEG": lambda: jpeg()[:60_000],
    "a WebP of 16,383 x 16,383": lambda: encoded(Image.new("L", (16, 16)), "WEBP", lossless=True).replace(
        b"\x2f\x0f\xc0\x03\x00", b"\x2f" + struct.pack("<I", 16382 | 16382 << 14)
    ),
    "an animated WebP": lambda: animated("WEBP", 300),
    "an animated PNG": lambda: animated("PNG", 300),
    "a GIF": lambda: encoded(picture(7), "GIF"),
    "a TIFF": lambda: encoded(picture(7), "TIFF"),
    "a BMP": lambda: encoded(picture(7), "BMP"),
    "an SVG": lambda: SVG,
    "a PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(/etc/passwd) run\n",
    "nothing but a signature": lambda: PLAIN[:8],
    "10 MB of zeros": lambda: bytes(9_999_999),
    "10 MB of 0xFF": lambda: b"\xff\xd8" + 9_999_990 * b"\xff",
    "10 MB of JPEG junk": lambda: b"\xff\xd8\xff\xc8" + 4_999_990 * b"\xff\x00",
    "5,000,000 JPEG ends": lambda: 4_999_990 * b"\xff\xd8" + b"\xff\xd9",
}
NOT_INK: dict[str, str] = {
    "a number that is none": '{"strokes":[[[NaN,2]]]}',
    "one without end": '{"strokes":[[[Infinity,2]]]}',
    "one that is too large": '{"strokes":[[[1e400,2]]]}',
    "one of 100,000 digits": '{"strokes":[[[' + 100_000 * "9" + ",2]]]}",
    "65 strokes": json.dumps({"strokes": 65 * [[[1, 2]]]}),
    "2,001 points": json.dumps({"strokes": [2001 * [[1, 2]]]}),
    "100,000 lists in one another": '{"strokes":' + 100_000 * "[" + 100_000 * "]" + "}",
    "half a surrogate": '{"strokes":[[[1,2]]],"\\ud800":7391}',
    "100,000 fields": "{" + ",".join(f'"f{number}":7391' for number in range(80_000)) + "}",
    "text for numbers": '{"strokes":[[["7391",2]]]}',
    "points of five": '{"strokes":[[[7391,2,3,4,5]]]}',
}


@pytest.fixture(scope="module")
def service() -> Iterator[Serving]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUTJA_LIMIT_VISITOR", "1000000")  # all of it comes from one address
        with serving() as service:
            yield service


def peak_mb(service: Serving) -> float:
    """Return the most memory that the service ever had."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1000


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
@pytest.mark.parametrize("name", CRAFTED)
def test_crafted_files_are_answered_soon(service: Serving, name: str) -> None:
    """Each is read or refused within a second, at its quickest of three tries, and takes a bounded memory."""
    data = CRAFTED[name]()
    assert len(data) < 10_000_000
    before_mb = peak_mb(service)
    took_s = math.inf
    for _ in range(3):
        begun = time.perf_counter()
        answer = httpx.post(service.url + "/predict", content=data, headers=PNG, timeout=30)
        took_s = min(took_s, time.perf_counter() - begun)
        if took_s < LONGEST_S:
            break
    assert answer.status_code in {200, 413, 422}
    assert took_s < LONGEST_S
    assert peak_mb(service) - before_mb < MOST_MB


@pytest.mark.parametrize("name", NOT_INK)
def test_crafted_inks_are_refused_without_an_echo(service: Serving, name: str) -> None:
    begun = time.perf_counter()
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(service.url + "/predict", content=NOT_INK[name].encode(), headers=headers, timeout=30)
    assert time.perf_counter() - begun < LONGEST_S
    assert answer.status_code in {413, 422}
    assert answer.json()["status"] == answer.status_code
    assert "7391" not in answer.text
    assert len(answer.text) < 500


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_picture_in_a_form_reaches_no_disk(service: Serving) -> None:
    """It may show a PIN. While it comes, the service holds no file that was deleted, as temporary ones are."""
    data = encoded(picture(7, 900), compress_level=0)
    assert len(data) > 2_000_000
    found: set[str] = set()

    def parts() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="image"; filename="f"\r\n\r\n' + data
        time.sleep(0.3)
        found.update(str(file.readlink()) for file in Path(f"/proc/{service.process.pid}/fd").iterdir())
        yield b"\r\n--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = httpx.post(service.url + "/predict", content=parts(), headers=headers, timeout=30)
    assert answer.json()["digit"] == 7
    assert found
    assert not [name for name in found if name.endswith("(deleted)")]


# Real files, of which bytes are changed, cut out and put in.
SEEDS = [
    PLAIN,
    encoded(picture(7, 40).convert("RGBA")),
    encoded(picture(3, 33).convert("P")),
    encoded(picture(2, 40), "JPEG"),
    encoded(picture(2, 40), "JPEG", progressive=True),
    encoded(picture(5, 40), "WEBP"),
    encoded(picture(5, 40), "WEBP", lossless=True),
    animated("PNG", 3),
]


class Tally:
    """How long runs took."""

    def __init__(self) -> None:
        self.runs, self.longest_s = 0, 0.0

    @contextlib.contextmanager
    def timed(self) -> Iterator[None]:
        """Count a run, which takes less than a second of work."""
        begun = time.process_time()
        try:
            yield
        finally:
            took_s = time.process_time() - begun
        self.runs, self.longest_s = self.runs + 1, max(self.longest_s, took_s)
        assert took_s < LONGEST_S


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Give a tally, and print at the end what came of it, for the row of docs/robustness.md."""
    with contextlib.suppress(OSError):  # where there is none
        Path("/proc/self/clear_refs").write_text("5")  # the most begins anew
    tally, before_mb = Tally(), most_mb()
    yield tally
    grown_mb = most_mb() - before_mb
    assert tally.runs >= RUNS
    assert grown_mb < MOST_MB
    print(f"{tally.runs:,} runs of {request.node.name}: {tally.longest_s:.2f} s at most, {grown_mb:.0f} MB more")  # noqa: T201


def most_mb() -> float:
    """Return the most memory that this process had since that was begun anew; 0 where it is not told."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) / 1000 if found else 0.0


def tried(check: Callable[..., None], **made: st.SearchStrategy[Any]) -> None:
    """Have hypothesis try `check` on what these strategies make, and on a seed; other things in each round."""
    count = RUNS // CHANGED
    quick = settings(
        max_examples=min(count, ROUND), deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    for number in range(-(-count // ROUND)):
        seed(number)(quick(given(chance=st.integers(0, 2**32 - 1), **made)(check)))()


def changed(data: bytes, chance: int, parts: bytes = bytes(range(256))) -> Iterator[bytes]:
    """Yield `data`, and what becomes of it where up to six places are set, cut out or filled with some of `parts`."""
    dice = random.Random(chance)
    yield data
    for _ in range(CHANGED - 1):
        other = data
        for _ in range(dice.randint(1, 6)):
            other = edited(other, dice, parts)
        yield other


def edited(data: bytes, dice: random.Random, parts: bytes) -> bytes:
    """Return the bytes with some set, deleted or inserted at one place."""
    kind, at, part = dice.choice("sdi"), int(dice.random() * len(data)), bytes(dice.choices(parts, k=dice.randrange(7)))
    return data[:at] + (b"" if kind == "d" else part) + data[at if kind == "i" else at + len(part) :]


def checked(data: bytes) -> bytes:
    """Return a PNG whose checksums are right, so that what was edited is looked at."""
    at, parts = 8, [data[:8]]
    while at + 12 <= len(data) and data.startswith(b"\x89PNG"):
        size = int.from_bytes(data[at : at + 4])
        parts.append(chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    return b"".join(parts) if len(parts) > 1 else data


def test_pictures_are_read_or_refused(tally: Tally) -> None:
    """Whatever the bytes, there is a picture or one of our errors, within a second."""

    def check(chance: int, file: bytes, is_checked: bool) -> None:
        for each in changed(file, chance):
            data = checked(each) if is_checked else each
            with tally.timed(), contextlib.suppress(InputError):
                assert to_grey(data).ink.ndim == 2

    tried(check, file=st.sampled_from(SEEDS), is_checked=st.booleans())


NUMBER = st.one_of(
    st.floats(-2000, 2000), st.floats(), st.integers(), st.sampled_from([0, 1e6, -1e6, 1e-300, 5e-324]), st.none()
)
POINT = st.one_of(st.tuples(st.floats(0, 300), st.floats(0, 300)), st.lists(NUMBER, max_size=5))
STROKES = st.lists(st.lists(POINT, max_size=12), max_size=6)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)
BODY = st.one_of(
    STROKES.map(lambda strokes: {"strokes": strokes}),
    st.lists(STROKES, max_size=3).map(lambda inks: {"inks": inks}),
    st.dictionaries(st.sampled_from(["strokes", "inks", "image", "images", "x"]), JSON, max_size=2),
    JSON,
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def test_bodies_are_read_or_refused(tally: Tally, reader: Reader) -> None:
    """Whatever the JSON, there are readings, or one of our errors, within a second."""

    def check(chance: int, body: Any) -> None:
        for data in changed(json.dumps(body).encode(), chance, b'[]{},:"\\0123456789.eE+- nulltruefalseNaNInfinity'):
            with tally.timed(), contextlib.suppress(InputError, ValidationError):
                found = ONE_OR_MANY.validate_json(data)
                drawings = {InkBody: "strokes", InksBody: "inks", ImageBody: "image", ImagesBody: "images"}[type(found)]
                held = getattr(found, drawings)
                readings = reader.read_many(list(held) if drawings in {"inks", "images"} else [held])
                assert all(0 <= float(reading.probabilities.sum()) <= 1.0001 for reading in readings)

    tried(check, body=BODY)
