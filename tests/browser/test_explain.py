"""Which ink decided, on demand: asked for once, shown by colour and in words, on this device where that reads."""

import json
import re

from playwright.sync_api import Route, expect

from browser.hand import Hand

# How many colours there are among the pixels with ink.
COLOURS = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 100) seen.add(data.slice(at, at + 3).join());
    return seen.size;
}"""


def test_the_map_is_asked_for_on_demand_only(hand: Hand) -> None:
    """Law: a reading costs no explanation; the button asks for one, by colour and in words; twice, and it is gone."""
    asked: list[str] = []
    hand.page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/explain") else None)
    button, canvas = hand.page.get_by_role("button", name="Which ink decided?"), hand.page.locator(".glyph canvas")
    hand.mouse(4)
    expect(hand.digits).to_have_text(["4"])
    assert asked == []
    assert canvas.evaluate(COLOURS) == 1
    button.click()
    told = hand.page.get_by_role("img", name=re.compile(r"^Map of the ink that decided\. Most of all .+, 4 falls from"))
    expect(told).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert canvas.evaluate(COLOURS) > 3
    assert len(asked) == 1
    hand.page.keyboard.press("e")
    expect(told).to_have_count(0)
    assert canvas.evaluate(COLOURS) == 1
    assert len(asked) == 1


def test_the_next_drawing_is_explained_too(hand: Hand) -> None:
    """Law: while it is on, each settled drawing is explained; a number is not, and that is said."""
    hand.page.get_by_role("button", name="Which ink decided?").click()
    hand.mouse(7)
    expect(hand.page.locator(".glyph figcaption")).to_contain_text(", 7 falls from")
    hand.page.keyboard.press("Escape")
    hand.number("42")
    expect(hand.page.locator(".glyph figcaption")).to_contain_text("one digit can be explained")


def test_an_explanation_that_does_not_come_is_no_error(hand: Hand) -> None:
    """Law: where the server will not explain, the page says so, and the reading stays."""
    hand.page.route("**/explain", lambda route: route.fulfill(content_type="application/json", body="none"))
    hand.page.get_by_role("button", name="Which ink decided?").click()
    hand.mouse(7)
    expect(hand.page.locator(".glyph figcaption")).to_contain_text("Could not be found out.")
    expect(hand.digits).to_have_text(["7"])


def test_weights_against_are_told_apart(hand: Hand) -> None:
    """Law: ink that spoke against the reading has a colour of its own, and a word."""

    def turned(route: Route) -> None:
        answer = json.loads(route.fetch().text())
        answer["weights"] = [
            [-abs(weight) if y < 14 else weight for weight in row] for y, row in enumerate(answer["weights"])
        ]
        route.fulfill(json=answer)

    hand.page.route("**/explain", turned)
    hand.page.get_by_role("button", name="Which ink decided?").click()
    hand.mouse(4)
    expect(hand.page.locator(".legend [data-weight=against]")).to_be_visible()


def test_on_this_device_it_is_explained_here(hand: Hand) -> None:
    """Law: where the device reads no ink is sent for an explanation either."""
    switch = hand.page.get_by_role("switch", name="On this device")
    switch.click()
    expect(switch).to_have_attribute("data-state", "ready", timeout=90_000)
    posted: list[str] = []
    hand.page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    hand.page.get_by_role("button", name="Which ink decided?").click()
    hand.mouse(4)
    expect(hand.page.locator(".glyph figcaption")).to_contain_text(", 4 falls from", timeout=20_000)
    assert posted == []
