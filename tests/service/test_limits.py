"""Bodies end where they should, said or unsaid."""

from collections.abc import Iterator

import httpx
import pytest

from pictures import encoded, picture


def chunks(total: int, first: bytes = b"") -> Iterator[bytes]:
    """Yield a body of unknown length."""
    yield first
    for _ in range(total // 50_000):
        yield bytes(50_000)


@pytest.mark.parametrize("path", ["/predict", "/predict/batch", "/model", "/health", "/nowhere"])
def test_a_body_that_says_it_is_too_long_is_refused_on_any_route(client: httpx.Client, path: str) -> None:
    """JSON, or what has no type, has at most 1 MB, whether the route wants a body or not."""
    for headers in ({"Content-Type": "application/json"}, {}):
        answer = client.request("POST", path, content=bytes(1_000_001), headers=headers)
        assert answer.status_code == 413
        assert "at most 1 MB" in answer.json()["detail"]


@pytest.mark.parametrize(("kind", "size"), [("application/json", 1_100_000), ("image/png", 10_200_000)])
def test_a_body_that_turns_out_too_long_is_refused(client: httpx.Client, kind: str, size: int) -> None:
    """A chunked body is cut off where the limit is."""
    answer = client.post("/predict", content=chunks(size), headers={"Content-Type": kind})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_that_turns_out_too_long_is_refused(client: httpx.Client) -> None:
    """A form is no way around the limit."""
    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="f"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/predict", content=chunks(10_200_000, head), headers=headers).status_code == 413


def test_a_large_picture_within_the_limit_is_read(client: httpx.Client) -> None:
    """Nearly 10 MB pass, as they are and in a form."""
    data = encoded(picture(7, 1800), "PNG", compress_level=0)
    assert 9_500_000 < len(data) < 10_000_000
    for way in ({"content": data, "headers": {"Content-Type": "image/png"}}, {"files": {"image": data}}):
        assert client.post("/predict", **way).json()["digit"] == 7
