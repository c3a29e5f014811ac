"""Someone who enters a PIN: with fingers on the whole screen, with a mouse in boxes, by keys."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from playwright.sync_api import CDPSession, Locator, Page, Request, Route, expect

from browser.hand import between
from drawings import DRAWINGS, Points

EYES_FREE = "/pin?way=eyes-free&lang=en"
ORIGIN = "http://shop.test"
# Stands for the page that opened this one: remembers what it was given, and for which origin.
HOST = (
    "window.given = []; "
    "Object.defineProperty(window, 'opener', { value: { postMessage: (told, to) => given.push([told, to]) } });"
)
PATIENT_MS = 60_000  # a machine with other things to do compiles 14 MB
# Longer than the pause after which a digit is taken, whatever else the machine does.
SLOW_MS = 20_000
CLEAR = (0, 2, 3, 4, 6, 7)
"""Digits whose drawings no model takes for another."""
DOUBTFUL: list[Points] = [
    [(30, 20), (70, 30), (25, 55), (72, 70), (35, 90)],
    [(20, 80), (80, 15)],
    [(15, 50), (90, 45)],
]
"""A scribble: no digit at all."""


class Entering:
    """Opens the PIN page at an address, and enters digits there.

    `sent` are the bodies of all requests since then; `asked` their paths.
    """

    def __init__(self, page: Page, url: str, *, reads: str | None = "device") -> None:
        """Open the page, and wait until its drawings can be read there, on the `device` or at the `server`."""
        self.page = page
        self.asked: list[str] = []
        self.sent: list[str] = []
        page.on("request", self._hear)
        page.goto(url)
        if reads:
            page.wait_for_selector(f"main[data-reader={reads}]", state="attached", timeout=PATIENT_MS)

    @property
    def main(self) -> Locator:
        """All of it; its `data-phase` is where one is."""
        return self.page.locator("main")

    @property
    def message(self) -> Locator:
        """What was said last."""
        return self.page.locator(".message")

    @property
    def places(self) -> Locator:
        """The dots."""
        return self.page.locator(".places")

    def button(self, name: str) -> Locator:
        """Return the button of that name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def phase(self, name: str) -> None:
        """Wait for a phase."""
        expect(self.main).to_have_attribute("data-phase", name, timeout=SLOW_MS)

    def says(self, text: Any) -> None:
        """Wait for a message."""
        expect(self.message).to_have_text(text, timeout=SLOW_MS)

    def confirm(self) -> None:
        """Confirm by the key, once all is sure."""
        self.phase("full")
        self.page.keyboard.press("Enter")
        self.phase("done")

    def entered(self, count: int) -> None:
        """Wait until so many places are filled."""
        expect(self.page.locator("[data-mark=entered]")).to_have_count(count, timeout=SLOW_MS)

    def begin(self, language: str = "English") -> None:
        """Touch the screen for the first time, and choose a language by its half of the screen."""
        size = self.page.viewport_size
        assert size
        for _ in range(2):
            self.tap((size["width"] * (0.75 if language == "English" else 0.25), size["height"] / 2))
        self.phase("entering")

    def tap(self, *places: tuple[float, float]) -> None:
        """Touch with as many fingers, at the same time, and lift them."""
        for count in range(len(places)):
            self.fingers("touchStart", *places[: count + 1])
        self.fingers("touchEnd")

    def touch(self, *digits: int) -> None:
        """Draw digits with a finger, each once the one before was taken."""
        for digit in digits:
            before = self.page.locator("[data-mark=entered]").count()
            self.finger(DRAWINGS[digit])
            self.entered(before + 1)

    def finger(self, drawing: list[Points], left: float = 120, top: float = 120, side: float = 240) -> None:
        """Draw with a finger, anywhere on the screen."""
        for stroke in _placed(drawing, left, top, side):
            self.fingers("touchStart", stroke[0])
            for place in stroke[1:]:
                self.fingers("touchMove", place)
            self.fingers("touchEnd")

    def pen(self, drawing: list[Points], left: float = 120, top: float = 120, side: float = 240) -> None:
        """Draw with a pen."""
        for stroke in _placed(drawing, left, top, side):
            kinds = ["mousePressed", *["mouseMoved"] * (len(stroke) - 1)]
            for kind, place in zip(kinds, stroke, strict=True):
                self._press(kind, place, 0.5)
            self._press("mouseReleased", stroke[-1], 0)

    def _press(self, kind: str, place: tuple[float, float], pressure: float) -> None:
        pen: dict[str, Any] = {"pointerType": "pen", "button": "left", "buttons": 1, "clickCount": 1, "force": pressure}
        self._cdp.send("Input.dispatchMouseEvent", {"type": kind, "x": place[0], "y": place[1], **pen})

    def mouse(self, digit: int, pad: Locator, part: float = 1, at: float = 0) -> None:
        """Draw with the mouse on a pad; a digit is a `part` as high, and lies `at` a part of the width."""
        box = pad.bounding_box()
        assert box, "the pad can be seen"
        side = 0.7 * part * min(box["width"], box["height"])
        left, top = box["x"] + at * box["width"] + 0.2 * side, box["y"] + 0.2 * side
        for stroke in _placed(DRAWINGS[digit], left, top, side):
            self.page.mouse.move(*stroke[0])
            self.page.mouse.down()
            for place in stroke[1:]:
                self.page.mouse.move(*place)
            self.page.mouse.up()

    def box(self, place: int) -> Locator:
        """Return the box of a place."""
        return self.page.locator(".box").nth(place)

    def fingers(self, kind: str, *places: tuple[float, float]) -> None:
        """Put fingers on the page, move or lift them."""
        points = [{"x": x, "y": y, "id": name} for name, (x, y) in enumerate(places)]
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    @cached_property
    def _cdp(self) -> CDPSession:
        return self.page.context.new_cdp_session(self.page)

    def _hear(self, request: Request) -> None:
        self.asked.append(request.url)
        if request.post_data:
            self.sent.append(request.post_data)


def _placed(drawing: list[Points], left: float, top: float, side: float) -> Iterator[Points]:
    for stroke in drawing:
        corners = [(left + x / 100 * side, top + y / 100 * side) for x, y in stroke]
        yield [*between(corners), corners[-1]]


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
