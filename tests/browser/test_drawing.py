"""What a hand draws is read, whatever it draws with."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from browser.hand import Hand
from browser.pixels import BARS, INK

WIDTH = "canvas => canvas.width"


@pytest.mark.parametrize("digit", [1, 4, 7])
def test_a_digit_drawn_with_the_mouse_is_read(hand: Hand, digit: int) -> None:
    """Law: at pen-up there are a digit, its confidence, ten bars, a table and the glyph, and all say the same."""
    hand.mouse(digit)
    expect(hand.result).to_have_attribute("data-state", "digit")
    expect(hand.digits).to_have_text([str(digit)])
    expect(hand.page.locator(".confidence")).to_have_text(re.compile(r"^>?[\d.]+% sure$"))
    hand.page.get_by_text("As a table").click()
    rows = hand.page.locator("tbody tr")
    assert [row.split()[0] for row in rows.all_inner_texts()] == [*"0123456789", "No"]
    expect(hand.page.locator("tr[data-winner=true] th")).to_have_text(str(digit))
    hand.page.wait_for_timeout(200)  # the bars move for 150 ms
    bars = hand.page.locator(".bars canvas").evaluate(BARS)
    assert bars.index(max(bars)) == digit
    assert max(bars) > 0.7 > sum(bars) - max(bars)
    glyph = hand.page.locator(".glyph canvas")
    assert glyph.evaluate("canvas => [canvas.width, canvas.height]") == [28, 28]
    assert 20 < glyph.evaluate(INK) < 28 * 28 / 2


def test_nothing_is_read_from_an_empty_pad(hand: Hand) -> None:
    """Law: where nothing is drawn there is no digit, no bar and no request, even where one asks for it."""
    hand.page.get_by_role("button", name="Read").click(force=True)
    hand.page.keyboard.press("Enter")
    expect(hand.result).to_have_attribute("data-state", "blank")
    expect(hand.digits).to_have_count(0)
    assert max(hand.page.locator(".bars canvas").evaluate(BARS)) < 0.05
    assert hand.page.locator(".glyph canvas").evaluate(INK) == 0
    assert hand.asked == []


def test_a_tap_makes_a_dot(hand: Hand) -> None:
    """Law: a stroke without length is a point, can be seen and is read."""
    hand.pad.click()
    expect(hand.result).not_to_have_attribute("data-state", "pending")
    assert [len(stroke) for stroke in hand.last] == [1]
    assert hand.pad.evaluate(INK) > 100


def test_a_pen_says_how_hard_it_is_pressed(hand: Hand) -> None:
    """Law: the pressure of a pen comes through as it is; that of a mouse, which has none, is not made up."""
    hand.pen(7, pressures=[0.3, 0.9])
    expect(hand.digits).to_have_text(["7"])
    assert {point[3] for point in hand.last[0]} == {0.3, 0.9}
    hand.page.get_by_role("button", name="Clear").click()
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    assert {len(point) for point in hand.last[0]} == {3}


def test_the_picture_of_the_pad_is_read_too(hand: Hand) -> None:
    """Law: the PNG that the pad's canvas makes, sent as it is, gives the digit, with dark ink and with bright."""
    post = """async canvas => {
        const body = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
        const answer = await fetch("predict", { method: "POST", body, headers: { "content-type": "image/png" } });
        return (await answer.json()).digit;
    }"""
    hand.mouse(7)
    assert hand.pad.evaluate(post) == 7
    hand.page.emulate_media(color_scheme="dark")
    assert hand.pad.evaluate(post) == 7


def test_the_drawing_outlives_a_change_of_size(hand: Hand) -> None:
    """Law: ink is strokes: on a pad of another size it is drawn anew, and reads the same."""
    hand.mouse(7)
    width, ink = hand.pad.evaluate(WIDTH), hand.pad.evaluate(INK)
    hand.page.set_viewport_size({"width": 360, "height": 700})
    expect(hand.pad).not_to_have_js_property("width", width)
    assert hand.pad.evaluate(INK) / ink == pytest.approx(
        (hand.pad.evaluate("canvas => canvas.width") / width) ** 2, rel=0.1
    )
    sent = hand.last
    hand.page.keyboard.press("Enter")
    expect(hand.digits).to_have_text(["7"])
    assert hand.last == sent


def test_a_fine_screen_gets_fine_ink(
    launch_browser: Callable[..., Browser], browser_type_launch_args: dict[str, Any], base_url: str
) -> None:
    """Law: with three pixels of the screen to one of the style sheet, the canvas has three too."""
    with launch_browser(args=[*browser_type_launch_args["args"], "--force-device-scale-factor=3"]) as browser:
        hand = Hand(browser.new_page(base_url=base_url, no_viewport=True))
        width = hand.pad.evaluate("canvas => canvas.getBoundingClientRect().width")
        assert hand.pad.evaluate(WIDTH) == pytest.approx(3 * width, abs=1)


class TestTouch:
    """A finger draws; it neither scrolls the page nor minds a second one."""

    @pytest.fixture
    def browser_context_args(self, browser_context_args: dict[str, object]) -> dict[str, object]:
        """Return a phone, so low that the page could scroll."""
        return {**browser_context_args, "viewport": {"width": 360, "height": 500}, "has_touch": True, "is_mobile": True}

    def test_a_digit_drawn_with_a_finger_is_read_and_the_page_stays(self, hand: Hand) -> None:
        """Law: a finger on the pad draws; on the text beside it, the same movement scrolls."""
        hand.pad.scroll_into_view_if_needed()
        before = hand.page.evaluate("scrollY")
        hand.touch(7)
        expect(hand.digits).to_have_text(["7"])
        assert hand.page.evaluate("scrollY") == before
        hand.swipe([(4, 450 - 20 * step) for step in range(20)])
        hand.page.wait_for_timeout(200)
        assert hand.page.evaluate("scrollY") > before

    def test_a_second_finger_is_not_minded(self, hand: Hand) -> None:
        """Law: one finger draws at a time."""
        (stroke,) = hand.strokes([[(20, 10), (80, 10), (42, 95)]])
        hand.finger("touchStart", stroke[0])
        for x, y in stroke[1:]:
            hand.finger("touchMove", (x, y), (x / 2 + 40, 300))
        hand.finger("touchEnd")
        expect(hand.digits).to_have_text(["7"])
        assert len(hand.last) == 1

    def test_a_pen_beats_the_palm(self, hand: Hand) -> None:
        """Law: what a palm has drawn is taken back when the pen comes down."""
        box = hand.pad.bounding_box()
        assert box
        hand.finger("touchStart", (box["x"] + 250, box["y"] + 300))
        hand.finger("touchMove", (box["x"] + 290, box["y"] + 310))
        hand.pen(7, pressures=[0.5])
        expect(hand.digits).to_have_text(["7"])
        assert len(hand.last) == 1
