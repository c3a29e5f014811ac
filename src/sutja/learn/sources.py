"""Public data sets: found in a folder, or fetched from their public homes, checked and kept there.

Owns where a data set comes from and what its bytes must be. Knows nothing of what they mean.
"""

import gzip
import hashlib
import os
import urllib.request
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from sutja.errors import DataError, DownloadError

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes that are here and the bytes in all (0 where unknown)."""

CHUNK_BYTES = 1 << 18
TIMEOUT_S = 30
# Five times the largest of them: a bomb is not unpacked to its end.
UNPACKED_LIMIT_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Archive:
    """A gzipped file of a public data set, its homes in order of preference and the sha-256 of its unpacked bytes."""

    path: str
    homes: tuple[str, ...]
    sha256: str


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


MNIST_TRAINING = (MNIST_TRAIN_IMAGES, MNIST_TRAIN_LABELS)
MNIST_TEST = (MNIST_TEST_IMAGES, MNIST_TEST_LABELS)


def gather(archives: Iterable[Archive], folder: Path, progress: Progress) -> None:
    """Download into `folder` what is missing there. Raises `DownloadError` where no home has an archive whole."""
    for archive in archives:
        path = folder / archive.path
        if not path.exists():
            _download(archive, path, progress)


def unpacked(archive: Archive, folder: Path) -> bytes:
    """Return the unpacked bytes of a gathered archive. Raises `DataError` where they are not the right ones."""
    return _checked(folder / archive.path, archive)


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
    try:
        with partial.open("wb") as file, urllib.request.urlopen(home, timeout=TIMEOUT_S) as answer:
            total, done = int(answer.headers.get("Content-Length") or 0), 0
            while chunk := answer.read(CHUNK_BYTES):
                file.write(chunk)
                done += len(chunk)
                progress(path.name, done, total)
        if total and done != total:
            raise DownloadError(f"Expected {total} bytes. Received {done}: the connection was cut")
        _checked(partial, archive)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _checked(path: Path, archive: Archive) -> bytes:
    try:
        with gzip.open(path) as file:
            data = file.read(UNPACKED_LIMIT_BYTES)
    except FileNotFoundError as error:
        raise DataError(f"Expected {path} to be there. Received no such file: gather it first.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"Expected {path} to be a whole gzip file. Received a damaged one: delete it.") from error
    found = hashlib.sha256(data).hexdigest()
    if found != archive.sha256:
        raise DataError(
            f"Expected {path} to unpack to sha-256 {archive.sha256}. Received {found}: delete it to fetch it anew."
        )
    return data
