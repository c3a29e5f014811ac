"""The documentation site in a browser: light and dark, searched, and alone."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
PAGES = ("", "tour/", "python/", "cli/", "api/", "pin/", "accuracy/", "troubleshooting/")


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and keeps still."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the site, under a path, as a project's pages are."""
    folder = tmp_path_factory.mktemp("docs")
    subprocess.run([sys.executable, "-m", "tools.docs", str(folder)], cwd=ROOT, check=True, capture_output=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/site/"
        server.shutdown()


def test_the_pages_ask_nothing_of_others(page: Page, site: str) -> None:
    """Law: no page fetches anything from another server, none has an error, and none is wider than a phone."""
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": 360, "height": 740})
    for name in PAGES:
        page.goto(site + name)
        expect(page.locator("h1").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
    assert [url for url in asked if not url.startswith((site, "data:", "blob:"))] == []
    assert complaints == []


def test_what_is_looked_for_is_found(page: Page, site: str) -> None:
    """Law: what is searched for is found where it stands, and one key leads there."""
    page.goto(site)
    page.keyboard.press("/")
    # It opens when its script and its words have come; whoever types before that loses letters.
    expect(page.get_by_role("combobox", name="Search")).to_be_focused(timeout=20_000)
    page.keyboard.type("AirPlay")
    found = page.get_by_role("listbox", name="Search results").get_by_role("option")
    expect(found.first).to_contain_text("Expected port", timeout=20_000)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/troubleshooting/.*#expected-port"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_as_bright_as_the_system(page: Page, site: str, scheme: str) -> None:
    """Law: light or dark as the system is, the picture on the first page too."""
    page.emulate_media(color_scheme=scheme)
    page.goto(site)
    bright = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0] > 127")
    assert bright is (scheme == "light")
    shown = page.locator(f"img[src*='page{'-dark' if scheme == 'dark' else ''}.png']").first
    expect(shown).to_be_visible()
