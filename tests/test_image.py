"""Every format, transparency, polarity and rotation gives the same ink; what is no picture is refused."""

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from sklearn.datasets import load_digits

from pictures import SVG, encoded, picture, png_header
from sutja.errors import ImageError, InputError, TooLargeError
from sutja.image import MAX_BYTES, Picture, to_grey
from sutja.reading import Hint

SIDE = 140


def seven(side: int = SIDE, box: tuple[float, float, float, float] = (0.3, 0.2, 0.7, 0.8)) -> NDArray[np.uint8]:
    """Return the coverage by ink, (side, side) uint8, of a 7 that fills `box`."""
    left, top, right, bottom = (4 * side * edge for edge in box)
    canvas = Image.new("L", (4 * side, 4 * side))
    points = [(left, top), (right, top), (left + (right - left) * 0.4, bottom)]
    ImageDraw.Draw(canvas).line(points, fill=255, width=max(4, round((bottom - top) * 0.12)), joint="curve")
    return np.asarray(canvas.reduce(4))


INK = seven()


def painted(paper: tuple[int, ...], pen: tuple[int, ...], coverage: NDArray[np.uint8] = INK) -> NDArray[np.uint8]:
    """Return the 7 in the colour `pen` on `paper`."""
    share = coverage[..., np.newaxis] / 255
    pixels = np.rint(share * np.array(pen) + (1 - share) * np.array(paper)).astype(np.uint8)
    return pixels[..., 0] if len(paper) == 1 else pixels


def difference(source: Picture, coverage: NDArray[np.uint8] = INK) -> float:
    """Return how far the ink of `source` is from the 7, as a share of its ink."""
    found = to_grey(source).ink
    assert found.shape == coverage.shape
    return float(np.abs(found - coverage / 255).sum() / (coverage / 255).sum())


def is_blank(source: Picture) -> bool:
    """Whether nothing at all was found."""
    grey = to_grey(source)
    return not grey.ink.any() and grey.hints == ()


# --- Formats and kinds of source


FILES = {
    "png grey": encoded(255 - INK),
    "png rgb": encoded(painted((255, 255, 255), (0, 0, 0))),
    "png palette": encoded(Image.fromarray(painted((250, 240, 220), (20, 30, 90))).quantize(32)),
    "png 1 bit": encoded(Image.fromarray(255 - INK).convert("1", dither=Image.Dither.NONE)),
    "png 16 bit": encoded((255 - INK).astype(np.uint16) * 257),
    "png grey and alpha": encoded(Image.merge("LA", [Image.new("L", (SIDE, SIDE)), Image.fromarray(INK)])),
    "jpeg grey": encoded(255 - INK, "JPEG", quality=95),
    "jpeg rgb": encoded(painted((255, 255, 255), (0, 0, 0)), "JPEG", quality=95),
    "jpeg cmyk": encoded(Image.fromarray(painted((255, 255, 255), (0, 0, 0))).convert("CMYK"), "JPEG", quality=95),
    "webp lossless": encoded(painted((255, 255, 255), (0, 0, 0)), "WEBP", lossless=True),
    "webp lossy": encoded(painted((255, 255, 255), (0, 0, 0)), "WEBP", quality=90),
    "webp alpha": encoded(painted((0, 0, 0, 0), (0, 0, 0, 255)), "WEBP", quality=90),
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_every_format_gives_the_same_ink(data: bytes) -> None:
    """What matters is what was drawn, not the file it came in."""
    assert difference(data) < 0.15


def test_every_kind_of_source_gives_the_same_ink(tmp_path: Path) -> None:
    """A path, a str, bytes, a PIL image and an array say the same."""
    data = encoded(255 - INK)
    path = tmp_path / "일곱.png"
    path.write_bytes(data)
    expected = to_grey(data).ink
    for source in (path, str(path), Image.open(path), Image.fromarray(255 - INK), 255 - INK):
        np.testing.assert_array_equal(to_grey(source).ink, expected)


def test_a_pil_image_is_left_as_it_was() -> None:
    """What the caller gave stays the caller's."""
    image = Image.open(io.BytesIO(encoded(painted((255, 255, 255), (0, 0, 0), seven(1200)), "JPEG")))
    to_grey(image)
    assert (image.size, image.mode) == ((1200, 1200), "RGB")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("side", [600, 1200, 3000])
def test_large_pictures_are_reduced(kind: str, side: int) -> None:
    """Whatever the size, the ink is at most 768 px and has the same shape."""
    picture = encoded(255 - seven(side), kind)
    found = to_grey(picture).ink
    assert max(found.shape) <= 768
    assert difference(picture, seven(found.shape[0])) < 0.1


# --- Paper and polarity

COLOURS = {
    "black on white": ((255, 255, 255), (0, 0, 0)),
    "white on black": ((0, 0, 0), (255, 255, 255)),
    "grey on grey": ((150,), (90,)),
    "bright on grey": ((90,), (150,)),
    "red on white": ((255, 255, 255), (220, 30, 30)),
    "yellow on blue": ((20, 30, 120), (250, 240, 60)),
    "green on red of the same brightness": ((200, 60, 60), (60, 130, 60)),
    "dark, mostly dark picture": ((70, 70, 70), (10, 10, 10)),
}


@pytest.mark.parametrize(("paper", "pen"), COLOURS.values(), ids=COLOURS)
def test_the_border_tells_what_is_paper(paper: tuple[int, ...], pen: tuple[int, ...]) -> None:
    """Dark or bright, grey or coloured: what differs from the border is ink, stretched to the full range."""
    assert difference(painted(paper, pen)) < 0.05


def test_polarity_does_not_follow_the_mean() -> None:
    """A fat dark blot that covers most of the picture is ink still."""
    blot = np.full((100, 100), 255, np.uint8)
    blot[8:92, 8:92] = 0
    assert to_grey(blot).ink.mean() == pytest.approx(0.7056)


TRANSPARENT = {
    "black ink alone": painted((0, 0, 0, 0), (0, 0, 0, 255)),
    "white ink alone": painted((0, 0, 0, 0), (255, 255, 255, 255)),
    "red ink alone": painted((255, 0, 0, 0), (255, 0, 0, 255)),
    "faint ink alone": painted((0, 0, 0, 0), (0, 0, 0, 90)),
    "ink of two greys alone": np.dstack([np.tile(np.linspace(0, 140, SIDE), (SIDE, 1)).astype(np.uint8)] * 3 + [INK]),
    "opaque": painted((255, 255, 255, 255), (0, 0, 0, 255)),
}


@pytest.mark.parametrize("pixels", TRANSPARENT.values(), ids=TRANSPARENT)
def test_transparent_pictures_lie_on_paper(pixels: NDArray[np.uint8]) -> None:
    """Ink without paper gets the paper that it was drawn for."""
    assert difference(pixels) < 0.25


@pytest.mark.parametrize(("card", "pen"), [(255, 0), (0, 255), (200, 60)])
def test_a_card_with_a_transparent_margin_is_paper(card: int, pen: int) -> None:
    """Where the digit lies on a card, the margin becomes card."""
    pixels = painted((card, card, card, 255), (pen, pen, pen, 255))
    corners = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(corners).rounded_rectangle((8, 8, SIDE - 9, SIDE - 9), 20, fill=255)
    pixels[..., 3] = np.asarray(corners)
    assert difference(pixels) < 0.05


def shaded(coverage: NDArray[np.uint8], tilt: float, noise: float = 4) -> bytes:
    """Return a JPEG of a photo: paper whose light falls by `tilt` levels from side to side, with a camera's noise."""
    light = 200 - tilt * np.linspace(0, 1, coverage.shape[1])
    grain = np.random.default_rng(7).normal(0, noise, (*coverage.shape, 3))
    pixels = (light * (1 - 0.7 * coverage / 255))[..., np.newaxis] + grain
    return encoded(np.clip(pixels, 0, 255).astype(np.uint8), "JPEG", quality=75)


@pytest.mark.parametrize("tilt", [0, 25, 51])
def test_slow_shading_is_no_ink(tilt: float) -> None:
    """A fifth of the range from side to side neither fills a blank page nor hides a digit."""
    assert is_blank(shaded(np.zeros_like(INK), tilt))
    assert difference(shaded(INK, tilt)) < 0.15


def test_specks_are_removed_and_thin_lines_are_kept() -> None:
    """Dust has no neighbours; a line of one pixel has two, all the way."""
    picture = np.full((100, 100), 255, np.uint8)
    picture[20:80, 50] = 0
    picture[np.arange(20, 60), np.arange(20, 60)] = 0
    drawn = picture == 0
    dust = np.zeros_like(drawn)
    dust[5::9, 3::9] = True
    dust &= ~np.pad(drawn, 1)[1:-1, 1:-1]
    picture[dust & (np.indices(dust.shape).sum(axis=0) % 2 == 0)] = 0
    ink = to_grey(picture).ink > 0
    assert (ink & ~drawn).sum() <= 4
    assert (drawn & ~ink).sum() <= 4


def test_small_clean_digits_come_out_nearly_unchanged() -> None:
    """A 28x28 digit, bright on black, keeps its strong pixels within 2 %."""
    for digit in load_digits().images[:200]:
        field = np.zeros((28, 28), np.uint8)
        field[4:24, 4:24] = np.asarray(Image.fromarray((digit * 255 / 16).astype(np.uint8)).resize((20, 20)))
        field = np.minimum(field * (330 / field.max()), 255).astype(np.uint8)  # as in MNIST, strokes are full inside
        assert np.abs(to_grey(field).ink - field / 255)[field >= 128].max() <= 0.02


# --- Blank


def noisy(level: int) -> NDArray[np.uint8]:
    """Return paper as a cheap camera sees it."""
    return np.clip(np.random.default_rng(level).normal(level, 5, (200, 200, 3)), 0, 255).astype(np.uint8)


BLANK = {
    "white": np.full((50, 50), 255, np.uint8),
    "black": np.zeros((50, 50), np.uint8),
    "grey": np.full((50, 50, 3), 127, np.uint8),
    "transparent": np.zeros((50, 50, 4), np.uint8),
    "white and transparent": np.dstack([np.full((50, 50, 3), 255, np.uint8), np.zeros((50, 50), np.uint8)]),
    "noisy paper": encoded(noisy(200), "JPEG", quality=70),
    "noisy dark": encoded(noisy(30), "JPEG", quality=70),
    "a speck": np.pad(np.zeros((1, 1), np.uint8), 20, constant_values=255),
    "smallest": np.zeros((4, 4), np.uint8),
}


@pytest.mark.parametrize("source", BLANK.values(), ids=BLANK)
def test_blank_is_blank(source: Picture) -> None:
    """Nothing drawn is nothing found: no noise is stretched into ink."""
    assert is_blank(source)


@pytest.mark.parametrize("level", [8, 247])
@pytest.mark.parametrize("grain", [6, 9, 12])
def test_paper_that_is_clipped_in_part_is_blank(level: int, grain: float) -> None:
    """Where light falls off into black, or into white, the grain of the rest is no ink."""
    light = level + np.add.outer(np.linspace(-27, 27, 240), np.linspace(-20, 20, 200))
    for seed in range(10):
        noise = np.random.default_rng(seed).normal(0, grain, light.shape)
        assert is_blank(np.clip(light + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize(("paper", "pen", "noise"), [(255, 0, 32), (0, 255, 32), (200, 175, 6), (15, 110, 9)])
def test_ink_is_found_in_grain(paper: int, pen: int, noise: float) -> None:
    """Strong noise, and noise as strong as faint ink is dark, neither hides a digit nor widens it."""
    grain = np.random.default_rng(3).normal(0, noise, (*INK.shape, 1))
    pixels = np.clip(painted((paper,) * 3, (pen,) * 3) + grain, 0, 255).astype(np.uint8)
    found, drawn = to_grey(pixels).ink > 0.5, INK > 127
    assert (found & drawn).sum() > 0.85 * drawn.sum()
    reach = np.asarray(Image.fromarray(INK).filter(ImageFilter.MaxFilter(7))) > 0
    assert not (to_grey(pixels).ink > 0.05)[~reach].any()


# --- Rotation


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_exif_rotation_is_applied(kind: str, orientation: int) -> None:
    """However the camera was held, the digit stands upright."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    back = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    turned = Image.fromarray(255 - INK)
    turned.getexif()[0x0112] = back
    assert difference(encoded(ImageOps.exif_transpose(turned), kind, exif=exif)) < 0.15


# --- Hints


def test_hints_say_what_is_doubtful() -> None:
    """A tiny digit, one that runs off the picture, and one that hardly shows are named; a good one is not."""
    assert to_grey(255 - INK).hints == ()
    assert to_grey(255 - seven(400, (0.5, 0.5, 0.55, 0.57))).hints == (Hint.SMALL,)
    assert to_grey(255 - seven(box=(0.3, 0.2, 1.1, 0.8))).hints == (Hint.EDGE,)
    assert to_grey(painted((200,), (165,))).hints == (Hint.FAINT,)


# --- Refusals


REFUSED: dict[str, tuple[Any, type[InputError], str]] = {
    "nothing": (b"", ImageError, "Received nothing"),
    "text": (b"seven", ImageError, "Expected a PNG, JPEG or WebP"),
    "svg": (SVG, ImageError, "Expected a PNG, JPEG or WebP"),
    "gif": (encoded(255 - INK, "GIF"), ImageError, "Expected a PNG, JPEG or WebP"),
    "bmp": (encoded(255 - INK, "BMP"), ImageError, "Expected a PNG, JPEG or WebP"),
    "tiff": (encoded(255 - INK, "TIFF"), ImageError, "Expected a PNG, JPEG or WebP"),
    "1x1": (encoded(np.zeros((1, 1), np.uint8)), ImageError, "at least 4x4"),
    "3x100": (np.zeros((3, 100), np.uint8), ImageError, "at least 4x4"),
    "30 megapixels": (png_header(6000, 5000), TooLargeError, "24 megapixels"),
    "too many bytes": (bytes(MAX_BYTES + 1), TooLargeError, "10 MB"),
    "floats": (np.zeros((28, 28)), ImageError, "uint8"),
    "stack": (np.zeros((2, 28, 28), np.uint8), ImageError, r"\(H, W\)"),
    "no pixels": (np.zeros((0, 28), np.uint8), ImageError, "at least 4x4"),
    "pil float": (Image.new("F", (28, 28)), ImageError, "8 or 16 bits"),
    "no picture at all": (7, ImageError, "Received int"),
    "no such path": ("no/such/file.png", ImageError, "no such file"),
    "no path": ("a\0b", ImageError, "no valid path"),
}


@pytest.mark.parametrize(("source", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused(source: Any, error: type[InputError], message: str) -> None:
    """Each refusal says what was expected."""
    with pytest.raises(error, match=message):
        to_grey(source)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(20_000, 20_000), (10_000, 9_500)])
def test_a_huge_header_is_refused_unread(size: tuple[int, int]) -> None:
    """Bombs are refused by their header, with or without Pillow's own limits."""
    with pytest.raises(TooLargeError, match="24 megapixels"):
        to_grey(png_header(*size))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_truncated_pictures_are_refused(kind: str) -> None:
    """Wherever a file is cut before its pixels end, no half digit is read."""
    data = encoded(noisy(128), kind)
    for share in np.linspace(0.001, 0.99, 60):
        with pytest.raises(ImageError):
            to_grey(data[: int(len(data) * share)])


def test_refusals_do_not_repeat_the_input(tmp_path: Path) -> None:
    """What people draw may be a secret, and so may be where they keep it."""
    secret = tmp_path / "pin-7391.png"
    secret.write_bytes(b"7391" * 9)
    for source in (secret, secret.read_bytes(), str(secret) + ".missing"):
        with pytest.raises(ImageError) as caught:
            to_grey(source)
        assert "7391" not in str(caught.value)


SHAPES = st.one_of(
    array_shapes(min_dims=2, max_dims=2, min_side=4, max_side=40),
    st.tuples(st.integers(4, 40), st.integers(4, 40), st.sampled_from([3, 4])),
)


@settings(deadline=None, max_examples=200)
@given(arrays(np.uint8, SHAPES, elements=st.integers(0, 255)))
def test_any_array_gives_finite_ink_in_range(pixels: NDArray[np.uint8]) -> None:
    """Whatever the pixels, the ink is float32, finite and in [0, 1]."""
    ink = to_grey(pixels).ink
    assert (ink.dtype, ink.shape) == (np.float32, pixels.shape[:2])
    assert np.isfinite(ink).all()
    assert ink.min() >= 0
    assert ink.max() <= 1


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(["png rgb", "jpeg rgb", "webp alpha"]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255))),
)
def test_damaged_files_are_read_or_refused(name: str, changes: list[tuple[int, int]]) -> None:
    """No flipped byte makes anything but ink or one of our errors."""
    data = bytearray(FILES[name])
    for place, value in changes:
        data[place % len(data)] = value
    with contextlib.suppress(InputError):
        assert np.isfinite(to_grey(bytes(data)).ink).all()


def test_a_palette_picture_without_a_palette_is_refused() -> None:
    """A PNG of palette colours that lacks the palette is damaged: Pillow says so by an AssertionError."""
    whole = encoded(Image.new("P", (8, 8)))
    start = whole.index(b"PLTE") - 4
    length = int.from_bytes(whole[start : start + 4], "big") + 12
    with pytest.raises(ImageError, match="damaged"):
        to_grey(whole[:start] + whole[start + length :])


@pytest.mark.parametrize("width", [1, 4, 10])
@pytest.mark.parametrize("is_bright", [False, True])
def test_a_frame_is_not_the_paper(width: int, is_bright: bool) -> None:
    """A line all the way round, as of a form's cell, is taken off: the digit in it is the ink, with or without it."""
    plain = ImageOps.invert(picture(7).convert("L")) if is_bright else picture(7).convert("L")
    framed = plain.copy()
    ImageDraw.Draw(framed).rectangle((0, 0, 279, 279), outline=255 if is_bright else 0, width=width)
    inside = to_grey(plain).ink[width:-width, width:-width]
    np.testing.assert_allclose(to_grey(framed).ink, inside, atol=0.02)


def test_an_empty_cell_is_empty() -> None:
    """A frame with nothing in it is a blank picture."""
    cell = Image.new("L", (200, 120), 255)
    ImageDraw.Draw(cell).rectangle((0, 0, 199, 119), outline=30, width=3)
    assert not to_grey(cell).ink.any()


def test_a_box_that_is_drawn_is_ink() -> None:
    """A square well inside of the picture is what was drawn, not a frame; nor is a line at one side only."""
    boxed = Image.new("L", (280, 280), 255)
    ImageDraw.Draw(boxed).rectangle((40, 40, 240, 240), outline=0, width=12)
    assert to_grey(boxed).ink.shape == (280, 280)
    lined = picture(7).convert("L")
    ImageDraw.Draw(lined).line((0, 0, 0, 279), fill=0, width=3)
    assert to_grey(lined).ink.shape == (280, 280)
