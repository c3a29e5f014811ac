import gzip
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from packing import compressed, debian, unipen, zipped
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


PEN = unipen([(7, 12, [[(1, 2), (3, 4)]])])
PICTURES = {"a/s/0-1.png": b"one", "a/s/x-2.png": b"two", "a/README.md": b"none"}
FONTS = {"./usr/share/fonts/F.ttf": b"face", "./usr/share/fonts/G.otf": b"other", "./usr/share/doc/copyright": b"text"}
FONTS_BY_NAME = {"F.ttf": b"face", "G.otf": b"other"}
PACKED = {
    "gzip": (gzip.compress(PEN), sources._gunzipped, {"": PEN}),
    "zip": (zipped(PICTURES), sources._pictures_of_zip, {"0-1.png": b"one", "x-2.png": b"two"}),
    **{f"deb of {kind}": (debian(FONTS, kind), sources._fonts_of_deb, FONTS_BY_NAME) for kind in ("xz", "gz", "bz2")},
}


@pytest.mark.parametrize("kind", PACKED)
def test_what_is_used_is_unpacked(kind: str, tmp_path: Path) -> None:
    """Of an archive there are the files that are read, by their bare names, and no others."""
    data, opened, expected = PACKED[kind]
    (tmp_path / "it").write_bytes(data)
    assert sources.members(Archive("it", (), sources._digest(expected), opened), tmp_path) == expected


@pytest.mark.parametrize("kind", ["gzip", "zip", "deb of xz"])
def test_no_damage_gets_through(kind: str) -> None:
    """Whichever byte is wrong or missing, an archive gives the right files or an error that says to delete it."""
    data, opened, expected = PACKED[kind]
    archive, refused = Archive("it", (), sources._digest(expected), opened), 0
    places = range(0, len(data), 1 + len(data) // 500)
    damaged = [data[:place] + bytes([data[place] ^ 0b101]) + data[place + 1 :] for place in places]
    for each in [*damaged, *(data[:size] for size in places[::5])]:
        try:
            assert sources._checked(each, Path("it"), archive) == expected
        except DataError as error:
            refused += "delete it" in str(error)
    assert refused > len(places) / 3


@pytest.mark.parametrize("size", ["-60", "-1", "many", ""])
def test_a_package_that_leads_nowhere_is_refused(size: str) -> None:
    """A part whose size is no size neither holds up the reader of a Debian package nor gives it a font."""
    with pytest.raises((DataError, ValueError)):
        sources._fonts_of_deb(debian(FONTS)[:56] + f"{size:<10}`\n".encode())


def test_one_byte_of_one_file_is_another_archive(tmp_path: Path) -> None:
    """The hash of an archive of many files is of every name and every byte, whatever their order in it."""
    files = {"a/1.png": b"one", "a/2.png": b"two"}
    hashes = [
        sources._digest(sources._pictures_of_zip(zipped(each)))
        for each in (
            files,
            dict(reversed(files.items())),
            {**files, "a/2.png": b"twO"},
            {"a/1.png": b"one", "a/3.png": b"two"},
            {"a/1.png": b"one"},
        )
    ]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 4


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What unpacks to more than any data set has is refused, and not by running out of memory."""
    monkeypatch.setattr(sources, "UNPACKED_LIMIT_BYTES", 1000)
    for kind, data, opened in (
        ("zip", zipped({"bomb.png": bytes(10**6)}), sources._pictures_of_zip),
        ("gzip", gzip.compress(bytes(10**6)), sources._gunzipped),
    ):
        whole = Archive(kind, (), hashlib.sha256(bytes(10**6)).hexdigest(), opened)
        (tmp_path / kind).write_bytes(data)
        with pytest.raises(DataError):
            sources.members(whole, tmp_path)


def pendigits_at(home: str) -> Archive:
    """Return the pen strokes, as they are to be had there."""
    return replace(sources.PENDIGITS, homes=(f"{home}/whole/pen.zip",), sha256=hashlib.sha256(PEN).hexdigest())


def test_what_is_kept_is_what_is_read(tmp_path: Path) -> None:
    """Of the zip file of the pen strokes only the file of the training writers is kept, out of its .Z packing."""
    there = {"pendigits-orig.tra.Z": compressed(PEN), "pendigits-orig.tes.Z": b"left unread"}
    with at_home({"pen.zip": zipped(there)}) as home:
        gather([pendigits_at(home)], tmp_path, lambda *_: None)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["pendigits-orig.tra"]
    assert (tmp_path / "pendigits" / "pendigits-orig.tra").read_bytes() == PEN


@pytest.mark.parametrize(
    "packed",
    [
        b"<html>not here</html>",
        zipped({"pendigits-orig.tes.Z": compressed(PEN)}),
        zipped({"pendigits-orig.tra.Z": PEN}),
        zipped({"pendigits-orig.tra.Z": compressed(PEN)[:-5]}),
        zipped({"pendigits-orig.tra.Z": compressed(PEN)})[:-30],
    ],
    ids=["a page", "another file", "not packed", "cut within", "cut"],
)
def test_a_home_that_gives_another_zip(packed: bytes, tmp_path: Path) -> None:
    """Whatever a home gives in place of the pen strokes, it is a failed download, and nothing is kept."""
    with at_home({"pen.zip": packed}) as home, pytest.raises(DownloadError, match=r"pen\.zip"):
        gather([pendigits_at(home)], tmp_path, lambda *_: None)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_no_font_is_in_two_parts(fonts: Path) -> None:
    """No package, and no font by its bytes, is in two of the parts that train, calibrate and test."""
    parts = (sources.FONTS_TRAINING, sources.FONTS_CALIBRATION, sources.FONTS_TEST)
    paths = [archive.path for part in parts for archive in part]
    assert len(set(paths)) == len(paths)
    hashes = [
        hashlib.sha256(font).hexdigest()
        for part in parts
        for archive in part
        if (fonts / archive.path).exists()
        for font in sources.members(archive, fonts).values()
    ]
    assert len(hashes) >= 11
    assert len(set(hashes)) == len(hashes)


def test_the_real_archives_are_fetched(real_data: Path, tmp_path: Path) -> None:
    """All of MNIST, as its homes pack it, comes over a connection, passes the check, and is the same as at home."""
    real = [*sources.MNIST_TRAINING, *sources.MNIST_TEST]
    packed = {Path(archive.path).name: (real_data / archive.path).read_bytes() for archive in real}
    with at_home(packed) as home:
        moved = [replace(archive, homes=(f"{home}/whole/{Path(archive.path).name}",)) for archive in real]
        gather(moved, tmp_path, lambda *_: None)
    assert {path.name: path.read_bytes() for path in (tmp_path / "mnist").iterdir()} == packed


def test_the_real_archives_have_the_promised_hashes(real_data: Path) -> None:
    """All of MNIST, the pen strokes and the photographs pass the check."""
    for archive in (*sources.MNIST_TRAINING, *sources.MNIST_TEST, sources.PENDIGITS, sources.BHMSDS):
        assert sources.members(archive, real_data)


def test_every_archive_comes_by_https() -> None:
    """Whatever is downloaded comes from https; MNIST and the fonts have two homes."""
    fonts = (*sources.FONTS_TRAINING, *sources.FONTS_CALIBRATION, *sources.FONTS_TEST)
    for archive in (*sources.MNIST_TRAINING, *sources.MNIST_TEST, *fonts):
        assert len(archive.homes) == 2
        assert all(home.startswith("https://") for home in archive.homes)
    assert all(home.startswith("https://") for home in (*sources.PENDIGITS.homes, *sources.BHMSDS.homes))
