"""The page for everyone: no state in which axe finds a fault, each path by keyboard alone, and nothing that jumps."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser.hand import Hand
from browser.test_upload import give, sheet
from browser.test_verdicts import LETTER
from pictures import encoded

FAULTS = "async () => (await axe.run(document)).violations.map(({ id, nodes }) => [id, nodes[0].html])"

# Adds up what moves by itself, also right after a click: a reading may come late.
SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
            shifts.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.nodeName)]);
        }
    }).observe({ type: "layout-shift", buffered: true });
"""
# What sticks out, and what is smaller than 24 px a side and can be hit.
SMALL = """() => [...document.querySelectorAll("button, input, summary, a")].flatMap((target) => {
    const { width, height } = target.getBoundingClientRect();
    return width > 0 && (width < 24 || height < 24) ? [target.outerHTML] : [];
})"""


def known(hand: Hand) -> None:
    """Wait for an answer."""
    expect(hand.result).not_to_have_attribute("data-state", re.compile("blank|pending"))


def states(hand: Hand) -> dict[str, Callable[[], Any]]:
    """Return the ways into each state of the page, in an order in which they can be gone."""
    page, explain = hand.page, hand.page.locator(".explain")
    return {
        "blank": lambda: None,
        "digit": lambda: hand.mouse(7),
        "explained": lambda: (explain.click(), page.wait_for_selector(".legend")),
        "table": lambda: page.locator(".probabilities summary").click(),
        "settings": lambda: page.locator(".settings summary").click(),
        "history": lambda: (page.locator(".history summary").click(), page.wait_for_selector(".entries li")),
        "deleted": page.locator(".entries button").first.click,
        "letter": lambda: (page.keyboard.press("Escape"), hand.draw(LETTER), known(hand)),
        "number": lambda: (page.keyboard.press("Escape"), hand.number("42"), known(hand)),
        "picture": lambda: (give(page, "drop", encoded(sheet("42"))), page.wait_for_selector(".sheet .boxes b")),
        "refused": lambda: (give(page, "drop", b"hello", "text/plain"), known(hand)),
        "shortcuts": lambda: page.keyboard.press("?"),
    }


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("en", "light", 1280), ("ko", "dark", 390), ("en", "forced", 1280), ("ko", "light", 320), ("en", "dark", 1280)],
)
def test_no_state_shuts_anyone_out(page: Page, axe: str, language: str, scheme: Any, width: int) -> None:
    """Law: in each state, language and colours axe finds no fault, nothing sticks out, and targets have 24 px."""
    if scheme == "forced":
        page.emulate_media(forced_colors="active")
    else:
        page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    hand = Hand(page, f"/?lang={language}")
    page.evaluate(axe)
    for name, enter in states(hand).items():
        enter()
        assert page.evaluate(FAULTS) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate(SMALL) == [], name


@pytest.mark.parametrize("width", [320, 1280])
def test_text_twice_as_large_fits(page: Page, width: int) -> None:
    """Law: with text at 200 % nothing is cut off to the side, and the tools still work."""
    page.set_viewport_size({"width": width, "height": 900})
    hand = Hand(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    page.locator(".settings summary").click()
    page.locator(".history summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Clear").click()
    expect(hand.result).to_have_attribute("data-state", "blank")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_by_itself(page: Page, width: int) -> None:
    """Law: while readings come and change nothing moves that one could see: 0.1 is what browsers call good."""
    page.set_viewport_size({"width": width, "height": 1_000})
    hand = Hand(page)
    page.wait_for_function("() => document.querySelector('.bars canvas').width > 0")
    page.wait_for_timeout(500)
    page.evaluate(SHIFTS)
    for draw in (lambda: hand.mouse(7), lambda: hand.draw(LETTER), lambda: hand.number("42"), lambda: hand.mouse(4)):
        draw()
        known(hand)
        page.wait_for_timeout(1_200)
        page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    shifts = page.evaluate("shifts")
    assert sum(value for value, *_ in shifts) < 0.0005, shifts


def test_every_path_by_keyboard_alone(hand: Hand) -> None:
    """Law: each control is reached by Tab, in the order in which it is seen, used by a key, and left with the focus."""
    page = hand.page
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText.trim()"))
    assert reached == [
        *("Speak", "On this device", "한국어", "English", "Undo", "Clear", "Read", "As a table"),
        *("Which ink decided?", "Photo or file", "Settings", "History"),
    ]
    page.locator(".settings summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("slider", name="Pen")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider", name="Pen")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("slider", name="Pen")).to_have_value("110")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="List of shortcuts")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="List of shortcuts")).to_be_focused()


def test_the_keys_of_the_list_do_what_it_says(hand: Hand) -> None:
    """Law: ? opens the list, Escape shuts it and clears nothing; E, S and H do their work; with Ctrl they do not."""
    page = hand.page
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog.locator("dt")).to_have_text(["Enter", "Backspace", "Esc", "P", "E", "S", "H", "?"])
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(hand.digits).to_have_text(["7"])
    page.keyboard.press("Control+e")
    expect(page.locator(".explain")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("e")
    expect(page.locator(".explain")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("s")
    expect(page.get_by_role("switch", name="Speak")).to_be_checked()
    page.keyboard.press("h")
    expect(page.locator(".history")).to_have_attribute("open", "")


def test_shortcuts_can_be_switched_off(hand: Hand) -> None:
    """Law: switched off (WCAG 2.1.4) no key does anything by itself, now and at the next visit; buttons do."""
    page = hand.page
    page.locator(".settings summary").click()
    page.get_by_label("Keyboard shortcuts").uncheck()
    for _ in range(2):
        hand.mouse(7)
        expect(hand.digits).to_have_text(["7"])
        for key in ("Escape", "Backspace", "Delete", "e", "h", "?"):
            page.keyboard.press(key)
        expect(hand.digits).to_have_text(["7"])
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator(".explain")).to_have_attribute("aria-pressed", "false")
        page.reload()
    expect(page.locator(".keys")).to_have_count(0)


def test_settings_are_remembered(hand: Hand) -> None:
    """Law: the pen's width is that of the last visit; what was never a width is as good as none."""
    page = hand.page
    for stored, shown in (("80", "80"), ("9999", "45"), ("wide", "45"), ("", "45")):
        page.evaluate("value => localStorage.setItem('sutja.pen', value)", stored)
        page.reload()
        page.locator(".settings summary").click()
        expect(page.get_by_role("slider", name="Pen")).to_have_value(shown)
