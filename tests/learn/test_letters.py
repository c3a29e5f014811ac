from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from sutja.learn import sources
from sutja.learn.dataset.letters import _ARCHIVES, _CHARACTERS, HEIGHT_PX, LETTERS, _drawn, letters
from sutja.learn.dataset.part import Part

# The letters that must be caught, by the issue.
PROMISED = "ACEFHKMNPRUVWXacefhkmnprtuvwx"


def test_the_letters_that_measure_are_those_promised() -> None:
    """A reader is measured on the letters that nobody takes for a digit, as the issue names them."""
    assert LETTERS == PROMISED


def test_what_measures_is_not_learned() -> None:
    """Neither `w` nor `x`, large or small, is drawn to train or to choose on, nor any digit or what looks like one."""
    for part in (Part.TRAINING, Part.CALIBRATION):
        drawn = _CHARACTERS[part]
        assert not set(drawn) & set("wxWX")
        assert not set(drawn) & set("0123456789OoDIilSsZzBbgqGTyY|/")
        assert len(set(drawn)) == len(drawn) > 20


@pytest.mark.parametrize("part", Part)
def test_each_part_has_its_own_fonts(mixed_data: Path, part: Part) -> None:
    """A part draws its own characters with its own fonts, every one that the font has."""
    faces = {Part.TRAINING: "DejaVuSans", Part.CALIBRATION: "DejaVuSerif", Part.TEST: "DejaVuSansMono"}
    drawn = letters(mixed_data, part)
    assert set(drawn) == {f"{faces[part]}/{faces[part]}.ttf"}
    [pictures] = drawn.values()
    assert len(pictures) == len(_CHARACTERS[part])


def test_a_letter_is_drawn_whole_with_bright_ink(fonts: Path) -> None:
    """A letter is (H, W) float32 in [0, 1]; as much ink is in it as on paper that is larger to all sides."""
    for archive in sources.FONTS_TEST:
        for font in sources.members(archive, fonts).values():
            face = ImageFont.truetype(BytesIO(font), HEIGHT_PX)
            for character, each in zip(LETTERS, _drawn(font, LETTERS), strict=True):
                paper = Image.new("L", (500, 500))
                ImageDraw.Draw(paper).text((200, 200), character, font=face, fill=255)
                assert (each.dtype, float(each.max()), float(each.min())) == (np.float32, 1, 0)
                assert each.sum() == pytest.approx(np.asarray(paper).sum() / 255, rel=1e-3)


def test_what_a_font_lacks_is_left_out(mixed_data: Path) -> None:
    """A character that the font does not have is not taught as the box that stands for it; nor is a blank."""
    [font] = sources.members(_ARCHIVES[Part.TRAINING][0], mixed_data).values()
    assert len(_drawn(font, "A\N{CJK UNIFIED IDEOGRAPH-6570} \uffffB")) == 2


def test_real_letters_are_no_digits(fonts: Path) -> None:
    """The fonts that test draw at least 200 letters, in at least 8 faces, and hardly any looks alike in two of them."""
    drawn = letters(fonts, Part.TEST)
    pictures = [each.tobytes() for font in drawn.values() for each in font]
    assert len(drawn) >= 8
    assert len(set(pictures)) >= 200
    assert {len(font) for font in drawn.values()} == {len(LETTERS)}
