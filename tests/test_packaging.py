"""What is packed is what people get: page, weights and nothing that they do not need."""

import json
import os
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from drawings import DRAWINGS

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"keras", "tensorflow", "mlflow", "sqlalchemy", "ray", "onnx", "tf2onnx", "matplotlib"}


def run(*command: str | Path, **environment: str) -> str:
    """Run a command to its end and return what it wrote."""
    everything = {**os.environ, **environment}
    answer = subprocess.run(list(map(str, command)), cwd=ROOT, env=everything, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source distribution, made from this tree."""
    folder = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", folder, SUTJA_SKIP_WEB="")
    return next(folder.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment with neither Node nor a registry to fetch a page's parts from."""
    empty = tmp_path_factory.mktemp("empty")
    return {"PATH": str(empty), "HOME": str(empty), "npm_config_registry": "http://127.0.0.1:9"}


@pytest.fixture(scope="module")
def wheel(sdist: Path, nowhere: dict[str, str]) -> Path:
    """Return the wheel, made from the source distribution without Node or network."""
    options = ["--no-deps", "--no-build-isolation", "--no-index"]
    run(sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", sdist.parent, sdist, **nowhere)
    return next(sdist.parent.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, nowhere: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bin folder of an empty environment into which the wheel was put without Node or network.

    What it needs to serve was downloaded before, as one would for a machine without a network.
    """
    folder, wheels = tmp_path_factory.mktemp("installed"), tmp_path_factory.mktemp("wheels")
    run(sys.executable, "-m", "pip", "download", "--only-binary", ":all:", "--dest", wheels, f"{wheel}[serve]")
    run(sys.executable, "-m", "venv", folder)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    offline = ["--no-index", "--find-links", wheels]
    run(programs / "python", "-m", "pip", "install", *offline, f"{wheel}[serve]", **nowhere)
    return programs


@pytest.fixture
def address(installed: Path, nowhere: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Yield where the installed wheel serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [installed / "sutja", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **nowhere}) as server:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def fetch(request: str | urllib.request.Request) -> bytes:
    """Return the body of the answer, waiting for a server that is just starting."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.read()
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(0.1)
    raise TimeoutError("Expected an answer within 30 s. Received none.")


def test_the_wheel_serves_page_and_readings(address: str) -> None:
    """From the wheel alone, in an empty environment, the page is served with its script, and a 7 is read."""
    page = fetch(f"{address}/").decode()
    assert "assets/" in page
    script = page.partition('src="./')[2].partition('"')[0]
    assert fetch(f"{address}/{script}")
    body = json.dumps({"strokes": DRAWINGS[7]}).encode()
    request = urllib.request.Request(f"{address}/predict", body, {"Content-Type": "application/json"})
    assert json.loads(fetch(request))["digit"] == 7


def test_the_wheel_holds_what_serving_needs_and_no_more(wheel: Path) -> None:
    """The wheel holds page, weights, type marker and licence, and neither sources of the page nor tests."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for needed in ("service/static/index.html", "shipped/model.onnx", "shipped/card.json", "py.typed"):
        assert f"sutja/{needed}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"sutja"}
    assert [name for name in names if name.endswith((".ts", ".tsx", ".keras", ".h5")) or "/test" in name] == []


def test_the_source_distribution_can_be_worked_on(sdist: Path) -> None:
    """The source distribution holds the page as built and as written, the tests and the verbs, and nothing fetched."""
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"src/sutja/service/static/index.html", "web/package-lock.json", "tests/test_packaging.py"} <= names
    assert {"Makefile", "hatch_build.py", "tools/node.py", "README.md", "LICENSE"} <= names
    assert [name for name in names if "node_modules" in name or "__pycache__" in name] == []


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import sutja", HEAVY | {"fastapi", "starlette", "uvicorn"}),
        ("import sutja.settings as s, sutja.service.app as a; a.create_app(s.Settings())", HEAVY - {"sqlalchemy"}),
    ],
)
def test_light_doors_stay_light(statement: str, heavy: set[str]) -> None:
    """The face brings in no server, and neither it nor the service brings in what only learning needs."""
    loaded = run(sys.executable, "-c", f"{statement}; import sys; print(*sys.modules)").split()
    assert heavy & set(loaded) == set()
