"""The model can be had from the service that reads with it."""

import gzip
import hashlib

import httpx
import numpy as np
import pytest

from drawings import DRAWINGS
from sutja.runtime import onnxruntime


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


def test_it_comes_packed_to_whoever_takes_that(client: httpx.Client) -> None:
    """As gzip it is smaller, and the same file under the same ETag; who does not take gzip gets it as it is."""
    whole = client.get("/model", headers={"Accept-Encoding": "gzip;q=0, identity"})
    with client.stream("GET", "/model", headers={"Accept-Encoding": "gzip, br"}) as packed:
        sent = b"".join(packed.iter_raw())
    assert "content-encoding" not in whole.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(sent) < 0.95 * len(whole.content)
    assert gzip.decompress(sent) == whole.content
    assert {answer.headers["etag"] for answer in (whole, packed)} == {whole.headers["etag"]}
    assert {answer.headers["vary"] for answer in (whole, packed)} == {"Accept-Encoding"}
