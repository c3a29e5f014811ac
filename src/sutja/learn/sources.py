"""Public data sets: found in a folder, or fetched from their public homes, checked and kept there.

Owns where a data set comes from, how it is packed and what its bytes must be. Knows nothing of what they mean.
"""

import gzip
import hashlib
import io
import lzma
import os
import tarfile
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, TypeVar

from unlzw3 import unlzw

from sutja.errors import DataError, DownloadError

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes that are here and the bytes in all (0 where unknown)."""

CHUNK_BYTES = 1 << 18
TIMEOUT_S = 30
# Five times the largest of them: a bomb is not unpacked to its end.
UNPACKED_LIMIT_BYTES = 1 << 28

T = TypeVar("T")

Members = dict[str, bytes]
"""The files of an archive by name; one that holds a single file has it under the empty name."""


def _gunzipped(data: bytes) -> Members:
    with gzip.open(io.BytesIO(data)) as file:
        return {"": file.read(UNPACKED_LIMIT_BYTES)}


def _pictures_of_zip(data: bytes) -> Members:
    """Return the PNG files by their bare names: the folder around them is named after the branch or the commit."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        infos = [info for info in file.infolist() if info.filename.endswith(".png")]
        if sum(info.file_size for info in infos) > UNPACKED_LIMIT_BYTES:
            raise DataError("Expected a zip file of pictures. Received one that unpacks to far more.")
        return {info.filename.rpartition("/")[2]: file.read(info) for info in infos}


def _fonts_of_deb(data: bytes) -> Members:
    """Return the fonts of a Debian package by their bare names: an ar archive, in it a tar archive of the files."""
    place = len(b"!<arch>\n")
    while place < len(data):
        name, size = data[place : place + 16].strip(), int(data[place + 48 : place + 58])
        if name.startswith(b"data.tar"):
            with tarfile.open(fileobj=io.BytesIO(data[place + 60 : place + 60 + size])) as files:
                fonts = [file for file in files if file.isreg() and file.name.endswith((".ttf", ".otf"))]
                return {font.name.rpartition("/")[2]: _content(files, font) for font in fonts}
        place += 60 + max(0, size) + size % 2  # a damaged size must not lead back
    raise DataError("Expected a Debian package. Received one without files.")


def _content(files: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file = files.extractfile(info)
    return file.read(UNPACKED_LIMIT_BYTES) if file else b""


def _as_it_is(data: bytes) -> bytes:
    return data


def _strokes_of_zip(data: bytes) -> bytes:
    """Return the one file of UCI's zip that is used here, out of its LZW packing; the other one is left unread."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return bytes(unlzw(file.read("pendigits-orig.tra.Z")))


@dataclass(frozen=True, slots=True)
class Archive:
    """A file of a public data set, and its homes in order of preference.

    What a home gives is kept as `kept` returns it; `opened` unpacks that, and `sha256` is of what is then there: of the
    one file or, where there are many, of the name, a zero byte and the content of each in the order of their names.
    """

    path: str
    homes: tuple[str, ...]
    sha256: str
    opened: Callable[[bytes], Members] = _gunzipped
    kept: Callable[[bytes], bytes] = _as_it_is


_MNIST_HOMES = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/")


def _mnist(name: str, sha256: str) -> Archive:
    return Archive(f"mnist/{name}.gz", tuple(f"{home}{name}.gz" for home in _MNIST_HOMES), sha256)


# The hashes are of the unpacked bytes, since the homes have packed them differently.
MNIST_TRAIN_IMAGES = _mnist(
    "train-images-idx3-ubyte", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
)
MNIST_TRAIN_LABELS = _mnist(
    "train-labels-idx1-ubyte", "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
)
MNIST_TEST_IMAGES = _mnist("t10k-images-idx3-ubyte", "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7")
MNIST_TEST_LABELS = _mnist("t10k-labels-idx1-ubyte", "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")


PENDIGITS = Archive(
    "pendigits/pendigits-orig.tra",
    ("https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip",),
    "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4",
    opened=lambda data: {"": data},
    kept=_strokes_of_zip,
)
BHMSDS = Archive(
    "bhmsds/bhmsds-master.zip",
    ("https://github.com/wblachowski/bhmsds/archive/07d208e41923b061e338c241e59daacdd2752d53.zip",),
    "967d4c78f7a0bff2f97bca6bd267ed47604941275623de55cfa1f96c1c502f75",
    opened=_pictures_of_zip,
)

_DEBIAN_HOMES = (
    "https://deb.debian.org/debian/pool/main/",
    "https://snapshot.debian.org/archive/debian/20250520T000000Z/pool/main/",
)


def _font(folder: str, version: str, sha256: str) -> Archive:
    """Return a package of Debian 12 in the pool's `folder`, which mostly has the name of the package."""
    package = folder if folder.startswith("fonts-") else f"fonts-{folder}"
    path = f"{folder[0]}/{folder}/{package}_{version}_all.deb"
    return Archive(f"fonts/{package}.deb", tuple(home + path for home in _DEBIAN_HOMES), sha256, opened=_fonts_of_deb)


FONTS_TRAINING = (
    _font("fonts-bwht", "0.1-3", "7aecb3b50bce3508b51206198376e56eb02e7f357ba428d0078de039ecf9c2f4"),
    _font("fonts-kiloji", "2.1.0-25", "b39ef0c9405cc99ee58184f3ea4c995aae029f67fcca06f71cc9754a1cb12918"),
    _font("comic-neue", "2.51-4", "3a86ff5a66dfd6c03036eebbfe15566a39d57bde0d8a464597fdeb4845168c6e"),
    _font("fonts-kristi", "20101220-1", "c565f8f06e237537e9525f5ab8e8142b7b189989d116f0b683b1d77205ee4052"),
    _font("fonts-dancingscript", "1.2-2", "c6faca395488f17545788ebef58599aa532289b8b4ac18938181ee63c3ec231b"),
    _font("fonts-leckerli-one", "20120409-1", "996e9c5f0bd1603280f1bf7382d57d7128bc407c849e815423364cdd01bbf8cf"),
    _font("fonts-havana", "1.0-4", "8ea916a7f90a70f3e16bcbc218f34826e24fc8f514734a438a771726a862f334"),
    _font("fonts-lobstertwo", "2.0-2.1", "6d5518d2a1ff703977152008b84a73ef1730b89451ad9538f8a99a6ca8dac4f4"),
    _font("fonts-kaushanscript", "1.02-2.1", "b19c6586870e8699d5a86029ca8fff7625f2a866c7dc6ef8a33705b7d5d7bc91"),
    _font("fonts-okolaks", "0.6.0-2", "93ab665a92f5e07cd7002d83fe78e1b711510de83416ea0f520b1fe8e94546d5"),
    _font("fonts-opendyslexic", "20160623-4", "cf684e694e92cd7deed6d4954644da01c5569b086c1cceceba4e5b5396d1ff50"),
)
FONTS_CALIBRATION = (
    _font("fonts-tomsontalks", "1.1-9", "534f0fc67414e75cf59ad745a46c683c7f1658cded1346a23ebaff940c964cb8"),
    _font("fonts-breip", "0.5.1-3", "215907c531e91422e122ed49bb2a6f068db3cceefd925dc1649a3e095643ccbd"),
)
FONTS_TEST = (
    _font("dkg-handwriting", "0.17-1", "d847b3c44cc61fc9db7d25e5c5bd5d7e8916a8987c5de1cbc16271ba57e3e711"),
    _font("fonts-rufscript", "010-6", "efb23702147e5aa37a7560c57f1e74b04f889ac857e5aa878563d46047db93c9"),
    _font("sjfonts", "2.1-2", "c59732c6d65d785f09d2dee52df93e149c7ff92a37209bf64ad1c8e5b21c2fe8"),
    _font("fonts-humor-sans", "1.0-4", "fbde619bd70d296904a431a2d887140123030fdbd6d139795078aef40087dba8"),
)

MNIST_TRAINING = (MNIST_TRAIN_IMAGES, MNIST_TRAIN_LABELS)
MNIST_TEST = (MNIST_TEST_IMAGES, MNIST_TEST_LABELS)


def gather(archives: Iterable[Archive], folder: Path, progress: Progress) -> None:
    """Download into `folder` what is missing there. Raises `DownloadError` where no home has an archive whole."""
    for archive in archives:
        path = folder / archive.path
        if not path.exists():
            _download(archive, path, progress)


def unpacked(archive: Archive, folder: Path) -> bytes:
    """Return the bytes of a gathered archive's only file. Raises `DataError` where they are not the right ones."""
    return members(archive, folder)[""]


def members(archive: Archive, folder: Path) -> Members:
    """Return the files of a gathered archive. Raises `DataError` where they are not the right ones."""
    path = folder / archive.path
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise DataError(f"Expected {path} to be there. Received no such file: gather it first.") from error
    return _checked(data, path, archive)


def _download(archive: Archive, path: Path, progress: Progress) -> None:
    """Fetch from the first home that gives the right bytes; nothing but a whole, checked file ever gets the name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    failures = []
    for home in archive.homes:
        try:
            _fetch(home, archive, path, progress)
        except (OSError, ValueError, HTTPException, DataError) as error:
            failures.append(f"{home}: {str(error) or type(error).__name__}")
        else:
            return
    raise DownloadError(
        f"Expected to download {archive.path} from one of its homes. Received: {'; '.join(failures)}. "
        "Without a network, point SUTJA_DATA at a folder that has it."
    )


def _fetch(home: str, archive: Archive, path: Path, progress: Progress) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    request = urllib.request.Request(home, headers={"User-Agent": "sutja"})  # some homes refuse Python's own
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            data = _received(answer, path.name, progress)
        kept = _whole(archive.kept, data, path)
        _checked(kept, path, archive)
        partial.write_bytes(kept)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _received(answer: Any, name: str, progress: Progress) -> bytes:
    total, data = int(answer.headers.get("Content-Length") or 0), bytearray()
    while chunk := answer.read(CHUNK_BYTES):
        data += chunk
        progress(name, len(data), total)
        if len(data) > UNPACKED_LIMIT_BYTES:
            raise DownloadError(f"Expected at most {UNPACKED_LIMIT_BYTES:,} bytes. Received more")
    if total and len(data) != total:
        raise DownloadError(f"Expected {total} bytes. Received {len(data)}: the connection was cut")
    return bytes(data)


def _checked(data: bytes, path: Path, archive: Archive) -> Members:
    files = _whole(archive.opened, data, path)
    found = _digest(files)
    if found != archive.sha256:
        raise DataError(
            f"Expected {path} to unpack to sha-256 {archive.sha256}. Received {found}: delete it to fetch it anew."
        )
    return files


def _whole(unpack: Callable[[bytes], T], data: bytes, path: Path) -> T:
    """Return what `unpack` makes of an archive. Raises `DataError` where it cannot."""
    try:
        return unpack(data)
    except _DAMAGES as error:
        raise DataError(f"Expected {path} to be a whole archive. Received a damaged one: delete it.") from error


# A zip file of which a bit is wrong may claim to be encrypted (RuntimeError) or packed in an unknown way.
_DAMAGES = (
    EOFError,
    KeyError,
    OSError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)


def _digest(files: Members) -> str:
    if set(files) == {""}:
        return hashlib.sha256(files[""]).hexdigest()
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(name.encode() + b"\0" + files[name])
    return whole.hexdigest()
