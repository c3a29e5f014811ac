import httpx
import pytest

from drawings import DRAWINGS
from pictures import encoded, picture, png_header


def ink(digit: int) -> dict[str, object]:
    """Return the body of a drawing."""
    return {"strokes": [[list(point) for point in stroke] for stroke in DRAWINGS[digit]]}


def test_ink_is_explained(client: httpx.Client) -> None:
    """The same reading as /predict gives, and 28 rows of 28 weights, of which the heaviest lie on ink."""
    answer = client.post("/explain", json=ink(7)).json()
    reading = client.post("/predict?glyph=1", json=ink(7)).json()
    assert {name: answer[name] for name in ("digit", "verdict", "glyph", "model")} == {
        name: reading[name] for name in ("digit", "verdict", "glyph", "model")
    }
    assert answer["share"] == pytest.approx(reading["confidence"], abs=1e-5)
    assert answer["least"] < answer["share"]
    assert [len(row) for row in answer["weights"]] == [28] * 28
    assert max(map(max, answer["weights"])) > 0.01


def test_a_picture_is_explained(client: httpx.Client) -> None:
    """A raw PNG is taken as /predict takes it."""
    answer = client.post("/explain", content=encoded(picture(5)), headers={"Content-Type": "image/png"})
    assert answer.json()["digit"] == 5
    assert answer.headers["cache-control"] == "no-store"


def test_nothing_drawn_weighs_nothing(client: httpx.Client) -> None:
    """No strokes are no error."""
    answer = client.post("/explain", json={"strokes": []}).json()
    assert (answer["digit"], answer["verdict"], answer["share"]) == (None, "empty", 0)
    assert not any(map(any, answer["weights"]))


@pytest.mark.parametrize(
    "body", [{}, [], 7, {"strokes": 3}, {"strokes": [[[1]]]}, {"inks": []}, {"image": "no picture"}, {"glyph": ""}]
)
def test_what_cannot_be_read_is_refused(client: httpx.Client, body: object) -> None:
    """Bodies are checked as those of /predict."""
    answer = client.post("/explain", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "image/png", 422),
        (b"null", "application/json", 422),
        (b"{", "application/json", 422),
        (png_header(60_000, 60_000), "image/png", 413),
        (b"GIF89a", "image/gif", 415),
        (b"x" * 1_100_000, "application/json", 413),
    ],
)
def test_other_bodies_are_refused(client: httpx.Client, content: bytes, kind: str, status: int) -> None:
    """What is too large, of another type or broken gets its problem."""
    answer = client.post("/explain", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status
