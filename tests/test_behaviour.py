"""What must not matter does not: shift, pen, tilt, size and colour leave a drawn digit what it is."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps
from sklearn.datasets import load_digits

from sutja import Reader, Reading, Verdict

COUNT = 300
Change = Callable[[Image.Image], Image.Image]


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return a reader with the shipped bundle."""
    return Reader.load()


@pytest.fixture(scope="module")
def scans() -> list[Image.Image]:
    """Return real digits by 43 people (scikit-learn's, 8x8), enlarged as a scanner would have seen them."""
    images = load_digits().images[:COUNT] * 255 / 16
    return [_scan(image) for image in images]


def _scan(image: np.ndarray) -> Image.Image:
    """Return (200, 200), dark on light, with crisp strokes."""
    large = Image.fromarray(image.astype(np.uint8)).resize((128, 128), Image.Resampling.BICUBIC)
    crisp = large.point(lambda level: 255 * (level > 100)).filter(ImageFilter.GaussianBlur(1))
    return ImageOps.expand(ImageOps.invert(crisp), border=36, fill=255)


def _resized(share: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        side = round(image.width * share)
        return image.resize((side, side), Image.Resampling.LANCZOS)

    return change


CHANGES: dict[str, Change] = {
    "right": lambda image: image.transform(image.size, Image.Transform.AFFINE, (1, 0, -2, 0, 1, 0), fillcolor=255),
    "down": lambda image: image.transform(image.size, Image.Transform.AFFINE, (1, 0, 0, 0, 1, -2), fillcolor=255),
    "thicker": lambda image: image.filter(ImageFilter.MinFilter(9)),
    "thinner": lambda image: image.filter(ImageFilter.MaxFilter(5)),
    "tilted left": lambda image: image.rotate(10, Image.Resampling.BICUBIC, fillcolor=255),
    "tilted right": lambda image: image.rotate(-10, Image.Resampling.BICUBIC, fillcolor=255),
    "half": _resized(0.5),
    "double": _resized(2),
    "reversed": ImageOps.invert,
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_scanned_digit_stays_what_it_is(reader: Reader, scans: list[Image.Image], name: str) -> None:
    """Of the digits that were accepted at least 98 % stay the same, and none becomes another accepted digit."""
    before = reader.read_many(scans)
    after = reader.read_many([CHANGES[name](scan) for scan in scans])
    hold(before, after)


@pytest.mark.parametrize("pen_px", [4.0, 16.0])
@pytest.mark.parametrize("extent_px", [90.0, 180.0])
@pytest.mark.parametrize("tilt_deg", [-10.0, 0.0, 10.0])
def test_a_drawn_digit_stays_what_it_is(
    reader: Reader, real_data: Path, pen_px: float, extent_px: float, tilt_deg: float
) -> None:
    """The same law for drawings by the calibration writers, whose pen can be made half or twice as thick."""
    from sutja.learn.dataset import Part
    from sutja.learn.dataset.canvas import picture
    from sutja.learn.dataset.pendigits import pendigits

    inks = [each.ink for each in pendigits(real_data, Part.CALIBRATION)[:COUNT]]
    before = reader.read_many([picture(ink, pen_px=8) for ink in inks])
    after = reader.read_many(
        [picture(ink, pen_px=pen_px, extent_px=extent_px, tilt_deg=tilt_deg, centre=(0.51, 0.49)) for ink in inks]
    )
    hold(before, after)


def hold(before: Sequence[Reading], after: Sequence[Reading]) -> None:
    """Hold readings to the law."""
    pairs = [(a, b) for a, b in zip(before, after, strict=True) if a.verdict is Verdict.DIGIT]
    assert len(pairs) > 0.7 * len(before)
    assert sum(a.digit == b.digit for a, b in pairs) >= 0.98 * len(pairs)
    turned = [(a.digit, b.digit) for a, b in pairs if b.verdict is Verdict.DIGIT and a.digit != b.digit]
    assert not turned
