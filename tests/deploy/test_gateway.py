"""deploy/lambda: what an API gateway hands over is read, and anybody else meets the doors of a public service."""

import asyncio
import base64
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.people import picture

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "deploying.md"
EVENT = ROOT / "tests" / "fixtures" / "gateway" / "predict.json"
"""A request of the page, as AWS describes payload 2.0 of an HTTP API."""

Event = dict[str, Any]
Handler = Callable[[Event, object], Event]


@pytest.fixture(autouse=True)
def loop() -> Iterator[None]:
    """Have an event loop, which mangum would make and leave behind; a Lambda never ends."""
    with asyncio.Runner() as runner:
        runner.get_loop()
        yield


@pytest.fixture
def event() -> Event:
    return json.loads(EVENT.read_text("utf-8"))


def loaded() -> Handler:
    """Return the handler as Lambda loads it, with the settings of this moment."""
    spec = importlib.util.spec_from_file_location("handler", ROOT / "deploy" / "lambda" / "handler.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.handler


def body_of(answer: Event) -> bytes:
    body = answer["body"]
    return base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()


def asked_by_a_program(event: Event, key: str = "") -> Event:
    """Return the event as a program would have caused it."""
    kept = {name: value for name, value in event["headers"].items() if name in {"host", "content-type"}}
    return {**event, "headers": {**kept, **({"authorization": f"Bearer {key}"} if key else {})}}


def test_an_ink_of_the_page_is_read(event: Event) -> None:
    """Without a setting there is no store, and the shipped bundle reads."""
    answer = loaded()(event, None)
    assert answer["statusCode"] == 200, answer["body"]
    assert json.loads(body_of(answer))["digit"] == 7


def test_a_picture_that_comes_as_base64_is_read(event: Event) -> None:
    """What is not text the gateway hands over as base64."""
    event["headers"]["content-type"] = "image/png"
    sent = {**event, "body": base64.b64encode(picture()).decode(), "isBase64Encoded": True}
    answer = loaded()(sent, None)
    assert (answer["statusCode"], json.loads(body_of(answer))["digit"]) == (200, 7)


def test_the_page_and_its_files_come_whole(event: Event) -> None:
    """What is not text goes back as base64."""
    http = {**event["requestContext"]["http"], "method": "GET"}
    del event["headers"]["accept-encoding"]
    handler, static = loaded(), ROOT / "src" / "sutja" / "service" / "static"
    for path, file in (("/", "index.html"), ("/icon-192.png", "icon-192.png")):
        context = {**event["requestContext"], "http": {**http, "path": path}}
        answer = handler({**event, "rawPath": path, "requestContext": context, "body": ""}, None)
        assert (answer["statusCode"], body_of(answer)) == (200, (static / file).read_bytes()), path


def test_a_program_needs_a_key(event: Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: the gateway is the rest of the world, whatever it is told; a key of the store opens."""
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path))
    monkeypatch.setenv("SUTJA_HOST", "127.0.0.1")
    assert loaded()(asked_by_a_program(event), None)["statusCode"] == 401
    words = [sys.executable, "-m", "sutja", "keys", "add", "somebody"]
    key = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    monkeypatch.setenv("SUTJA_DATABASE_URL", f"sqlite:///{tmp_path / 'sutja.db'}")
    answer = loaded()(asked_by_a_program(event, key), None)
    assert (answer["statusCode"], json.loads(body_of(answer))["digit"]) == (200, 7)


def test_packages_are_found_for_both_names_of_the_platform() -> None:
    """Law: pip takes wheels of the platforms that it is told and of no older one; cffi has those of 2014 alone."""
    [line] = re.findall(r"pip install --target build/lambda --only-binary(?:.*\\\n)*.*", DOCS.read_text("utf-8"))
    assert set(re.findall(r"--platform (\S+)", line)) == {"manylinux_2_28_x86_64", "manylinux2014_x86_64"}
    assert "--require-hashes -r requirements/serve.lock" in line
