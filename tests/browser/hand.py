"""A hand that draws on the page with mouse, finger or pen, as the browser itself hears them."""

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Locator, Page, Request

from drawings import DRAWINGS, Points

ROUTES = ("/predict", "/read")
STEPS = 5  # moves from one corner of a drawing to the next


class Hand:
    """Opens the page at `url` and draws on it.

    `asked` are the inks that the page has sent to be read, as a digit or as a number, and `routes` where to.
    """

    def __init__(self, page: Page, url: str = "/") -> None:
        """Open the page."""
        self.page = page
        self.asked: list[list[list[list[float]]]] = []
        self.routes: list[str] = []
        page.on("request", self._hear)
        page.goto(url)

    @property
    def pad(self) -> Locator:
        """The canvas."""
        return self.page.locator("canvas.pad")

    @property
    def result(self) -> Locator:
        """What the page makes of it; its `data-state` is the verdict."""
        return self.page.locator(".result")

    @property
    def digits(self) -> Locator:
        """The large digits."""
        return self.page.locator(".sign .digit")

    @property
    def frames(self) -> Locator:
        """What stands around each digit of a number, on the pad."""
        return self.page.locator(".boxes span")

    def mouse(self, digit: int) -> None:
        """Draw a digit with the mouse."""
        self.draw(DRAWINGS[digit])

    def number(self, digits: str) -> None:
        """Draw digits side by side with the mouse."""
        step = 125 / len(digits)
        for place, digit in enumerate(digits):
            left, scale = place * step - 10, 0.8 * step / 100
            strokes = [[(left + scale * x, 30 + scale * y) for x, y in stroke] for stroke in DRAWINGS[int(digit)]]
            self.draw(strokes)

    def draw(self, drawing: list[Points]) -> None:
        """Draw strokes on 100 units with the mouse."""
        for stroke in self.strokes(drawing):
            self.page.mouse.move(*stroke[0])
            self.page.mouse.down()
            for x, y in stroke[1:]:
                self.page.mouse.move(x, y)
            self.page.mouse.up()

    def touch(self, digit: int) -> None:
        """Draw a digit with a finger."""
        for stroke in self.strokes(DRAWINGS[digit]):
            self.swipe(stroke)

    def swipe(self, places: Points) -> None:
        """Move a finger over the page, by pixels of it."""
        self.finger("touchStart", places[0])
        for place in places[1:]:
            self.finger("touchMove", place)
        self.finger("touchEnd")

    def finger(self, kind: str, *places: tuple[float, float]) -> None:
        """Put fingers on the page, move or lift them."""
        points = [{"x": x, "y": y, "id": name} for name, (x, y) in enumerate(places)]
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def pen(self, digit: int, pressures: Sequence[float]) -> None:
        """Draw a digit with a pen, pressed by turns as said."""
        for stroke in self.strokes(DRAWINGS[digit]):
            for count, place in enumerate(stroke):
                kind = "mouseMoved" if count else "mousePressed"
                self._press(kind, place, pressures[count % len(pressures)])
            self._press("mouseReleased", stroke[-1], 0)

    def strokes(self, drawing: list[Points]) -> Iterator[Points]:
        """Yield a drawing of 100 units in pixels of the page, on the middle of the pad."""
        self.pad.scroll_into_view_if_needed()
        box = self.pad.bounding_box()
        assert box, "the pad can be seen"
        for stroke in drawing:
            corners = [
                (box["x"] + (0.1 + x / 125) * box["width"], box["y"] + (0.1 + y / 125) * box["height"])
                for x, y in stroke
            ]
            yield [*between(corners), corners[-1]]

    @property
    def last(self) -> list[list[list[float]]]:
        """The ink that was sent last, once nothing has been for a while: the digit may be known before all is sent."""
        count = -1
        while count != len(self.asked):
            count = len(self.asked)
            self.page.wait_for_timeout(400)
        return self.asked[-1]

    def _press(self, kind: str, place: tuple[float, float], pressure: float) -> None:
        pen: dict[str, Any] = {"pointerType": "pen", "button": "left", "buttons": 1, "clickCount": 1, "force": pressure}
        self._cdp.send("Input.dispatchMouseEvent", {"type": kind, "x": place[0], "y": place[1], **pen})

    @cached_property
    def _cdp(self) -> CDPSession:
        return self.page.context.new_cdp_session(self.page)

    def _hear(self, request: Request) -> None:
        route = urlsplit(request.url).path
        if route in ROUTES and request.method == "POST" and "json" in request.headers.get("content-type", ""):
            self.routes.append(route)
            self.asked.append(json.loads(request.post_data or "")["strokes"])


def between(corners: Points) -> Iterator[tuple[float, float]]:
    """Yield what lies between the corners of a drawing, each corner but the last among it."""
    for (x, y), (to_x, to_y) in pairwise(corners):
        steps = STEPS if len(corners) < 10 else 1  # a curve has points enough
        yield from ((x + (to_x - x) * step / steps, y + (to_y - y) * step / steps) for step in range(steps))
