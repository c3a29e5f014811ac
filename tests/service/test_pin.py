"""`POST /pin`: a PIN comes back, or the places to write again; beyond that nobody learns anything."""

import base64
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from drawings import DRAWINGS
from pictures import SVG, encoded, picture, png_header
from serving import serving
from sutja import Reader
from sutja.service import create_app
from sutja.settings import Settings

SECRET = "7391"  # noqa: S105 - it is one, but not ours
FAR = 739125  # where the canary's ink lies: no coordinate of it may be seen anywhere
TRACES = (SECRET, str(FAR), base64.b64encode(SECRET.encode()).decode())
ALL = [0, 1, 2, 3]
Strokes = list[list[tuple[float, float]]]


def ink(digit: str, right: float = 0.0) -> Strokes:
    """Return the strokes of a digit, so far to the right."""
    return [[(x + right, y) for x, y in stroke] for stroke in DRAWINGS[int(digit)]]


def inks(digits: str) -> dict[str, list[Strokes]]:
    """Return the body with an ink for each digit."""
    return {"inks": [ink(digit) for digit in digits]}


def in_a_row(digits: str, left: float = 0.0) -> dict[str, Strokes]:
    """Return the body with one ink that holds all digits."""
    return {
        "strokes": [stroke for place, digit in enumerate(digits) for stroke in ink(digit, left + 110 * place)],
    }


def page(digits: str) -> bytes:
    """Return one PNG that holds all digits."""
    return encoded(np.hstack([np.asarray(picture(int(digit)).convert("L")) for digit in digits]))


def as_text(png: bytes) -> str:
    return base64.b64encode(png).decode()


FORMS: dict[str, dict[str, Any]] = {
    "inks": {"json": inks(SECRET)},
    "images": {"json": {"images": [as_text(encoded(picture(int(digit)))) for digit in SECRET]}},
    "strokes": {"json": in_a_row(SECRET)},
    "image": {"json": {"image": as_text(page(SECRET))}},
    "raw": {"content": page(SECRET), "headers": {"Content-Type": "image/png"}},
    "form": {"files": {"image": page(SECRET)}},
}


@pytest.mark.parametrize("form", FORMS)
def test_a_pin_is_read_from_every_form(client: httpx.Client, form: str) -> None:
    """One drawing for each digit or one for all, as ink or picture: the PIN, nothing besides, and nobody keeps it."""
    answer = client.post("/pin", **FORMS[form])
    assert (answer.status_code, answer.json()) == (200, {"pin": SECRET})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_only_the_doubtful_place_is_asked_again(client: httpx.Client) -> None:
    """The answer names the place and nothing of what was read; with a new ink there the PIN is accepted."""
    body = inks(SECRET)
    body["inks"][2] = []
    answer = client.post("/pin", json=body)
    assert (answer.status_code, answer.json()) == (200, {"rewrite": [2]})
    assert answer.headers["cache-control"] == "no-store"
    body["inks"][2] = ink(SECRET[2])
    assert client.post("/pin", json=body).json() == {"pin": SECRET}


@pytest.mark.parametrize(
    "body",
    [
        inks("739"),
        inks("73917"),
        inks("7" * 64),
        in_a_row("739"),
        in_a_row("73912"),
        {"strokes": []},
        {"inks": [[]] * 4},
    ],
)
def test_a_wrong_count_asks_for_all(client: httpx.Client, body: dict[str, Any]) -> None:
    """However many there are of it, a PIN that has not four digits is asked for anew; so is one of nothing."""
    assert client.post("/pin", json=body).json() == {"rewrite": ALL}


def asked(app: FastAPI, path: str = "/pin", **request: Any) -> httpx.Response:
    """Return what an application in this process answers, errors of its own included."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post(path, **request)

    return anyio.run(ask)


def test_length_and_confidence_are_settings() -> None:
    """`SUTJA_PIN_LENGTH=6` wants six digits; a confidence that no drawing reaches accepts nothing."""
    app = create_app(Settings.from_env({"SUTJA_PIN_LENGTH": "6"}))
    assert asked(app, json=inks("739104")).json() == {"pin": "739104"}
    assert asked(app, json=inks(SECRET)).json() == {"rewrite": [*ALL, 4, 5]}
    app = create_app(Settings.from_env({"SUTJA_PIN_SURE_FROM": "0.9999999"}))
    assert asked(app, json=inks(SECRET)).json()["rewrite"]


JSON, PNG = "application/json", "image/png"
BAD: dict[str, tuple[Any, str, int, str]] = {
    "nothing": (b"", JSON, 422, "valid JSON"),
    "half": (b'{"inks": [[[[7391, ', JSON, 422, "valid JSON"),
    "the PIN itself": ({"pin": SECRET}, JSON, 422, "image or strokes or images or inks"),
    "a list": ([SECRET], JSON, 422, "image or strokes or images or inks"),
    "two fields": ({"inks": [], "strokes": [[[7391, 1]]]}, JSON, 422, "one of the fields"),
    "no list": ({"inks": SECRET}, JSON, 422, "a list"),
    "no ink": ({"inks": []}, JSON, 422, "at least 1"),
    "65 inks": ({"inks": [[]] * 65}, JSON, 422, "at most 64"),
    "a bad ink": ({"inks": [[], [[[SECRET, 1]]], [], []]}, JSON, 422, "At place 1"),
    "digits for inks": ({"inks": [7, 3, 9, 1]}, JSON, 422, "At place 0"),
    "NaN": (b'{"inks": [[], [[[NaN, 7391]]], [], []]}', JSON, 422, "finite numbers"),
    "a bad picture": ({"images": [as_text(b"7391")] * 4}, JSON, 422, "At place 0: Expected a PNG"),
    "a bad base64": ({"images": ["%7391"]}, JSON, 422, "base64"),
    "a damaged picture": (page(SECRET)[:900], PNG, 422, "damaged or cut off"),
    "text": (SECRET.encode(), "text/plain", 415, JSON),
    "no type": (SECRET.encode(), "", 415, JSON),
    "svg": (SVG, "image/svg+xml", 415, JSON),
    "too many points": ({"inks": [[[[7391, 1]] * 2001], [], [], []]}, JSON, 413, "2,000 points"),
    "too many pixels": (png_header(6_000, 5_000), PNG, 413, "24 megapixels"),
    "too many pixels in all": ({"images": [as_text(png_header(4_000, 3_000))] * 3}, JSON, 413, "24 megapixels"),
    "too many bytes": (b"7391" * 250_001, JSON, 413, "1 MB"),
}


@pytest.mark.parametrize(("body", "kind", "status", "expected"), BAD.values(), ids=BAD)
def test_what_is_no_pin_is_refused(client: httpx.Client, body: Any, kind: str, status: int, expected: str) -> None:
    """As on other routes: a problem that says what was expected, repeats nothing, and is kept by nobody."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post("/pin", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert expected in answer.json()["detail"]
    assert SECRET not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_no_error_is_kept(client: httpx.Client) -> None:
    """Neither the wrong method nor the wrong path."""
    assert client.put("/pin", json=inks(SECRET)).status_code == 405
    for answer in (client.put("/pin", json=inks(SECRET)), client.post("/pin/7391")):
        assert answer.headers["cache-control"] == "no-store"
        assert SECRET not in answer.text


BREAKING = """
from sutja import Reader
from sutja.service import run
from sutja.settings import Settings

read_pin = Reader.read_pin

def breaking(reader, drawings, length, sure_from):
    found = read_pin(reader, drawings[:4], length, sure_from)
    if len(drawings) == 5:
        try:
            raise ValueError([stroke[0] for ink in drawings for stroke in ink.strokes])
        except ValueError as error:
            raise KeyError(found.reveal()) from error
    return found

Reader.read_pin = breaking
run(Settings(port=0))
"""
"""A service that fails over a PIN of five inks, in the words that would tell it."""


def far(digits: str) -> list[Strokes]:
    return [ink(digit, FAR) for digit in digits]


def test_a_canary_leaves_no_trace() -> None:
    """A known PIN through success, rewrite, refusals and a crash: neither the log nor an error has a byte of it."""
    with serving([sys.executable, "-c", BREAKING]) as service, httpx.Client(base_url=service.url) as client:
        assert client.post("/pin", json={"inks": far(SECRET)}).json() == {"pin": SECRET}
        refusals = [
            client.post("/pin", json={"inks": [*far(SECRET[:3]), []]}),
            client.post("/pin", json={"inks": far(SECRET[:3])}),
            client.post("/pin", json={"inks": [*far(SECRET[:3]), SECRET]}),
            client.post("/pin", json={"inks": far(SECRET), "pin": SECRET}),
            client.post(f"/pin?pin={SECRET}", content=json.dumps({"inks": far(SECRET)})[:-9]),
            client.post("/pin", json={"inks": [*far(SECRET), []]}),
        ]
        assert [each.status_code for each in refusals] == [200, 200, 422, 422, 415, 500]
        assert refusals[0].json() == {"rewrite": [3]}
        assert {each.headers["cache-control"] for each in refusals} == {"no-store"}
        service.process.terminate()
        out, err = service.process.communicate(timeout=20)
    assert "Received KeyError in breaking, line" in err
    assert "ValueError" not in err
    told = out + err + "".join(each.text + str(each.headers) for each in refusals)
    assert [trace for trace in TRACES if trace in told] == []


@contextmanager
def breaking(monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """Give an application whose reader fails with the PIN on its lips."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(SECRET)

    app = create_app(Settings())
    with monkeypatch.context() as patch:
        patch.setattr(Reader, "read_pin", fail)
        yield app


def test_no_logger_hears_of_a_pin(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even with every library at its most talkative, and not the exception that whoever catches it would see."""
    caplog.set_level(logging.DEBUG)
    app = create_app(Settings())
    forms = [{"json": {"inks": far(SECRET)}}, {"json": in_a_row(SECRET, FAR)}, FORMS["raw"], FORMS["form"]]
    for form in forms:
        assert asked(app, **form).json() == {"pin": SECRET}
    with breaking(monkeypatch) as broken:
        assert asked(broken, json=inks(SECRET)).status_code == 500
        with pytest.raises(RuntimeError, match="withheld") as caught:
            anyio.run(
                lambda: httpx.AsyncClient(transport=httpx.ASGITransport(broken)).post(
                    "http://localhost/pin", json=inks("7")
                )
            )
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert [trace for trace in TRACES if trace in caplog.text + str(caught.value)] == []


def test_a_pin_is_described(client: httpx.Client) -> None:
    """`/openapi.json` shows all forms, both answers and no probabilities; its examples are answered."""
    described = client.get("/openapi.json").json()
    route = described["paths"]["/pin"]["post"]
    content = route["requestBody"]["content"]
    assert set(content) == {"application/json", "image/png", "image/jpeg", "image/webp", "multipart/form-data"}
    answers = {
        each["$ref"].rpartition("/")[2] for each in route["responses"]["200"]["content"][JSON]["schema"]["anyOf"]
    }
    assert answers == {"AcceptedPin", "PlacesToRewrite"}
    schemas = described["components"]["schemas"]
    assert [list(schemas[name]["properties"]) for name in sorted(answers)] == [["pin"], ["rewrite"]]
    for example in content[JSON]["examples"].values():
        assert client.post("/pin", json=example["value"]).json() == {"rewrite": ALL}
