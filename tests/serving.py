"""The real service, started as its users start it."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SERVE = [sys.executable, "-m", "sutja", "serve"]


@dataclass(frozen=True, slots=True)
class Serving:
    """A service that takes requests at `url`."""

    url: str
    process: subprocess.Popen[str]


@contextlib.contextmanager
def serving(command: Sequence[str] = SERVE) -> Iterator[Serving]:
    """Serve on a free port, by the command or by one of one's own that takes the same options."""
    command = [*command, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            yield Serving(next(word for word in line.split() if word.startswith("http")), process)
        finally:
            process.terminate()


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return a certificate for 127.0.0.1 and its key."""
    paths = folder / "cert.pem", folder / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
    subprocess.run([*openssl, "-out", paths[0], "-keyout", paths[1]], check=True, capture_output=True)
    return paths
