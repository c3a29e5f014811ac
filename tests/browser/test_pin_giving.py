"""Giving a digit of a PIN: asked apart and unticked, where the operator allows it; one digit goes, and nothing else."""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from browser.entering import Entering
from serving import serving

PLACE = 2
QUESTION = "Give one digit"


@pytest.fixture(scope="module")
def taking() -> Iterator[str]:
    """Return the address of a service that takes the third digit."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("SUTJA_PIN_SAMPLES", str(PLACE))
        service = stack.enter_context(serving())
        patch.undo()
        yield service.url


@pytest.fixture
def screen(browser: Browser, taking: str) -> Iterator[Page]:
    with browser.new_context(base_url=taking, has_touch=True, service_workers="block") as context:
        yield context.new_page()


def posted(page: Page) -> list[Request]:
    """Return what is posted from now on."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    return sent


def test_one_digit_goes_where_it_was_ticked(screen: Page) -> None:
    """Law: unticked nothing is sent; ticked, after confirming, the glyph and digit of the one place, and no cookie."""
    one = Entering(screen, "/pin?lang=en&way=boxes")
    sent = posted(screen)
    box = screen.get_by_label(QUESTION)
    expect(box).not_to_be_checked()
    for is_ticked in (False, True):
        if is_ticked:
            one.button("In boxes").or_(one.button("Begin")).click()
            box.check()
        for place, digit in enumerate((4, 7, 0, 2)):
            one.mouse(digit, one.box(place))
            one.entered(place + 1)
        assert sent == []
        one.confirm()
    screen.wait_for_timeout(500)
    [request] = sent
    assert request.url.endswith("/pin/sample")
    assert "cookie" not in request.all_headers()
    assert request.response().status == 202
    body = json.loads(request.post_data or "")
    assert (list(body), body["digit"]) == (["glyph", "digit"], 0)
    assert len(base64.b64decode(body["glyph"])) == 784
    assert [cookie for cookie in screen.context.cookies() if cookie["name"] != "x"] == []


def test_nobody_is_asked_where_the_operator_wants_none(page: Page) -> None:
    """Law: off by default, there is no question at all."""
    Entering(page, "/pin?lang=en&way=boxes")
    expect(page.locator(".box")).to_have_count(4)
    expect(page.get_by_label(QUESTION)).to_have_count(0)


def test_who_does_not_look_is_asked_as_well(screen: Page) -> None:
    """Law: without looking the question is one of the choices, and what was chosen is said."""
    screen.add_init_script("localStorage.setItem('sutja.listener', 'reader')")
    one = Entering(screen, "/pin?lang=en&way=eyes-free")
    one.begin()
    screen.get_by_text("What you can do").last.click()
    box = screen.get_by_label(QUESTION)
    box.focus()
    screen.keyboard.press("Space")
    expect(box).to_be_checked()
    one.says("One digit will be given when you confirm.")
    screen.keyboard.press("Space")
    expect(box).not_to_be_checked()
    one.says("No digit is given.")
