"""How the page behaves: its tools and keys, a server that goes away, small screens, and those who do not see it."""

import re
import subprocess
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from browser.hand import Hand
from browser.pixels import HEIGHTS, INK, SLOW
from serving import SERVE, Serving


def button(hand: Hand, name: str) -> Any:
    """Return the button of that name."""
    return hand.page.get_by_role("button", name=name)


@pytest.mark.parametrize("key", ["Undo", "Backspace", "Control+z"])
def test_undo_takes_back_a_stroke(hand: Hand, key: str) -> None:
    """Law: undo, by button or key, takes back the last stroke, and what is left is read anew."""
    hand.mouse(4)
    expect(hand.digits).to_have_text(["4"])
    button(hand, key).click() if key == "Undo" else hand.page.keyboard.press(key)
    expect(hand.pad).to_have_accessible_name(re.compile("1 stroke"))
    expect(hand.digits.or_(hand.page.get_by_text("look like a digit"))).not_to_have_text(["4"])
    assert len(hand.last) == 1


@pytest.mark.parametrize("key", ["Clear", "Escape", "Delete"])
def test_clear_leaves_nothing(hand: Hand, key: str) -> None:
    """Law: clear, by button or key, leaves an empty pad, and no digit."""
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    button(hand, key).click() if key == "Clear" else hand.page.keyboard.press(key)
    expect(hand.result).to_have_attribute("data-state", "blank")
    expect(hand.digits).to_have_count(0)
    assert hand.pad.evaluate(INK) == 0


def test_read_asks_again(hand: Hand) -> None:
    """Law: the Read button and Enter ask once more; Enter on another button does what that button does."""
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    for ask in (button(hand, "Read").click, lambda: hand.pad.press("Enter")):
        hand.page.wait_for_timeout(200)
        before = len(hand.asked)
        ask()
        hand.page.wait_for_timeout(200)
        assert len(hand.asked) == before + 1
    button(hand, "Clear").press("Enter")
    expect(hand.result).to_have_attribute("data-state", "blank")
    expect(button(hand, "Clear")).to_be_focused()


def test_a_key_after_drawing_is_for_the_drawing(hand: Hand) -> None:
    """Law: whoever presses Clear, draws and presses Enter has the drawing read: Enter does not press Clear again."""
    button(hand, "Clear").click(force=True)
    hand.mouse(7)
    hand.page.keyboard.press("Enter")
    expect(hand.pad).to_have_accessible_name(re.compile("1 stroke"))
    expect(hand.digits).to_have_text(["7"])


def test_the_width_of_the_pen_is_for_looks(hand: Hand) -> None:
    """Law: a wider pen looks wider, at once, and changes nothing of what is read."""
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    ink, sent, sure = hand.pad.evaluate(INK), hand.last, hand.page.locator(".confidence").inner_text()
    hand.page.get_by_text("Settings", exact=True).click()
    hand.page.get_by_role("slider", name="Pen").press("End")
    assert hand.pad.evaluate(INK) > 1.5 * ink
    asked = len(hand.asked)
    hand.page.keyboard.press("Enter")
    assert hand.last == sent
    assert len(hand.asked) > asked
    expect(hand.page.locator(".confidence")).to_have_text(sure)


def test_live_reading_asks_one_thing_at_a_time(page: Page) -> None:
    """Law: while someone draws the newest ink is read, with one request under way at most; the last says it all."""
    page.add_init_script(SLOW)
    hand = Hand(page)
    for digit in (3, 7):
        hand.mouse(digit)
    assert len(hand.asked) > 1
    expect(hand.pad).to_have_accessible_name(re.compile("2 strokes"))
    page.wait_for_timeout(600)
    assert len(hand.last) == 2
    asked = page.evaluate("asked")
    assert asked["most"] == 1
    assert asked["all"] == len(hand.asked)


def test_a_server_that_goes_and_comes_back(page: Page, mortal: Serving) -> None:
    """Law: with the server gone the page says so and keeps the drawing; with the server back it reads by itself."""
    hand, banner = Hand(page, mortal.url), page.get_by_text("The reader is out of reach.", exact=True)
    hand.mouse(1)
    expect(hand.digits).to_have_text(["1"])
    mortal.process.kill()
    button(hand, "Clear").click()
    hand.mouse(7)
    expect(banner).to_be_visible()
    expect(hand.digits).to_have_count(0)
    ink = hand.pad.evaluate(INK)
    again = subprocess.Popen([*SERVE, "--port", str(urlsplit(mortal.url).port)], stdout=subprocess.DEVNULL)
    try:
        expect(hand.digits).to_have_text(["7"], timeout=20_000)
    finally:
        again.kill()
        again.wait()
    expect(banner).to_be_hidden()
    assert hand.pad.evaluate(INK) == ink


def test_too_much_is_said_and_not_sent(hand: Hand) -> None:
    """Law: the page never sends more strokes than the server takes, says so, and goes on when some are taken back."""
    hand.pad.evaluate(
        """canvas => {
            const { left, top } = canvas.getBoundingClientRect();
            for (let x = 0; x < 65; x += 1) {
                const place = { clientX: left + 5 * x, clientY: top + 50, pointerId: 1 };
                for (const type of ["pointerdown", "pointerup"]) canvas.dispatchEvent(new PointerEvent(type, place));
            }
        }"""
    )
    expect(hand.result).to_have_attribute("data-state", "refused")
    expect(hand.page.get_by_role("heading", name="Too many strokes")).to_be_visible()
    button(hand, "Undo").click()
    expect(hand.result).not_to_have_attribute("data-state", re.compile("refused|pending"))
    assert max(map(len, hand.asked)) == 64


def test_a_settled_reading_is_said_once(hand: Hand) -> None:
    """Law: a screen reader hears nothing while someone draws, and a moment after the last stroke what was read."""
    status = hand.page.get_by_role("status")
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    expect(status).to_have_text("")
    expect(status).to_have_text(re.compile(r"^This is a 7\. >?[\d.]+% sure\.$"))
    spoken = hand.page.locator("[aria-live]:not([aria-live=off]), [role=status], [role=alert], output")
    assert [text for text in spoken.all_inner_texts() if text.strip()] == [status.inner_text()]


@pytest.mark.parametrize(("motion", "heights"), [("no-preference", range(4, 21)), ("reduce", range(1, 3))])
def test_bars_move_only_for_those_who_like_it(hand: Hand, motion: Any, heights: range) -> None:
    """Law: the bars glide to a settled reading, and jump to it where reduced motion is asked for."""
    hand.page.emulate_media(reduced_motion=motion)
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    hand.page.wait_for_timeout(300)
    assert hand.page.locator(".bars canvas").evaluate(HEIGHTS, "Clear") in heights


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(hand: Hand, axe: str, scheme: Any) -> None:
    """Law: axe-core finds no fault, in light and dark, with an empty pad, with a digit or a number and its table."""
    hand.page.emulate_media(color_scheme=scheme)
    faults = "async () => (await axe.run(document)).violations.map(({ id, nodes }) => [id, nodes[0].html])"
    hand.page.evaluate(axe)
    assert hand.page.evaluate(faults) == []
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    hand.page.get_by_text("As a table").click()
    assert hand.page.evaluate(faults) == []
    assert 'rowheader "7"' in hand.page.get_by_role("table").aria_snapshot()
    button(hand, "Clear").click()
    hand.number("42")
    expect(hand.digits).to_have_text(["4", "2"])
    assert hand.page.evaluate(faults) == []
    assert 'rowheader "4"' in hand.page.get_by_role("table").aria_snapshot()


@pytest.mark.parametrize("width", [320, 768])
def test_it_fits(hand: Hand, width: int) -> None:
    """Law: from 320 px up nothing sticks out, and whatever is to be hit is 44 px high."""
    hand.page.set_viewport_size({"width": width, "height": 640})
    for draw in (lambda: hand.mouse(7), lambda: hand.mouse(4), lambda: hand.number("86753091")):
        draw()  # one over the other, to have verdicts in many words
        expect(hand.result).not_to_have_attribute("data-state", re.compile("blank|pending"))
        assert hand.page.evaluate("document.documentElement.scrollWidth") <= width
    for target in hand.page.locator("button:visible, input:visible, summary:visible").all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 44
