"""The model can be had from the service that reads with it."""

import hashlib

import httpx
import numpy as np
import onnxruntime
import pytest

from drawings import DRAWINGS


def test_the_model_is_the_one_that_reads(client: httpx.Client) -> None:
    """The file's sha-256 is its ETag, stands in each prediction and on its card, and the file is a working model."""
    answer = client.get("/model")
    sha256 = hashlib.sha256(answer.content).hexdigest()
    assert answer.headers["etag"] == f'"{sha256}"'
    assert client.post("/predict", json={"strokes": DRAWINGS[2]}).json()["model"] == sha256
    assert client.get("/model/card").json()["sha256"] == sha256
    assert client.get("/health").json()["model"] == sha256
    session = onnxruntime.InferenceSession(answer.content)
    [probabilities] = session.run(None, {session.get_inputs()[0].name: np.zeros((1, 28, 28, 1), np.float32)})
    assert probabilities.shape == (1, 11)


@pytest.mark.parametrize("path", ["/model", "/model/card"])
def test_who_has_it_is_not_sent_it_again(client: httpx.Client, path: str) -> None:
    """If-None-Match saves the transfer, weak, among others or as `*`; another tag does not."""
    etag = client.get(path).headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = client.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
