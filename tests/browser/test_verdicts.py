"""What the page makes of a digit, of what may be two, of what is none, and of several."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, Route, expect

from browser.hand import Hand
from browser.pixels import SLOW
from drawings import Points, arc

LETTER = [[(10, 100), (45, 0), (80, 100)], [(25, 65), (66, 65)]]  # A
UNKNOWN = re.compile("blank|pending")
# Where the parts of the answer begin.
TOPS = "section => [...section.children].map((part) => part.offsetTop)"
# What a screen reader says of a number of two digits, sure or not.
SPOKEN = re.compile(r"^(This is 42\.|42\?) Two digits\.( The (first|second) is unsure(: \d or \d)?\.)*$")


def between(share: float) -> list[Points]:
    """Return something between a 4, open at the top, and a 9, of two strokes: at 0 the one, at 1 the other."""
    corners = [(30, 5), (20, 60), (64, 60)]
    open_, closed = [*legs(corners, 16), corners[-1]], arc((42, 32), (24, 27), -20, -340)
    hook = [(x + share * (u - x), y + share * (v - y)) for (x, y), (u, v) in zip(open_, closed, strict=True)]
    return [hook, [(66, 8 + 10 * share), (64, 97)]]


def legs(corners: Points, steps: int) -> Points:
    """Return the way from corner to corner in so many steps each, without its end."""
    return [
        (x + (to_x - x) * step / steps, y + (to_y - y) * step / steps)
        for (x, y), (to_x, to_y) in pairwise(corners)
        for step in range(steps)
    ]


def test_a_letter_is_no_digit(hand: Hand) -> None:
    """Law: of a letter the page says that it is no digit and what to draw; bar and table show how sure it is."""
    hand.draw(LETTER)
    expect(hand.result).to_have_attribute("data-state", "not_a_digit")
    expect(hand.digits).to_have_count(0)
    expect(hand.page.get_by_role("heading", name=re.compile("look like a digit$"))).to_be_visible()
    expect(hand.page.get_by_text("Draw one digit")).to_be_visible()
    none = hand.page.locator(".none")
    expect(none).to_have_text(re.compile(r"^No digit\s+>?\d\d%$"))
    hand.page.get_by_text("As a table").click()
    expect(hand.page.locator("tbody tr")).to_have_count(11)
    expect(hand.page.locator("tr[data-winner=true] th")).to_have_text("No digit")


def test_what_may_be_two_is_asked(hand: Hand) -> None:
    """Law: somewhere on the way from a 4 to a 9 the page names both, likeliest first, and asks."""
    low, high, asks = 0.0, 1.0, re.compile(r"^(4 or 9|9 or 4)\?$")
    for _ in range(10):
        middle = (low + high) / 2
        hand.draw(between(middle))
        expect(hand.result).not_to_have_attribute("data-state", UNKNOWN)
        assert len(hand.last) == 2
        if hand.result.get_attribute("data-state") == "unsure":
            break
        low, high = (middle, high) if hand.digits.all_inner_texts() == ["4"] else (low, middle)
        hand.page.keyboard.press("Escape")
    expect(hand.page.get_by_role("heading", level=2)).to_have_text(asks)
    assert sorted(hand.digits.all_inner_texts()) == ["4", "9"]
    expect(hand.page.get_by_role("status")).to_have_text(re.compile(r"^\d or \d\? [\d.]+% sure\. It could be either\."))


def test_several_digits_are_a_number(hand: Hand) -> None:
    """Law: digits side by side are read as one number: large, each with its share beneath it and a frame on the pad."""
    hand.number("42")
    expect(hand.result).to_have_attribute("data-state", "number")
    expect(hand.digits).to_have_text(["4", "2"])
    expect(hand.page.locator(".row li")).to_have_text([re.compile(r"^4 >?\d+%"), re.compile(r"^2 >?\d+%")])
    expect(hand.frames).to_have_text(["4", "2"])
    expect(hand.page.get_by_role("status")).to_have_text(SPOKEN)
    hand.page.get_by_text("As a table").click()
    expect(hand.page.locator("tbody th")).to_have_text(["4", "2"])
    assert hand.routes[-2:] == ["/predict", "/read"]
    assert hand.asked[-2] == hand.asked[-1]


def test_frames_stand_around_their_digits(hand: Hand) -> None:
    """Law: a frame holds the ink of its digit and none of its neighbour's, and is away while someone draws."""
    hand.number("42")
    expect(hand.digits).to_have_text(["4", "2"])
    hand.page.wait_for_load_state("networkidle")  # a frame that changes is a new one
    expect(hand.frames).to_have_count(2)
    pad, frames = hand.pad.bounding_box(), [frame.bounding_box() for frame in hand.frames.all()]
    assert pad
    for strokes, frame in zip((hand.last[:2], hand.last[2:]), frames, strict=True):
        assert frame
        x = [pad["x"] + pad["width"] * point[0] / 1_000 for stroke in strokes for point in stroke]
        y = [pad["y"] + pad["height"] * point[1] / 1_000 for stroke in strokes for point in stroke]
        assert frame["x"] < min(x) < max(x) < frame["x"] + frame["width"]
        assert frame["y"] < min(y) < max(y) < frame["y"] + frame["height"]
    assert frames[0]["x"] + frames[0]["width"] < frames[1]["x"] + 20  # type: ignore[index]
    hand.page.mouse.move(pad["x"] + 20, pad["y"] + 20)
    hand.page.mouse.down()
    expect(hand.frames).to_have_count(0)
    hand.page.mouse.up()


def test_a_number_becomes_a_digit_again(hand: Hand) -> None:
    """Law: with all strokes but those of the first digit taken back that digit is read; with none left nothing is."""
    hand.number("42")
    expect(hand.digits).to_have_text(["4", "2"])
    hand.page.keyboard.press("Backspace")
    expect(hand.result).to_have_attribute("data-state", "digit")
    expect(hand.digits).to_have_text(["4"])
    expect(hand.frames).to_have_count(0)
    hand.number("42")
    hand.page.keyboard.press("Escape")
    expect(hand.result).to_have_attribute("data-state", "blank")
    expect(hand.frames).to_have_count(0)


def test_an_unsure_digit_of_a_number_is_marked(hand: Hand) -> None:
    """Law: which digit of a number is unsure, and what else it may be, is seen, stands in the table and is said."""

    def doubt(route: Route) -> None:
        answer = route.fetch()
        number = answer.json()
        if number["digits"] == "42":
            likely = [{"digit": 7, "probability": 0.3}]
            number["items"][0]["verdict"] = "digit"
            number["items"][1] |= {"verdict": "unsure", "confidence": 0.61, "alternatives": likely}
        route.fulfill(response=answer, json=number)

    hand.page.route("**/read", doubt)
    hand.number("42")
    expect(hand.page.locator(".row [data-sure=false]")).to_have_text([re.compile(r"^2 61% or 7\?$")])
    expect(hand.page.locator(".boxes [data-verdict=unsure]")).to_have_text(["2"])
    hand.page.get_by_text("As a table").click()
    expect(hand.page.get_by_role("row", name="2 61% unsure")).to_be_visible()
    expect(hand.page.get_by_role("status")).to_have_text("42? Two digits. The second is unsure: 2 or 7.")


def test_a_number_is_asked_for_one_thing_at_a_time(page: Page) -> None:
    """Law: that an ink is read twice, as a digit and as a number, does not make two requests under way at once."""
    page.add_init_script(SLOW)
    hand = Hand(page)
    hand.number("42")
    expect(hand.digits).to_have_text(["4", "2"])
    assert page.evaluate("asked.most") == 1
    assert "/read" in hand.routes


def test_a_late_number_comes_too_late(hand: Hand) -> None:
    """Law: a number that arrives when its ink is gone is not shown."""
    waiting: list[Route] = []
    hand.page.route("**/read", lambda route: waiting.append(route))  # noqa: PLW0108 (playwright marks what it is given)
    hand.number("42")
    while not waiting:
        hand.page.wait_for_timeout(50)
    hand.page.keyboard.press("Escape")
    waiting[-1].continue_()
    hand.page.wait_for_timeout(300)
    expect(hand.result).to_have_attribute("data-state", "blank")
    expect(hand.frames).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_jumps(hand: Hand, width: int) -> None:
    """Law: what stands below the verdict stays where it is, whatever the verdict."""
    hand.page.set_viewport_size({"width": width, "height": 800})
    drawings: list[Callable[[], None]] = [lambda: hand.mouse(7), lambda: hand.draw(LETTER), lambda: hand.number("42")]
    tops = set()
    for draw in drawings:
        draw()
        expect(hand.result).not_to_have_attribute("data-state", UNKNOWN)
        assert hand.last
        tops.add(tuple(hand.result.evaluate(TOPS)))
        hand.page.keyboard.press("Escape")
    assert len(tops) == 1
