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


# What has more to show than it shows, or sticks out of the window.
CUT = """() => [...document.querySelectorAll("button, summary, h1, h2, h3, p, li, dt, dd, th, td, label")].flatMap(
    (part) => {
        const { left, right, width } = part.getBoundingClientRect();
        const isCut = part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0;
        const isSeen = width > 1 && part.checkVisibility({ visibilityProperty: true });
        return isSeen && (isCut || left < -1 || right > innerWidth + 1) ? [part.outerHTML.slice(0, 200)] : [];
    },
)"""


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
        "away": lambda: (page.keyboard.press("Escape"), gone(hand)),
        "shortcuts": lambda: page.keyboard.press("?"),
    }


def gone(hand: Hand) -> None:
    """Have the server, and with it the reader for this device, out of reach; the page says so of both."""
    hand.page.route(re.compile("/(predict|read|health|model)"), lambda route: route.abort())
    hand.mouse(7)
    hand.page.wait_for_selector(".banner")
    hand.page.locator("button.device").click()  # the banner does not lie on what may help
    expect(hand.page.locator("button.device")).to_have_attribute("data-state", "unreachable")


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("en", "light", 1280), ("ko", "dark", 390), ("en", "forced", 1280), ("ko", "light", 320), ("en", "dark", 1280)],
)
def test_no_state_shuts_anyone_out(page: Page, axe: str, language: str, scheme: Any, width: int) -> None:
    """Law: in each state, language and colours axe finds no fault, nothing sticks out, and targets have 24 px.

    Nor does anything move for those who asked for reduced motion.
    """
    page.emulate_media(reduced_motion="reduce")
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


# The contrast of a colour with the ground, both as the browser paints them, which also knows what a system colour is.
CONTRAST = """([ground, colours]) => {
    const context = document.createElement("canvas").getContext("2d");
    const light = (name) => {
        context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
        context.fillRect(0, 0, 1, 1);
        const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((value) =>
            value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
    };
    return colours.map((name) => Math.max(light(name), light(ground)) / Math.min(light(name), light(ground)));
}"""
# How dark or bright the ink on the pad is, and what it lies on: the sum of red, green and blue of each.
PAINTED = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const ink = data.findIndex((value, place) => place % 4 === 3 && value === 255) - 3;
    const paper = getComputedStyle(document.querySelector(".paper")).backgroundColor.match(/[0-9]+/g).map(Number);
    const sum = (values) => values[0] + values[1] + values[2];
    return [sum(data.slice(ink, ink + 3)), sum(paper)];
}"""
LOOKS: list[dict[str, Any]] = [
    {"color_scheme": scheme, "forced_colors": forced} for scheme in ("light", "dark") for forced in ("none", "active")
]


@pytest.mark.parametrize("looks", LOOKS)
def test_what_canvases_paint_can_be_seen(page: Page, looks: dict[str, Any]) -> None:
    """Law: axe sees no canvas: its numbers have 4.5 to 1, its bars 3 to 1, also where colours change meanwhile."""
    hand = Hand(page)
    hand.mouse(7)
    page.emulate_media(**looks)
    page.wait_for_timeout(300)
    ground = "--ground" if looks["forced_colors"] == "none" else "--paper"  # the system has the one colour for both
    accent, quiet, ink, bar = page.evaluate(CONTRAST, [ground, ["--accent", "--quiet", "--ink", "--bar"]])
    assert min(accent, quiet, ink) >= 4.5
    assert bar >= 3
    ink, paper = hand.pad.evaluate(PAINTED)
    assert abs(ink - paper) > 3 * 128


@pytest.mark.parametrize(("width", "language"), [(320, "en"), (320, "ko"), (1280, "en")])
def test_text_twice_as_large_fits(page: Page, width: int, language: str) -> None:
    """Law: with text at 200 % nothing is cut off to the side in any state, no word is cut, and the tools still work."""
    page.set_viewport_size({"width": width, "height": 900})
    hand = Hand(page, f"/?lang={language}")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    # The pad takes its new size a frame later.
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    for name, enter in states(hand).items():
        enter()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate(CUT) == [], name
    page.keyboard.press("Escape")
    page.locator(".tools button").nth(1).click()
    expect(hand.result).to_have_attribute("data-state", "blank")


@pytest.mark.parametrize(
    ("width", "language", "is_explained"),
    [(390, "en", False), (1280, "en", True), (320, "ko", True), (1280, "ko", False)],
)
def test_nothing_moves_by_itself(page: Page, width: int, language: str, is_explained: bool) -> None:
    """Law: while readings and explanations come and change nothing moves: 0.1 is what browsers call good."""
    page.set_viewport_size({"width": width, "height": 1_000})
    hand = Hand(page, f"/?lang={language}")
    page.wait_for_function("() => document.querySelector('.bars canvas').width > 0")
    if is_explained:
        page.locator(".explain").click()
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
