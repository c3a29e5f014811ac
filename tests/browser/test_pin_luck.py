"""Bad input and bad luck on the PIN page: each has an answer, and no ink is lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Page, expect

from browser.entering import EYES_FREE, SLOW_MS, Entering, given, handed, without_wasm
from browser.hand import between
from drawings import DRAWINGS, Points

FORBIDDEN = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
)
SILENT = (
    "delete window.AudioContext; Object.defineProperty(window, 'speechSynthesis', { value: undefined });"
    "Navigator.prototype.vibrate = undefined;"
)
ASLEEP = """isAsleep => {
    Object.defineProperty(document, "hidden", { value: isAsleep, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_another_finger_and_a_palm_do_no_harm(screen: Page) -> None:
    """Law: a finger that lands beside one that draws changes nothing of what is drawn."""
    one = Entering(screen, EYES_FREE)
    one.begin()
    one.fingers("touchStart", (140, 140))
    for x in range(150, 330, 12):
        one.fingers("touchMove", (x, 140))
    one.fingers("touchStart", (322, 140), (600, 500))
    for y in range(150, 360, 12):
        one.fingers("touchMove", (322 - (y - 150) / 2, y), (602, 501))
    one.fingers("touchEnd")
    one.entered(1)
    one.touch(4, 0, 2)
    one.confirm()
    assert given(screen) == handed("7402")


def test_a_palm_before_a_pen_does_no_harm(screen: Page) -> None:
    """Law: a hand that lies on the screen while its pen draws is no finger: no gesture, no stroke."""
    one = Entering(screen, EYES_FREE)
    one.begin()
    one.fingers("touchStart", (500, 500))
    one.pen(DRAWINGS[4])
    one.entered(1)
    one.fingers("touchEnd")
    one.entered(1)
    screen.wait_for_timeout(1_700)  # so soon after a pen a finger counts as the palm
    one.touch(7, 0, 2)
    one.confirm()
    assert given(screen) == handed("4702")


def test_a_finger_on_the_next_box_does_not_cut_a_digit_off(screen: Page) -> None:
    """Law: in boxes, too, one hand draws at a time: what else touches draws nothing, and ends nothing."""
    one = Entering(screen, "/pin?lang=en&way=boxes")
    first, second = one.box(0).bounding_box(), one.box(1).bounding_box()
    assert first
    assert second
    x, y = first["x"] + 30, first["y"] + 35
    palm = (second["x"] + 60, second["y"] + 60)
    one.fingers("touchStart", (x, y))
    for step in range(1, 9):
        one.fingers("touchMove", (x + 10 * step, y))
    one.fingers("touchStart", (x + 80, y), palm)
    for step in range(1, 9):
        one.fingers("touchMove", (x + 80 - 5 * step, y + 10 * step), palm)
    one.fingers("touchEnd")
    one.entered(1)
    screen.keyboard.type("402")
    one.confirm()
    assert given(screen) == handed("7402")


def test_ink_in_a_box_outlives_a_turn_of_the_screen(screen: Page) -> None:
    """Law: a stroke that the turn itself cuts off stays, and the digit is finished after it, in the same measure."""
    screen.add_init_script("localStorage.setItem('sutja.pin-pause', '2500')")
    screen.set_viewport_size({"width": 800, "height": 500})
    one = Entering(screen, "/pin?lang=en&way=boxes")

    def draw(stroke: Points, end: str) -> None:
        box = one.box(0).bounding_box()
        assert box
        places = [
            (box["x"] + box["width"] * (15 + x) / 130, box["y"] + box["width"] * (15 + y) / 130) for x, y in stroke
        ]
        one.fingers("touchStart", places[0])
        for place in between([*places, places[-1]]):
            one.fingers("touchMove", place)
        one.fingers(end)

    first, second = DRAWINGS[4]
    draw(first, "touchCancel")
    screen.set_viewport_size({"width": 500, "height": 800})
    draw(second, "touchEnd")
    one.entered(1)
    screen.keyboard.type("702")
    one.confirm()
    assert given(screen) == handed("4702")


def test_a_screen_that_is_turned_in_mid_digit_keeps_its_ink(screen: Page) -> None:
    """Law: what was drawn before the screen was turned is there after it, in the same measure."""
    screen.add_init_script("localStorage.setItem('sutja.pin-pause', '2500')")
    screen.set_viewport_size({"width": 800, "height": 500})
    one = Entering(screen, EYES_FREE)
    one.begin()
    first, second = DRAWINGS[4]
    one.finger([first])
    screen.set_viewport_size({"width": 500, "height": 800})
    one.finger([second])
    one.entered(1)
    one.touch(7, 0, 2)
    one.confirm()
    assert given(screen) == handed("4702")


def test_a_page_that_was_asleep_goes_on(screen: Page) -> None:
    """Law: a digit that is half drawn when the page is put to sleep waits, and can be finished afterwards."""
    one = Entering(screen, EYES_FREE)
    one.begin()
    first, second = DRAWINGS[4]
    one.finger([first])
    screen.evaluate(ASLEEP, arg=True)
    screen.wait_for_timeout(2_000)
    one.entered(0)
    screen.evaluate(ASLEEP, arg=False)
    one.finger([second])
    one.entered(1)
    one.touch(7, 0, 2)
    one.confirm()
    assert given(screen) == handed("4702")


def test_headphones_that_are_pulled_out_end_the_speaking_of_digits(screen: Page) -> None:
    """Law: once it is not known who hears, no digit is told any more, whatever was agreed to; one is told why."""
    screen.add_init_script("localStorage.setItem('sutja.listener', 'reader')")
    one = Entering(screen, EYES_FREE)
    one.begin()
    screen.locator(".foot summary").first.click()
    one.button("Speak my digits").click()
    one.button("Yes, speak my digits aloud").click()
    screen.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    one.says(re.compile("headphones", re.IGNORECASE))
    expect(one.button("Speak my digits")).to_be_visible()
    screen.locator(".foot summary").first.click()
    one.touch(7)
    expect(screen.get_by_role("status")).to_have_text("First of four entered.", timeout=SLOW_MS)


@pytest.mark.parametrize("luck", [SILENT, FORBIDDEN])
def test_without_sound_buzz_or_storage_it_works(screen: Page, luck: str) -> None:
    """Law: nothing that the device lacks stops anyone: what would be said is shown, what is set holds meanwhile."""
    screen.add_init_script(luck)
    one = Entering(screen, EYES_FREE)
    one.begin()
    one.says("Enter four digits.")
    one.touch(4, 7, 0, 2)
    one.confirm()
    one.says("Done. Thank you.")
    assert given(screen) == handed("4702")


def test_what_cannot_be_remembered_is_said(screen: Page) -> None:
    """Law: where storage is forbidden a setting holds until the page is closed, and one is told that it is not kept."""
    screen.add_init_script(FORBIDDEN)
    Entering(screen, "/pin?lang=en&way=boxes", reads=None)
    screen.locator(".settings summary").click()
    screen.get_by_label("Wait after each digit").press("End")
    expect(screen.get_by_text(re.compile("Settings can.t be remembered on this device"))).to_be_visible()
    expect(screen.get_by_label("Wait after each digit")).to_have_value("2500")


def test_over_plain_http_from_another_machine(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], kiosk: str
) -> None:
    """Law: there is no page to enter a PIN on, where anybody on the way could read or change it; the word says why."""
    options = dict(browser_type_launch_args)
    options["args"] = [*options["args"], "--host-resolver-rules=MAP kiosk.test 127.0.0.1"]
    browser = browser_type.launch(**options)
    try:
        page = browser.new_page(base_url=kiosk)
        answer = page.goto(EYES_FREE)
        assert answer
        assert (answer.status, "plain http" in answer.text()) == (403, True)
    finally:
        browser.close()


def test_drawings_wait_for_a_network_that_is_gone(screen: Page) -> None:
    """Law: at the server, too, no ink is lost: the page says that it waits, and reads once the network is back."""
    screen.route("**/assets/worker-*.js", without_wasm)
    one = Entering(screen, "/pin?lang=en&way=boxes", reads="server")
    screen.route("**/pin", lambda route: route.abort())
    for place, digit in enumerate((4, 7, 0, 2)):
        one.mouse(digit, one.box(place))
    one.says("There is no connection. What you entered stays on this device.")
    one.entered(4)
    screen.unroute("**/pin")
    one.phase("full")
    one.button("Confirm").click()
    one.phase("done")
    assert given(screen) == handed("4702")


def test_keys_are_given_where_nothing_can_read(screen: Page) -> None:
    """Law: where neither device nor server reads drawings, one is told so, and types."""
    screen.route("**/assets/worker-*.js", without_wasm)
    one = Entering(screen, "/pin?lang=en&way=boxes", reads="server")
    screen.route("**/pin", lambda route: route.fulfill(status=404))
    for place, digit in enumerate((4, 7, 0, 2)):
        one.mouse(digit, one.box(place))
    one.says(re.compile("I can.t read drawings here. Please type the digits."))
    screen.keyboard.type("4702")
    one.confirm()
    assert given(screen) == handed("4702")
