"""A real service, and a real Chromium before it."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from browser.entering import HOST, ORIGIN
from browser.hand import Hand
from serving import Serving, serving

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium is to ask for nothing but the page.
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium where there is one; as root it runs only without its sandbox."""
    sandbox = ["--no-sandbox"] if sys.platform == "linux" and os.geteuid() == 0 else []
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    return {**browser_type_launch_args, "executable_path": path, "args": [*QUIET, *sandbox]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Keep nothing for a day without a server: tests/browser/test_device.py has pages of its own for that."""
    return {**browser_context_args, "service_workers": "block"}


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """Return where `page.goto("/")` leads to: the service that the tests share."""
    with serving() as service:
        yield service.url


@pytest.fixture
def mortal() -> Iterator[Serving]:
    """Return a service that a test may kill."""
    with serving() as service:
        yield service


@pytest.fixture
def hand(page: Page) -> Iterator[Hand]:
    """Return a hand on a fresh page, which must not complain of anything."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield Hand(page)
    assert complaints == []


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the source of axe-core, which finds faults of accessibility."""
    return (Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js").read_text("utf-8")


@pytest.fixture(scope="session")
def pins() -> Iterator[str]:
    """Return the address of a service that hands PINs to `ORIGIN`."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("SUTJA_PIN_ORIGIN", ORIGIN)
        service = stack.enter_context(serving())
        patch.undo()
        yield service.url


@pytest.fixture(scope="session")
def kiosk() -> Iterator[str]:
    """Return the address of a service named `kiosk.test`, as from another machine, whose PINs go to `ORIGIN`."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("SUTJA_PIN_ORIGIN", ORIGIN)
        patch.setenv("SUTJA_HOSTS", "kiosk.test")
        patch.setenv("SUTJA_PIN_PURPOSE", "non_payment")
        service = stack.enter_context(serving())
        patch.undo()
        yield service.url.replace("127.0.0.1", "kiosk.test")


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
