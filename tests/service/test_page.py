"""The page is served as it was built, with types and caching of our own."""

import gzip
import mimetypes
from pathlib import Path

import anyio
import httpx
import pytest
from fastapi import FastAPI

from reviewing import asking
from sutja.service import create_app, problems
from sutja.service.routes import page
from sutja.settings import Settings

FILES = {
    "index.html": ("text/html; charset=utf-8", "no-cache"),
    "favicon.svg": ("image/svg+xml", "no-cache"),
    "assets/index-a1b2c3.js": ("text/javascript; charset=utf-8", page.FOREVER),
    "assets/worker-a1b2c3.mjs": ("text/javascript; charset=utf-8", page.FOREVER),
    "assets/index-a1b2c3.css": ("text/css; charset=utf-8", page.FOREVER),
    "assets/model-a1b2c3.wasm": ("application/wasm", page.FOREVER),
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a folder with a built page, and a file beside it that is none of its."""
    static = tmp_path / "static"
    for name in FILES:
        path = static / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "secret.txt").write_text("secret")
    return static


def get(static: Path, *paths: str) -> list[httpx.Response]:
    """Ask a service with that page."""
    app = FastAPI()
    app.include_router(page.router(static))
    problems.install(app)

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return [await client.get(path) for path in paths]

    return anyio.run(ask)


def test_each_file_has_its_type_and_its_caching(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this machine's registry says, a script is a script; what has a hash in its name is kept for ever."""
    for suffix in (".js", ".mjs", ".css", ".svg", ".wasm"):
        monkeypatch.setitem(mimetypes.types_map, suffix, "text/plain")
    for (name, (kind, caching)), answer in zip(FILES.items(), get(built, *FILES), strict=True):
        found = (answer.text, answer.headers["content-type"], answer.headers["cache-control"])
        assert found == (name, kind, caching)


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, br", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("GZIP", "gzip"),
        ("br; q=0.000, gzip; q=0", None),
        ("identity", None),
        ("", None),
        ("zstd", None),
    ],
)
def test_a_file_comes_as_small_as_it_is_taken(built: Path, accepted: str, sent: str | None) -> None:
    """Of the forms that the build left, the smallest goes to whoever takes it; what is whole nowhere is unpacked."""
    script, runtime = built / "assets" / "index-a1b2c3.js", built / "assets" / "model-a1b2c3.wasm"
    for path in (script, runtime):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.with_name(f"{path.name}.br").write_bytes(b"small")
    runtime.unlink()
    paths = [f"/assets/{path.name}" for path in (script, runtime)]
    for path, answer in zip((script, runtime), raw(built, accepted, *paths), strict=True):
        assert answer.headers.get("content-encoding") == sent
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == FILES[f"assets/{path.name}"][0]
        whole = {
            "br": b"small",
            "gzip": gzip.compress(f"assets/{path.name}".encode()),
            None: f"assets/{path.name}".encode(),
        }
        assert b"".join(answer.extensions["raw"])[10:] == whole[sent][10:]  # gzip's head holds the time
    assert {
        answer.status_code for answer in get(built, *(f"{path}{end}" for path in paths for end in (".gz", ".br")))
    } == {404}


def raw(static: Path, encoding: str, *paths: str) -> list[httpx.Response]:
    """Ask as `get` does, and keep the bytes as they came, in `extensions`."""
    app = FastAPI()
    app.include_router(page.router(static))

    async def ask() -> list[httpx.Response]:
        found = []
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            for path in paths:
                async with client.stream("GET", path, headers={"Accept-Encoding": encoding}) as answer:
                    answer.extensions["raw"] = [chunk async for chunk in answer.aiter_raw()]
                    found.append(answer)
        return found

    return anyio.run(ask)


def test_the_page_is_at_the_root(built: Path) -> None:
    """`/` is the page."""
    [home] = get(built, "/")
    assert (home.text, home.headers["cache-control"]) == ("index.html", "no-cache")


def test_no_path_leads_out_of_the_page(built: Path) -> None:
    """Only the files of the page have routes."""
    ways_out = (
        "/secret.txt",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/",
        "/assets",
    )
    assert {answer.status_code for answer in get(built, *ways_out)} == {404}


def test_a_page_that_is_not_built_says_so(tmp_path: Path) -> None:
    """Where there is no page, `/` tells how to make one."""
    [home] = get(tmp_path / "static", "/")
    assert home.status_code == 404
    assert "make serve" in home.json()["detail"]


@pytest.mark.parametrize("path", ["/", "/health", "/model", "/nowhere", "/predict"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    """Page, API and problems alike: no foreign script, no guessed type, no referrer, no server's name."""
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
    assert "server" not in headers
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


def test_a_service_that_others_can_reach_says_more_over_https(tmp_path: Path) -> None:
    """Browsers are to come by https alone, and no window of elsewhere keeps hold of ours, but for the one of PINs."""
    settings = Settings(home=tmp_path, host="192.0.2.7", pin_purpose="non_payment")
    for url, is_told in (("https://localhost", True), ("http://localhost", False)):
        with asking(create_app(settings), url) as client:
            told = client.get("/health").headers
            assert ("strict-transport-security" in told, "cross-origin-opener-policy" in told) == (is_told, is_told)
    with asking(create_app(settings), "https://localhost") as client:
        assert client.get("/pin").headers["cross-origin-opener-policy"] == "unsafe-none"
        assert client.get("/sutja-pin.js").headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_stamp_of_the_build_is_not_served(tmp_path: Path) -> None:
    """What the build leaves for itself, in a file whose name begins with a dot, has no route."""
    for name in ("index.html", ".stamp"):
        (tmp_path / name).write_text("")
    assert {route.path for route in page.router(tmp_path).routes} == {"/", "/index.html"}
