"""The documentation site is whole, current and fetches nothing from elsewhere; what it says to be said is said."""

import ast
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tools.docs.check import faults
from tools.docs.gather import pages

import sutja as face
from reviewing import asking
from sutja.bundle import Bundle
from sutja.cli import app
from sutja.cli.extras import expect
from sutja.errors import MissingExtraError
from sutja.keeping import opened
from sutja.service import create_app
from sutja.settings import Settings
from sutja.store.engine import database

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").glob("conftest.py"), ROOT / "hatch_build.py"]
PLAIN = [ROOT / "Makefile", *(ROOT / "web" / "src" / "language").glob("*.en.ts")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site, built as `make docs` does."""
    folder = tmp_path_factory.mktemp("docs")
    ran = built(folder)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder / "site"


def built(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tools.docs", str(folder)], cwd=ROOT, capture_output=True, text=True)


def ids(site: Path, page: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', (site / page / "index.html").read_text("utf-8")))


def test_every_page_can_be_come_to(site: Path) -> None:
    """Law: each page, from a file or from the code, is in the navigation, once, and was built."""
    named = re.findall(r"(\S+)\.md$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(
        page.removesuffix(".md") for page in [*pages().values(), "api.md", "cli.md", "python.md"]
    )
    folders = [name.removesuffix("index") for name in named]
    assert [name for name in folders if not (site / name / "index.html").is_file()] == []


def test_nothing_is_fetched_from_elsewhere_and_all_links_lead_somewhere(site: Path) -> None:
    """Law: what the build looks for is not there."""
    assert len(list(site.rglob("*.html"))) > 30
    assert faults(site) == []


def test_the_pages_from_the_code_have_all_of_it(site: Path) -> None:
    """Law: each public name, each command and each route has its place."""
    assert {f"sutja.{name}" for name in face.__all__ if not name.startswith("_")} - ids(site, "python") == set()
    groups = [
        f"{group.name} {each.name}"
        for group in app.registered_groups
        for each in group.typer_instance.registered_commands
    ]
    commands = [*groups, *(command.name for command in app.registered_commands)]
    assert {f"sutja-{name.replace(' ', '-')}" for name in commands} - ids(site, "cli") == set()
    paths = json.loads((ROOT / "web" / "openapi.json").read_text("utf-8"))["paths"]
    text = (site / "api" / "index.html").read_text("utf-8")
    assert {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method in methods
        if f"<code>{method.upper()} {path}</code>" not in text
    } == set()


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="gone/">', "leads to gone/"),
        ('<a href="#gone">', "leads to #gone"),
        ('<a href="other/#gone">', "leads to other/#gone"),
        ('<img src="gone.png">', "leads to gone.png"),
        ('<script src="https://cdn.test/a.js">', "fetches https://cdn.test/a.js"),
        ('<link rel="stylesheet" href="//fonts.test/a.css">', "fetches //fonts.test/a.css"),
    ],
)
def test_what_leads_nowhere_is_found(tmp_path: Path, html: str, fault: str) -> None:
    """Law: a broken link, anchor or picture is named, and so is what comes from elsewhere."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text('<h1 id="there">')
    good = '<a href="other/#there"><a href="https://elsewhere.test/">'
    (tmp_path / "index.html").write_text(good + html)
    assert faults(tmp_path) == [f"index.html: {fault}"]


# Troubleshooting


def told() -> list[str]:
    """Return what the headings of troubleshooting.md say that is said."""
    text = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
    return re.findall(r'(?m)^### [^"\n]*"([^"\n]+)"', text)


def pattern(heading: str) -> str:
    return ".*".join(map(re.escape, heading.split("...")))


def filled(node: ast.expr, names: dict[str, ast.expr]) -> str:
    """Return a text of the code; what is filled in and is no text of the same module is left out."""
    if isinstance(node, ast.JoinedStr):
        return "".join(filled(part, names) for part in node.values)
    if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name):
        node = names.get(node.value.id, node)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def sentences() -> Iterator[str]:
    """Yield every text in the code."""
    for source in SOURCES:
        nodes = list(ast.walk(ast.parse(source.read_text("utf-8"))))
        names = {
            node.targets[0].id: node.value
            for node in nodes
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        yield from (filled(node, names) for node in nodes if isinstance(node, ast.JoinedStr | ast.Constant))
    yield from (source.read_text("utf-8") for source in PLAIN)


def test_what_troubleshooting_quotes_stands_in_the_code() -> None:
    """Law: no heading quotes what nothing says any more; those of settings are said below."""
    everything = "\n".join(sentences())
    quoted = [heading for heading in told() if "SUTJA_..." not in heading]
    assert [heading for heading in quoted if not re.search(pattern(heading), everything)] == []
    assert len(quoted) > 20


def is_told(said: str) -> bool:
    return any(re.search(pattern(heading), said) for heading in told())


@pytest.mark.parametrize(
    ("line", "settings"),
    [
        ("serve --port {busy}", {}),
        ("serve --host 203.0.113.1", {}),
        ("serve --port 0 --certfile nowhere.pem", {}),
        ("serve --port 0 --bundle {empty}", {}),
        ("serve", {"SUTJA_PORT": "seventy"}),
        ("serve --port 0", {"SUTJA_HOME": "{file}/home"}),
        ("serve --port 0", {"SUTJA_HOME": "{open}"}),
        ("serve --port 0", {"SUTJA_HOME": "{other}"}),
        ("serve --port 0", {"SUTJA_DATABASE_URL": "sqlite:///{empty}/own.db"}),
        ("read {file}", {}),
        ("learn --if-due", {}),
        ("learn", {}),
        ("train --out {empty}/run", {"SUTJA_DATA": "{empty}", "HTTPS_PROXY": "http://127.0.0.1:9"}),
    ],
)
def test_what_goes_wrong_on_the_command_line_is_told(
    line: str, settings: dict[str, str], sutja: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law: what a command says when it cannot work has its heading in troubleshooting.md."""
    places = {name: tmp_path / name for name in ("file", "empty", "open", "other")}
    places["file"].write_text("no picture")
    for name in ("empty", "open", "other"):
        places[name].mkdir()
    opened(Settings(home=places["other"])).close()
    for name in ("open", "other"):
        (places[name] / "secret").write_bytes(os.urandom(32))
        (places[name] / "secret").chmod(0o644 if name == "open" else 0o600)
    with socket.create_server(("127.0.0.1", 0)) as holder:
        names = {**places, "busy": holder.getsockname()[1]}
        monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)  # else one that can serve would for ever
        monkeypatch.setenv("SUTJA_HOME", str(tmp_path / "home"))
        for name, value in settings.items():
            monkeypatch.setenv(name, value.format(**names))
        ran = sutja(*line.format(**names).split())
    assert is_told(ran.out + ran.err), ran.out + ran.err


def test_a_part_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: so does what is said where an extra is missing."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(MissingExtraError) as caught:
        expect("learn")
    assert is_told(str(caught.value))


def test_the_shipped_bundle_weighs_what_docs_say() -> None:
    """Law: its parameters and bytes stand in docs/models.md and both READMEs as they are."""
    shipped = Bundle.shipped()
    parameters, size = f"{shipped.card.parameters:,}", len(shipped.onnx)
    for page in ("README.md", "README.ko.md"):
        text = (ROOT / page).read_text("utf-8")
        assert [parameters in text, f"{size / 1e6:.2f} MB" in text] == [True, True]
    text = (ROOT / "docs" / "models.md").read_text("utf-8")
    assert [parameters in text, f"{size:,}" in text] == [True, True]


def test_nobody_is_told_to_ask_pypi_for_sutja() -> None:
    """Law: until there is a release, the name alone is no way to install it: not in docs, units or what is said."""
    pages = [ROOT / "README.md", ROOT / "README.ko.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*")]
    said = {path: path.read_text("utf-8", "replace") for path in [*pages, *SOURCES] if path.is_file()}
    by_name = re.compile(r"""pip install.*[\s'"]sutja(?![-\w./])""")
    lines = [line for text in said.values() for line in text.splitlines() if by_name.search(line)]
    assert [line for line in lines if "--no-index" not in line] == []


def test_a_sqlite_with_a_fault_is_told(tmp_path: Path) -> None:
    """Law: so does what an old SQLite is warned of."""
    old = database(f"sqlite:///{tmp_path}/own.db", lambda: datetime.now(UTC), sqlite_version=(3, 40, 1))
    old.close()
    assert all(map(is_told, old.warnings))
    assert old.warnings


@pytest.mark.parametrize(
    ("settings", "path", "status"),
    [
        ({"host": "192.0.2.7"}, "/predict", 401),
        ({}, "/nowhere", 404),
        ({"hosts": ("sutja.example",), "host": "127.0.0.1"}, "/predict", 421),
    ],
)
def test_what_a_program_is_answered_is_told(settings: dict[str, object], path: str, status: int) -> None:
    """Law: so does what a program is answered that may not ask, or asks by the wrong name."""
    name = "http://elsewhere.test" if status == 421 else "http://localhost"
    with asking(create_app(Settings(**settings)), name) as client:
        del client.http.headers["Sec-Fetch-Site"]
        answer = client.post(path, json={"strokes": []})
    assert answer.status_code == status
    assert is_told(answer.json()["detail"])
