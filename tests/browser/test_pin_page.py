"""The PIN page: drawn without looking, in boxes, in one field, typed; and for how long."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.entering import DOUBTFUL, EYES_FREE, ORIGIN, SLOW_MS, Entering, given, handed, without_wasm
from drawings import DRAWINGS

# Without looking


def test_a_pin_is_drawn_without_looking(screen: Page) -> None:
    """Law: four digits drawn anywhere by touch come back right, and once; nothing of them is sent anywhere."""
    one = Entering(screen, EYES_FREE)
    one.begin()
    one.touch(4)
    asked = len(one.asked)
    one.touch(7, 0, 2)
    one.phase("full")
    for _ in range(2):
        one.tap((300, 300), (420, 300))
    one.phase("done")
    assert given(screen) == handed("4702")
    assert (one.asked[asked:], one.sent) == ([], [])


def test_a_doubtful_digit_alone_is_asked_again(screen: Page) -> None:
    """Law: what is no digit is asked again at once, at its place; after two refusals keys are offered."""
    one = Entering(screen, EYES_FREE)
    one.begin()
    one.touch(4)
    one.finger(DOUBTFUL)
    one.says("Not clear enough. Draw the second digit again.")
    one.finger(DOUBTFUL)
    expect(one.page.locator(".offered")).to_have_count(1, timeout=SLOW_MS)
    expect(one.places.locator("[data-mark=again]")).to_have_count(1)
    one.touch(7, 0, 2)
    one.confirm()
    assert given(screen) == handed("4702")


def test_at_the_server_a_doubtful_digit_alone_is_asked_again(screen: Page) -> None:
    """Law: where WebAssembly is forbidden the server reads, the page says so, and the other drawings are kept."""
    screen.route("**/assets/worker-*.js", without_wasm)
    one = Entering(screen, EYES_FREE, reads="server")
    one.begin()
    expect(screen.locator("footer")).to_contain_text("sent to this server")
    one.touch(4, 7)
    one.finger(DOUBTFUL)
    one.entered(3)
    one.finger(DRAWINGS[2])
    one.says("Please draw the third digit again.")
    one.entered(3)
    one.touch(0)
    one.confirm()
    assert given(screen) == handed("4702")
    assert len(one.sent) == 2


@pytest.mark.parametrize("language", ["한국어", "English"])
def test_the_first_touch_offers_both_languages(screen: Page, language: str) -> None:
    """Law: the first touch, wherever it is, chooses nothing; the next one chooses the half that it is on."""
    one = Entering(screen, EYES_FREE)
    one.tap((100, 100))
    one.says(re.compile("press 2|일 번"))
    one.phase("language")
    one.begin(language)
    expect(screen.locator("html")).to_have_attribute("lang", "ko" if language == "한국어" else "en")


def test_gestures_take_back_repeat_and_start_over(screen: Page) -> None:
    """Law: two fingers take back a digit or tell where one is; one finger held still starts over, after a warning."""
    one = Entering(screen, EYES_FREE)
    one.begin()
    one.touch(4, 7)
    one.tap((300, 300), (420, 300))
    one.entered(1)
    one.says("The second digit is gone. Draw it again.")
    one.fingers("touchStart", (300, 300))
    one.fingers("touchStart", (300, 300), (420, 300))
    one.says("Now the second digit.")
    one.fingers("touchEnd")
    one.entered(1)
    one.fingers("touchStart", (300, 300))
    one.entered(0)
    one.fingers("touchEnd")
    one.says("Starting over. Nothing is entered.")
    one.phase("entering")


def test_a_stroke_may_begin_on_a_button(screen: Page) -> None:
    """Law: the whole screen is the pad: a digit drawn across the buttons is read, and presses none of them."""
    one = Entering(screen, EYES_FREE)
    one.begin()
    one.touch(4)
    box = one.button("Start over").bounding_box()
    assert box
    one.finger(DRAWINGS[7], left=box["x"] - 40, top=box["y"] - 10, side=150)
    one.entered(2)
    one.tap((box["x"] + 20, box["y"] + 20))
    one.entered(0)


def test_digits_are_spoken_only_after_two_choices(screen: Page) -> None:
    """Law: no digit is told until that was asked for and agreed to; one more choice hides them again."""
    screen.add_init_script("localStorage.setItem('sutja.listener', 'reader')")
    one = Entering(screen, EYES_FREE)
    status = screen.get_by_role("status")
    one.begin()
    one.touch(4)
    expect(status).to_have_text("First of four entered.", timeout=SLOW_MS)
    screen.locator(".foot summary").first.click()
    one.button("Speak my digits").click()
    one.button("Yes, speak my digits aloud").click()
    screen.locator(".foot summary").first.click()
    one.touch(7)
    expect(status).to_have_text("7, second of four.", timeout=SLOW_MS)
    expect(one.message).not_to_contain_text("7")


# In sight


def test_boxes_are_filled_in_order(screen: Page) -> None:
    """Law: four boxes by mouse; who is quick need not wait; one can be redone; nothing of the digits stays visible."""
    one = Entering(screen, "/pin?lang=en&way=boxes")
    for place, digit in enumerate((4, 7, 0, 2)):
        one.mouse(digit, one.box(place))
    one.phase("full")
    one.button("Redo digit 2").click()
    one.entered(3)
    one.mouse(3, one.box(1))
    one.phase("full")
    one.button("Confirm").click()
    one.phase("done")
    assert given(screen) == handed("4302")


def test_the_pen_stops_the_clock(screen: Page) -> None:
    """Law: the pause is a setting that is remembered, and starts anew with each stroke: a 4 may take two."""
    one = Entering(screen, "/pin?lang=en&way=boxes")
    screen.locator(".settings summary").click()
    screen.get_by_label("Wait after each digit").press("End")
    screen.reload()
    screen.locator(".settings summary").click()
    expect(screen.get_by_label("Wait after each digit")).to_have_value("2500")
    box = one.box(0).bounding_box()
    assert box
    first, second = DRAWINGS[4]
    for stroke in (first, second):
        one.page.mouse.move(box["x"] + 20 + stroke[0][0], box["y"] + 15 + stroke[0][1])
        one.page.mouse.down()
        screen.wait_for_timeout(1_300)
        for x, y in stroke[1:]:
            one.page.mouse.move(box["x"] + 20 + x, box["y"] + 15 + y, steps=5)
        one.page.mouse.up()
        screen.wait_for_timeout(300)
        one.entered(0)
    one.entered(1)
    for place, digit in ((1, 7), (2, 0), (3, 2)):
        one.mouse(digit, one.box(place))
    one.phase("full")
    one.button("Confirm").click()
    one.phase("done")
    assert given(screen) == handed("4702")


def test_at_the_server_one_digit_of_a_wide_field_is_asked_again_alone(screen: Page) -> None:
    """Law: the contract's `{"rewrite": [2]}` holds for one drawing of all digits as well: the others stay."""
    screen.route("**/assets/worker-*.js", without_wasm)
    one = Entering(screen, "/pin?lang=en&way=field", reads="server")
    field = screen.locator(".field")
    screen.route("**/pin", lambda route: route.fulfill(json={"rewrite": [2]}), times=1)
    for place, digit in enumerate((4, 7, 0, 2)):
        one.mouse(digit, field, part=0.8, at=0.02 + 0.24 * place)
    one.says("Please draw the third digit again.")
    one.entered(3)
    one.mouse(3, field)
    one.confirm()
    assert given(screen) == handed("4732")


def test_one_wide_field_takes_all_digits(screen: Page) -> None:
    """Law: four digits side by side in one field are a PIN."""
    one = Entering(screen, "/pin?lang=en&way=field")
    for place, digit in enumerate((4, 7, 0, 2)):
        one.mouse(digit, screen.locator(".field"), part=0.8, at=0.02 + 0.24 * place)
    one.phase("full")
    one.button("Confirm").click()
    one.phase("done")
    assert given(screen) == handed("4702")


def test_practice_says_what_was_read(screen: Page) -> None:
    """Law: practice asks for digits that are no secret, says what went wrong, and hands nothing over."""
    one = Entering(screen, "/pin?lang=en&way=boxes")
    one.button("Practice").click()
    one.says("Draw the digit 3.")
    one.mouse(7, one.box(0))
    one.says("I asked for 3, and read 7. Try once more.")
    one.mouse(3, one.box(0))
    one.says("Draw the digit 7.")
    screen.keyboard.press("Escape")
    one.phase("entering")
    one.entered(0)
    assert given(screen) == []


# By keys


def test_the_whole_path_by_keys_alone(screen: Page) -> None:
    """Law: from the first page to the end, and with a digit taken back, without touch or mouse; focus is never lost."""
    one = Entering(screen, "/pin?lang=en")
    for _ in range(10):
        screen.keyboard.press("Tab")
        if screen.evaluate("document.activeElement.textContent") == "Without looking":
            break
    for key in ("Enter", "2", "4", "7", "9", "Backspace", "0", "2"):
        screen.keyboard.press(key)
        assert screen.evaluate("document.activeElement !== document.body"), key
    one.confirm()
    assert given(screen) == handed("4702")


def test_the_keypad_by_keys_and_by_mouse(screen: Page) -> None:
    """Law: the keypad shows no more than how many; a press on it takes no focus, which would tell the last digit."""
    one = Entering(screen, "/pin?lang=en&way=keypad")
    for digit in "47":
        one.button(digit).click()
    assert screen.evaluate("document.activeElement.closest('.keypad')") is None
    for digit in "02":
        one.button(digit).press("Enter")
    one.phase("full")
    expect(one.button("Confirm")).to_be_focused()
    one.confirm()
    assert given(screen) == handed("4702")


def test_the_focus_is_never_lost(screen: Page) -> None:
    """Law: a button that goes once it is pressed hands the focus on; the space bar tells where one is."""
    screen.clock.install()
    one = Entering(screen, "/pin?lang=en&way=boxes", reads=None)
    screen.keyboard.type("47")
    one.entered(2)
    one.button("Redo digit 1").press("Enter")
    one.says("The first digit is gone. Draw it again.")
    screen.clock.run_for(100)
    expect(one.box(0).locator("canvas")).to_be_focused()
    screen.clock.run_for(61_000)
    one.button("I need more time").press("Enter")
    expect(one.main).to_be_focused()
    screen.keyboard.press(" ")
    one.says("Now the first digit.")
    Entering(screen, EYES_FREE, reads=None)
    screen.keyboard.press("Tab")
    screen.keyboard.press("Enter")
    expect(one.button("I use a screen reader")).to_have_count(0)
    expect(one.main).to_be_focused()


# Time


def test_whoever_leaves_the_page_leaves_nothing_on_it(screen: Page) -> None:
    """Law: a browser may keep a page that was left, for whoever goes back to it: nothing is entered there any more."""
    one = Entering(screen, "/pin?lang=en&way=keypad", reads=None)
    screen.keyboard.type("4702")
    one.phase("full")
    screen.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    one.phase("ended")
    assert given(screen) == [[{"sutja": "cancelled"}, ORIGIN]]


def test_whoever_goes_away_leaves_nothing(screen: Page) -> None:
    """Law: after a minute a warning of 20 s; a touch gives more time; without one all is cleared, and the host told."""
    screen.clock.install()
    one = Entering(screen, "/pin?lang=en&way=boxes")
    screen.keyboard.type("47")
    one.entered(2)
    screen.clock.run_for(60_000)
    one.says("Are you still there? In 20 seconds all is cleared. Touch the screen to go on.")
    one.button("I need more time").click()
    one.entered(2)
    screen.clock.run_for(81_000)
    one.phase("ended")
    expect(screen.locator("[data-mark=entered]")).to_have_count(0)
    assert given(screen) == [[{"sutja": "cancelled"}, ORIGIN]]
