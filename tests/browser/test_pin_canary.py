"""A known PIN is entered in a real browser with a profile of its own, and then looked for in all that it keeps."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType

from browser.entering import EYES_FREE, HOST, ORIGIN, Entering, given, handed, without_wasm
from serving import serving

# `make robust-pin` enters it more often.
ENTERED = max(1, int(os.environ.get("SUTJA_CANARIES", "40")) // 40)
PIN = "47026374"
"""Eight digits: no number of a browser's own is likely to have them."""
KEPT = """async () => {
    const kept = [{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, name, history.state];
    for (const each of await indexedDB.databases()) {
        const database = await new Promise((done, failed) => {
            const asked = indexedDB.open(each.name);
            asked.onsuccess = () => done(asked.result);
            asked.onerror = failed;
        });
        for (const table of database.objectStoreNames) {
            kept.push(await new Promise((done) => {
                const all = database.transaction(table).objectStore(table).getAll();
                all.onsuccess = () => done(all.result);
            }));
        }
        database.close();
    }
    for (const each of await caches.keys()) {
        const cache = await caches.open(each);
        for (const asked of await cache.keys()) {
            const answer = await cache.match(asked);
            const isText = /json|text/.test(answer.headers.get("content-type") ?? "");
            kept.push(asked.url, isText ? await answer.text() : "");
        }
    }
    return JSON.stringify(kept);
}"""


@contextmanager
def profile(browser_type: BrowserType, arguments: dict[str, Any], folder: Path, url: str) -> Iterator[BrowserContext]:
    """Give a browser that keeps what it likes in a folder."""
    with browser_type.launch_persistent_context(folder, base_url=url, has_touch=True, **arguments) as context:
        context.add_init_script(HOST)
        yield context


def traces(sent: list[str]) -> list[bytes]:
    """Return what betrays the PIN: its digits as text of one or two bytes a letter, and pieces of ink that was sent."""
    lists = [PIN, ",".join(PIN), " ".join(PIN), json.dumps([int(digit) for digit in PIN])]
    pieces = [body[start : start + 60] for body in sent for start in range(40, len(body) - 60, len(body) // 8)]
    return [each.encode(kind) for each in [*lists, *pieces] for kind in ("utf-8", "utf-16-le")]


def found(folder: Path, wanted: list[bytes]) -> list[str]:
    """Return the files of a folder in which any of these is."""
    pattern = re.compile(b"|".join(map(re.escape, wanted)))
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return [str(path.relative_to(folder)) for path in files if pattern.search(path.read_bytes())]


@pytest.fixture(scope="module")
def eight() -> Iterator[str]:
    """Return the address of a service that takes PINs of eight digits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUTJA_PIN_LENGTH", str(len(PIN)))
        patch.setenv("SUTJA_PIN_ORIGIN", ORIGIN)
        patch.setenv("SUTJA_LIMIT_PIN", "1000000")
        with serving() as service:
            yield service.url


@pytest.mark.parametrize("reads", ["device", "server"])
def test_a_browser_keeps_nothing_of_a_pin(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], eight: str, tmp_path: Path, reads: str
) -> None:
    """Law: neither its storages, nor its cookies, nor a file of its profile has the PIN or its ink, now or later."""
    sent: list[str] = []
    with profile(browser_type, browser_type_launch_args, tmp_path, eight) as context:
        page = context.new_page()
        if reads == "server":
            page.route("**/assets/worker-*.js", without_wasm)
        for _ in range(ENTERED):
            one = Entering(page, EYES_FREE, reads=reads)
            one.begin()
            one.touch(*map(int, PIN))
            one.confirm()
            assert given(page) == handed(PIN)
            sent += one.sent
            kept = page.evaluate(KEPT) + json.dumps(context.cookies())
            assert [trace for trace in traces(sent) if trace.decode("utf-8", "ignore") in kept] == []
        assert bool(sent) is (reads == "server")
    assert found(tmp_path, traces(sent)) == []
    print(f"{ENTERED} in a browser, read by the {reads}: no trace in its storage or its profile")  # noqa: T201


def test_what_is_looked_for_would_be_found(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], eight: str, tmp_path: Path
) -> None:
    """What a page kept, in any of these places, is caught."""
    keep = f"""async () => {{
        localStorage.a = "{PIN}";
        sessionStorage.b = "{PIN}";
        document.cookie = "c={PIN}";
        await (await caches.open("d")).put("/d", new Response("{PIN}"));
        await new Promise((done) => {{
            const asked = indexedDB.open("e");
            asked.onupgradeneeded = () => asked.result.createObjectStore("e").put("{PIN}", 1);
            asked.onsuccess = () => (asked.result.close(), done());
        }});
    }}"""
    with profile(browser_type, browser_type_launch_args, tmp_path, eight) as context:
        page = context.new_page()
        page.goto(EYES_FREE)
        page.evaluate(keep)
        assert page.evaluate(KEPT).count(PIN) == 5
        page.wait_for_timeout(500)
    places = " ".join(found(tmp_path, traces([])))
    assert "CacheStorage" in places, places
