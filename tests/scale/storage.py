"""A store of objects as S3 is one, on this machine: moto, in the environment of its own that tools/beside.py makes."""

import runpy
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyarrow import fs

ROOT = Path(__file__).resolve().parents[2]
BUCKET = "archive"
WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Storage:
    """A storage with one bucket."""

    url: str

    @property
    def environ(self) -> dict[str, str]:
        """What tells a process where it is, and who asks."""
        who = {"AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "something", "AWS_REGION": "us-east-1"}
        return {**who, "AWS_ENDPOINT_URL": self.url, "AWS_EC2_METADATA_DISABLED": "true"}

    @property
    def files(self) -> fs.S3FileSystem:
        """The storage as whoever fills it sees it."""
        keys = {"access_key": "somebody", "secret_key": "something", "region": "us-east-1"}
        return fs.S3FileSystem(endpoint_override=self.url, allow_bucket_creation=True, **keys)

    def count(self, folder: str) -> int:
        """Return how many files a folder of the bucket has."""
        return len(self.files.get_file_info(fs.FileSelector(f"{BUCKET}/{folder}", allow_not_found=True)))

    def deny(self) -> None:
        """Let nobody in any more: nobody is known there who could be."""
        request = urllib.request.Request(f"{self.url}/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
        urllib.request.urlopen(request, timeout=WAIT_S).close()


@contextmanager
def storage() -> Iterator[Storage]:
    """Yield a storage whose bucket is empty."""
    subprocess.run([sys.executable, ROOT / "tools" / "beside.py", "s3", "install"], check=True)
    program = runpy.run_path(str(ROOT / "tools" / "beside.py"))["S3"] / "bin" / "moto_server"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=nowhere, stderr=nowhere) as server:
        try:
            _wait(port)
            found = Storage(f"http://127.0.0.1:{port}")
            found.files.create_dir(BUCKET)
            yield found
        finally:
            server.kill()


def _wait(port: int) -> None:
    until = time.monotonic() + WAIT_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)
