"""What README and the PIN page tell people to type does what they say, in both languages."""

import ast
import json
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from PIL import Image

from drawings import DRAWINGS, drawing
from pictures import picture
from serving import serving
from sutja import Ink
from sutja.reading import Verdict

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 60
ADDRESS = "http://127.0.0.1:5000"
# What only says that nothing of it is to be asked: the real thing is tests/test_packaging.py, in an empty environment.
INSTALLS = re.compile(r'^\.venv/bin/pip install "\.\[(\w+)\]"$')


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code in a page."""

    page: str
    language: str
    text: str

    def lines(self) -> list[str]:
        """Return its lines without what is remarked in them; a line that goes on is one."""
        whole = self.text.replace("\\\n", " ")
        plain = (re.sub(r"(^|\s)#.*", "", line).rstrip() for line in whole.splitlines())
        return [line for line in plain if line]


def blocks(page: str) -> list[Block]:
    found = re.findall(r"^```(\w+)\n(.*?)^```$", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [Block(page, language, text) for language, text in found]


def shown(page: str, language: str) -> list[Block]:
    return [block for block in blocks(page) if block.language == language]


COMMANDS = [line for block in shown("README.md", "sh") for line in block.lines() if not line.startswith("curl")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all files that the examples name."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copy(ROOT / "docs" / "images" / "seven.png", folder)
    for name, digit in (("one.png", 1), ("two.jpg", 2), ("three.webp", 3)):
        picture(digit).save(folder / name)
    sheet = Image.new("RGB", (7 * 140, 140), "white")
    for place, digit in enumerate("3141592"):
        sheet.paste(picture(int(digit), 140), (140 * place, 0))
    sheet.save(folder / "amount.jpg")
    inks = [[[list(point) for point in stroke] for stroke in DRAWINGS[digit]] for digit in (0, 0, 4, 2)]
    (folder / "four-inks.json").write_text(json.dumps({"inks": inks}))
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
    openssl += ["-out", "chain.pem", "-keyout", "key.pem"]
    subprocess.run(openssl, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def shell(folder: Path) -> dict[str, str]:
    """Return an environment in which `sutja` is this one, with a home of its own and any port."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "sutja").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m sutja "$@"\n')
    (programs / "sutja").chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "SUTJA_HOME": str(folder / "home"), "SUTJA_PORT": "0", "COLUMNS": "80"}


def ran(line: str, folder: Path, shell: dict[str, str], typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run a line as typed; away from the terminal, if there is one, since passwords would be asked for there."""
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=shell,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as service:
        yield service.url


def test_both_languages_have_the_same_code() -> None:
    """Law: README and README.ko have the same blocks of code, but for what is remarked in them."""
    english, korean = (
        [(block.language, block.lines()) for block in blocks(name)] for name in ("README.md", "README.ko.md")
    )
    told = [pair for pair in english if pair[0] != "json"]
    assert told == [pair for pair in korean if pair[0] != "json"]
    assert len(told) >= 7


def test_the_python_does_what_is_remarked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: the Python of README runs as it stands, and an expression has the value that stands behind it."""
    monkeypatch.chdir(folder)
    [block] = shown("README.md", "python")
    names: dict[str, object] = {}
    held = 0
    for node in ast.parse(block.text).body:
        source = ast.get_source_segment(block.text, node)
        _, _, remark = block.text.splitlines()[node.end_lineno - 1].partition("  # ")
        is_value = isinstance(node, ast.Expr)
        exec(f"found = {source}" if is_value else source, names)  # noqa: S102  # it is our own README
        if is_value and remark.isdigit():
            assert names["found"] == int(remark), source
            held += 1
    assert held
    assert (names["number"].digits, names["reading"].verdict) == ("3141592", Verdict.DIGIT)


def test_the_python_of_pins_takes_all_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: the Python of docs/pin.md hands a PIN over, or asks for the doubtful place again."""
    [block] = shown("docs/pin.md", "python")
    told: list[object] = []
    for third, expected in (([(50, 0), (50, 100)], "0017"), ([(0, 0), (90, 10), (0, 20), (90, 40)], (2,))):
        pin = [drawing(0), drawing(0), Ink([third]), drawing(7)]
        names = dict(zip(("first", "second", "third", "fourth"), pin, strict=True))
        exec(block.text, {**names, "unlock": told.append, "ask_again": told.append})  # noqa: S102  # it is our own page
        assert told[-1] == expected


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_does_its_work(line: str, folder: Path, shell: dict[str, str]) -> None:
    """Law: each command of README can be typed as it stands: it ends well, or works until Ctrl-C."""
    line = line.replace(".venv/bin/sutja", "sutja")
    if line.startswith("make "):
        assert ran(line.replace("make ", "make --dry-run ", 1), ROOT, shell).returncode == 0
    elif found := INSTALLS.match(line):
        assert found[1] in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    elif line.startswith("sutja serve"):
        assert stopped(line, folder, shell, "Reading digits on http") == 0
    elif line == "sutja learn":  # a cycle takes minutes: tests/learn/test_cycle.py
        assert stopped(f"{line} 2>&1", folder, shell, "collect") == 130
    else:
        done = ran(line.replace("-m venv", "-m venv --without-pip"), folder, shell, "correct horse battery\n" * 2)
        assert done.returncode == 0, done.stderr


def stopped(line: str, folder: Path, shell: dict[str, str], awaited: str) -> int:
    """Return the exit code of a command that was stopped by Ctrl-C once it said what was awaited, and answers."""
    command = ["bash", "-c", f"exec {line}"]
    with subprocess.Popen(command, cwd=folder, env=shell, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.readline()
        if found := re.search(r"https?://[^, ]+", said):
            trust = ssl.create_default_context(cafile=folder / "chain.pem")
            assert httpx.get(f"{found[0]}/livez", verify=trust, timeout=PATIENCE_S).status_code == 200
        process.send_signal(signal.SIGINT)
        assert said.startswith(awaited)
        return process.wait(PATIENCE_S)


def test_the_console_shows_what_is_shown(folder: Path, shell: dict[str, str]) -> None:
    """Law: what README shows of the command line is what it says, to the letter."""
    [block] = shown("README.md", "console")
    for part in block.text.split("$ ")[1:]:
        line, _, expected = part.partition("\n")
        done = ran(line.partition("#")[0], folder, shell)
        assert done.returncode == 0, done.stderr
        assert expected.strip() in done.stdout
    assert (folder / "digits.csv").is_file()


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl")
def test_curl_gets_what_is_shown(folder: Path, shell: dict[str, str], address: str) -> None:
    """Law: the requests of README and docs/pin.md are answered, as README shows the answer."""
    lines = [line for block in [*shown("README.md", "sh"), *shown("docs/pin.md", "sh")] for line in block.lines()]
    answers = [
        ran(f"{line.replace(ADDRESS, address)} -sS --fail-with-body", folder, shell)
        for line in lines
        if line.startswith("curl")
    ]
    picture, strokes, pin = [json.loads(answer.stdout) for answer in answers]
    [block] = shown("README.md", "json")
    assert picture.keys() == strokes.keys() == json.loads(block.text).keys()
    assert (picture["digit"], strokes["digit"], pin) == (7, 7, {"pin": "0042"})
