"""Giving: one tap under a reading, consent once, undone as easily; and what is said where it cannot be given."""

import json
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from browser.hand import Hand

AGREED = "localStorage.setItem('sutja.consent', '1')"
BELOW = """() => ['.giving', '.probabilities', '.insight', '.extras']
    .map((name) => document.querySelector(name).getBoundingClientRect().top + scrollY)"""
FAULTS = "async () => (await axe.run(document)).violations.map(({ id, nodes }) => [id, nodes[0].html])"


def rows() -> dict[str, tuple[int | None, int | None]]:
    """Return label and reading of all samples of the service that the tests share, by their ids."""
    with closing(sqlite3.connect(Path(os.environ["SUTJA_HOME"]) / "sutja.db")) as file:
        return {name: (label, read) for name, label, read in file.execute("SELECT id, label, read FROM samples")}


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def note(page: Page) -> Locator:
    """Return what is said under the buttons, to eyes and to screen readers."""
    return page.locator(".giving > .note")


def test_a_tap_gives_after_consent_and_undo_takes_back(hand: Hand, axe: str) -> None:
    """Law: what is kept, how long, and how it is deleted is told before anything is sent; taken back is deleted."""
    before, page = rows(), hand.page
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    button(page, "Right, it is a 7").click()
    dialog = page.get_by_role("dialog", name="May this drawing be kept?")
    expect(dialog).to_contain_text("deleted after 365 days")
    expect(dialog).to_contain_text("Take it back")
    expect(dialog).to_contain_text("cookie")
    page.evaluate(axe)
    assert page.evaluate(FAULTS) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert rows() == before
    button(page, "Right, it is a 7").click()
    button(page, "I agree, give it").click()
    expect(note(page)).to_have_text("Thank you. Given as a 7.")
    [name] = rows().keys() - before.keys()
    assert rows()[name] == (7, 7)
    assert [cookie["name"] for cookie in page.context.cookies() if cookie["path"] == "/samples"] == ["sutja_giver"]
    button(page, "Take it back").click()
    expect(note(page)).to_contain_text("deleted")
    assert rows() == before
    expect(hand.digits).to_have_text(["7"])


def test_by_keyboard_and_found_again_in_the_history(hand: Hand) -> None:
    """Law: once agreed to, a correction is one press; after a reload the history lists and deletes what was given."""
    before, page = rows(), hand.page
    page.evaluate(AGREED)
    page.reload()
    hand.mouse(4)
    expect(hand.digits).to_have_text(["4"])
    button(page, "No, it was a 9").focus()
    page.keyboard.press("Enter")
    expect(note(page)).to_have_text("Thank you. Given as a 9.")
    expect(button(page, "Take it back")).to_be_focused()
    page.keyboard.press("Space")
    expect(note(page)).to_contain_text("deleted")
    button(page, "No, it was no digit").press("Enter")
    expect(note(page)).to_have_text("Thank you. Given as no digit.")
    [name] = rows().keys() - before.keys()
    assert rows()[name] == (None, 4)
    page.reload()
    page.locator(".history summary").click()
    expect(page.locator(".given h3")).to_have_text("Given (1)")
    page.get_by_role("button", name=re.compile("^Delete the given drawing of no digit")).click()
    expect(page.locator(".given")).to_contain_text("Deleted at the server.")
    assert rows() == before


def test_by_touch_in_korean(browser: Browser, base_url: str) -> None:
    """Law: a finger gives as well, in Korean as in English; taking consent back deletes all, and asks again."""
    before = rows()
    with browser.new_context(base_url=base_url, has_touch=True, service_workers="block") as context:
        page = context.new_page()
        page.add_init_script(AGREED)
        hand = Hand(page, "/?lang=ko")
        hand.touch(3)
        expect(hand.digits).to_have_text(["3"])
        for name in ("맞아요, 3입니다", "아니요, 5"):
            button(page, name).tap()
            expect(note(page)).to_contain_text("고맙습니다.")
            if name.startswith("맞"):
                page.keyboard.press("Escape")
                hand.touch(3)
                expect(note(page)).to_contain_text("한 번 누르면")
        assert sorted(label or 0 for label, _ in (rows()[name] for name in rows().keys() - before.keys())) == [3, 5]
        page.locator(".history summary").tap()
        button(page, "모두 삭제하고 다시 묻기").tap()
        expect(page.locator(".given")).to_contain_text("서버에서 삭제했습니다.")
        assert rows() == before
        assert page.evaluate("localStorage['sutja.consent']") == ""


def test_nothing_jumps(hand: Hand) -> None:
    """Law: blank, read, given, undone: what stands below the buttons stays where it is."""
    page = hand.page
    page.evaluate(AGREED)
    page.reload()
    places = [page.evaluate(BELOW)]
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    places.append(page.evaluate(BELOW))
    button(page, "Right, it is a 7").click()
    expect(note(page)).to_contain_text("Thank you")
    places.append(page.evaluate(BELOW))
    button(page, "Take it back").click()
    expect(note(page)).to_contain_text("deleted")
    places.append(page.evaluate(BELOW))
    page.keyboard.press("Escape")
    expect(button(page, "Right, it is a 7")).to_have_count(0)
    places.append(page.evaluate(BELOW))
    assert places == [places[0]] * len(places)


REFUSALS: dict[str, tuple[int | None, str]] = {
    "gone": (None, "out of reach"),
    "busy": (503, "out of reach"),
    "no store": (501, "keeps no drawings"),
    "too many": (429, "no more for now"),
    "refused": (422, "did not take this drawing"),
}


@pytest.mark.parametrize(("status", "told"), REFUSALS.values(), ids=REFUSALS)
def test_what_cannot_be_given_is_told_and_stays(page: Page, status: int | None, told: str) -> None:
    """Law: where nothing can be given that is said in plain words, the drawing stays, and one more tap gives it."""
    page.add_init_script(AGREED)
    hand = Hand(page)
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.headers.get("idempotency-key", ""))
        problem: dict[str, Any] = {"title": "", "status": status, "detail": ""}
        route.abort() if status is None else route.fulfill(status=status, body=json.dumps(problem))

    page.route("**/samples", refuse)
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    button(page, "No, it was a 1").click()
    expect(note(page)).to_contain_text(told)
    expect(note(page)).to_contain_text("nothing was given")
    expect(hand.digits).to_have_text(["7"])
    assert len(hand.last) == 1
    page.unroute("**/samples")
    with page.expect_request("**/samples") as again:
        button(page, "No, it was a 1").click()
    assert asked == [again.value.headers["idempotency-key"]]
    expect(note(page)).to_have_text("Thank you. Given as a 1.")
    button(page, "Take it back").click()
    expect(note(page)).to_contain_text("deleted")


def test_numbers_and_pictures_are_not_asked_for(hand: Hand) -> None:
    """Law: what is given is one digit; where several are read the buttons are out of sight and out of the tab order."""
    hand.number("42")
    expect(hand.page.locator(".row .digit")).to_have_count(2)
    expect(hand.page.locator(".giving")).to_have_attribute("data-shown", "false")
    expect(hand.page.locator(".giving button:visible")).to_have_count(0)


def test_with_this_device_reading_it_still_goes_to_the_server(page: Page) -> None:
    """Law: with reading on this device nothing is sent but what is given, and that is said before."""
    page.add_init_script("localStorage.setItem('sutja.device', 'on')")
    hand = Hand(page)
    page.wait_for_selector(".device[data-state=ready]", timeout=60_000)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    expect(note(page)).to_contain_text("sent to the server")
    assert sent == []
    button(page, "Right, it is a 7").click()
    expect(page.get_by_role("dialog")).to_contain_text("sent to the server all the same")
    button(page, "I agree, give it").click()
    expect(note(page)).to_contain_text("Thank you")
    assert [url.rpartition("/")[2] for url in sent] == ["samples"]
    button(page, "Take it back").click()
    expect(note(page)).to_contain_text("deleted")
