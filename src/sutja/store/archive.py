"""Archive: a backup as one file, which holds the database, the secret that it is kept under, and what both weigh.

Owns the file's form: a tar whose last member is the manifest, so that its being there means that the rest is. Nothing
is believed before its sha-256 was checked.
"""

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sutja.errors import StoreError

Show = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and of how much."""
FORM = 1
KINDS = ("sqlite", "postgresql")
SECRET, BODY, MANIFEST = "secret", "store", "manifest.json"  # names of members
MOST_BYTES = {SECRET: 4096, MANIFEST: 4096}
AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was unpacked and is whole: its kind of database, its secret, and the file of its database."""

    kind: str
    made: str
    secret: bytes = b""
    body: Path = Path()

    def __repr__(self) -> str:
        return f"Archive(kind={self.kind!r}, made={self.made!r})"


def nothing(_name: str, _done: int, _total: int) -> None:
    """Show nothing."""


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Yield a folder next to a file that only its owner may read, and take it away with all that is in it."""
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.absolute().parent) as folder:
        yield Path(folder)


def pack(path: Path, kind: str, secret: bytes, body: Path, show: Show = nothing) -> None:
    """Write an archive in one step, readable by its owner alone: where that fails, the file of before stays.

    `body` is the database's own file, in the folder in which the archive may be prepared. Raises `OSError`.
    """
    partial = body.with_name("archive")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            sums = {SECRET: _add(tar, SECRET, io.BytesIO(secret), len(secret), nothing)}
            with body.open("rb") as whence:
                sums[BODY] = _add(tar, BODY, whence, body.stat().st_size, show)
            manifest = {"form": FORM, "kind": kind, "made": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "sha256": sums}
            text = json.dumps(manifest).encode()
            _add(tar, MANIFEST, io.BytesIO(text), len(text), nothing)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.absolute().parent)


def unpack(path: Path, folder: Path, show: Show = nothing) -> Archive:
    """Return what an archive holds, its database as a file in `folder`.

    Raises `StoreError` where it is no archive or not whole, and `OSError` where it cannot be read or unpacked.
    """
    body = folder / "store.db"
    try:
        with tarfile.open(path, mode="r:") as tar:
            manifest = json.loads(_small(tar, MANIFEST))
            secret = _small(tar, SECRET)
            sums = {SECRET: hashlib.sha256(secret).hexdigest(), BODY: _take(tar, body, show)}
        form, kind, made = manifest["form"], manifest["kind"], str(manifest["made"])
        is_whole = manifest["sha256"] == sums and form == FORM and kind in KINDS
    except (tarfile.TarError, KeyError, ValueError, TypeError, EOFError):
        is_whole = False
    if not is_whole:
        raise StoreError(f"Expected {path} to be a whole backup of sutja. Received another file, or a damaged one.")
    return Archive(kind, made, secret, body)


def sync_folder(folder: Path) -> None:
    """Have a rename in a folder outlive a loss of power; Windows has no such thing."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class _Summed(io.RawIOBase):
    """A file that adds up what is read from it."""

    def __init__(self, file: io.BufferedIOBase, size: int, show: Show) -> None:
        super().__init__()
        self._file, self._size, self._show, self._done = file, size, show, 0
        self.sum = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self._file.read(size)
        self.sum.update(part)
        self._done += len(part)
        self._show("writing", self._done, self._size)
        return part


def _add(tar: tarfile.TarFile, name: str, whence: io.BufferedIOBase, size: int, show: Show) -> str:
    """Add a member, and return its sha-256."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    summed = _Summed(whence, size, show)
    tar.addfile(member, summed)
    return summed.sum.hexdigest()


def _small(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.getmember(name)
    file = tar.extractfile(member)
    if file is None or member.size > MOST_BYTES[name]:
        raise ValueError
    return file.read()


def _take(tar: tarfile.TarFile, body: Path, show: Show) -> str:
    """Write the database to a file, and return its sha-256."""
    member = tar.getmember(BODY)
    file = tar.extractfile(member)
    if file is None:
        raise ValueError
    total = hashlib.sha256()
    with body.open("xb") as whither:
        while part := file.read(AT_ONCE):
            whither.write(part)
            total.update(part)
            show("unpacking", whither.tell(), member.size)
        whither.flush()
        os.fsync(whither.fileno())
    return total.hexdigest()
