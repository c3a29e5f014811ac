"""The PIN page: drawn without looking, in boxes, in one field, typed; and what may go wrong meanwhile."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Route, expect

from browser.entering import DOUBTFUL, PATIENT_MS, SLOW_MS, Entering
from drawings import DRAWINGS
from serving import serving

ORIGIN = "http://shop.test"
# Stands for the page that opened this one: remembers what it was given, and for which origin.
HOST = (
    "window.given = []; "
    "Object.defineProperty(window, 'opener', { value: { postMessage: (told, to) => given.push([told, to]) } });"
)
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
# Whether page, runtime, model and clips are kept for a day without a server.
KEPT = """async () => {
    const urls = [];
    for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname);
    }
    return ["/pin.html", "/model/card"].every((path) => urls.includes(path))
        && urls.some((path) => path.endsWith(".wasm"))
        && urls.filter((path) => path.startsWith("/clips/")).length > 100;
}"""
FAULTS = "async () => (await axe.run(document)).violations.map(({ id, nodes }) => [id, nodes[0].html])"
EYES_FREE = "/pin?way=eyes-free&lang=en"


@pytest.fixture(scope="module")
def pins() -> Iterator[str]:
    """Return the address of a service that hands PINs to `ORIGIN`."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("SUTJA_PIN_ORIGIN", ORIGIN)
        service = stack.enter_context(serving())
        patch.undo()
        yield service.url


@pytest.fixture
def room(browser: Browser, pins: str) -> Iterator[BrowserContext]:
    """Return a browser with a touch screen, whose pages were opened by a host."""
    with browser.new_context(base_url=pins, has_touch=True, service_workers="block") as context:
        context.add_init_script(HOST)
        yield context


@pytest.fixture
def screen(room: BrowserContext) -> Iterator[Page]:
    """Return a page that must not complain of anything."""
    page, complaints = room.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


def given(page: Page) -> list[Any]:
    """Return what the host was given."""
    found: list[Any] = page.evaluate("given")
    return found


def handed(pin: str) -> list[Any]:
    """Return what the host is to be given."""
    return [[{"sutja": "pin", "pin": pin}, ORIGIN]]


def without_wasm(route: Route) -> None:
    """Answer with a policy that forbids WebAssembly."""
    answer = route.fetch()
    policy = answer.headers["content-security-policy"].replace("'wasm-unsafe-eval'", "")
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})


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


# Time


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


# Bad luck


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
    one.touch(7, 0, 2)
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
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], pins: str
) -> None:
    """Law: without a secure context the device reads all the same."""
    options = dict(browser_type_launch_args)
    options["args"] = [*options["args"], "--host-resolver-rules=MAP kiosk.test 127.0.0.1"]
    browser = browser_type.launch(**options)
    try:
        page = browser.new_page(base_url=pins.replace("127.0.0.1", "kiosk.test"), has_touch=True)
        page.add_init_script(HOST)
        one = Entering(page, EYES_FREE)
        assert page.evaluate("isSecureContext") is False
        one.begin()
        one.touch(4, 7, 0, 2)
        one.confirm()
        assert given(page) == handed("4702")
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


# For everyone


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
def test_nobody_is_shut_out(screen: Page, axe: str, language: str, scheme: Any) -> None:
    """Law: axe finds no fault in any state, way and language; at 320 px, text twice as large, nothing sticks out."""
    if scheme == "forced":
        screen.emulate_media(forced_colors="active")
    else:
        screen.emulate_media(color_scheme=scheme)
    screen.set_viewport_size({"width": 320, "height": 640})

    def look(state: str) -> None:
        assert screen.evaluate(FAULTS) == [], state
        for size in ("", "200%"):
            screen.evaluate("size => (document.documentElement.style.fontSize = size)", size)
            assert screen.evaluate("document.documentElement.scrollWidth") <= 320, (state, size)
        screen.evaluate("() => (document.documentElement.style.fontSize = '')")

    for way in ("", "boxes", "field", "keypad", "eyes-free"):
        one = Entering(screen, f"/pin?lang={language}&way={way}", reads=None)
        screen.evaluate(axe)
        expect(one.main).to_be_attached()
        look(f"{way} begun")
        if not way:
            screen.locator(".settings summary").click()
            look("settings")
            continue
        if way == "eyes-free":
            screen.keyboard.press("1" if language == "ko" else "2")
            screen.locator(".foot summary").first.click()
            look("eyes-free, all tools")
            screen.locator(".foot summary").first.click()
        screen.keyboard.type("47")
        one.entered(2)
        look(f"{way} entering")
        screen.keyboard.type("02")
        one.phase("full")
        look(f"{way} full")
        screen.keyboard.press("Enter")
        one.phase("done")
        look(f"{way} done")


def test_whatever_is_to_be_hit_is_large_enough(screen: Page) -> None:
    """Law: at 320 px every button is 44 px high."""
    screen.set_viewport_size({"width": 320, "height": 640})
    for way in ("boxes", "field", "keypad", "eyes-free"):
        Entering(screen, f"/pin?lang=en&way={way}", reads=None)
        screen.keyboard.press("2")
        screen.wait_for_timeout(300)  # what was asked first is on its way out
        for target in screen.locator("button:visible, summary:visible").all():
            box = target.bounding_box()
            assert box
            assert box["height"] >= 44, target.inner_text()


def test_only_the_one_origin_may_frame_the_page(room: BrowserContext, base_url: str) -> None:
    """Law: the PIN page may be framed by the configured origin, and by nobody where none is; all else by nobody."""
    ask = room.request.get
    assert ask("/pin").headers["content-security-policy"].endswith(f"frame-ancestors {ORIGIN}")
    for path in (f"{base_url}/pin", "/", "/sutja-pin.js", "/health"):
        assert ask(path).headers["content-security-policy"].endswith("frame-ancestors 'none'"), path


def test_it_opens_and_reads_without_the_server(browser: Browser) -> None:
    """Law: after the first visit the page opens with the server off, and reads there."""
    with serving() as service, browser.new_context(base_url=service.url, has_touch=True) as context:
        page = context.new_page()
        one = Entering(page, EYES_FREE)
        for _ in range(PATIENT_MS // 500):
            if page.evaluate(KEPT):
                break
            page.wait_for_timeout(500)
        service.process.kill()
        page.reload()
        page.wait_for_selector("main[data-reader=device]", state="attached", timeout=PATIENT_MS)
        one.begin()
        one.touch(4, 7, 0, 2)
        one.phase("full")
