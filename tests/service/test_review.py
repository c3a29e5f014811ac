"""The operators' door, and the samples behind it."""

import base64
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from reviewing import NAME, PASSWORD, Client, Clock, Filled, asking, fill, gift, opened
from sutja.sample import SampleState
from sutja.service import create_app
from sutja.service.routes import review
from sutja.settings import Settings
from sutja.store import Store, Wanted

PREFIX = "/api/review"
OPEN = {f"{PREFIX}/login", f"{PREFIX}/logout"}
SHA = "0" * 64


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with opened(tmp_path, clock) as store:
        yield store


@pytest.fixture
def client(tmp_path: Path, store: Store) -> Iterator[Client]:
    """Give a client with which nobody has logged in."""
    with asking(create_app(Settings(home=tmp_path), store)) as client:
        yield client


@pytest.fixture
def operator(client: Client) -> Client:
    """Return a client who is logged in."""
    assert client.log_in().status_code == 200
    return client


@pytest.fixture
def filled(store: Store) -> Filled:
    return fill(store)


def routes(client: Client) -> list[tuple[str, str]]:
    """Return method and path of each route of operators, with something in place of its parameters."""
    described = client.app.openapi()["paths"]
    found = [(method.upper(), path) for path, each in described.items() if path.startswith(PREFIX) for method in each]
    return [(method, path.replace("{id}", "a" * 32).replace("{sha}", SHA)) for method, path in found]


# The door


def test_every_route_refuses_who_is_not_logged_in(client: Client) -> None:
    """Law: nothing but login and logout answers anybody, whatever cookie they bring; and there are routes enough."""
    found = [each for each in routes(client) if each[1] not in OPEN]
    assert len(found) >= 13
    for cookie in (None, "", "x", "a" * 43, "ä".encode()):
        for method, path in found:
            headers = (
                {}
                if cookie is None
                else {b"Cookie": b"sutja-review=" + (cookie if isinstance(cookie, bytes) else cookie.encode())}
            )
            answer = client.request(method, path, headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), path


ELSEWHERE = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://["},
    {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
]


def test_nothing_is_changed_from_elsewhere(operator: Client) -> None:
    """Law: each route that changes something refuses a request that does not come from a page of this server."""
    del operator.http.headers["Sec-Fetch-Site"]
    for headers in ELSEWHERE:
        for method, path in routes(operator):
            if method != "GET":
                assert operator.request(method, path, json={}, headers=headers).status_code == 403, (path, headers)
    assert operator.get(f"{PREFIX}/me").status_code == 200


def test_where_a_browser_sends_no_more_the_origin_will_do(operator: Client) -> None:
    """Law: over plain http from another machine browsers send `Origin` alone."""
    del operator.http.headers["Sec-Fetch-Site"]
    assert operator.post(f"{PREFIX}/unpause", headers={"Origin": "http://localhost"}).status_code == 204


@pytest.mark.parametrize(
    ("scheme", "name", "is_secure"), [("http", "sutja-review", False), ("https", "__Host-sutja-review", True)]
)
def test_the_cookie_is_out_of_reach(tmp_path: Path, store: Store, scheme: str, name: str, is_secure: bool) -> None:
    """Law: no script reads it and no other site has it sent; over https it is bound to this very host."""
    with asking(create_app(Settings(home=tmp_path), store), f"{scheme}://localhost") as client:
        said = client.log_in().headers["set-cookie"]
        assert said.startswith(f"{name}=")
        assert {"HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in said.split(";")}
        assert ("Secure" in said) is is_secure
        assert "Max-Age" not in said
        assert client.get(f"{PREFIX}/me").json() == {"name": NAME}


def test_a_wrong_name_is_as_good_as_a_wrong_password(client: Client) -> None:
    """Law: the answer does not tell which names there are, and repeats nothing."""
    answers = [client.log_in("wrong"), client.log_in(PASSWORD, "nobody"), client.log_in("x" * 1000, "Ä" * 64)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert client.get(f"{PREFIX}/me").status_code == 401


def test_who_guesses_has_to_wait(client: Client, clock: Clock) -> None:
    """Law: after five wrong passwords within 15 minutes not even the right one is looked at; then it is again.

    The store counts: another process, or the same one started anew, knows of them.
    """
    for place in range(5):
        clock.move(seconds=120)
        assert client.log_in("wrong", f"name{place}").status_code == 401
    with asking(create_app(client.app.state.settings, client.app.state.store)) as another:
        refused = another.log_in()
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "420")
    clock.move(seconds=421)
    assert client.log_in().status_code == 200
    assert {client.log_in("wrong").status_code for _ in range(5)} == {401}


@pytest.mark.parametrize("path", [f"{PREFIX}/models/{SHA}/promote", f"{PREFIX}/rollback"])
def test_what_is_not_easily_undone_takes_the_password_again(operator: Client, clock: Clock, path: str) -> None:
    """Law: five minutes after the login, a session that somebody left open promotes nothing and rolls nothing back."""
    clock.move(minutes=4, seconds=59)
    body = {"generation": 1, "reason": "a good reason"}
    assert operator.post(path, json=body).status_code in {404, 409}
    clock.move(seconds=1)
    refused = operator.post(path, json=body)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Password")
    assert operator.get(f"{PREFIX}/me").status_code == 200
    before = operator.http.cookies["sutja-review"]
    assert operator.log_in().status_code == 200
    assert operator.post(path, json=body).status_code in {404, 409}
    operator.http.cookies.set("sutja-review", before)
    assert operator.get(f"{PREFIX}/me").status_code == 401


def test_a_session_ends(operator: Client, clock: Clock) -> None:
    """Law: 15 minutes after the last request, 12 hours after the login, and at once at the logout."""
    for _ in range(3):
        clock.move(minutes=14)
        assert operator.get(f"{PREFIX}/me").status_code == 200
    clock.move(minutes=15)
    assert operator.get(f"{PREFIX}/me").status_code == 401
    operator.log_in()
    for _ in range(71):
        clock.move(minutes=10)
        assert operator.get(f"{PREFIX}/me").status_code == 200
    clock.move(minutes=10)
    assert operator.get(f"{PREFIX}/me").status_code == 401
    operator.log_in()
    token = operator.http.cookies["sutja-review"]
    assert operator.post(f"{PREFIX}/logout").status_code == 204
    assert "sutja-review" not in operator.http.cookies
    operator.http.cookies.set("sutja-review", token)
    assert operator.get(f"{PREFIX}/me").status_code == 401


def test_nobody_keeps_what_operators_see(operator: Client, filled: Filled) -> None:
    """Law: no answer to an operator is kept by a browser or a proxy."""
    for path in ("me", "samples", "samples/counts", f"samples/{filled.sure[0]}/picture", "models", "overview", "drift"):
        answer = operator.get(f"{PREFIX}/{path}")
        assert answer.status_code == 200
        assert "no-store" in answer.headers["cache-control"]


def test_without_a_store_there_is_nothing_to_review(tmp_path: Path) -> None:
    """Law: a service that keeps nothing says so."""
    with asking(create_app(Settings(home=tmp_path))) as client:
        assert client.log_in().status_code == 503


# Samples


def listed(client: Client, queue: str, limit: int = 200) -> list[dict]:
    """Return all samples of a queue, page by page."""
    found, after = [], None
    while True:
        page = client.get(
            f"{PREFIX}/samples", params={"queue": queue, "limit": limit} | ({"after": after} if after else {})
        )
        assert page.status_code == 200, page.text
        found += page.json()["samples"]
        after = page.json()["after"]
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_each_queue_has_its_samples_once(operator: Client, filled: Filled, limit: int) -> None:
    """Law: however small the pages, each sample that waits is listed once, and none that does not."""
    ids = {queue: [each["id"] for each in listed(operator, queue, limit)] for queue in review.samples.Queue}
    assert sorted(ids["quarantined"]) == sorted(filled.quarantined)
    assert sorted(ids["disputed"]) == sorted([*filled.disputed, *filled.quarantined])
    assert sorted(ids["doubtful"]) == sorted(filled.doubtful)
    assert sorted(ids["new"]) == sorted([*filled.disputed, *filled.doubtful, *filled.sure])
    assert ids["accepted"] == ids["rejected"] == []
    counts = operator.get(f"{PREFIX}/samples/counts").json()
    assert counts == {"quarantined": 5, "disputed": 10, "new": 15, "accepted": 0, "rejected": 0}


def test_a_sample_is_shown_without_its_source(operator: Client, store: Store, filled: Filled) -> None:
    """Law: what a reviewer sees is glyph, label, reading and day; who gave it must not sway them."""
    [shown, *_] = listed(operator, "disputed")
    sample = store.samples.get(shown["id"])
    assert base64.b64decode(shown["glyph"]) == sample.glyph.tobytes()
    assert {name: shown[name] for name in ("label", "read", "is_read", "state", "day")} == {
        "label": sample.label, "read": sample.read, "is_read": True, "state": sample.state, "day": "2026-11-21",
    }  # fmt: skip
    told = operator.get(f"{PREFIX}/samples/{shown['id']}").text
    assert "visitor" not in told + operator.get(f"{PREFIX}/samples").text


def test_many_are_labelled_and_rejected_at_once(operator: Client, store: Store, filled: Filled) -> None:
    """Law: a label accepts, a rejection keeps from learning, and each is written down with who said it."""
    first, second, third, *_ = filled.quarantined
    deeds = [
        {"id": first, "act": "label", "label": 7},
        {"id": second, "act": "label", "label": None},
        {"id": third, "act": "reject"},
        {"id": "f" * 32, "act": "reject"},
    ]
    answer = operator.post(f"{PREFIX}/samples", json={"samples": deeds})
    assert answer.json() == {"done": 3, "gone": ["f" * 32]}
    found = [(store.samples.get(each).label, store.samples.get(each).state) for each in (first, second, third)]
    assert found == [(7, SampleState.ACCEPTED), (None, SampleState.ACCEPTED), (1, SampleState.REJECTED)]
    said = operator.get(f"{PREFIX}/samples/{first}").json()["labels"]
    assert [(each["label"], each["by"]) for each in said] == [(1, "giver"), (7, f"operator:{NAME}")]
    assert f"operator:{NAME}" in {row.who for row in store.audit.list()}


def test_a_deed_is_taken_back(operator: Client, store: Store, filled: Filled) -> None:
    """Law: restored, a sample has the label and the state that it had, and waits in the same queue."""
    [name, *_] = filled.quarantined
    for deed in ({"act": "label", "label": 7}, {"act": "restore", "label": 1, "state": "quarantined"}):
        assert operator.post(f"{PREFIX}/samples", json={"samples": [{"id": name, **deed}]}).json()["done"] == 1
    assert (store.samples.get(name).label, store.samples.get(name).state) == (1, SampleState.QUARANTINED)
    assert name in {each["id"] for each in listed(operator, "quarantined")}


def test_a_sample_is_drawn_anew(operator: Client, store: Store) -> None:
    """Law: strokes, picture or glyph become pixels of our own; nothing else of the giver's file is handed on."""
    file = BytesIO()
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "canary-7391")
    page = Image.new("L", (90, 120), 240)
    page.paste(20, (40, 20, 52, 100))
    page.save(file, "PNG", pnginfo=info)
    gifts = [
        gift(1),
        gift(1, 3, ink=None, picture=file.getvalue(), glyph=gift(1, 3).glyph),
        gift(7, ink=None, glyph=gift(7).glyph),
    ]
    sides = []
    for each in gifts:
        name = store.samples.give(each).sample
        answer = operator.get(f"{PREFIX}/samples/{name}/picture")
        assert answer.headers["content-type"] == "image/png"
        assert b"canary" not in answer.content
        pixels = np.asarray(Image.open(BytesIO(answer.content)))
        assert pixels.min() < 60
        assert pixels[0, 0] > 240
        sides.append(pixels.shape)
    assert sides[0] == sides[2] == (280, 280)


DEED = {"id": "a" * 32, "act": "reject"}
BAD = [
    ("POST", "samples", {"samples": []}),
    ("POST", "samples", {"samples": [DEED] * 501}),
    ("POST", "samples", {"samples": [{**DEED, "act": "purge"}]}),
    ("POST", "samples", {"samples": [{**DEED, "act": "label", "label": 10}]}),
    ("POST", "samples", {"samples": [{**DEED, "act": "label", "label": "canary"}]}),
    ("POST", "samples", {"samples": [{**DEED, "act": "label", "label": True}]}),
    ("POST", "samples", {"samples": [{**DEED, "id": "../canary"}]}),
    ("POST", "samples", {"samples": [{**DEED, "act": "restore", "state": "canary"}]}),
    ("POST", "samples", {"samples": [{**DEED, "canary": 1}]}),
    ("POST", "samples", ["canary"]),
    ("POST", "login", {"name": "", "password": "canary"}),
    ("POST", "login", {"name": "x", "password": "canary" * 400}),
    ("POST", "login", {"name": "x"}),
    ("POST", "rollback", {"generation": -1, "reason": "canary"}),
    ("POST", "rollback", {"generation": 1, "reason": "canary" * 400}),
    ("POST", "rollback", {"reason": "canary"}),
    ("POST", "pause", {"reason": ["canary"]}),
    ("POST", f"models/{SHA}/promote", {"generation": "canary"}),
    ("POST", f"models/{SHA}/promote", {"generation": 1, "reason": "a good reason"}),
    ("POST", "models/canary/promote", {"generation": 1}),
    ("GET", "models/canary", None),
    ("GET", f"models/{SHA}", None),
    ("GET", f"models/{SHA}/changes", None),
    ("GET", "samples?queue=canary", None),
    ("GET", "samples?limit=0", None),
    ("GET", "samples?limit=100000", None),
    ("GET", "samples?after=canary", None),
    ("GET", "samples?after=-1-%00", None),
    ("GET", "samples/canary", None),
    ("GET", f"samples/{'a' * 32}/picture", None),
    ("GET", f"samples/{'a' * 300}", None),
    ("GET", "drift?days=0", None),
    ("GET", "drift?days=canary", None),
]


def test_bad_input_is_refused_and_not_repeated(operator: Client) -> None:
    """Law: 4xx, as a problem, without what was sent."""
    for method, path, body in BAD:
        answer = operator.request(method, f"{PREFIX}/{path}", **({} if body is None else {"json": body}))
        assert answer.status_code in (404, 422), (path, body)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "canary" not in answer.text


def test_a_label_that_is_no_json_number_is_refused(operator: Client, filled: Filled, store: Store) -> None:
    """Law: NaN and the like give 422, never 500, and change nothing."""
    [name, *_] = filled.sure
    for value in ("NaN", "Infinity", "1e400", "7.5", "10.0", '"7"', "-0.5"):
        body = f'{{"samples": [{{"id": "{name}", "act": "label", "label": {value}}}]}}'
        answer = operator.post(f"{PREFIX}/samples", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, value
    assert store.samples.count(Wanted(states=[SampleState.ACCEPTED])) == 0
