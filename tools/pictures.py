"""Make the pictures of the pages for the READMEs and the tour anew, with a service of its own and a real Chromium.

python tools/pictures.py [NAME ...]    writes docs/images/: page.png, page-dark.png, page-number.png, page-phone.png,
                                       and those of the tour; or only those whose names are given

Build the page first (`make page`).
"""

import os
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
# In place of tools/, whose browser.py hides the tests of that name.
sys.path[:1] = [str(ROOT), str(ROOT / "tests")]

from tools.browser import find  # noqa: E402

from browser.entering import DOUBTFUL, Entering  # type: ignore[import-not-found]  # noqa: E402
from browser.hand import Hand  # type: ignore[import-not-found]  # noqa: E402
from reviewing import NAME, PASSWORD, compare, fill, opened  # type: ignore[import-not-found]  # noqa: E402
from serving import serving  # type: ignore[import-not-found]  # noqa: E402
from sutja.store import utc_now  # noqa: E402

DESKTOP = (1280, 1000)
WIDE = (1280, 720)
PHONE = (390, 844)
SETTLED_MS = 2_000
SAMPLES = 40

Take = Callable[[Page], object]


def take(browser: Browser, url: str, name: str, what: Take, size: tuple[int, int], scheme: str) -> None:
    """Write one picture of a page on which something was done."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="en-GB",
        device_scale_factor=2 if size == PHONE else 1,
        service_workers="block",
    )
    page = context.new_page()
    what(page)
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=IMAGES / f"{name}.png")
    context.close()
    print(f"wrote {name}.png")


def drawn(page: Page, digits: str, *, pen: int = 45, language: str = "en", is_explained: bool = False) -> None:
    """Draw one digit, or several side by side, and have them read."""
    page.add_init_script(f"localStorage.setItem('sutja.pen', '{pen}')")
    hand = Hand(page, f"/?lang={language}")
    hand.mouse(int(digits)) if len(digits) == 1 else hand.number(digits)
    expect(hand.result).to_have_attribute("data-state", re.compile("^(digit|number)$"))
    page.locator(".history summary").get_by_text("1").wait_for()
    if is_explained:
        page.locator(".explain").click()
        page.wait_for_selector(".legend")


def scribbled(page: Page) -> None:
    """Draw what is no digit."""
    hand = Hand(page, "/?lang=en")
    hand.draw(DOUBTFUL)
    expect(hand.result).to_have_attribute("data-state", re.compile("^(not_a_digit|unsure)$"))


def entered(page: Page) -> None:
    """Draw two digits of a PIN in its boxes, and begin the third."""
    one = Entering(page, "/pin?way=boxes&lang=en")
    for place, digit in enumerate((4, 7)):
        one.mouse(digit, one.box(place))
        one.entered(place + 1)


def unseen(page: Page) -> None:
    """Begin to enter a PIN without looking."""
    Entering(page, "/pin?way=eyes-free&lang=en").begin()


def reviewed(page: Page, tab: str) -> None:
    """Log in as an operator."""
    page.goto(f"/review?lang=en#{tab}")
    page.locator("input[name=name]").fill(NAME)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page.locator(".tabs")).to_be_visible(timeout=30_000)
    if tab == "models":
        page.locator(".sha").last.click()
        expect(page.locator(".plot").first).to_be_visible()


def fill_store(home: Path) -> None:
    """Make a store with an operator, samples, and models beside the champion."""
    with opened(home, utc_now) as store:
        compare(store)
        fill(store, SAMPLES)


PICTURES: dict[str, tuple[Take, tuple[int, int], str]] = {
    "page": (partial(drawn, digits="4", is_explained=True), DESKTOP, "light"),
    "page-dark": (partial(drawn, digits="4", is_explained=True), DESKTOP, "dark"),
    "page-number": (partial(drawn, digits="2026", pen=25), DESKTOP, "light"),
    "page-phone": (partial(drawn, digits="7"), PHONE, "light"),
    "page-korean": (partial(drawn, digits="3", language="ko"), PHONE, "dark"),
    "page-scribble": (scribbled, WIDE, "light"),
    "pin-boxes": (entered, WIDE, "light"),
    "pin-unseen": (unseen, PHONE, "dark"),
    "review-samples": (partial(reviewed, tab="samples"), WIDE, "light"),
    "review-models": (partial(reviewed, tab="models"), DESKTOP, "light"),
    "review-drift": (partial(reviewed, tab="drift"), DESKTOP, "light"),
}


def main() -> None:
    """Take all pictures, or those that are named."""
    with TemporaryDirectory() as home, sync_playwright() as playwright:
        fill_store(Path(home))
        os.environ["SUTJA_HOME"] = home
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        with serving() as service:
            for name in sys.argv[1:] or PICTURES:
                take(browser, service.url, name, *PICTURES[name])
        browser.close()


if __name__ == "__main__":
    main()
