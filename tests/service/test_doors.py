"""The doors: who may call what, tried at every route that does anything."""

import sqlite3
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from reviewing import Client, Clock, asking, opened
from serving import SERVE, certificate, serving
from sutja.errors import UnavailableError
from sutja.service import create_app, doors
from sutja.service.doors import keyring, rates
from sutja.service.doors.declared import unsafe_routes
from sutja.service.doors.keyring import Keyring
from sutja.service.doors.names import TrustedNames
from sutja.settings import Settings
from sutja.store import Scope, Store

PUBLIC = "192.0.2.7"
STROKES = {"strokes": [[[10, 10], [12, 40], [12, 90]]]}
GIFT = {**STROKES, "label": 1, "consent": True}
FRIEND = "https://shop.example"
HERE = {"Sec-Fetch-Site": "same-origin"}
FROM_ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://["},
    {"Origin": ""},
]
OTHERS = [
    {},
    {"Authorization": "Basic bWU6aHVzaA=="},
    {"Authorization": "Bearer"},
    {"Authorization": f"Bearer {'0' * 12}.{'A' * 43}"},
    {"Authorization": "Bearer ä".encode()},
    {"Cookie": "sutja-review=" + "a" * 43},
    *FROM_ELSEWHERE,
]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with opened(tmp_path, clock) as store:
        yield store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a service that others can reach."""
    many = 1_000_000
    return Settings(
        home=tmp_path, host=PUBLIC, pin_purpose="non_payment", pin_samples=0, limit_visitor=many, limit_pin=many
    )


@pytest.fixture
def client(settings: Settings, store: Store) -> Iterator[Client]:
    """Give a client that says nothing of where it comes from, of a service that others can reach."""
    with program(create_app(settings, store)) as client:
        yield client


class program:  # noqa: N801  # reads as what it gives
    """A client of an application that is no browser."""

    def __init__(self, app: FastAPI) -> None:
        self._asking = asking(app, "https://localhost")  # else no PIN would be taken of it

    def __enter__(self) -> Client:
        client = self._asking.__enter__()
        del client.http.headers["Sec-Fetch-Site"]
        return client

    def __exit__(self, *said: object) -> None:
        self._asking.__exit__(*said)


def filled(path: str) -> str:
    """Return a path with something in place of its parameters."""
    return path.replace("{sha}", "0" * 64).replace("{receipt}", "x" * 40)


def routes(app: FastAPI) -> list[tuple[str, str]]:
    return unsafe_routes(app.routes)


def shown(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# Every route


def test_each_route_that_does_anything_has_a_door(client: Client) -> None:
    """Law: the table names all of them and no others, and what the service describes has no more."""
    found = routes(client.app)
    assert {path for _, path in found} == set(doors.DOORS)
    described = client.app.openapi()["paths"]
    told = {(method.upper(), path) for path, each in described.items() for method in each if method != "get"}
    assert told == set(found)
    assert all(doors.door_of(filled(path)) is door for path, door in doors.DOORS.items())


def test_a_route_without_a_door_does_not_start() -> None:
    """Law: whoever adds a route and forgets its door finds out at once."""
    app = FastAPI()
    app.add_api_route("/new", lambda: None, methods=["PUT"])
    with pytest.raises(RuntimeError, match=r"Received none for \['/new'\]"):
        doors.expect_declared(app.routes)


@pytest.mark.parametrize("headers", OTHERS, ids=str)
def test_every_route_refuses_all_others(client: Client, headers: dict[str, Any]) -> None:
    """Law: no route that does anything answers a caller without key, page or session, wherever that one comes from."""
    for method, path in routes(client.app):
        answer = client.request(method, filled(path), json=GIFT, headers=headers)
        assert answer.status_code in {401, 403}, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        is_keyed = doors.DOORS[path].scope is not None
        assert not is_keyed or answer.status_code == (403 if headers in FROM_ELSEWHERE else 401), (path, headers)
        assert ("www-authenticate" in answer.headers) is (answer.status_code == 401), path


@pytest.mark.parametrize("host", ["127.0.0.1", PUBLIC])
def test_the_description_says_who_may_ask_what(settings: Settings, store: Store, host: str) -> None:
    """Law: a route refuses whoever shows nothing just where its description asks for something, and names its scope."""
    with program(create_app(replace(settings, host=host), store)) as client:
        described = client.app.openapi()
        for path, operations in described["paths"].items():
            for method, operation in operations.items():
                body = {} if method == "get" else {"json": GIFT}
                answer = client.request(method.upper(), filled(path), **body)
                security = operation.get("security", [{}])
                assert (answer.status_code in {401, 403}) is ({} not in security), (method, path, answer.status_code)
                assert {name for each in security for name in each} <= set(described["components"]["securitySchemes"])
                scope = None if method == "get" else doors.DOORS[path].scope
                assert [each["key"] for each in security if "key" in each] == [[scope]] * bool(scope)


def test_a_key_opens_the_doors_of_its_scope_alone(client: Client, store: Store) -> None:
    """Law: of one scope none but the routes of that scope answer otherwise than 403; an operator's never does."""
    for scope in Scope:
        token = store.keys.add("program", [scope]).token
        for method, path in routes(client.app):
            answer = client.request(method, filled(path), json=STROKES, headers=shown(token))
            assert (answer.status_code != 403) is (doors.DOORS[path].scope is scope), (scope, path)
    assert client.post("/predict", json=STROKES, headers=shown(store.keys.add("x", [Scope.READ]).token)).is_success


def test_a_key_does_not_make_up_for_a_page(client: Client, store: Store) -> None:
    """Law: whoever shows a key that is not good, or not for this, does not pass as a page either."""
    token = store.keys.add("program", [Scope.SAMPLES]).token
    assert client.post("/predict", json=STROKES, headers={**HERE, **shown(token)}).status_code == 403
    assert client.post("/predict", json=STROKES, headers={**HERE, **shown("x")}).status_code == 401


@pytest.mark.parametrize("headers", [HERE, {"Origin": "http://localhost"}])
def test_the_page_of_the_service_passes(client: Client, headers: dict[str, str]) -> None:
    """Law: as a visitor, who reads, gives and takes back; but as no operator."""
    for path in ("/predict", "/read", "/explain", "/pin"):
        assert client.post(path, json=STROKES, headers=headers).status_code == 200, path
    receipt = client.post("/samples", json=GIFT, headers=headers).json()["receipt"]
    assert client.request("DELETE", f"/samples/{receipt}", headers=headers).status_code == 204
    assert client.post("/api/review/unpause", headers=headers).status_code == 401


def test_on_this_machine_alone_programs_need_no_key(settings: Settings, store: Store) -> None:
    """Law: there anybody reads and gives, without being counted; a name of the outside ends that."""
    here = replace(settings, host="127.0.0.1", limit_visitor=1, limit_pin=1)
    with program(create_app(here, store)) as client:
        for _ in range(3):
            assert {client.post(path, json=STROKES).status_code for path in ("/predict", "/pin")} == {200}
        assert client.post("/samples", json=GIFT).status_code == 201
        assert client.post("/predict", json=STROKES, headers=shown("x")).status_code == 401
        assert client.post("/api/review/unpause").status_code == 403
    with program(create_app(replace(here, hosts=("sutja.example",)), store)) as client:
        assert client.post("/predict", json=STROKES).status_code == 401


PIN_PLACES = [("GET", "/pin"), ("GET", "/pin.html"), ("HEAD", "/pin"), ("POST", "/pin"), ("POST", "/pin/sample")]


def test_pins_from_other_machines_take_the_operators_word_and_https(settings: Settings, store: Store) -> None:
    """Law: without either, neither the page nor a route takes one, whoever asks; on this machine alone all do."""
    token = store.keys.add("kiosk", [Scope.PIN]).token
    mute = replace(settings, pin_purpose="")
    cases = [
        (settings, "https://localhost", ""),
        (settings, "http://localhost", "plain http"),
        (mute, "https://localhost", "SUTJA_PIN_PURPOSE"),
        (replace(mute, host="127.0.0.1"), "http://localhost", ""),
        (replace(mute, host="127.0.0.1", hosts=("sutja.example",)), "https://localhost", "SUTJA_PIN_PURPOSE"),
    ]
    for its, url, why in cases:
        with asking(create_app(its, store), url) as client:
            for method, path in PIN_PLACES:
                for headers in (HERE, shown(token)):
                    answer = client.request(method, path, json=STROKES, headers=headers)
                    assert (answer.status_code == 403) is bool(why), (url, method, path)
                    assert method == "HEAD" or not why or why in answer.json()["detail"]
            assert client.post("/predict", json=STROKES).status_code == 200


# Keys


def test_a_sample_given_with_a_key_comes_from_that_key(client: Client, store: Store) -> None:
    """Law: its source is the key's id, and no cookie is set; without a key it is a visitor's."""
    new = store.keys.add("kiosk", [Scope.SAMPLES])
    answer = client.post("/samples", json=GIFT, headers=shown(new.token))
    assert (answer.status_code, "set-cookie" in answer.headers) == (201, False)
    assert store.samples.sources() == (f"key:{new.key.id}",)
    assert "set-cookie" in client.post("/samples", json={**GIFT, "label": 7}, headers=HERE).headers


def test_a_key_that_is_revoked_or_over_lets_nobody_in(client: Client, store: Store, clock: Clock) -> None:
    """Law: it ends, and with it what was remembered of it."""
    token = store.keys.add("kiosk", [Scope.READ], days=1).token
    clock.move(days=1)
    assert client.post("/predict", json=STROKES, headers=shown(token)).status_code == 401
    new = store.keys.add("kiosk", [Scope.READ])
    assert store.keys.revoke(new.key.id, "me")
    assert client.post("/predict", json=STROKES, headers=shown(new.token)).status_code == 401


class Away:
    """A store that can be taken away."""

    def __init__(self, store: Store) -> None:
        self.keys, self.clock, self.is_away = self, store.clock, False
        self._store = store

    def check(self, token: str) -> Any:
        if self.is_away == "mute":
            time.sleep(3)
        if self.is_away:
            raise UnavailableError("away")
        return self._store.keys.check(token)


@pytest.mark.anyio
async def test_a_key_is_remembered_for_five_seconds_and_while_the_store_is_away(store: Store, clock: Clock) -> None:
    """Law: a revoked key goes on for so long at most; one that was good goes on without the store until it expires."""
    seconds, away = [0.0], Away(store)
    ring = Keyring(away, lambda: seconds[0])
    new = store.keys.add("kiosk", [Scope.READ], days=1)
    assert ring.recent(new.token) is None
    assert (await ring.ask(new.token)).id == new.key.id
    assert ring.recent(new.token).id == new.key.id
    seconds[0] = 5.0
    assert ring.recent(new.token) is None
    away.is_away = True
    assert (await ring.ask(new.token)).id == new.key.id
    assert ring.recent(new.token).id == new.key.id  # so that not each request asks a store that is away
    away.is_away = "mute"
    began = time.monotonic()
    assert (await ring.ask(new.token)).id == new.key.id
    assert time.monotonic() - began < 2.5
    away.is_away = True
    with pytest.raises(UnavailableError):
        await ring.ask("another")
    clock.move(days=1)
    with pytest.raises(UnavailableError):
        await ring.ask(new.token)
    away.is_away = False
    assert await ring.ask(new.token) is None
    assert new.token not in repr(vars(ring))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


# Names and origins


@pytest.mark.parametrize(
    ("host", "hosts", "good", "bad"),
    [
        (
            "127.0.0.1",
            (),
            ["localhost", "localhost:5000", "LOCALHOST", "127.0.0.1:1", "[::1]", "[::1]:5000"],
            [
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "",
                "[::1",
                "[::1]x",
                "a/?x=localhost",
            ],
        ),
        (PUBLIC, (), ["sutja.example", "evil.example"], []),
        (PUBLIC, ("sutja.example",), ["sutja.example:443", "localhost", PUBLIC], ["evil.example", "x.sutja.example"]),
    ],
)
def test_only_the_names_of_the_server_are_answered(
    settings: Settings, host: str, hosts: tuple[str, ...], good: list[str], bad: list[str]
) -> None:
    """Law: a page of elsewhere whose name points here reads nothing; whoever asks for the health is no such page."""
    app = create_app(replace(settings, host=host, hosts=hosts))
    with program(app) as client:
        for name in good:
            assert client.get("/model/card", headers={"Host": name}).status_code == 200, name
        for name in bad:
            answer = client.get("/model/card", headers={"Host": name})
            assert (answer.status_code, answer.headers["content-type"]) == (421, "application/problem+json"), name
            assert not name or name not in answer.text
            assert client.get("/health", headers={"Host": name}).status_code == 200


def test_two_hosts_are_none(settings: Settings) -> None:
    """Law: what could be read in two ways is refused."""
    names = TrustedNames(lambda: None, replace(settings, hosts=("a.example",)))
    scope = {"type": "http", "headers": [(b"host", b"a.example"), (b"host", b"evil.example")]}
    assert not names._is_known(scope)
    assert names._is_known({**scope, "headers": scope["headers"][:1]})


def test_pages_of_others_ask_where_the_settings_name_them(settings: Settings, store: Store) -> None:
    """Law: of their origin alone, as visitors, and never through an operator's door."""
    asked = {"Origin": FRIEND, "Sec-Fetch-Site": "cross-site"}
    preflight = {**asked, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    with program(create_app(replace(settings, cors_origins=(FRIEND,)), store)) as client:
        answer = client.post("/predict", json=STROKES, headers=asked)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, FRIEND)
        assert "access-control-allow-credentials" not in answer.headers
        assert client.request("OPTIONS", "/predict", headers=preflight).status_code == 200
        assert client.post("/api/review/login", json={}, headers=asked).status_code == 403
        evil = client.request("OPTIONS", "/predict", headers={**preflight, "Origin": "https://evil.example"})
        assert (evil.status_code, "access-control-allow-origin" in evil.headers) == (400, False)
    with program(create_app(settings, store)) as client:
        refused = client.post("/predict", json=STROKES, headers=asked)
        assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (403, False)


# Limits


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the counts stay within one minute, however slow this machine is just now."""
    now = time.time() // 60 * 60 + 20
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: now))


def test_visitors_are_counted_by_address_and_programs_by_key(minute: None, settings: Settings, store: Store) -> None:
    """Law: beyond the limit 429 says when to come again, and keeps nobody else out."""
    app = create_app(replace(settings, limit_visitor=3, limit_key=5), store)
    tokens = [store.keys.add(name, [Scope.READ]).token for name in ("one", "two")]
    with program(app) as client:

        def taken(headers: dict[str, str]) -> int:
            answers = [client.post("/predict", json=STROKES, headers=headers) for _ in range(7)]
            last = answers[-1]
            assert (last.status_code, last.headers["content-type"]) == (429, "application/problem+json")
            assert 1 <= int(last.headers["retry-after"]) <= 60
            return sum(answer.status_code == 200 for answer in answers)

        assert [taken(HERE), *(taken(shown(token)) for token in tokens)] == [3, 5, 5]
    with program(create_app(replace(settings, limit_visitor=16), store)) as client:
        statuses = [client.post("/explain", json=STROKES, headers=HERE).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]


def test_pins_are_counted_in_the_store(
    minute: None, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: for all processes together; and while the store is away, PINs are read and each process counts."""
    small = replace(settings, limit_pin=3)
    monkeypatch.setattr(rates, "STORE_S", 60.0)
    with program(create_app(small, store)) as one, program(create_app(small, store)) as two:
        statuses = [client.post("/pin", json=STROKES, headers=HERE).status_code for client in (one, one, two, two)]
        assert statuses == [200, 200, 200, 429]
    monkeypatch.setattr(rates, "STORE_S", 0.5)
    with sqlite3.connect(settings.home / "sutja.db") as other, program(create_app(small, store)) as client:
        other.isolation_level = None
        other.execute("BEGIN EXCLUSIVE")  # and keeps it
        statuses = [client.post("/pin", json=STROKES, headers=HERE).status_code for _ in range(4)]
        other.execute("ROLLBACK")
    other.close()
    assert statuses == [200, 200, 200, 429]


def give(client: Client, **headers: str) -> Any:
    return client.post("/samples", json=GIFT, headers=headers)


def test_one_address_does_not_use_up_what_all_may_give(
    settings: Settings, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: by the hour, for all processes together, whatever cookies it sends or drops; programs with a key go on, and
    on a loopback address nobody is counted.
    """
    monkeypatch.setattr(rates, "STORE_S", 60.0)
    small = replace(settings, limit_samples=3)
    key = store.keys.add("class", [Scope.SAMPLES], by="mina").token
    with program(create_app(small, store)) as one, program(create_app(small, store)) as two:
        answers = [give(each, **HERE) for each in (one, one, two, two)]
        assert [each.status_code for each in answers] == [201, 201, 201, 429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 3600
        assert "so short a time" in answers[-1].json()["detail"]
        assert give(one, **shown(key)).status_code == 201
        clock.move(hours=1, seconds=1)
        assert give(two, **HERE).status_code == 201
    with program(create_app(replace(small, host="127.0.0.1"), store)) as here:
        assert {give(here, **HERE).status_code for _ in range(5)} == {201}
    assert store.samples.count() == 10
    with sqlite3.connect(settings.home / "sutja.db") as file:
        rows = str(file.execute("SELECT * FROM tries").fetchall())
    file.close()
    assert "sample" in rows
    assert "testclient" not in rows
    assert "127.0.0.1" not in rows


def test_samples_are_counted_while_the_store_is_slow(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: each process goes by its own count then."""
    taken = {"count": 0}

    def refuse(*_: object) -> float:
        taken["count"] += 1
        raise UnavailableError("busy")

    monkeypatch.setattr(store.tries, "take", refuse)
    with program(create_app(replace(settings, limit_samples=2), store)) as client:
        assert [give(client, **HERE).status_code for _ in range(3)] == [201, 201, 429]
    assert taken == {"count": 2}


def test_digits_of_pins_are_counted_in_the_process_alone(settings: Settings, store: Store) -> None:
    """Law: a stranger does not fill the pool of a day either, and no row says when anybody gave a digit."""
    digit = {"glyph": [[0] * 28] * 13 + [[255] * 28] * 2 + [[0] * 28] * 13, "digit": 1, "consent": True}
    with program(create_app(replace(settings, limit_samples=2), store)) as client:
        said = [client.post("/pin/sample", json=digit, headers=HERE).status_code for _ in range(3)]
    assert said[-1] == 429
    assert 429 not in said[:2]
    with sqlite3.connect(settings.home / "sutja.db") as file:
        assert file.execute("SELECT count(*) FROM tries").fetchone() == (0,)
    file.close()


def test_who_shows_wrong_keys_is_not_looked_up_for_ever(minute: None, client: Client) -> None:
    """Law: each costs the store a question, so that there are few of them in a minute."""
    statuses = [client.post("/predict", json=STROKES, headers=shown(f"x{place}")).status_code for place in range(22)]
    assert statuses == [401] * 20 + [429] * 2


def test_wrong_keys_shut_out_no_key_that_was_good(
    minute: None, client: Client, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: whoever shares an address with somebody who tries keys goes on, until the key is revoked or over."""
    monkeypatch.setattr(keyring, "TRUSTED_S", 0.0)  # the store is asked each time
    seen, revoked, new = (store.keys.add(name, [Scope.READ], days=1) for name in ("seen", "revoked", "new"))

    def status(token: str) -> int:
        return client.post("/predict", json=STROKES, headers=shown(token)).status_code

    assert [status(key.token) for key in (seen, revoked)] == [200, 200]
    assert [status(f"x{place}") for place in range(21)] == [401] * 20 + [429]
    assert (status(seen.token), status(new.token)) == (200, 429)
    assert store.keys.revoke(revoked.key.id, "me")
    assert [status(revoked.token) for _ in range(2)] == [401, 429]
    clock.move(days=1)
    assert status(seen.token) == 429


# The server


def test_it_speaks_https(tmp_path: Path) -> None:
    """Law: with a certificate the address that is told is https, and answers there."""
    certfile, keyfile = certificate(tmp_path)
    with serving([*SERVE, "--certfile", str(certfile), "--keyfile", str(keyfile)]) as service:
        assert service.url.startswith("https://127.0.0.1:")
        trust = ssl.create_default_context(cafile=certfile)
        assert httpx.post(f"{service.url}/predict", json=STROKES, verify=trust).status_code == 200


def test_a_certificate_that_is_none_is_said_in_one_line(tmp_path: Path) -> None:
    """Law: nobody finds out later, and no word of the files is shown."""
    (tmp_path / "c.pem").write_text("hush")
    ran = subprocess.run([*SERVE, "--port", "0", "--certfile", tmp_path / "c.pem"], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr.count("\n"), "hush" in ran.stderr) == (1, 1, False)
    assert "Expected --certfile" in ran.stderr


@pytest.mark.parametrize(("host", "is_warned"), [("127.0.0.1", False), ("0.0.0.0", True)])  # noqa: S104  # seen from here
def test_who_serves_others_without_encryption_is_warned(host: str, is_warned: bool) -> None:
    """Law: in one line, which names PINs; and then programs need a key there, pages do not."""
    with serving([*SERVE, "--host", host]) as service:
        port = service.url.rpartition(":")[2].rstrip(",")
        url = f"http://127.0.0.1:{port}/predict"
        statuses = [httpx.post(url, json=STROKES, headers=headers).status_code for headers in ({}, HERE)]
        assert statuses == ([401, 200] if is_warned else [200, 200])
        service.process.terminate()
        said = service.process.communicate()[1]
    assert [("PINs" in line, "plain http" in line) for line in said.splitlines()] == [(True, True)] * is_warned
