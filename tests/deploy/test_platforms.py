"""Platforms that start the service their own way: by WSGI (deploy/pythonanywhere), by a Procfile."""

import contextlib
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = dict(re.findall(r"^(\w+): (.+)$", (ROOT / "Procfile").read_text("utf-8"), re.MULTILINE))
SEVEN = json.dumps({"strokes": [[[24, 12], [78, 12], [44, 94]]]}).encode()
# As WSGI servers do that load the application, then fork those that answer.
FORKING = """
import os, runpy, sys
from wsgiref.simple_server import make_server
application = runpy.run_path(sys.argv[1])["application"]
server = make_server("127.0.0.1", 0, application)
print(server.server_port, flush=True)
if os.fork() == 0:
    server.serve_forever()
os.wait()
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="no /proc: only Linux has it, and these hosts are Linux")


def ask(port: int, *, is_page: bool) -> int:
    """Have a seven read, as a page of the service does or as a program; return the status of the answer."""
    url = f"http://127.0.0.1:{port}"
    headers = {"Content-Type": "application/json", **({"Sec-Fetch-Site": "same-origin"} if is_page else {})}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{url}/predict", SEVEN, headers), timeout=30) as answer:
            assert json.loads(answer.read())["digit"] == 7
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@contextlib.contextmanager
def started(command: list[str], **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command, and in the end all that it started."""
    known = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", **environ}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=known, stdout=pipe, text=True, start_new_session=True) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)


def test_wsgi_reads_in_processes_that_were_forked() -> None:
    """Law: nothing of the application lives in the process that forks; programs meet the doors of a public service."""
    command = [sys.executable, "-c", FORKING, str(ROOT / "deploy" / "pythonanywhere" / "wsgi.py")]
    with started(command) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        assert ask(port, is_page=True) == 200
        assert ask(port, is_page=False) == 401


def test_the_procfile_serves_on_the_port_that_it_is_told(tmp_path: Path) -> None:
    """As Heroku runs it: with $PORT, and the secret as a variable, which the service itself never has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home, secret = tmp_path / "home", secrets.token_hex(32)
    known = {"PORT": str(port), "SUTJA_HOME": str(home), "SUTJA_SECRET": secret, "DATABASE_URL": ""}
    with started(["sh", "-c", PROCESSES["release"]], **known) as process:
        assert process.wait(60) == 0
    with started(["sh", "-c", f"exec {PROCESSES['web'].removeprefix('SUTJA_DATABASE_URL=$DATABASE_URL ')}"], **known):
        until = time.monotonic() + 30
        while True:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                assert ask(port, is_page=True) == 200
                break
            assert time.monotonic() < until
            time.sleep(0.05)
        assert ask(port, is_page=False) == 401
    assert (home / "secret").read_text() == secret
    assert (home / "secret").stat().st_mode & 0o777 == 0o600


def test_a_secret_that_was_handed_over_is_handed_no_further(tmp_path: Path) -> None:
    """Law: what with-secret starts does not find it among its variables; without one nothing starts."""
    script = str(ROOT / "deploy" / "with-secret")
    known = {**os.environ, "SUTJA_HOME": str(tmp_path / "home")}
    ran = subprocess.run([script, "env"], env={**known, "SUTJA_SECRET": "x" * 32}, capture_output=True, text=True)
    assert ran.returncode == 0
    assert "xxx" not in ran.stdout
    assert subprocess.run([script, "env"], env=known, capture_output=True).returncode != 0


def test_heroku_makes_what_the_procfile_needs() -> None:
    """Law: app.json has a generator for the secret, a home, and a database."""
    app = json.loads((ROOT / "app.json").read_text("utf-8"))
    assert app["env"]["SUTJA_SECRET"]["generator"] == "secret"
    assert app["env"]["SUTJA_HOME"].endswith("/sutja")
    assert any(each.startswith("heroku-postgresql") for each in app["addons"])
    assert ".[serve]" in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
