"""The operators' page: worked by keys, in both languages, by whoever is logged in and nobody else."""

import re
import sqlite3
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.test_accessible import FAULTS, SMALL
from reviewing import NAME, PASSWORD, compare, gift, opened
from serving import serving
from sutja.bundle import Bundle
from sutja.holdout import is_held_out
from sutja.sample import SampleState
from sutja.secret import secret_of
from sutja.store import Store, Wanted, utc_now

WHY = "It reads our kiosk better."
COUNT = 12
# A service whose home is a folder of the test's own.
SERVE = "import os, sys; os.environ['SUTJA_HOME'] = sys.argv.pop(1); from sutja.cli import main; main()"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("review")


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[Store]:
    """Give the store of a service: samples in quarantine, and two candidates."""
    with opened(home, utc_now) as store:
        compare(store)
        held = next(f"visitor:v{each}" for each in range(99) if is_held_out(f"visitor:v{each}", secret_of(home)))
        given = [store.samples.give(gift(7, place, label=1, source=held)).sample for place in range(COUNT)]
        store.samples.move(given, SampleState.QUARANTINED, "cycle:1")
        store.samples.give(gift(1, 1, source=held))
        yield store


@pytest.fixture(scope="module")
def url(store: Store, home: Path) -> Iterator[str]:
    """Give the address of a service with that store."""
    with serving([sys.executable, "-c", SERVE, str(home), "serve"]) as service:
        yield service.url


def log_in(page: Page, url: str, language: str = "en", tab: str = "samples") -> None:
    page.goto(f"{url}/review?lang={language}#{tab}")
    page.locator("input[name=name]").fill(NAME)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page.locator(".tabs")).to_be_visible(timeout=30_000)  # a password takes its time


def test_nobody_gets_in_without_the_password(page: Page, url: str) -> None:
    """Law: a wrong password is said to be one, and shows nothing; out of the session it is asked for again."""
    page.goto(f"{url}/review?lang=en")
    expect(page.locator("input[name=name]")).to_be_focused()
    page.keyboard.type(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Name or password is wrong.")
    expect(page.get_by_role("listbox")).to_have_count(0)
    log_in(page, url)
    expect(page.get_by_role("listbox")).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("button", name="Doubtful").click()
    expect(page.get_by_text("Your session is over.")).to_be_visible()


def test_ten_are_labelled_by_keys(page: Page, url: str, store: Store) -> None:
    """Law: ten keys label ten samples; several are chosen by Shift; U takes back; the store has it all."""
    log_in(page, url)
    grid = page.get_by_role("listbox")
    expect(grid).to_be_focused()
    expect(grid.get_by_role("option")).to_have_count(COUNT)
    for _ in range(10):
        page.keyboard.press("7")
    expect(page.locator(".tally")).to_contain_text(f"2 of {COUNT} left")
    page.keyboard.press("Shift+ArrowRight")
    expect(grid.get_by_role("option", selected=True)).to_have_count(2)
    page.keyboard.press("r")
    expect(page.locator(".tally")).to_contain_text(f"0 of {COUNT} left")
    page.keyboard.press("u")
    page.keyboard.press("u")
    expect(page.locator(".tally")).to_contain_text(f"3 of {COUNT} left")
    expect(page.get_by_role("button", name="Quarantined (3)")).to_be_visible(timeout=20_000)
    found = list(store.samples.each(Wanted(states=[SampleState.ACCEPTED])))
    assert [sample.label for sample in found] == [7] * 9
    assert all(store.samples.labels(sample.id)[-1].by == f"operator:{NAME}" for sample in found)
    page.keyboard.press("Enter")
    expect(grid.get_by_role("option")).to_have_count(3)
    expect(page.get_by_role("img", name="The drawing")).to_be_visible()
    page.get_by_role("button", name="Reject", exact=True).click()
    expect(page.get_by_role("button", name="Rejected (1)")).to_be_visible()


def test_what_cannot_be_kept_is_said(page: Page, url: str) -> None:
    """Law: where the server does not take a decision, that is shown, and the samples are as the server has them."""
    log_in(page, url)
    option = page.get_by_role("option")
    expect(option.first).to_be_visible()
    count = option.count()
    page.route(
        "**/api/review/samples", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.keyboard.press("3")
    expect(page.get_by_role("alert")).to_contain_text("The server is out of reach.")
    expect(page.locator(".tally")).to_contain_text(f"{count} of {count} left")


def test_a_model_is_promoted_and_rolled_back(page: Page, url: str, store: Store) -> None:
    """Law: with the gate by one press, against it with a reason of one's own; one press leads back."""
    log_in(page, url, tab="models")
    generation = store.bundles.active().generation
    kept = {each.verdict: each.sha[:12] for each in store.bundles.list() if each.verdict}
    page.get_by_role("button", name=f"Show model {kept['reject']}").click()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("[data-group=broken] li")).not_to_have_count(0)
    page.locator(".model summary", has_text="Promote").click()
    page.locator("textarea").fill("no")
    page.get_by_role("button", name="Promote").click()
    expect(page.get_by_text("Write at least ten characters.")).to_be_visible()
    assert store.bundles.active().generation == generation
    page.locator("textarea").fill(WHY)
    page.get_by_role("button", name="Promote").click()
    expect(page.get_by_text("It is the champion now.")).to_be_visible()
    expect(page.locator("#champion")).to_contain_text(kept["reject"])
    assert store.bundles.history()[-1].reason == WHY
    page.locator("summary", has_text="Roll back").click()
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("Rolled back.")).to_be_visible()
    assert store.bundles.active().sha == Bundle.shipped().card.sha256
    page.get_by_role("button", name=f"Show model {kept['promote']}").click()
    page.locator(".model summary", has_text="Promote").click()
    page.get_by_role("button", name="Promote").click()
    expect(page.locator("#champion")).to_contain_text(kept["promote"])


def test_an_old_login_is_asked_for_the_password_again(page: Page, url: str, store: Store, home: Path) -> None:
    """Law: five minutes after the login nothing is promoted until the password came once more, and then at once."""
    log_in(page, url, tab="models")
    other = next(each for each in store.bundles.list() if each.sha != store.bundles.active().sha)
    with sqlite3.connect(home / "sutja.db") as connection:
        connection.execute("UPDATE sessions SET began = ?", (str(utc_now() - timedelta(minutes=6))[:26],))
    connection.close()
    page.get_by_role("button", name=f"Show model {other.sha[:12]}").click()
    page.locator(".model summary", has_text="Promote").click()
    page.locator("textarea").fill(WHY)
    page.get_by_role("button", name="Promote").click()
    expect(page.get_by_text("This takes your password once more")).to_be_visible()
    assert store.bundles.active().sha != other.sha
    page.locator("input[name=name]").fill(NAME)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("It is the champion now.")).to_be_visible(timeout=30_000)
    assert store.bundles.active().sha == other.sha


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [("en", "light", 1280), ("ko", "dark", 390), ("ko", "light", 320), ("en", "forced", 800)],
)
def test_no_part_shuts_anyone_out(page: Page, url: str, axe: str, language: str, scheme: str, width: int) -> None:
    """Law: in each part, language and colours axe finds no fault, nothing sticks out, and targets have 24 px."""
    if scheme == "forced":
        page.emulate_media(forced_colors="active")
    else:
        page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{url}/review?lang={language}")
    page.evaluate(axe)
    expect(page.locator("form.login")).to_be_visible()
    look(page, "login", width)
    log_in(page, url, language)
    page.evaluate(axe)
    expect(page.locator(".tile, .nothing").first).to_be_visible()
    page.keyboard.press("Shift+ArrowRight")
    look(page, "samples", width)
    page.locator(".tabs a").nth(1).click()
    page.locator(".sha").last.click()
    expect(page.locator(".plot").first).to_be_visible()
    for fold in page.locator(".model summary").all():
        fold.click()
    look(page, "models", width)
    page.locator(".tabs a").nth(2).click()
    expect(page.locator("#gathered")).to_be_visible()
    look(page, "drift", width)
    assert page.title() == {"en": "sutja: review", "ko": "sutja: 검토"}[language]


def look(page: Page, part: str, width: int) -> None:
    assert page.evaluate(FAULTS) == [], part
    assert page.evaluate("document.documentElement.scrollWidth") <= width, part
    assert page.evaluate(SMALL) == [], part


def test_the_drawing_page_does_not_grow(page: Page, url: str) -> None:
    """Law: who draws gets nothing of the operators' page, neither now nor for a day without a server."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/")
    expect(page.locator("canvas.pad")).to_be_visible()
    assert not [each for each in asked if re.search(r"/review", each)]
    assert "review" not in page.request.get(f"{url}/sw.js").text()


def test_however_many_gave_fifty_are_named(page: Page, url: str, store: Store) -> None:
    """Law: a row for each of those who gave most, and one that counts all others. Comes last: it gives much."""
    known = len(store.samples.sources())
    store.samples.give_all([gift(4, source=f"visitor:many{place:02}") for place in range(60)])
    log_in(page, url, tab="drift")
    by_source = page.locator("#gathered ~ div").filter(has=page.get_by_role("heading", name="By source"))
    rows = by_source.locator("tbody tr")
    expect(rows).to_have_count(51)
    expect(rows.last).to_contain_text(f"{known + 10} others")
