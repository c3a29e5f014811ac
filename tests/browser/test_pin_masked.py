"""What betrays a PIN: nothing. Whatever is entered, all that can be seen, heard, kept or sent is the same."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from browser.entering import CLEAR, SLOW_MS, Entering, without_wasm
from drawings import DRAWINGS

# `make masked` walks twenty.
PAIRS = int(os.environ.get("SUTJA_PIN_PAIRS", "2"))
SEED = 20_261_121
STORED = (
    "() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.length])"
)
PAGE = "() => document.documentElement.outerHTML"


def pairs() -> Iterator[tuple[str, str]]:
    """Yield pairs of PINs that differ in every place, the first two of them all alike."""
    random = Random(SEED)
    yield "0000", "7777"
    for _ in range(PAIRS - 1):
        first = [random.choice(CLEAR) for _ in range(4)]
        other = [random.choice([digit for digit in CLEAR if digit != taken]) for taken in first]
        yield "".join(map(str, first)), "".join(map(str, other))


@dataclass
class Traces:
    """All that a stranger could see of someone who enters a PIN."""

    seen: list[dict[str, Any]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)


def traces(browser: Browser, url: str, way: str, pin: str, *, typed: bool = False, at_server: bool = False) -> Traces:
    """Enter a PIN as that way has it, and return what it leaves after each digit and at the end."""
    left = Traces()
    with browser.new_context(base_url=url, has_touch=True, service_workers="block") as context:
        context.add_init_script("localStorage.setItem('sutja.listener', 'reader')")  # so that all words are in the page
        page = context.new_page()
        if at_server:
            page.route("**/assets/worker-*.js", without_wasm)
        one = Entering(page, f"/pin?lang=en&way={way}", reads="server" if at_server else "device")
        if way == "eyes-free":
            one.begin()
        page.wait_for_load_state("networkidle")
        page.on("console", lambda message: _keep(left.told, message))
        page.on("request", lambda asked: _note(left.sent, asked))
        for place, digit in enumerate(pin):
            if typed:
                page.keyboard.press(digit)
            elif way == "eyes-free":
                one.finger(DRAWINGS[int(digit)])
            else:
                one.mouse(int(digit), one.box(place))
                page.mouse.move(5, 5)
            one.entered(place + 1)
            if place == len(pin) - 1:
                one.phase("full")
            left.seen.append(_seen(page))
        page.keyboard.press("Enter")
        one.phase("done")
        left.seen.append(_seen(page))
    return left


def _seen(page: Page) -> dict[str, Any]:
    page.mouse.move(5, 5)
    expect(page.get_by_role("status")).to_have_text(page.locator(".message").inner_text(), timeout=SLOW_MS)
    return {
        "page": page.evaluate(PAGE),
        "tree": page.locator("body").aria_snapshot(),
        "stored": page.evaluate(STORED),
        "picture": page.screenshot(animations="disabled"),
    }


def _keep(told: list[str], message: ConsoleMessage) -> None:
    told.append(f"{message.type} {message.text}")


def _note(sent: list[tuple[str, str, str]], asked: Request) -> None:
    if not asked.url.endswith(".svg"):  # the picture of the tab comes when Chromium likes
        sent.append((asked.method, asked.url, _shape(asked.post_data)))


def _shape(body: str | None) -> str:
    """Return a request's body without its ink."""
    if body is None:
        return ""
    data = json.loads(body)
    return json.dumps({name: len(value) for name, value in data.items()})


@pytest.mark.parametrize(("one", "other"), list(pairs()))
def test_two_pins_leave_the_same_traces(browser: Browser, base_url: str, one: str, other: str) -> None:
    """Law: drawn without looking, two PINs give the same page, tree, console, storage and pictures; nothing is sent."""
    first, second = (traces(browser, base_url, "eyes-free", pin) for pin in (one, other))
    assert first.sent == second.sent == []
    assert first.told == second.told
    for now, then in zip(first.seen, second.seen, strict=True):
        for name, value in now.items():
            assert value == then[name], name


def test_boxes_and_keys_betray_as_little(browser: Browser, base_url: str) -> None:
    """Law: nor do the boxes of those who look, once a digit is accepted, nor keys."""
    for way, typed in (("boxes", False), ("boxes", True), ("eyes-free", True)):
        first, second = (traces(browser, base_url, way, pin, typed=typed) for pin in ("4702", "2047"))
        assert first == second, (way, typed)


def test_requests_to_the_server_differ_in_ink_alone(browser: Browser, base_url: str) -> None:
    """Law: where the server reads, the same requests are made, each of as many inks, and nothing else is different."""
    first, second = (traces(browser, base_url, "eyes-free", pin, at_server=True) for pin in ("4702", "2047"))
    assert first == second
    assert [(method, shape) for method, _, shape in first.sent] == [("POST", '{"inks": 4}')]
