"""Commands write their part of a page, and nothing else of it."""

from pathlib import Path

import pytest
from tools.marked import measured_by, put, text_of


def test_a_part_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    """Law: between its markers stands the newest text; writing the same again changes no byte."""
    page = tmp_path / "page.md"
    page.write_text(
        "before\n<!-- a -->\nold\n<!-- end of a -->\nbetween\n<!-- b -->\n<!-- end of b -->\nafter", "utf-8"
    )
    put(page, "a", "new\\1\nlines\n")
    put(page, "b", "other")
    whole = page.read_text("utf-8")
    assert (text_of(page, "a"), text_of(page, "b")) == ("new\\1\nlines", "other")
    assert (whole.startswith("before\n<!-- a -->\n"), whole.endswith("\n<!-- end of b -->\nafter")) == (True, True)
    assert ("old" in whole, "\nbetween\n" in whole) == (False, True)
    put(page, "a", text_of(page, "a"))
    assert page.read_text("utf-8") == whole
    assert [each.name for each in tmp_path.iterdir()] == ["page.md"]


@pytest.mark.parametrize("text", ["", "<!-- a -->", "<!-- end of a --><!-- a -->", "<!-- a --><!-- end of b -->"])
def test_a_page_without_its_markers_is_left(tmp_path: Path, text: str) -> None:
    """Law: a page that lost a marker is refused, and stays as it was."""
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"Expected page\.md to have"):
        put(page, "a", "new")
    assert page.read_text("utf-8") == text


def test_figures_name_their_command() -> None:
    """Law: figures say by what they are made again."""
    assert measured_by("make poison").startswith("Measured by `make poison` on 2")
