"""Whatever is sent, the answer says what was expected, repeats nothing of it, and the service goes on."""

import base64
import json
from typing import Any

import anyio
import httpx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pictures import SVG, encoded, picture, png_header
from sutja import UnavailableError
from sutja.service import create_app
from sutja.service.problems import Absence
from sutja.settings import Settings

SECRET = "7391"  # noqa: S105 - it is one, but not ours
PNG = encoded(picture(7))

# Name: body, content type, status, and what the problem names as expected.
JSON_BODIES: dict[str, tuple[str | bytes, int, str]] = {
    "nothing": ("", 422, "valid JSON"),
    "half": ('{"strokes": [[[7391, ', 422, "valid JSON"),
    "no object": ("[7391]", 422, "image or strokes"),
    "null": ("null", 422, "image or strokes"),
    "missing field": ("{}", 422, "image or strokes"),
    "unknown field": ('{"7391": 7391}', 422, "image or strokes"),
    "one field more": ('{"strokes": [], "7391": 7391}', 422, "one of the fields"),
    "both fields": ('{"strokes": [], "image": "7391"}', 422, "one of the fields"),
    "latin-1": ('{"image": "é7391"}'.encode("latin-1"), 422, "valid JSON"),
    "lone surrogate": ('{"image": "\\ud8007391"}', 422, "valid JSON"),
    "lone surrogate as name": ('{"\\ud800": 7391}', 422, "valid JSON"),
    "deep": ("[" * 500_000, 422, "valid JSON"),
    "deep strokes": ('{"strokes": ' + "[" * 150 + "7391" + "]" * 150 + "}", 422, "each point"),
    "wrong base64": ('{"image": "%%%7391"}', 422, "base64"),
    "cut base64": ('{"image": "73917"}', 422, "base64"),
    "data URL without base64": ('{"image": "data:image/png,7391"}', 422, "base64"),
    "number as image": ('{"image": 7391}', 422, "base64"),
    "null as image": ('{"image": null}', 422, "base64"),
    "no picture": ('{"image": "NzM5MQ=="}', 422, "PNG, JPEG or WebP"),
    "empty picture": ('{"image": ""}', 422, "PNG, JPEG or WebP"),
    "NaN": ('{"strokes": [[[NaN, 7391]]]}', 422, "finite numbers"),
    "Infinity": ('{"strokes": [[[7391, -Infinity]]]}', 422, "finite numbers"),
    "1e400": ('{"strokes": [[[1e400, 7391]]]}', 422, "finite numbers"),
    "an integer of 4,000 digits": ('{"strokes": [[[' + "7391" * 1000 + ", 1]]]}", 422, "finite numbers"),
    "out of reach": ('{"strokes": [[[7391e9, 0]]]}', 422, "within"),
    "infinite time": ('{"strokes": [[[1, 2, 1e999]]]}', 422, "finite numbers"),
    "text as point": ('{"strokes": [["7391"]]}', 422, "each point"),
    "text as number": ('{"strokes": [[["7391", 1]]]}', 422, "each point"),
    "one number": ('{"strokes": [[[7391]]]}', 422, "each point"),
    "five numbers": ('{"strokes": [[[7391, 1, 2, 3, 4]]]}', 422, "each point"),
    "point as stroke": ('{"strokes": [[7391, 1]]}', 422, "each point"),
    "text as strokes": ('{"strokes": "7391"}', 422, "list of strokes"),
    "object as strokes": ('{"strokes": {"7391": 1}}', 422, "list of strokes"),
    "null as strokes": ('{"strokes": null}', 422, "list of strokes"),
    "65 strokes": (json.dumps({"strokes": [[[7391, 1]]] * 65}), 413, "64 strokes"),
    "2,001 points": (json.dumps({"strokes": [[[7391, 1]] * 2001]}), 413, "2,000 points"),
    "a million points": (json.dumps({"strokes": [[[7391, 1]] * 1_000_000]}), 413, "1 MB"),
}
FORM = "multipart/form-data; boundary=x"
OTHER_BODIES: dict[str, tuple[bytes, str, int, str]] = {
    "no picture": (b"7391", "image/png", 422, "PNG, JPEG or WebP"),
    "empty picture": (b"", "image/png", 422, "PNG, JPEG or WebP"),
    "truncated": (PNG[: len(PNG) // 2], "image/png", 422, "damaged or cut off"),
    "20,000 x 20,000": (png_header(20_000, 20_000), "image/png", 413, "24 megapixels"),
    "6,000 x 5,000": (png_header(6_000, 5_000), "image/png", 413, "24 megapixels"),
    "1x1": (encoded(np.zeros((1, 1), np.uint8)), "image/png", 422, "4x4 pixels"),
    "12 MB": (bytes(12_000_000), "image/png", 413, "10 MB"),
    "12 MB in a form": (bytes(12_000_000), FORM, 413, "10 MB"),
    "svg": (SVG, "image/svg+xml", 415, "image/webp"),
    "svg as png": (SVG, "image/png", 422, "PNG, JPEG or WebP"),
    "gif": (encoded(Image.new("L", (28, 28)), "GIF"), "image/gif", 415, "image/webp"),
    "text": (b"7391", "text/plain", 415, "application/json"),
    "no type": (PNG, "", 415, "application/json"),
    "odd type": (PNG, "7391;;;=", 415, "application/json"),
    "urlencoded": (b"image=7391", "application/x-www-form-urlencoded", 415, "application/json"),
    "form without boundary": (b"7391", "multipart/form-data", 422, "multipart form"),
    "form that is none": (b"7391", FORM, 422, "multipart form"),
    "form cut off": (
        b'--x\r\nContent-Disposition: form-data; name="image"; filename="7391"\r\n\r\n',
        FORM,
        422,
        "Expected",
    ),
    "form of another field": (
        b'--x\r\nContent-Disposition: form-data; name="7391"; filename="f"\r\n\r\n7391\r\n--x--\r\n',
        FORM,
        422,
        "field 'image'",
    ),
    "form with text": (
        b'--x\r\nContent-Disposition: form-data; name="image"\r\n\r\n7391\r\n--x--\r\n',
        FORM,
        422,
        "field 'image'",
    ),
}
BATCHES: dict[str, tuple[Any, str]] = {
    "missing field": ({}, "images or inks"),
    "one drawing": ({"strokes": []}, "images or inks"),
    "both fields": ({"inks": [[]], "images": [SECRET]}, "one of the fields"),
    "no list": ({"inks": SECRET}, "a list"),
    "none": ({"inks": []}, "at least 1"),
    "65": ({"inks": [[]] * 65}, "at most 64"),
    "a bad ink": ({"inks": [[], [[[SECRET, 1]]]]}, "At place 1"),
    "a bad picture": ({"images": [base64.b64encode(SECRET.encode()).decode()]}, "At place 0: Expected a PNG"),
    "a bad base64": ({"images": ["%" + SECRET]}, "base64"),
}


def check(answer: httpx.Response, status: int, expected: str) -> None:
    """Hold that an answer is a problem document that names what was expected and nothing of what came."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == status
    problem = answer.json()
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert expected in problem["detail"]
    assert SECRET not in answer.text
    assert len(answer.text) < 600


@pytest.mark.parametrize(("body", "status", "expected"), JSON_BODIES.values(), ids=JSON_BODIES)
def test_bad_json_is_refused(client: httpx.Client, body: str | bytes, status: int, expected: str) -> None:
    """No JSON body makes a 5xx or comes back."""
    answer = client.post("/predict", content=body, headers={"Content-Type": "application/json"})
    check(answer, status, expected)


@pytest.mark.parametrize(("body", "kind", "status", "expected"), OTHER_BODIES.values(), ids=OTHER_BODIES)
def test_bad_pictures_are_refused(client: httpx.Client, body: bytes, kind: str, status: int, expected: str) -> None:
    """No picture, form or unknown type makes a 5xx or comes back."""
    check(client.post("/predict", content=body, headers={"Content-Type": kind}), status, expected)


@pytest.mark.parametrize(("body", "expected"), BATCHES.values(), ids=BATCHES)
def test_bad_batches_are_refused(client: httpx.Client, body: Any, expected: str) -> None:
    """One bad drawing refuses a batch; where it is known which, the problem says so."""
    check(client.post("/predict/batch", json=body), 422, expected)


def test_the_wrong_door_is_a_problem_too(client: httpx.Client) -> None:
    """Unknown paths, wrong methods and wrong queries are answered in the same words."""
    check(client.get(f"/{SECRET}"), 404, "/openapi.json")
    check(client.get("/predict"), 405, "Allow")
    check(client.post("/predict/batch", content=b"7391"), 415, "application/json")
    check(client.post(f"/predict?glyph={SECRET}", json={"strokes": []}), 422, "0 or 1")
    check(client.get("/assets/../../secrets"), 404, "/openapi.json")
    assert client.get("/predict").headers["allow"] == "POST"
    assert client.put("/pin").headers["allow"] == "GET, HEAD, POST", "those of all routes that have the path"


def test_a_bug_is_a_problem_without_its_cause() -> None:
    """What fails inside is answered 500, with the headers of every answer, and tells nothing."""
    app = create_app(Settings())

    async def fail() -> None:
        raise RuntimeError(SECRET)

    app.add_api_route("/fail", fail)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/fail")

    answer = anyio.run(ask)
    check(answer, 500, "logged there")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["connection"] == "close"  # the server closes it after a bug


NUMBERS = st.floats() | st.integers() | st.sampled_from([-0.0, 1e308, 1e-320])
ANYTHING = st.recursive(
    NUMBERS | st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4)
)
POINTS = st.lists(NUMBERS | st.none(), min_size=1, max_size=5)
STROKES = st.lists(st.lists(POINTS, max_size=4), max_size=4)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["strokes", "image", "inks", ""]), STROKES | ANYTHING)
def test_any_json_is_read_or_refused(client: httpx.Client, name: str, value: Any) -> None:
    """Any value in any field is 200 or 4xx, never 5xx."""
    body = json.dumps({name: value})
    answer = client.post("/predict", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 422)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["application/json", "image/png", FORM]), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(client: httpx.Client, kind: str, body: bytes) -> None:
    """Any bytes under any content type are refused with 4xx."""
    assert client.post("/predict", content=body, headers={"Content-Type": kind}).status_code == 422


def test_that_the_store_is_away_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """However many ask, until it was there for a minute."""
    now = [0.0]
    absence = Absence(lambda: now[0])
    for passed_s in (0, 1, 59, 59, 61, 1):
        now[0] += passed_s
        absence.note(UnavailableError("It is away."))
    assert [record.getMessage() for record in caplog.records] == 2 * ["The store does not answer. It is away."]
