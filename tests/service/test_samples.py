"""`POST /samples`: what is answered is kept, once, with consent; its receipt deletes it; nothing else comes back."""

import base64
import io
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import event

from drawings import DRAWINGS, drawing
from pictures import encoded, picture
from sutja import Reader
from sutja.prepare import prepare
from sutja.service import create_app
from sutja.service.expiry import expiring
from sutja.service.gifts import CONSENT
from sutja.settings import Settings
from sutja.store import Rules, Store, Wanted, upgrade

SECRET = bytes(range(32))
CANARY = "7391"
KEY = "0123456789abcdef"
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Service:
    """An application with a store of its own, and the time that it believes in."""

    app: FastAPI
    store: Store
    home: Path
    now: datetime

    def ask(self, method: str, path: str, *, scheme: str = "http", **request: Any) -> httpx.Response:
        """Return what is answered, errors of the application included."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://localhost") as client:
                return await client.request(method, path, **request)

        return anyio.run(asked)

    def give(self, key: str | None = None, cookie: str = "", scheme: str = "http", **part: Any) -> httpx.Response:
        """Give a seven that was read as a nine, or something else."""
        headers = ({"Idempotency-Key": key} if key else {}) | ({"Cookie": cookie} if cookie else {})
        return self.ask("POST", "/samples", json=gift(**part), headers=headers, scheme=scheme)


def gift(**part: Any) -> dict[str, Any]:
    return {"strokes": DRAWINGS[7], "label": 7, "read": 9, "consent": True, **part}


def opened(home: Path, now: list[datetime], **rules: int) -> Store:
    url = f"sqlite:///{home / 'sutja.db'}"
    upgrade(url)
    return Store.open(url, secret=SECRET, clock=lambda: now[0], rules=Rules(**rules))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    now = [datetime(2026, 11, 21, 12, tzinfo=UTC)]
    with opened(tmp_path, now, quota_source=3, quota_keyless=5) as store:
        yield Service(create_app(Settings(home=tmp_path), store), store, tmp_path, now[0])


def cookie_of(answer: httpx.Response) -> str:
    return answer.headers["set-cookie"].partition(";")[0]


def test_what_is_answered_is_kept(service: Service) -> None:
    """201 with a receipt, and the store has the ink, the glyph of `prepare`, the label, and who agreed to what."""
    answer = service.give()
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    [sample] = service.store.samples.each()
    assert (sample.label, sample.read, sample.consent) == (7, 9, CONSENT)
    assert sample.ink == drawing(7)
    np.testing.assert_array_equal(sample.glyph, np.rint(prepare([drawing(7)])[0] * 255).astype(np.uint8))
    assert sample.source.startswith("visitor:")
    assert answer.json() == {"receipt": answer.json()["receipt"]}


def test_the_receipt_deletes_it(service: Service) -> None:
    """204 once, then 404: of a receipt that is used up, as of one that never was. Nothing of it is left in the file."""
    receipt = service.give().json()["receipt"]
    assert service.ask("DELETE", f"/samples/{receipt}").status_code == 204
    assert service.store.samples.count() == 0
    for other in (receipt, "x", "7391" * 60, "%00", receipt[:-1], f"{receipt}0"):
        answer = service.ask("DELETE", f"/samples/{other}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert CANARY not in answer.text
    glyph = np.rint(prepare([drawing(7)])[0] * 255).astype(np.uint8).tobytes()
    assert all(glyph not in path.read_bytes() for path in service.home.iterdir() if path.is_file())


def test_a_retry_gives_nothing_twice(service: Service) -> None:
    """The same key with the same drawing is the same receipt, even where the first answer and its cookie were lost."""
    answers = [service.give(KEY) for _ in range(3)]
    answers.append(service.give(KEY, cookie_of(answers[0])))
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    assert service.store.samples.count() == 1
    other = service.give(KEY, label=1)
    assert (other.status_code, other.json()["title"]) == (409, "Conflict")


def test_a_retry_after_a_deletion_is_told_that_nothing_is_kept(service: Service) -> None:
    """410, without a receipt; and nothing of it is kept. With another key it is given anew."""
    first = service.give(KEY)
    assert service.ask("DELETE", f"/samples/{first.json()['receipt']}").status_code == 204
    again = service.give(KEY, cookie_of(first))
    assert (again.status_code, again.json()["title"], "set-cookie" in again.headers) == (410, "Gone", False)
    assert "deleted" in again.json()["detail"]
    assert service.store.samples.count() == 0
    assert service.give(KEY[::-1], cookie_of(first)).status_code == 201


def test_a_giver_is_known_by_a_signed_cookie_alone(service: Service) -> None:
    """Gifts of one browser have one source; whoever makes a cookie up, or changes one, is somebody new."""
    first = service.give()
    mine = cookie_of(first)
    service.give(cookie=mine, label=1)
    assert len(service.store.samples.sources()) == 1
    name, _, signature = mine.partition("=")[2].partition(".")
    for forged in (f"{'0' * 32}.{signature}", name, f"{name}.", "", "é", f"{name}.{signature[::-1]}"):
        cookie = f"sutja_giver={forged}".encode()
        answer = service.ask("POST", "/samples", json=gift(), headers=[(b"cookie", cookie)])
        assert answer.status_code in (201, 429)
        assert name not in answer.headers.get("set-cookie", "")
    [row] = [each for each in service.store.samples.sources() if each == next(service.store.samples.each()).source]
    assert name not in row


def test_the_cookie_goes_nowhere_else(service: Service) -> None:
    """It is HttpOnly, SameSite=Strict, sent to /samples alone and, where that was https, over https alone."""
    parts = {part.strip().lower() for part in service.give().headers["set-cookie"].split(";")[1:]}
    assert parts == {"httponly", "samesite=strict", "path=/samples", "max-age=34560000"}
    assert "secure" in service.give(scheme="https").headers["set-cookie"].lower()
    for path in ("/", "/health", "/samples/terms"):
        assert "set-cookie" not in service.ask("GET", path).headers


def test_sources_have_quotas(service: Service) -> None:
    """A source has its share of a day, and all without a key have one together; 429 says when to come again."""
    mine = cookie_of(service.give(label=0))
    statuses = [service.give(cookie=mine, label=label).status_code for label in (1, 2, 3)]
    assert statuses == [201, 201, 429]
    statuses = [service.give(label=label).status_code for label in (4, 5, 6)]
    assert statuses == [201, 201, 429]
    refused = service.give(label=8)
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert refused.headers["content-type"] == "application/problem+json"
    assert service.store.samples.count() == 5


def test_a_picture_is_kept_as_its_ink_alone(service: Service) -> None:
    """What a file says besides, and its paper, are gone; what is left is read as the same digit."""
    notes = PngInfo()
    notes.add_text("Author", "somebody")
    file = io.BytesIO()
    image = picture(3)
    image.paste((255, 240, 200), (0, 0, 280, 12))  # what else was on the paper
    image.save(file, "PNG", pnginfo=notes)
    answer = service.ask(
        "POST", "/samples", json={"image": base64.b64encode(file.getvalue()).decode(), "label": 3, "consent": True}
    )
    assert answer.status_code == 201, answer.text
    [sample] = service.store.samples.each()
    assert sample.ink is None
    assert sample.picture
    assert b"somebody" not in sample.picture
    kept = Image.open(io.BytesIO(sample.picture))
    assert (kept.mode, kept.info) == ("L", {})
    assert Reader.load().read(sample.picture).digit == 3
    assert (sample.read, sample.bundle) == (3, Reader.load().bundle.card.sha256)


def test_what_the_giver_saw_is_kept_as_what_was_read(service: Service) -> None:
    """Where another model read it, this one's certainty is not said of it; without it, this one reads."""
    service.give(read=None, label=None)
    [sample] = service.store.samples.each()
    assert (sample.read, sample.label, sample.confidence, sample.bundle) == (None, None, None, "")
    service.ask("POST", "/samples", json={"strokes": DRAWINGS[4], "label": 4, "consent": True})
    [other] = service.store.samples.each(Wanted(labels=[4]))
    assert (other.read, other.bundle) == (4, Reader.load().bundle.card.sha256)
    assert other.confidence is not None
    assert other.confidence > 0.5


BAD: dict[str, tuple[Any, int, str]] = {
    "nothing": (b"", 422, "valid JSON"),
    "half": (b'{"strokes": [[[7391, ', 422, "valid JSON"),
    "a list": ([7391], 422, "image or strokes"),
    "no drawing": ({"label": 7, "consent": True}, 422, "image or strokes"),
    "both": (gift(image="7391"), 422, "one of the fields"),
    "no label": ({"strokes": DRAWINGS[7], "consent": True}, 422, "all fields"),
    "a text as label": (gift(label="7391"), 422, "digit from 0 to 9"),
    "a label too great": (gift(label=7391), 422, "digit from 0 to 9"),
    "true as label": (gift(label=True), 422, "digit from 0 to 9"),
    "a half as label": (gift(label=7.5), 422, "digit from 0 to 9"),
    "a bad reading": (gift(read=7391), 422, "digit from 0 to 9"),
    "no consent": ({"strokes": DRAWINGS[7], "label": 7}, 422, "consent to be true"),
    "consent denied": (gift(consent=False), 422, "consent to be true"),
    "consent as text": (gift(consent="true"), 422, "consent to be true"),
    "one as consent": (gift(consent=1), 422, "consent to be true"),
    "an older text": (gift(consent_version="7391"), 422, f"version {CONSENT}"),
    "no version": (gift(consent_version=None), 422, f"version {CONSENT}"),
    "a source of one's own": (gift(source="import:7391"), 422, "one of the fields"),
    "no ink": (gift(strokes=[]), 422, "ink in it"),
    "bad ink": (gift(strokes=[["7391"]]), 422, "each point"),
    "too much ink": (gift(strokes=[[[7391, 1]] * 2001]), 413, "2,000 points"),
    "NaN": (json.dumps(gift()).replace("20", "NaN", 1).encode(), 422, "finite"),
    "no picture": ({"image": "NzM5MQ==", "label": 7, "consent": True}, 422, "PNG, JPEG or WebP"),
    "a blank picture": (
        {"image": base64.b64encode(encoded(Image.new("L", (50, 50), 255))).decode(), "label": 7, "consent": True},
        422,
        "ink in it",
    ),
    "too many bytes": (b"7391" * 250_001, 413, "1 MB"),
}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Give a service that keeps nothing of what it refuses."""
    home = tmp_path_factory.mktemp("home")
    now = [datetime(2026, 11, 21, 12, tzinfo=UTC)]
    with opened(home, now) as store:
        yield Service(create_app(Settings(home=home), store), store, home, now[0])
        assert store.samples.count() == 0


@pytest.mark.parametrize(("body", "status", "expected"), BAD.values(), ids=BAD)
def test_what_is_no_gift_is_refused(strict: Service, body: Any, status: int, expected: str) -> None:
    """A problem says what was expected, and repeats nothing."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = strict.ask("POST", "/samples", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert expected in answer.json()["detail"]
    assert CANARY not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("key", ["short", "x" * 129, "with a space in it", "ключ-ключ-ключ-ключ"])
def test_a_key_is_hard_to_guess(strict: Service, key: str) -> None:
    """A key that another giver may take as well is refused."""
    headers = [(b"idempotency-key", key.encode())]
    assert strict.ask("POST", "/samples", json=gift(), headers=headers).status_code == 422


@pytest.mark.parametrize("kind", ["text/plain", "image/png", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken(strict: Service, kind: str) -> None:
    """No form of another site can give: browsers ask before they send JSON elsewhere, and are not answered."""
    answer = strict.ask("POST", "/samples", content=json.dumps(gift()), headers={"Content-Type": kind})
    assert answer.status_code == 415


def test_a_service_without_a_store_says_so() -> None:
    """501 on all three routes, since to come again would not help; readings go on."""
    service = Service(create_app(Settings()), None, Path(), datetime.now(UTC))  # type: ignore[arg-type]
    for method, path in (("POST", "/samples"), ("DELETE", "/samples/x"), ("GET", "/samples/terms")):
        answer = service.ask(method, path, **({"json": gift()} if method == "POST" else {}))
        assert (answer.status_code, "retry-after" in answer.headers) == (501, False)
        assert "store" in answer.json()["detail"]
    assert service.ask("POST", "/predict", json={"strokes": DRAWINGS[7]}).json()["digit"] == 7


def test_a_store_that_is_busy_is_told_and_holds_nothing_up(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """503 with Retry-After while another program holds the file; meanwhile drawings are read; then it goes on.

    Clients are told no more than that; why is logged, once.
    """
    shown = {"Authorization": f"Bearer {'0' * 12}.{'x' * 43}"}
    engine = service.store._database.engine
    event.listen(engine, "connect", lambda file, _: file.execute("PRAGMA busy_timeout = 100"), insert=True)
    engine.dispose()
    with closing(sqlite3.connect(service.home / "sutja.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for ask in (service.give, lambda: service.ask("POST", "/predict", headers=shown), service.give):
            answer = ask()
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert answer.json()["detail"] == "Expected the store to answer. It is busy or away just now."
        assert service.ask("POST", "/predict", json={"strokes": DRAWINGS[7]}).status_code == 200
        other.execute("ROLLBACK")
    assert service.give().status_code == 201
    told = [record.getMessage() for record in caplog.records if record.name == "sutja.service.problems"]
    assert ["locked" in each for each in told] == [True]


def test_terms_tell_how_long(tmp_path: Path) -> None:
    """What is shown to givers follows the settings; what is kept longer goes."""
    now = [datetime(2026, 11, 21, 12, tzinfo=UTC)]
    settings = Settings(home=tmp_path, sample_days=30)
    with opened(tmp_path, now, sample_days=30) as store:
        service = Service(create_app(settings, store), store, tmp_path, now[0])
        assert service.ask("GET", "/samples/terms").json() == {"consent_version": CONSENT, "days": 30}
        service.give()
        for days, left in ((29, 1), (31, 0)):
            now[0] = datetime(2026, 11, 21, 12, tzinfo=UTC) + timedelta(days=days)
            store.samples.purge_expired(trusts_clock=True)
            assert store.samples.count(Wanted()) == left


def test_a_server_deletes_what_expired_by_itself(tmp_path: Path) -> None:
    """Nobody has to run a command for what was promised to givers: it is gone soon after its time, and not before."""
    now = [datetime(2026, 11, 21, 12, tzinfo=UTC)]
    with opened(tmp_path, now, sample_days=20) as store, expiring(store, every_s=0.01):
        service = Service(create_app(Settings(home=tmp_path), store), store, tmp_path, now[0])
        service.give()
        time.sleep(0.1)
        assert store.samples.count() == 1
        now[0] += timedelta(days=21)
        until = time.monotonic() + 30
        while store.samples.count() and time.monotonic() < until:
            time.sleep(0.01)
        assert store.samples.count() == 0


def test_page_and_service_mean_the_same_text() -> None:
    """The version that the page sends is the one that is taken."""
    shown = (ROOT / "web" / "src" / "giving" / "consent.ts").read_text("utf-8")
    assert f'CONSENT_VERSION = "{CONSENT}"' in shown
