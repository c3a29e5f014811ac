"""Make the pictures of the page for the READMEs anew, with a service of its own and the Chromium of the browser tests.

python tools/pictures.py    writes docs/images/page.png, page-dark.png, page-number.png and page-phone.png

Build the page first (`make page`).
"""

import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
# In place of tools/, whose browser.py hides the tests of that name.
sys.path[:1] = [str(ROOT), str(ROOT / "tests")]

from tools.browser import find  # noqa: E402

from browser.hand import Hand  # type: ignore[import-not-found]  # noqa: E402
from serving import serving  # type: ignore[import-not-found]  # noqa: E402

DESKTOP = (1280, 1000)
PHONE = (390, 844)
SETTLED_MS = 2_000


def take(browser: Browser, url: str, name: str, digits: str, size: tuple[int, int], scheme: str) -> None:
    """Write one picture: digits drawn and read; one digit on a desktop is explained as well."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="en-GB",
        device_scale_factor=2 if size == PHONE else 1,
        service_workers="block",
    )
    context.add_init_script(f"localStorage.setItem('sutja.pen', '{45 if len(digits) == 1 else 25}')")
    hand = Hand(context.new_page(), "/?lang=en")
    hand.mouse(int(digits)) if len(digits) == 1 else hand.number(digits)
    expect(hand.result).to_have_attribute("data-state", re.compile("^(digit|number)$"))
    hand.page.locator(".history summary").get_by_text("1").wait_for()
    if len(digits) == 1 and size == DESKTOP:
        hand.page.locator(".explain").click()
        hand.page.wait_for_selector(".legend")
    hand.page.wait_for_timeout(SETTLED_MS)
    hand.page.screenshot(path=IMAGES / f"{name}.png")
    context.close()
    print(f"wrote {name}.png")


def main() -> None:
    """Take all pictures."""
    with serving() as service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        take(browser, service.url, "page", "4", DESKTOP, "light")
        take(browser, service.url, "page-dark", "4", DESKTOP, "dark")
        take(browser, service.url, "page-number", "2026", DESKTOP, "light")
        take(browser, service.url, "page-phone", "7", PHONE, "light")
        browser.close()


if __name__ == "__main__":
    main()
