"""Reading on this device: without the server's help, without the server at all, and when it cannot be done."""

import re
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserType, Locator, Page, Route, expect

from browser.hand import Hand
from drawings import DRAWINGS
from serving import Serving, serving
from sutja.service.routes.page import STATIC

Record = Callable[[str, object], None]

PATIENT_MS = 60_000  # a machine with other things to do compiles 14 MB

# What is kept for a day without a server: the files of the page and of the runtime, and the model.
KEPT = """async () => {
    const urls = [];
    for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) urls.push(request.url);
    }
    return urls;
}"""

# Read `ink` on a worker of its own so many times, and return how long each took, in ms.
TIMES = """async ({ worker, paths, count }) => {
    const reader = new Worker(worker, { type: "module" });
    const ask = question => new Promise((resolve, reject) => {
        reader.onmessage = ({ data }) => "found" in data ? resolve(data.found) : reject(new Error(data.message));
        reader.postMessage({ id: 1, question });
    });
    await ask({ ask: "load", base: document.baseURI });
    const times = [];
    for (let time = 0; time < count; time += 1) {
        const start = performance.now();
        await ask({ ask: "digit", paths });
        times.push(performance.now() - start);
    }
    reader.terminate();
    return times;
}"""

# What scripts a page has fetched.
SCRIPTS = "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))"


def switch(page: Page) -> Locator:
    """Return the switch between this device and the server."""
    return page.get_by_role("switch", name="On this device")


def on_this_device(hand: Hand) -> None:
    """Choose this device, and wait until it reads."""
    switch(hand.page).click()
    expect(switch(hand.page)).to_have_attribute("data-state", "ready", timeout=PATIENT_MS)


@pytest.fixture
def lasting(browser: Browser, mortal: Serving) -> Iterator[Page]:
    """Return a page that may have a service worker, from a service that a test may kill."""
    with browser.new_context(base_url=mortal.url, service_workers="allow") as context:
        yield context.new_page()


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for what no locator can see."""
    for _ in range(PATIENT_MS // 500):
        if holds():
            return
        page.wait_for_timeout(500)
    raise AssertionError("it never held")


def test_nothing_is_sent(hand: Hand) -> None:
    """Law: what is read on this device is read as at the server, and no ink leaves it, now and at the next visit."""
    expect(hand.page.locator("footer")).to_contain_text("sent to this server")
    on_this_device(hand)
    expect(hand.page.locator("footer")).to_contain_text("not sent")
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    expect(hand.page.locator(".confidence")).to_have_text(re.compile("sure"))
    hand.page.keyboard.press("Escape")
    hand.number("42")
    expect(hand.digits).to_have_text(["4", "2"])
    expect(hand.frames).to_have_count(2)
    hand.page.reload()
    expect(switch(hand.page)).to_have_attribute("data-state", "ready", timeout=PATIENT_MS)
    hand.mouse(3)
    expect(hand.digits).to_have_text(["3"])
    assert hand.asked == []
    switch(hand.page).click()
    hand.page.keyboard.press("Escape")
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    assert hand.asked


def test_the_first_digits_do_not_wait(hand: Hand) -> None:
    """Law: while the reader is on its way, the server reads."""
    held: list[Route] = []
    hand.page.route("**/model", lambda route: held.append(route))  # noqa: PLW0108 -- playwright marks what it is given
    switch(hand.page).click()
    expect(switch(hand.page)).to_have_attribute("aria-busy", "true")
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    assert hand.asked
    until(hand.page, lambda: bool(held))
    held[0].continue_()
    expect(switch(hand.page)).to_have_attribute("data-state", "ready", timeout=PATIENT_MS)


def _without_wasm(route: Route) -> None:
    answer = route.fetch()
    policy = answer.headers["content-security-policy"].replace("'wasm-unsafe-eval'", "")
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})


def _half(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(status=200, body=answer.body()[: len(answer.body()) // 2], content_type="application/octet-stream")


def _older_page(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(json={**answer.json(), "prepare": 999})


@pytest.mark.parametrize(
    ("asked", "change", "said"),
    [
        ("**/assets/worker-*.js", _without_wasm, "This device may not read."),
        ("**/model", _half, "The reader did not arrive whole."),
        ("**/model/card", _older_page, "This page is older than the reader."),
        ("**/*.wasm", lambda route: route.fulfill(body=b"no module"), "This device could not read."),
        ("**/assets/worker-*.js", lambda route: route.abort(), "This device could not read."),
        ("**/model", lambda route: route.abort(), "The reader could not be fetched."),
    ],
)
def test_what_goes_wrong_is_said(page: Page, asked: str, change: Callable[[Route], None], said: str) -> None:
    """Law: where this device cannot read, the page says why, and the server reads; switched off, all is as before."""
    hand = Hand(page)
    page.route(asked, change)
    switch(page).click()
    note = page.locator("footer")
    expect(note).to_contain_text(said, timeout=PATIENT_MS)
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    assert hand.asked
    switch(page).click()
    expect(note).not_to_contain_text(said)


def test_after_the_first_visit_no_server_is_needed(lasting: Page, mortal: Serving) -> None:
    """Law: page, runtime, model and clips are kept at the first visit; with the server gone the page reads."""
    Hand(lasting)
    kept = [f"{mortal.url}/model/card", ".wasm", "model?sha256=", ".mp3", "/index.html", "/app.webmanifest"]
    until(lasting, lambda: all(any(part in url for url in lasting.evaluate(KEPT)) for part in kept))
    mortal.process.kill()
    mortal.process.wait()
    hand = Hand(lasting)
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"], timeout=PATIENT_MS)
    expect(lasting.locator("footer")).to_contain_text("The server is out of reach.")
    switch(lasting).click()
    expect(switch(lasting)).to_have_attribute("data-state", "ready", timeout=PATIENT_MS)
    lasting.reload()
    hand.mouse(3)
    expect(hand.digits).to_have_text(["3"], timeout=PATIENT_MS)


def test_no_server_is_needed_where_nobody_may_enter_a_pin(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: a service that others can reach, and that gives no PIN page, is kept for a day without it all the same."""
    monkeypatch.setenv("SUTJA_HOSTS", "127.0.0.1,kiosk.test")
    with serving() as service, browser.new_context(base_url=service.url, service_workers="allow") as context:
        page = context.new_page()
        Hand(page)
        assert page.request.get("/pin.html").status == 403
        until(page, lambda: any(url.endswith("/index.html") for url in page.evaluate(KEPT)))
        page.evaluate("async () => void (await navigator.serviceWorker.ready)")
        service.process.kill()
        service.process.wait()
        expect(Hand(page).pad).to_be_visible()


def test_over_plain_http_from_another_machine(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], kiosk: str
) -> None:
    """Law: without a secure context the device reads all the same, nothing is sent, and nothing fails."""
    options = dict(browser_type_launch_args)
    options["args"] = [*options["args"], "--host-resolver-rules=MAP kiosk.test 127.0.0.1"]
    with browser_type.launch(**options) as browser:
        page = browser.new_page(base_url=kiosk)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        hand = Hand(page)
        assert page.evaluate("isSecureContext") is False
        on_this_device(hand)
        hand.mouse(7)
        expect(hand.digits).to_have_text(["7"])
        expect(page.locator(".history summary")).to_have_text("History (1)")
        assert (hand.asked, complaints) == ([], [])


def test_it_can_be_installed(lasting: Page) -> None:
    """Law: Chromium would install it; the manifest is one, and its icons are there, as large as they say."""
    page = lasting
    page.goto("/")
    page.evaluate("async () => void (await navigator.serviceWorker.ready)")
    faults = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [fault["errorId"] for fault in faults if fault["errorId"] != "in-incognito"] == []
    manifest = page.request.get(page.locator("link[rel=manifest]").get_attribute("href") or "").json()
    assert (manifest["display"], manifest["start_url"]) == ("standalone", "./")
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        size = page.evaluate(
            "async url => { const i = new Image(); i.src = url; await i.decode(); return `${i.width}x${i.height}`; }",
            icon["src"],
        )
        assert size == icon["sizes"]


def test_a_reading_takes_milliseconds(page: Page, record_property: Record) -> None:
    """Law: on this device a stroke update is read within 5 ms in the middle, in the quietest of twenty rounds."""
    page.goto("/")
    [worker] = (STATIC / "assets").glob("worker-*.js")
    paths: list[Any] = [[{"x": x, "y": y} for x, y in stroke] for stroke in DRAWINGS[8]]
    question = {"worker": f"/assets/{worker.name}", "paths": paths, "count": 200}
    times = page.evaluate(TIMES, question)
    record_property("median_ms", median(times))
    assert min(median(times[start : start + 10]) for start in range(0, 200, 10)) <= 5


def _wire_bytes(url: str, encoding: str) -> int:
    with httpx.stream("GET", url, headers={"Accept-Encoding": encoding}) as answer:
        assert answer.status_code == 200
        return sum(map(len, answer.iter_raw()))


@pytest.mark.parametrize("encoding", ["gzip", "gzip, br"])
def test_how_much_comes_over_the_wire(hand: Hand, base_url: str, encoding: str, record_property: Record) -> None:
    """Law: model and runtime have at most 4.5 MB, the JavaScript of the page without them at most 150 kB."""
    files = {path.name.removesuffix(".gz") for path in (STATIC / "assets").glob("*.gz")}
    runtime = {name for name in files if re.match(r"(worker|session|ort-wasm)", name)}
    assert len(runtime) == 3
    total = sum(_wire_bytes(f"{base_url}/assets/{name}", encoding) for name in runtime)
    total += _wire_bytes(f"{base_url}/model", encoding)
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    scripts = set(hand.page.evaluate(SCRIPTS))
    assert any("/chart-" in url for url in scripts)
    assert not any(url.endswith(name) for url in scripts for name in runtime)
    script = sum(_wire_bytes(url, encoding) for url in scripts)
    record_property("runtime_and_model_bytes", total)
    record_property("page_script_bytes", script)
    assert total <= 4_500_000
    assert script <= 150_000
