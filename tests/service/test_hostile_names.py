"""Names and addresses that clients send lead nowhere: no file is opened and no connection made because of them.

What Python opens, connects to, looks up or starts while a service answers is heard by an audit hook, which sees every
library that asks through Python.
"""

import base64
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drawings import DRAWINGS
from pictures import encoded, picture
from reviewing import Client, asking, opened
from sutja.service import create_app
from sutja.settings import Settings

EVENTS = {"open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.listdir"}
CANARY = "c4n4ry"
ADDRESSES = (
    f"http://127.0.0.1:9/{CANARY}",
    f"http://169.254.169.254/latest/{CANARY}",
    f"file:///etc/{CANARY}",
    f"s3://{CANARY}/x",
    f"//{CANARY}.example/x",
)
NAMES = st.one_of(
    st.sampled_from(
        ["..", "../..", "..%2f..", "%2e%2e/", "C:\\", "\\\\host\\", "~", "/etc/", ".", "\u2024\u2024/", "a" * 300]
    ),
    st.text(max_size=30),
)
_heard: list[tuple[str, str]] | None = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _heard is not None and event in EVENTS:
        _heard.append((event, repr(arguments)))


sys.addaudithook(_hear)


@contextmanager
def hearing() -> Iterator[list[tuple[str, str]]]:
    """Give what is heard meanwhile."""
    global _heard  # noqa: PLW0603  # a hook stays for as long as the process
    heard: list[tuple[str, str]] = []
    _heard = heard
    try:
        yield heard
    finally:
        _heard = None


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Give a client of a service with a store."""
    home = tmp_path_factory.mktemp("home")
    with opened(home) as store, asking(create_app(Settings(home=home, pin_samples=0), store)) as client:
        yield client


def test_what_is_looked_for_is_heard(tmp_path: Path) -> None:
    """A file that is opened, a name that is looked up and a connection are heard."""
    with hearing() as heard:
        (tmp_path / CANARY).write_text("x")
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", 9), 0.1):
            pass
    assert {"open", "socket.connect", "socket.getaddrinfo"} <= {event for event, _ in heard}
    assert any(CANARY in said for _, said in heard)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES)
def test_no_name_reaches_the_disk(client: Client, name: str) -> None:
    """Law: whatever stands in a path, a file's name or a header, no file is opened by it, and nothing fails."""
    place = f"{name}{CANARY}"
    plain = place.encode("utf-8", "replace")
    asks = [
        ("GET", f"/{place}", {}),
        ("GET", f"/assets/{place}", {}),
        ("GET", f"/clips/{place}", {}),
        ("DELETE", f"/samples/{place}", {}),
        ("GET", f"/api/review/models/{place}", {}),
        ("POST", "/predict", {"files": {"image": (place, encoded(picture(7)), "image/png")}}),
        ("POST", "/predict", {"json": {"strokes": DRAWINGS[7]}, "headers": {"X-Request-Id": base64.b64encode(plain)}}),
    ]
    with hearing() as heard:
        answers = [_answered(client, *ask) for ask in asks]
    assert max(answers) < 500
    assert [said for _, said in heard if CANARY in said] == []


def _answered(client: Client, method: str, path: str, parts: dict[str, Any]) -> int:
    try:
        return client.request(method, path, **parts).status_code
    except (ValueError, TypeError, UnicodeError):  # httpx has no such address
        return 0
    except Exception as error:
        if type(error).__name__ in {"InvalidURL", "UnsupportedProtocol", "LocalProtocolError"}:
            return 0
        raise


def test_no_address_is_asked(client: Client) -> None:
    """Law: addresses in place of pictures, labels, keys or reasons are text: none is looked up or connected to."""
    bodies = [
        ("/predict", {"image": "{}"}),
        ("/predict/batch", {"images": ["{}"]}),
        ("/read", {"image": "{}"}),
        ("/explain", {"image": "{}"}),
        ("/pin", {"images": ["{}"] * 4}),
        ("/pin/sample", {"glyph": "{}", "digit": 7}),
        ("/samples", {"image": "{}", "label": 7, "consent": True}),
        ("/api/review/login", {"name": "{}", "password": "{}"}),
    ]
    with hearing() as heard:
        for address in ADDRESSES:
            for path, body in bodies:
                said = _filled(body, address)
                headers = {"Referer": address, "X-Forwarded-Host": CANARY, "Idempotency-Key": address}
                assert client.post(path, json=said, headers=headers).status_code in {401, 422, 429}, path
    assert [said for event, said in heard if event.startswith("socket") or CANARY in said] == []


def _filled(body: Any, address: str) -> Any:
    if isinstance(body, str):
        return address if body == "{}" else body
    if isinstance(body, list):
        return [_filled(each, address) for each in body]
    return {name: _filled(each, address) for name, each in body.items()} if isinstance(body, dict) else body


def test_no_field_of_the_api_is_an_address(client: Client) -> None:
    """Law: nothing that is described asks for an address; who adds such a field finds out here."""
    schemas = client.app.openapi()["components"]["schemas"]
    fields = {(name, field) for name, schema in schemas.items() for field in schema.get("properties", {})}
    formats = {str(field.get("format")) for each in schemas.values() for field in each.get("properties", {}).values()}
    assert not {field for _, field in fields if field.lower() in {"url", "uri", "href", "link", "path", "file", "host"}}
    assert not formats & {"uri", "url", "uri-reference", "hostname"}
