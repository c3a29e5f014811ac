"""The PIN page for everyone: no fault that axe finds, nothing out of reach, in nobody's frame, without a server."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser.entering import EYES_FREE, ORIGIN, PATIENT_MS, Entering
from serving import serving

# Which buttons a finger cannot hit, however far one moves on: out of sight, or below something else.
UNREACHABLE = """() => [...document.querySelectorAll(".over button, .over summary")].flatMap((target) => {
    if (!target.checkVisibility()) return [];
    const sheet = document.querySelector(".over"), next = document.querySelector(".onward");
    sheet.scrollTo(0, 0);
    for (let press = 0; press < 20; press += 1) {
        const { left, top, width, height } = target.getBoundingClientRect();
        const hit = document.elementFromPoint(left + width / 2, top + height / 2);
        if (top >= 0 && top + height <= innerHeight && target.contains(hit)) return [];
        next?.click();
    }
    return [target.textContent];
})"""
# What lies over what else, or sticks out, to the left as well.
OVERLAPS = """() => {
    const parts = [...document.querySelectorAll(".stack > *, .card > *, button:not(.skip)")];
    const isOut = (part) => part.scrollWidth > part.clientWidth + 1 || part.getBoundingClientRect().left < 0;
    const rows = [...document.querySelectorAll(".stack > *")].map((part) => [part, part.getBoundingClientRect()]);
    const over = rows.filter(([part, { top }], place) => {
        const [before] = rows.slice(0, place).reverse();
        return before && before[0].getBoundingClientRect().top + before[0].scrollHeight > top + 1;
    });
    return [...parts.filter(isOut), ...over.map(([part]) => part)].map((part) => part.outerHTML.slice(0, 80));
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


@pytest.mark.parametrize(
    ("language", "width", "height", "size"),
    [("en", 320, 640, ""), ("ko", 320, 640, "200%"), ("en", 390, 844, "200%"), ("ko", 320, 256, "")],
)
def test_all_buttons_are_within_reach(screen: Page, language: str, width: int, height: int, size: str) -> None:
    """Law: on a small screen, or with large text, each button can be hit by a finger, and nothing lies over another."""
    screen.set_viewport_size({"width": width, "height": height})
    screen.add_init_script(
        f"addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '{size}')"
    )
    one = Entering(screen, f"/pin?way=eyes-free&lang={language}", reads=None)
    assert screen.evaluate(OVERLAPS) == []
    screen.keyboard.press("1" if language == "ko" else "2")
    screen.locator(".foot summary").first.press("Enter")
    one.button("키패드" if language == "ko" else "Keypad").press("Enter")
    screen.keyboard.type("4702")
    one.phase("full")
    screen.wait_for_timeout(200)
    assert screen.evaluate(UNREACHABLE) == []
    assert screen.evaluate(OVERLAPS) == []
    screen.mouse.move(width / 2, 5)
    screen.evaluate("document.querySelector('.over').scrollTo(0, 0)")
    screen.mouse.wheel(0, 100)
    if screen.locator(".onward").count():
        screen.wait_for_function("document.querySelector('.over').scrollTop > 0")


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


def test_who_presses_buttons_by_other_means_is_there(screen: Page) -> None:
    """Law: assistive technology, which presses and sets with neither touch nor key, is given time as well."""
    screen.clock.install()
    one = Entering(screen, "/pin?lang=en&way=keypad", reads=None)
    for place, digit in enumerate("47"):
        screen.clock.run_for(50_000)
        one.button(digit).evaluate("key => key.click()")
        one.entered(place + 1)
    screen.clock.run_for(50_000)
    screen.get_by_label("Wait after each digit").evaluate("slider => slider.dispatchEvent(new InputEvent('input'))")
    screen.clock.run_for(61_000)
    one.button("I need more time").evaluate("more => more.click()")
    screen.clock.run_for(50_000)
    one.entered(2)
    expect(one.button("I need more time")).to_have_count(0)


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
