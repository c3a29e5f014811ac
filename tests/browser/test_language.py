"""The page in two languages: which one opens, and that a switch changes every word and nothing else."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.hand import Hand
from browser.pixels import INK

FORBIDDEN = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
)
# Every word of the page that can be seen or heard, without those that are the same in any language.
WORDS = """() => {
    const named = [...document.querySelectorAll("[aria-label], [title]")];
    const names = named.flatMap((part) => [part.ariaLabel, part.title]);
    const text = document.querySelector("#app").cloneNode(true);
    for (const part of text.querySelectorAll("[lang], kbd, h1")) part.remove();
    const { content } = document.querySelector("meta[name=description]");
    return [document.title, content, text.textContent, ...names].join(" ");
}"""
FAULTS = "async () => (await axe.run(document)).violations.map(({ id, nodes }) => [id, nodes[0].html])"


def switch(page: Page, name: str) -> Any:
    """Return the button of that language."""
    return page.get_by_role("button", name=name, exact=True)


def language(page: Page) -> str | None:
    """Return the language that the document says it is in, once there is a page."""
    expect(page.locator("canvas.pad")).to_be_visible()
    return page.locator("html").get_attribute("lang")


@pytest.mark.parametrize(
    ("browsers", "address", "opens"),
    [
        ("ko-KR", "/", "ko"),
        ("fr-FR", "/", "en"),
        ("en-GB", "/?lang=ko", "ko"),
        ("ko-KR", "/?lang=en", "en"),
        ("ko-KR", "/?lang=xx", "ko"),
        ("en-GB", "/?lang=%3Cscript%3E", "en"),
    ],
)
def test_the_language_is_that_of_the_address_or_the_browser(
    browser: Browser, base_url: str, browsers: str, address: str, opens: str
) -> None:
    """Law: the address goes before the browser's own language; one that there is not is as good as none."""
    with browser.new_context(locale=browsers, base_url=base_url) as context:
        page = context.new_page()
        page.goto(address)
        assert language(page) == opens


def test_a_choice_is_remembered_and_goes_before_the_browser(hand: Hand) -> None:
    """Law: what was chosen holds for the next visit, also where the address named another language."""
    switch(hand.page, "한국어").click()
    hand.page.goto("/")
    assert language(hand.page) == "ko"
    hand.page.goto("/?lang=en&x=1")
    assert language(hand.page) == "en"
    switch(hand.page, "한국어").click()
    expect(hand.page).to_have_url(re.compile(r"/\?lang=ko&x=1$"))
    hand.page.reload()
    assert language(hand.page) == "ko"


def test_a_browser_that_remembers_nothing_can_still_switch(page: Page) -> None:
    """Law: where storage is forbidden the page works, in the browser's language, and the switch switches."""
    page.add_init_script(FORBIDDEN)
    hand = Hand(page)
    switch(page, "한국어").click()
    assert language(page) == "ko"
    page.get_by_role("switch", name="읽어 주기").click()
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])


def test_the_switch_changes_every_word_at_once_and_keeps_the_ink(hand: Hand) -> None:
    """Law: without a reload all that is seen, named or said is in the other language; ink and reading stay."""
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    hand.page.wait_for_load_state("networkidle")  # the last of the readings that were asked for while it was drawn
    ink, asked = hand.pad.evaluate(INK), len(hand.asked)
    hand.page.evaluate("window.isSamePage = true")
    korean = switch(hand.page, "한국어")
    korean.focus()
    korean.press("Enter")
    expect(hand.page.get_by_role("heading", level=2)).to_have_text("7입니다")
    expect(korean).to_be_focused()
    expect(korean).to_have_attribute("aria-pressed", "true")
    assert language(hand.page) == "ko"
    assert set(re.findall(r"[A-Za-z]{2,}", hand.page.evaluate(WORDS))) <= {"sutja", "MB"}
    expect(hand.page.get_by_role("status")).to_have_text(re.compile(r"^7입니다\. >?[\d.]+% 확실\.$"))
    assert hand.pad.evaluate(INK) == ink
    switch(hand.page, "English").click()
    expect(hand.page.get_by_role("heading", level=2)).to_have_text("This is a 7")
    assert re.findall(r"[가-힣]+", hand.page.evaluate(WORDS)) == []
    assert (hand.pad.evaluate(INK), len(hand.asked)) == (ink, asked)
    assert hand.page.evaluate("window.isSamePage")


@pytest.mark.parametrize(
    ("button", "title", "note"),
    [
        ("한국어", "읽지 못했습니다", "서버가 이 그림을 이해하지 못했습니다. 지우고 다시 써 주세요."),
        ("English", "Could not be read", "make sense of this drawing. Clear the pad and try again."),
    ],
)
def test_errors_are_told_in_the_language_of_the_page(page: Page, button: str, title: str, note: str) -> None:
    """Law: of a problem people are told in their language; the server's own words stand beside it."""
    page.route("**/predict*", lambda route: route.continue_(post_data='{"strokes": 5}'))
    hand = Hand(page)
    switch(page, button).click()
    hand.mouse(7)
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_text(note)).to_be_visible()
    expect(page.get_by_text(re.compile(": Expected an ink to be a list of strokes"))).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_korean_shuts_nobody_out_and_fits(hand: Hand, axe: str, width: int) -> None:
    """Law: in Korean, too, axe finds no fault, nothing sticks out, and whatever is to be hit is 44 px high."""
    hand.page.set_viewport_size({"width": width, "height": 640})
    switch(hand.page, "한국어").click()
    hand.page.evaluate(axe)
    for draw in (lambda: hand.mouse(7), lambda: hand.mouse(4), lambda: hand.number("86753091")):
        draw()
        expect(hand.result).not_to_have_attribute("data-state", re.compile("blank|pending"))
        assert hand.page.evaluate("document.documentElement.scrollWidth") <= width
    assert hand.page.evaluate(FAULTS) == []
    for target in hand.page.locator("button:visible, input:visible, summary:visible").all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 44


def test_without_javascript_both_languages_say_so(browser: Browser, base_url: str) -> None:
    """Law: where scripts are off, one is told in both languages, each marked as what it is."""
    with browser.new_context(java_script_enabled=False, base_url=base_url) as context:
        page = context.new_page()
        page.goto("/")
        for tongue in ("ko", "en"):
            expect(page.locator(f"noscript p[lang={tongue}]")).to_have_count(1)
