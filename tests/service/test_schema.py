"""The description of the API is true, and the one that the TypeScript client was made from."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "web" / "openapi.json"
DESCRIBED: dict[str, Any] = json.loads(COMMITTED.read_text("utf-8"))


def test_the_committed_description_is_current() -> None:
    """`make client` leaves web/openapi.json as it is."""
    spec = importlib.util.spec_from_file_location("openapi", ROOT / "tools" / "openapi.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert COMMITTED.read_text("utf-8") == module.text()


def test_the_service_serves_its_description(client: httpx.Client) -> None:
    """`/openapi.json` is it; pages that would load scripts from elsewhere are off."""
    assert client.get("/openapi.json").json() == DESCRIBED
    assert {client.get(path).status_code for path in ("/docs", "/redoc")} == {404}


def test_every_reference_leads_somewhere() -> None:
    """No body and no answer is described by a name that is not there."""
    names = {part.split('"')[0] for part in json.dumps(DESCRIBED).split("#/components/schemas/")[1:]}
    assert names <= set(DESCRIBED["components"]["schemas"])
    assert {"InkBody", "ImageBody", "InksBody", "ImagesBody", "Prediction", "Predictions", "Problem"} <= names


@pytest.mark.parametrize("path", ["/predict", "/predict/batch"])
def test_the_examples_are_answered(client: httpx.Client, path: str) -> None:
    """What the description shows as an example is read."""
    examples = DESCRIBED["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"]
    assert len(examples) == 2
    for example in examples.values():
        answer = client.post(path, json=example["value"])
        assert answer.status_code == 200
        for each in answer.json().get("predictions", [answer.json()]):
            assert each["verdict"] in DESCRIBED["components"]["schemas"]["Verdict"]["enum"]


@pytest.mark.parametrize("path", ["/predict", "/predict/batch"])
def test_all_kinds_of_body_and_answer_are_described(path: str) -> None:
    """Each content type that the route takes is named, and each kind of problem."""
    route = DESCRIBED["paths"][path]["post"]
    pictures = {"image/png", "image/jpeg", "image/webp", "multipart/form-data"} if path == "/predict" else set()
    assert set(route["requestBody"]["content"]) == {"application/json"} | pictures
    for status in ("413", "415", "422", "default"):
        assert list(route["responses"][status]["content"]) == ["application/problem+json"]
