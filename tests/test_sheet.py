"""Sheets of paper: shadows and printed lines are no ink, and ink is no line."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from pictures import encoded
from sutja import Reader
from sutja.image import to_grey
from sutja.image.rules import without_rules

SIZE = (900, 700)  # rows, columns
PAPER, PEN, LINE = 225.0, 40.0, 170.0


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return a reader with the shipped bundle."""
    return Reader.load()


def written(width: int = 12) -> NDArray[np.bool_]:
    """Return where the pen of a 7 and of a 4 was on a sheet."""
    image = Image.new("1", SIZE[::-1])
    draw = ImageDraw.Draw(image)
    for stroke in (
        [(150, 300), (300, 300), (210, 520)],
        [(420, 290), (360, 430), (500, 430)],
        [(470, 380), (460, 530)],
    ):
        draw.line(stroke, fill=1, width=width, joint="curve")
    return np.asarray(image)


def lined(spacing: float, slope: float, converging: float = 0.0, width: int = 3) -> NDArray[np.bool_]:
    """Return where level lines are: so far apart at the left, and by that share less at the right."""
    image = Image.new("1", SIZE[::-1])
    for place in range(-20, 60):
        left = 11 + spacing * place
        right = left * (1 - converging) + slope * SIZE[1]
        ImageDraw.Draw(image).line([(0, left), (SIZE[1], right)], fill=1, width=width)
    return np.asarray(image)


def sheet(
    ink: NDArray[np.bool_], *lines: NDArray[np.bool_], light: NDArray[np.float64] | float = 1.0, grain: float = 3.0
) -> NDArray[np.uint8]:
    """Return a photo of ink and lines on paper in that light."""
    page = np.full(SIZE, PAPER)
    for each in lines:
        page[each] = LINE
    page[ink] = PEN
    noise = np.random.default_rng(5).normal(0, grain, SIZE)
    return np.clip(page * light + noise, 0, 255).astype(np.uint8)


def shade(depth: float, edge_px: float) -> NDArray[np.float64]:
    """Return the light beside a shadow whose edge runs through the ink."""
    y, x = np.indices(SIZE)
    return 1 - depth * np.clip((x + 0.4 * y - 430) / edge_px, 0, 1)


def has_just(picture: NDArray[np.uint8], ink: NDArray[np.bool_]) -> bool:
    """Whether nearly all that is strong in a picture is that ink, and nearly all of the ink is there."""
    found = to_grey(picture, 1536, is_sheet=True).ink > 0.35
    assert found.shape == ink.shape
    grown = np.asarray(Image.fromarray(ink).convert("L").filter(ImageFilter.MaxFilter(9)))
    return bool((found & ink).sum() > 0.9 * ink.sum() and (found & (grown == 0)).sum() < 0.02 * ink.sum())


@pytest.mark.parametrize("edge_px", [4, 30, 200])
@pytest.mark.parametrize("depth", [0.3, 0.5])
def test_a_shadow_is_no_ink(depth: float, edge_px: float) -> None:
    """A shadow with a sharp edge or a soft one across the digits is neither ink nor hides any."""
    assert has_just(sheet(written(), light=shade(depth, edge_px)), written())


@pytest.mark.parametrize("slope", [-0.09, 0.0, 0.05])
@pytest.mark.parametrize("spacing", [26, 80])
def test_ruled_lines_are_no_ink(spacing: int, slope: float) -> None:
    """Level lines, narrow or wide apart, turned by up to five degrees, go; the pen that crosses them stays."""
    assert has_just(sheet(written(), lined(spacing, slope)), written())


def test_squares_are_no_ink() -> None:
    """Lines both ways, in perspective and in a shadow, go as well."""
    upright = np.zeros(SIZE, np.bool_)
    for place in range(0, 760, 45):
        image = Image.new("1", SIZE[::-1])
        ImageDraw.Draw(image).line([(place, 0), (0.94 * place - 20, SIZE[0])], fill=1, width=3)
        upright |= np.asarray(image)
    page = sheet(written(), lined(45, 0.04, converging=0.06), upright, light=shade(0.4, 20))
    assert has_just(page, written())


def test_colour_and_light_of_one_colour() -> None:
    """Blue lines and a blue pen on cream paper under a yellow lamp: the pen stays."""
    page = np.empty((*SIZE, 3))
    page[:] = (240, 230, 205)
    page[lined(60, 0.03)] = (170, 190, 200)
    page[written()] = (40, 50, 110)
    page = page * shade(0.4, 20)[..., None] + np.random.default_rng(1).normal(0, 3, page.shape)
    assert has_just(np.clip(page, 0, 255).astype(np.uint8), written())


def test_tall_ones_are_no_lines(reader: Reader) -> None:
    """Four upright strokes over most of the picture, at even distances, are 1111 and not a ruled sheet."""
    page = np.full((320, 600), 255, np.uint8)
    for left in (80, 220, 360, 500):
        page[25:295, left : left + 14] = 0
    assert reader.read_number(page).digits == "1111"


def test_two_lines_are_not_ruled_paper() -> None:
    """What is there once or twice may be drawn: a fraction's bar, an underline."""
    ink = np.zeros((300, 400), np.float32)
    ink[[100, 101, 200, 201]] = 60
    assert without_rules(ink) is ink
    ink[[50, 51]] = 60
    assert not without_rules(ink)[40:].any()


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (5, 300), (300, 5), (40, 40)])
@pytest.mark.parametrize("level", [0.0, 90.0])
def test_any_size_is_looked_at(shape: tuple[int, int], level: float) -> None:
    """Pictures that are too small for lines are left as they are."""
    ink = np.full(shape, level, np.float32)
    assert without_rules(ink) is ink


def test_what_is_drawn_is_not_lines() -> None:
    """A drawing on a clean canvas comes out as it is, to the last level, with or without a look for lines."""
    canvas = np.where(written(), 0, 255).astype(np.uint8)
    np.testing.assert_array_equal(to_grey(canvas, 1536, is_sheet=True).ink, to_grey(canvas, 1536).ink)


@pytest.mark.parametrize("light", [1.0, shade(0.5, 12)], ids=["even", "shadow"])
@pytest.mark.parametrize("lines", [(), (lined(40, 0.03),)], ids=["plain", "ruled"])
def test_a_sheet_without_ink_has_no_number(reader: Reader, light: NDArray[np.float64] | float, lines: tuple) -> None:
    """Neither lines nor the edge of a shadow are read as digits."""
    nothing = np.zeros(SIZE, np.bool_)
    assert reader.read_number(sheet(nothing, *lines, light=light)).digits == ""


def test_a_blackboard_is_read_as_before(reader: Reader) -> None:
    """Chalk on dark slate: nothing is brightened there."""
    page = 255 - sheet(written(), light=1.0)
    assert reader.read_number(page).digits == "74"


def test_a_box_is_where_it_stands(reader: Reader) -> None:
    """Boxes on a sheet of 12 megapixels are in pixels of the photo."""
    small = sheet(written(), lined(80, 0.03), light=shade(0.4, 20))
    photo = Image.fromarray(small).resize((2800, 3600))
    found = reader.read_number(encoded(photo, "JPEG", quality=80))
    assert found.digits == "74"
    assert found.items[0].box.left == pytest.approx(4 * 144, abs=40)
    assert found.items[-1].box.bottom == pytest.approx(4 * 530, abs=60)
