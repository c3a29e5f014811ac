"""deploy/Dockerfile: what its steps make is small, locked in, and serves from a disk that nobody can write."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "deploy" / "Dockerfile"
MOST_BYTES = 200 * 10**6
HEAVY = {"tensorflow", "keras", "pip", "mlflow", "matplotlib", "onnx", "ray"}
USER = "10001"
# A mount namespace of its own, in which nothing can be written but what lies in memory.
LOCKED = """
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=0700,uid=$1,gid=$1 tmpfs "$2"
mount -o remount,bind,ro /
if touch "$3/written" 2>/dev/null; then exit 3; fi
user=$1; shift 3
exec setpriv --reuid=$user --regid=$user --clear-groups "$@"
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: its steps, as (instruction, rest)."""

    name: str
    steps: tuple[tuple[str, str], ...]

    def all(self, instruction: str) -> list[str]:
        """Return what is said with an instruction, in order."""
        return [rest for name, rest in self.steps if name == instruction]


def stages() -> dict[str, Stage]:
    """Return the stages of the Dockerfile."""
    text = re.sub(r"^#.*\n", "", FILE.read_text("utf-8"), flags=re.MULTILINE)
    lines = [line for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]
    found: dict[str, list[tuple[str, str]]] = {}
    name = ""
    for line in lines:
        instruction, _, rest = line.strip().partition(" ")
        if instruction == "FROM":
            name = rest.partition(" AS ")[2]
            found[name] = []
        found.setdefault(name, []).append((instruction, rest.strip()))
    return {name: Stage(name, tuple(steps)) for name, steps in found.items() if name}


def test_every_stage_ends_as_somebody_who_is_not_root() -> None:
    """Law: nothing of ours runs as root, each stage stands on the same Python, and the last one is the service."""
    made = stages()
    assert list(made)[-1] == "service"
    for name, stage in made.items():
        assert stage.all("FROM")[0].startswith("${PYTHON}")
        assert name == "build" or stage.steps[-1][0] != "USER"
        assert name == "build" or stage.all("USER")[-1] == f"{USER}:{USER}"
        assert not stage.all("ADD")
    service = made["service"]
    assert [each for each in service.all("COPY") if "--from" not in each] == [
        "deploy/with-secret /usr/local/bin/with-secret"
    ]
    assert len(service.all("HEALTHCHECK")) == 1
    assert "--require-hashes" in made["build"].all("RUN")[0]


def test_versions_are_those_that_are_tested() -> None:
    """Law: MLflow is of the version whose tables the project writes."""
    [words] = re.findall(r"mlflow==(\S+)", FILE.read_text("utf-8"))
    assert words == version("mlflow-skinny")


def test_what_is_copied_reaches_the_build_and_no_secret_does() -> None:
    """Law: the list of what is let in has all that is copied, and neither data, runs nor secrets."""
    lines = Path(f"{FILE}.dockerignore").read_text("utf-8").splitlines()
    let_in = [line[1:] for line in lines if line.startswith("!")]
    assert lines[1] == "*"
    assert all((ROOT / each).exists() for each in let_in)
    for stage in stages().values():
        for words in stage.all("COPY"):
            source = words.split()[-2]
            assert source == "." or "--from" in words or any(fnmatch(source, each) for each in let_in), words
    assert not {"deploy", "runs", "tests", ".git", "deploy/k8s"} & set(let_in)


@pytest.fixture(scope="module")
def built() -> Iterator[Path]:
    """Run the steps of the build in a copy of the project; yield the folder that has /opt and /wheels."""
    if "SUTJA_IMAGE" not in os.environ:
        pytest.skip("no image was asked for: make image")
    folder = Path(tempfile.mkdtemp(prefix="image-"))
    folder.chmod(0o755)
    try:
        source = folder / "src"
        names = ["pyproject.toml", "hatch_build.py", "README.md", "LICENSE"]
        for name in ("requirements", "src", "tools", "web"):
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        shutil.copytree(ROOT / "deploy", source / "deploy", ignore=shutil.ignore_patterns("secrets", ".env"))
        for name in names:
            shutil.copy(ROOT / name, source)
        for step in stages()["build"].all("RUN"):
            _run(step, folder, source)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(step: str, folder: Path, source: Path) -> None:
    """Run a step of the build with this Python, as if the folder were the root of a disk."""
    script = re.sub(r"(?<=\s)/(?=opt/|wheels)", f"{folder}/", step.replace("--no-cache-dir ", ""))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # The page is taken as it is: that it can be built is tested elsewhere.
    changed = {"PATH": path, "PYTHONPATH": "", "SUTJA_SKIP_WEB": "1"}
    environment = {**os.environ, **changed}
    ran = subprocess.run(["sh", "-ec", script], cwd=source, env=environment, capture_output=True, text=True)
    if ran.returncode and "No matching distribution" in ran.stderr:
        pytest.skip(f"no package index: {ran.stderr.strip().splitlines()[-1]}")
    assert ran.returncode == 0, ran.stderr[-3000:]


def test_the_service_is_small(built: Path) -> None:
    """Law: site-packages of what serves have at most 200 MB, with what Python compiled, and nothing that learns."""
    [packages] = built.glob("opt/sutja/lib/python*/site-packages")
    size = sum(path.stat().st_size for path in packages.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{size / 1e6:.0f} MB in site-packages")  # noqa: T201  # for make
    assert size <= MOST_BYTES
    names = {re.split(r"[-.]", path.name)[0].lower() for path in packages.iterdir()}
    assert {"sutja", "onnxruntime", "fastapi"} <= names
    assert names & HEAVY == set()


def test_it_serves_from_a_disk_that_nobody_can_write(built: Path) -> None:
    """Law: as a user who owns nothing, with nothing but memory to write to, it reads; and its health check says so."""
    if sys.platform != "linux" or os.geteuid() or not all(map(shutil.which, ("unshare", "setpriv", "mount"))):
        pytest.skip("no disk of one's own: only root can mount one")
    home = built / "home"
    home.mkdir(exist_ok=True)
    python = built / "opt" / "sutja" / "bin" / "python"
    known = {"PATH": os.environ["PATH"], "TMPDIR": str(home), **_environment(home)}
    inside = ["sh", "-c", LOCKED, "sh", USER, str(home), str(built), str(python), "-m", "sutja", "serve", "--port", "0"]
    command = ["unshare", "--mount", *inside]
    with subprocess.Popen(command, env=known, stdout=subprocess.PIPE, text=True, cwd="/") as process:
        try:
            assert process.stdout
            [port] = re.findall(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/predict",
                json.dumps({"strokes": [[[24, 12], [78, 12], [44, 94]]]}).encode(),
                {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"},
            )
            with urllib.request.urlopen(request, timeout=30) as answer:
                assert json.loads(answer.read())["digit"] == 7
            assert _health(python, port) == 0
        finally:
            process.terminate()
    assert _health(python, port) != 0


def _environment(home: Path) -> dict[str, str]:
    """Return the variables that the image sets, for a home elsewhere."""
    known = dict(word.split("=", 1) for line in stages()["service"].all("ENV") for word in line.split())
    del known["PATH"]
    return {name: value.replace("/var/lib/sutja", str(home)) for name, value in known.items()}


def _health(python: Path, port: str) -> int:
    """Return the exit code of the health check of the image."""
    [words] = stages()["service"].all("HEALTHCHECK")
    command = json.loads(words.partition("CMD ")[2])
    assert command[0] == "python"
    return subprocess.run([python, *command[1:]], env={"SUTJA_PORT": port}, capture_output=True).returncode
