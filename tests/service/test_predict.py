"""Every form of body is read, and says the same."""

import base64
from typing import Any

import httpx
import pytest
from PIL import Image, ImageOps

from drawings import DRAWINGS
from pictures import encoded, picture

TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


def ways(image: Image.Image, kind: str) -> dict[str, dict[str, Any]]:
    """Return the requests that send one picture, by the form of their body."""
    data = encoded(image, kind)
    text = base64.b64encode(data).decode()
    return {
        "base64": {"json": {"image": text}},
        "base64 in lines": {"json": {"image": base64.encodebytes(data).decode()}},
        "data URL": {"json": {"image": f"data:{TYPES[kind]};base64,{text}"}},
        "raw": {"content": data, "headers": {"Content-Type": TYPES[kind]}},
        "form": {"files": {"image": ("digit", data, TYPES[kind])}},
    }


@pytest.mark.parametrize("digit", DRAWINGS)
def test_strokes_are_read(client: httpx.Client, digit: int) -> None:
    """A drawn digit is read, with ten probabilities that sum to one, less that of no digit."""
    answer = client.post("/predict", json={"strokes": DRAWINGS[digit]}).json()
    assert answer["digit"] == digit
    assert list(answer["probabilities"]) == [str(each) for each in range(10)]
    assert 0.9 < sum(answer["probabilities"].values()) <= 1 + 1e-5
    assert answer["confidence"] == answer["probabilities"][str(digit)] == max(answer["probabilities"].values())
    assert "glyph" not in answer


@pytest.mark.parametrize("kind", TYPES)
def test_all_forms_of_a_picture_say_the_same(client: httpx.Client, kind: str) -> None:
    """JSON, raw and form differ in nothing but their wrapping."""
    for digit in DRAWINGS:
        answers = {form: client.post("/predict", **way) for form, way in ways(picture(digit), kind).items()}
        assert {form: answer.status_code for form, answer in answers.items()} == dict.fromkeys(answers, 200)
        assert len({answer.text for answer in answers.values()}) == 1
        assert answers["raw"].json()["digit"] == digit


def test_bright_on_dark_and_transparent_pictures_say_the_same(client: httpx.Client) -> None:
    """Polarity and paper are the picture's affair."""
    image = picture(7)
    transparent = image.copy()
    transparent.putalpha(ImageOps.invert(image.convert("L")))
    for each in (image, ImageOps.invert(image), transparent):
        assert client.post("/predict", **ways(each, "PNG")["raw"]).json()["digit"] == 7


def test_a_blank_drawing_is_empty_and_no_error(client: httpx.Client) -> None:
    """Nothing drawn is answered by nothing read."""
    blank = {"content": encoded(Image.new("RGB", (280, 280), "white")), "headers": {"Content-Type": "image/png"}}
    for way in ({"json": {"strokes": []}}, {"json": {"strokes": [[]]}}, blank):
        answer = client.post("/predict", **way)
        assert answer.status_code == 200
        assert (answer.json()["verdict"], answer.json()["digit"], answer.json()["confidence"]) == ("empty", None, 0)


def test_the_glyph_is_shown_on_request(client: httpx.Client) -> None:
    """`?glyph=1` adds the 784 bytes that the model saw."""
    answer = client.post("/predict?glyph=1", json={"strokes": DRAWINGS[3]}).json()
    glyph = base64.b64decode(answer["glyph"])
    assert len(glyph) == 784
    assert max(glyph) > 200


def test_answers_are_not_kept(client: httpx.Client) -> None:
    """What was drawn may be a secret: no cache keeps what it said."""
    assert client.post("/predict", json={"strokes": DRAWINGS[3]}).headers["cache-control"] == "no-store"


def test_a_batch_is_answered_in_order(client: httpx.Client) -> None:
    """Each drawing of a batch is answered as it would be alone."""
    images = [ways(picture(digit), "PNG")["base64"]["json"]["image"] for digit in DRAWINGS]
    for body, one in (
        ({"inks": list(DRAWINGS.values())}, [{"strokes": ink} for ink in DRAWINGS.values()]),
        ({"images": images}, [{"image": image} for image in images]),
    ):
        together = client.post("/predict/batch", json=body).json()["predictions"]
        alone = [client.post("/predict", json=each).json() for each in one]
        assert [each["digit"] for each in together] == [each["digit"] for each in alone] == list(DRAWINGS)


def test_large_inks_are_read(client: httpx.Client) -> None:
    """An ink of the greatest size, every line of it as long as the digit, is read; one point more is 413."""
    stroke = [[step % 2, step % 2] for step in range(2000)]
    assert client.post("/predict", json={"strokes": [stroke] * 8}).status_code == 200
    assert client.post("/predict", json={"strokes": [*[stroke] * 8, [[0, 0]]]}).status_code == 413


def test_a_batch_is_no_larger_than_one_picture(client: httpx.Client) -> None:
    """A few kilobytes that claim 25 megapixels together are refused before any is decoded."""
    large = base64.b64encode(encoded(Image.new("1", (2500, 2500)))).decode()
    assert client.post("/predict/batch", json={"images": [large] * 3}).status_code == 200
    answer = client.post("/predict/batch", json={"images": [large] * 4})
    assert (answer.status_code, "megapixels" in answer.json()["detail"]) == (413, True)
