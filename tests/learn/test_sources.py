import gzip
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sutja import DataError, DownloadError
from sutja.learn import sources
from sutja.learn.sources import Archive, gather, unpacked


class Home(BaseHTTPRequestHandler):
    """A public home on loopback: whole files, a file under another's name, and one whose connection is cut."""

    files: dict[str, bytes]

    def do_GET(self) -> None:
        way, _, name = self.path.strip("/").partition("/")
        data = self.files.get(name)
        if data is None or way == "missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write({"cut": data[: len(data) // 2], "other": data[::-1]}.get(way, data))

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def at_home(packed: dict[str, bytes]) -> Iterator[str]:
    """Serve files and yield the address."""
    handler = type("Filled", (Home,), {"files": packed})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def home(files: dict[str, bytes]) -> Iterator[str]:
    """Serve the packed files and return the address."""
    with at_home({name: gzip.compress(data, 1) for name, data in files.items()}) as address:
        yield address


NAME = "train-images-idx3-ubyte.gz"


@pytest.fixture
def wanted(files: dict[str, bytes], home: str):
    """Return a maker of the archive as it is to be had by the given ways, in order."""

    def make(*ways: str) -> Archive:
        homes = tuple(f"{home}/{way}/{NAME}" for way in ways)
        return Archive(f"mnist/{NAME}", homes, hashlib.sha256(files[NAME]).hexdigest())

    return make


def test_a_whole_file_is_fetched_once(wanted, files: dict[str, bytes], tmp_path: Path) -> None:
    """What is missing is downloaded with progress to its end, checked and kept; the second time nothing is fetched."""
    steps: list[tuple[str, int, int]] = []
    archive = wanted("whole")
    gather([archive], tmp_path, lambda *step: steps.append(step))
    assert unpacked(archive, tmp_path) == files[NAME]
    assert steps[-1][1] == steps[-1][2] == (tmp_path / archive.path).stat().st_size
    steps.clear()
    gather([archive], tmp_path, lambda *step: steps.append(step))
    assert not steps


@pytest.mark.parametrize("way", ["cut", "other", "missing"])
def test_nothing_but_a_whole_file_is_kept(wanted, tmp_path: Path, way: str) -> None:
    """A cut connection, other bytes or no file: an error that names the home and the way out, and nothing on disk."""
    with pytest.raises(DownloadError, match=f"(?s){way}.*SUTJA_DATA"):
        gather([wanted(way)], tmp_path, lambda *_: None)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("way", ["cut", "other", "missing"])
def test_the_next_home_is_asked(wanted, files: dict[str, bytes], tmp_path: Path, way: str) -> None:
    """Where one home fails, the next one gives the file."""
    archive = wanted(way, "whole")
    gather([archive], tmp_path, lambda *_: None)
    assert unpacked(archive, tmp_path) == files[NAME]


def test_a_home_that_is_gone(tmp_path: Path) -> None:
    """No server at all is a `DownloadError` too."""
    with pytest.raises(DownloadError, match="Expected to download"):
        gather([Archive("x.gz", ("http://127.0.0.1:9/x.gz",), "")], tmp_path, lambda *_: None)


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-9], lambda data: b"no gzip", lambda data: gzip.compress(b"other")]
)
def test_a_damaged_file_is_refused(damage, data: Path, archives: dict[str, Archive]) -> None:
    """A file that was there already is checked at each use; damaged, it is an error that says to delete it."""
    path = data / "mnist" / NAME
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match="delete it"):
        unpacked(archives[NAME], data)


def test_the_real_archives_are_fetched(real_data: Path, tmp_path: Path) -> None:
    """All of MNIST, as its homes pack it, comes over a connection, passes the check, and is the same as at home."""
    real = [*sources.MNIST_TRAINING, *sources.MNIST_TEST]
    packed = {Path(archive.path).name: (real_data / archive.path).read_bytes() for archive in real}
    with at_home(packed) as home:
        moved = [replace(archive, homes=(f"{home}/whole/{Path(archive.path).name}",)) for archive in real]
        gather(moved, tmp_path, lambda *_: None)
    assert {path.name: path.read_bytes() for path in (tmp_path / "mnist").iterdir()} == packed


def test_the_real_archives_have_the_promised_hashes(real_data: Path) -> None:
    """All of MNIST, as its homes pack it, passes the check; each file comes from https and has two homes."""
    for archive in (*sources.MNIST_TRAINING, *sources.MNIST_TEST):
        assert unpacked(archive, real_data)
        assert len(archive.homes) == 2
        assert all(home.startswith("https://") for home in archive.homes)
