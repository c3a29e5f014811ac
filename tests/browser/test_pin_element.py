"""`<sutja-pin>`: five lines of HTML on a page of another origin, as docs/pin.md shows them."""

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from browser.entering import PATIENT_MS
from serving import serving

ROOT = Path(__file__).parents[2]
SHOWN = re.search(r"```html\n(.*?)```", (ROOT / "docs" / "pin.md").read_text("utf-8"), re.DOTALL)
# What an integrator would do with it: here it is only remembered.
CHECK = "<script>window.checked = []; const check = (pin) => checked.push(pin);</script>"
HEAR = "<script>window.heard = []; addEventListener('message', ({ data }) => heard.push(data));</script>"


@dataclass
class Shop:
    """A page of somebody else, at an origin of its own."""

    origin: str
    page: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """Serve whatever page is put into it."""
    shop = Shop("")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write("".join(shop.page).encode())

        def log_message(self, *_: Any) -> None:
            """Keep still."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        shop.origin = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield shop
        server.shutdown()


@pytest.fixture(scope="module")
def pins(shop: Shop) -> Iterator[str]:
    """Return the address of a service whose PINs are for that shop."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("SUTJA_PIN_ORIGIN", shop.origin)
        service = stack.enter_context(serving())
        patch.undo()
        yield service.url.rstrip("/")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page without a service worker."""
    with browser.new_context(service_workers="block") as context:
        yield context.new_page()


def embedded(page: Page, shop: Shop, pins: str, before: str = CHECK) -> FrameLocator:
    """Open the lines of the docs as a page of the shop."""
    assert SHOWN
    assert len(SHOWN[1].strip().splitlines()) == 5
    shop.page[:] = ["<!doctype html><title>Shop</title>", before, SHOWN[1].replace("https://sutja.example", pins)]
    page.goto(shop.origin)
    return page.frame_locator("sutja-pin iframe")


def enter(page: Page, frame: FrameLocator, pin: str) -> None:
    """Type a PIN in the frame, and confirm it."""
    frame.locator("main").focus(timeout=PATIENT_MS)
    page.keyboard.type(pin)
    expect(frame.locator("main")).to_have_attribute("data-phase", "full", timeout=PATIENT_MS)
    page.keyboard.press("Enter")


def opened(page: Page, frame: FrameLocator) -> None:
    """Choose a way to enter."""
    button = frame.get_by_role("button", name=re.compile("^(In boxes|칸마다 쓰기)$"))
    button.click(timeout=PATIENT_MS)


def test_five_lines_are_enough(page: Page, shop: Shop, pins: str) -> None:
    """Law: the lines that the docs show give the PIN to the page that has them, once it is confirmed and not before."""
    frame = embedded(page, shop, pins)
    opened(page, frame)
    frame.locator("main").focus()
    page.keyboard.type("4702")
    expect(frame.locator("main")).to_have_attribute("data-phase", "full")
    assert page.evaluate("checked") == []
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert page.evaluate("checked") == ["4702"]


def test_a_pin_that_was_wrong_is_entered_anew(page: Page, shop: Shop, pins: str) -> None:
    """Law: `refuse()` has it entered again, and says nothing of what was wrong; a cancel is told as well."""
    frame = embedded(page, shop, pins)
    page.evaluate("document.querySelector('sutja-pin').addEventListener('cancel', () => check('cancelled'))")
    opened(page, frame)
    enter(page, frame, "4703")
    page.wait_for_timeout(500)
    page.evaluate("document.querySelector('sutja-pin').refuse()")
    expect(frame.locator(".message")).to_have_text("This number was not accepted. Please start again.")
    enter(page, frame, "4702")
    page.wait_for_timeout(500)
    assert page.evaluate("checked") == ["4703", "4702"]
    opened(page, frame)
    frame.get_by_role("button", name="Cancel", exact=True).click()
    page.wait_for_timeout(500)
    assert page.evaluate("checked") == ["4703", "4702", "cancelled"]


def test_another_origin_gets_nothing(page: Page, shop: Shop, pins: str) -> None:
    """Law: a page of another origin cannot show it in a frame; one that opens it in a window is told nothing."""
    shop.page[:] = [f"{HEAR}<iframe src='{pins}/pin?way=keypad'></iframe>"]
    page.goto(shop.origin.replace("127.0.0.1", "localhost"))
    page.wait_for_timeout(1_500)
    assert not any(frame.url.startswith(f"{pins}/pin") and frame.locator("main").count() for frame in page.frames)
    with page.expect_popup() as popup:
        page.evaluate("url => { window.open(url); }", f"{pins}/pin?way=keypad&lang=en")
    entering = popup.value
    entering.locator("main").focus(timeout=PATIENT_MS)
    entering.keyboard.type("4702")
    expect(entering.locator("main")).to_have_attribute("data-phase", "full", timeout=PATIENT_MS)
    entering.keyboard.press("Enter")
    expect(entering.locator("main")).to_have_attribute("data-phase", "done")
    page.wait_for_timeout(500)
    assert page.evaluate("heard") == []


def test_forged_messages_are_not_believed(page: Page, shop: Shop, pins: str) -> None:
    """Law: a PIN that any other window says it has is none, for the page and for the element."""
    embedded(page, shop, pins)
    page.evaluate("postMessage({ sutja: 'pin', pin: '9999' }, '*')")
    page.wait_for_timeout(300)
    assert page.evaluate("checked") == []


def test_the_element_is_small_and_leaves_no_name_behind(page: Page, shop: Shop, pins: str) -> None:
    """Law: one file of at most 4 kB at a fixed address; of it a page sees the element, and no new global."""
    answer = page.request.get(f"{pins}/sutja-pin.js")
    assert answer.ok
    assert len(answer.body()) <= 4_096
    shop.page[:] = ["<title>Shop</title><script>window.before = Object.keys(window).length;</script>"]
    page.goto(shop.origin)
    page.add_script_tag(url=f"{pins}/sutja-pin.js")
    page.add_script_tag(url=f"{pins}/sutja-pin.js")  # twice does no harm
    named = "name => { try { return eval(name), true; } catch { return false; } }"
    assert [name for name in ("e", "t", "n", "SutjaPin", "home") if page.evaluate(named, name)] == []
    assert page.evaluate("!!customElements.get('sutja-pin')")
    # the page itself is in English or Korean as the attribute says
    page.evaluate("document.body.innerHTML = '<sutja-pin language=ko way=keypad></sutja-pin>'")
    expect(page.frame_locator("sutja-pin iframe").locator("html")).to_have_attribute("lang", "ko", timeout=PATIENT_MS)
