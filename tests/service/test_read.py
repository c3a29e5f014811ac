import httpx
import pytest

from pictures import encoded, picture

TWO = [[[x + 110 * place, y] for x, y in stroke] for place in (0, 1) for stroke in [[(20, 10), (80, 10), (42, 95)]]]


def test_a_number_of_strokes_is_read(client: httpx.Client) -> None:
    """Digits, and each mark with its verdict and its box in the units of the ink."""
    answer = client.post("/read", json={"strokes": TWO}).json()
    assert answer["digits"] == "77"
    assert [item["digit"] for item in answer["items"]] == [7, 7]
    assert [round(item["box"]["left"]) for item in answer["items"]] == [20, 130]
    assert {"digit", "confidence", "verdict", "box"} <= set(answer["items"][0])
    assert answer["model"] == client.get("/health").json()["model"]


def test_a_picture_is_read(client: httpx.Client) -> None:
    """A raw PNG of one digit is a number of one digit."""
    answer = client.post("/read", content=encoded(picture(5)), headers={"Content-Type": "image/png"}).json()
    assert answer["digits"] == "5"


def test_a_length_may_be_given(client: httpx.Client) -> None:
    """`?length=2` is kept; a length that is none is refused."""
    assert client.post("/read?length=2", json={"strokes": TWO}).json()["digits"] == "77"
    for length in ("0", "-1", "many", "1000000"):
        assert client.post(f"/read?length={length}", json={"strokes": TWO}).status_code == 422


@pytest.mark.parametrize("body", [{}, {"strokes": 3}, {"inks": []}, {"image": "no picture"}])
def test_what_cannot_be_read_is_refused(client: httpx.Client, body: dict[str, object]) -> None:
    """Bodies are checked as those of /predict."""
    answer = client.post("/read", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_drawn_is_an_answer(client: httpx.Client) -> None:
    """No strokes: no digits, and no error."""
    assert client.post("/read", json={"strokes": []}).json()["items"] == []
