"""The history: kept on this device alone, undone, exported, and no harm where it cannot be kept."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.hand import Hand
from browser.test_language import FORBIDDEN
from browser.test_upload import give, sheet
from pictures import encoded

KEPT_MS = 1_000
"""A little more than the time after which the page keeps a reading."""
FULL = """
    const real = Storage.prototype.setItem;
    Storage.prototype.setItem = function (name, value) {
        if (name === "sutja.history" && value.length > 1500) throw new DOMException("full", "QuotaExceededError");
        return real.call(this, name, value);
    };
"""


def fold(page: Page) -> Locator:
    """Return what opens and shuts the history."""
    return page.locator(".history summary")


def rows(page: Page) -> Locator:
    """Return the entries."""
    return page.locator(".entries li")


def draw(hand: Hand, *digits: int) -> None:
    """Draw digits, each on an empty pad, each until it is kept as that digit; a part of it may be kept before."""
    hand.page.bring_to_front()  # a tab behind another takes a second for each move of the mouse
    for digit in digits:
        hand.page.keyboard.press("Escape")
        before = fold(hand.page).inner_text()
        hand.mouse(digit)
        expect(hand.digits).to_have_text([str(digit)])
        expect(fold(hand.page)).not_to_have_text(before)
        hand.page.wait_for_timeout(KEPT_MS)


def test_readings_are_kept_on_this_device(hand: Hand) -> None:
    """Law: each drawing is one entry, newest first, also after the page was loaded again; nothing of it is sent."""
    draw(hand, 4, 7)
    hand.page.reload()
    expect(fold(hand.page)).to_have_text("History (2)")
    sent: list[str] = []
    hand.page.on("request", lambda request: sent.append(request.url))
    fold(hand.page).click()
    expect(rows(hand.page).locator("b")).to_have_text(["7", "4"])
    expect(hand.page.locator("svg.thumbnail path")).to_have_count(3)
    assert sent == []


def test_a_drawing_that_goes_on_is_one_entry(hand: Hand) -> None:
    """Law: strokes added to a drawing change its entry; they do not add one."""
    hand.number("4")
    expect(fold(hand.page)).to_have_text("History (1)")
    fold(hand.page).click()
    hand.page.keyboard.press("Escape")
    hand.number("42")
    expect(rows(hand.page).locator("b")).to_have_text(["42", "4"])
    hand.page.keyboard.press("Backspace")
    expect(rows(hand.page).locator("b")).to_have_text(["4", "4"])


def test_a_drawing_that_a_picture_covered_is_no_news(hand: Hand) -> None:
    """Law: put away, a picture uncovers the drawing and adds no second entry; one that was deleted stays deleted."""
    draw(hand, 4)
    give(hand.page, "paste", encoded(sheet("5")))
    expect(fold(hand.page)).to_have_text("History (2)")
    fold(hand.page).click()
    hand.page.get_by_role("button", name=re.compile("^Delete 4")).click()
    hand.page.keyboard.press("Escape")
    expect(hand.digits).to_have_text(["4"])
    hand.page.wait_for_timeout(1_500)
    expect(rows(hand.page).locator("b")).to_have_text(["5"])


def test_a_deletion_can_be_undone(hand: Hand) -> None:
    """Law: deleted is deleted at once, one or all, and comes back by one button, which gets the focus."""
    draw(hand, 4, 7, 3)
    fold(hand.page).click()
    hand.page.get_by_role("button", name=re.compile("^Delete 7")).click()
    expect(rows(hand.page).locator("b")).to_have_text(["3", "4"])
    assert '"digits":"7"' not in hand.page.evaluate("localStorage['sutja.history']")
    undo = hand.page.get_by_role("button", name="Undo the deletion")
    expect(undo).to_be_focused()
    hand.page.keyboard.press("Enter")
    expect(rows(hand.page).locator("b")).to_have_text(["3", "7", "4"])
    expect(undo).to_have_count(0)
    expect(rows(hand.page).nth(1)).to_be_focused()
    hand.page.get_by_role("button", name="Delete all").click()
    expect(rows(hand.page)).to_have_count(0)
    assert hand.page.evaluate("localStorage['sutja.history']") == "[]"
    expect(undo).to_be_focused()
    undo.click()
    expect(rows(hand.page)).to_have_count(3)


def test_by_keys_alone_the_focus_is_never_lost(hand: Hand) -> None:
    """Law: opened, emptied row by row, restored and shut by keys alone, the history has the focus or its summary."""
    draw(hand, 4, 7)
    page, undo = hand.page, hand.page.get_by_role("button", name="Undo the deletion")
    fold(page).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^Delete 4")).focus()
    page.keyboard.press("Enter")
    expect(undo).to_be_focused()
    for _ in range(4):  # past the two files and "Delete all"
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name=re.compile("^Delete 7"))).to_be_focused()
    page.keyboard.press("Space")
    expect(rows(page)).to_have_count(0)
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    expect(rows(page).first).to_be_focused()
    page.keyboard.press("Enter")  # once too often, and nothing is deleted
    expect(rows(page).locator("b")).to_have_text(["7"])
    page.keyboard.press("h")
    expect(rows(page)).to_have_count(0)
    expect(fold(page)).to_be_focused()


def test_a_long_history_is_shown_in_parts(page: Page) -> None:
    """Law: more is shown at each wish, the first of it has the focus then, and the last wish leaves no focus behind."""
    entry = {"source": "drawing", "digits": "7", "verdict": "digit", "confidence": 1, "strokes": [[[0, 0], [500, 900]]]}
    entries = [{**entry, "id": f"entry {place}", "at": 1_700_000_000_000 - place} for place in range(60)]
    page.add_init_script(f"localStorage['sutja.history'] = {json.dumps(json.dumps(entries))}")
    page.goto("/")
    fold(page).click()
    expect(fold(page)).to_have_text("History (60)")
    expect(rows(page)).to_have_count(24)
    for shown, left in ((24, 36), (48, 12)):
        page.get_by_role("button", name=f"Show {left} older").press("Enter")
        expect(rows(page).nth(shown)).to_be_focused()
    expect(rows(page)).to_have_count(60)
    expect(page.get_by_role("button", name=re.compile("older"))).to_have_count(0)


def test_it_can_be_taken_along(hand: Hand, tmp_path: Path) -> None:
    """Law: CSV and JSON hold what the list shows, oldest first, made without a request."""
    draw(hand, 4)
    hand.page.keyboard.press("Escape")
    hand.number("07")
    expect(fold(hand.page)).to_have_text("History (2)")
    fold(hand.page).click()
    sent: list[str] = []
    hand.page.on("request", lambda request: sent.append(request.url) if request.url.startswith("http") else None)
    files = {}
    for name in ("CSV", "JSON"):
        with hand.page.expect_download() as download:
            hand.page.get_by_role("button", name=f"Save as {name}").click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])
    table = list(csv.DictReader(io.StringIO(files["CSV"].read_text("utf-8"))))
    assert [row["digits"] for row in table] == ["4", "07"]
    assert set(table[0]) == {"time", "source", "digits", "verdict", "confidence"}
    taken = json.loads(files["JSON"].read_text("utf-8"))
    assert [row["digits"] for row in taken["readings"]] == ["4", "07"]
    assert len(taken["readings"][0]["strokes"]) == 2
    assert sent == []


def test_it_can_be_switched_off(hand: Hand) -> None:
    """Law: with the history switched off nothing is kept, now or at the next visit."""
    hand.page.get_by_text("Settings", exact=True).click()
    hand.page.get_by_label("Keep a history").uncheck()
    hand.page.reload()
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    hand.page.wait_for_timeout(1_500)
    expect(fold(hand.page)).to_have_text("History")
    assert hand.page.evaluate("localStorage['sutja.history']") is None


@pytest.mark.parametrize(("script", "count", "note"), [(FORBIDDEN, 3, "keeps nothing"), (FULL, 1, "this device only")])
def test_storage_that_is_forbidden_or_full(page: Page, script: str, count: int, note: str) -> None:
    """Law: where nothing can be kept the list ends with the page, and says so; where there is no room the oldest go."""
    page.add_init_script(script)
    hand = Hand(page)
    draw(hand, 4) if count == 1 else draw(hand, 4, 7, 3)
    if count == 1:
        page.evaluate("localStorage['sutja.history'] = '[]'")
    fold(page).click()
    expect(page.locator(".history-note")).to_contain_text(note)
    expect(rows(page)).to_have_count(count)


@pytest.mark.parametrize(
    "text", ["{", "null", '"x"', "[1, null, {}]", '[{"id": "a", "digits": "<b>", "at": 1}]', "[[]]"]
)
def test_memory_may_hold_anything(page: Page, text: str) -> None:
    """Law: what another page or version left there is passed over, and readings are kept as ever."""
    page.add_init_script(f"localStorage['sutja.history'] ??= {json.dumps(text)}")
    hand = Hand(page)
    draw(hand, 7)
    expect(fold(page)).to_have_text("History (1)")


def test_two_tabs_keep_one_history(browser: Browser, base_url: str) -> None:
    """Law: what one tab reads is there in the other, and neither undoes what the other kept."""
    with browser.new_context(base_url=base_url, service_workers="block") as context:
        one, other = Hand(context.new_page()), Hand(context.new_page())
        draw(one, 4)
        expect(fold(other.page)).to_have_text("History (1)")
        draw(other, 7)
        expect(fold(one.page)).to_have_text("History (2)")


def test_what_another_tab_deletes_takes_no_focus_along(browser: Browser, base_url: str) -> None:
    """Law: where the row with the focus goes, because another tab deleted it, one that is left gets the focus."""
    with browser.new_context(base_url=base_url, service_workers="block") as context:
        one, other = Hand(context.new_page()), Hand(context.new_page())
        draw(one, 4, 7)
        for hand in (one, other):
            fold(hand.page).click()
        one.page.get_by_role("button", name=re.compile("^Delete 7")).focus()
        other.page.get_by_role("button", name=re.compile("^Delete 7")).press("Enter")
        expect(rows(one.page).locator("b")).to_have_text(["4"])
        expect(rows(one.page)).to_be_focused()
