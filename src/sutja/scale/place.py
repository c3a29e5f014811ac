"""Places: a folder of this machine, or one in a store of objects such as S3, by one kind of text.

Owns the text of a place, and how whatever a storage says becomes an error of ours. pyarrow does the rest: it signs by
the environment of the process, as the tools of the storage's maker do.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pyarrow import ArrowException, fs

from sutja.errors import ScaleError

_WHOLE = frozenset({"s3", "gcs", "abfs"})
"""Storages in which a file is there as a whole or not at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder or file: a `path` in a file system of pyarrow, and the `scheme` that makes an address of it."""

    files: fs.FileSystem
    path: str
    scheme: str = ""

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the place of a path, or of an address such as s3://bucket/folder. Raises `ScaleError`."""
        scheme, mark, _ = text.partition("://")
        if not mark:
            return cls(fs.LocalFileSystem(), Path(text).expanduser().absolute().as_posix())
        with said("an address such as s3://bucket/folder"):  # the text itself may hold a password
            files, path = fs.FileSystem.from_uri(text)
        return cls(files, path.rstrip("/"), "" if files.type_name == "local" else scheme + mark)

    def name_of(self, path: str) -> str:
        """Return the name by which everybody knows a file of this file system: its path, or its address."""
        return self.scheme + path

    def __str__(self) -> str:
        return self.name_of(self.path)

    def write(self, name: str, content: bytes) -> None:
        """Write a file of this folder in one step: nobody ever sees a part of it. Raises `OSError`."""
        path = f"{self.path}/{name}"
        if self.files.type_name in _WHOLE:
            _put(self.files, path, content)
            return
        self.files.create_dir(self.path, recursive=True)
        partial = f"{self.path}/.{name}.{secrets.token_hex(8)}"
        _put(self.files, partial, content)
        self.files.move(partial, path)


def _put(files: fs.FileSystem, path: str, content: bytes) -> None:
    with files.open_output_stream(path) as stream:
        stream.write(content)


@contextmanager
def said(expected: str) -> Iterator[None]:
    """Turn what a storage says into a `ScaleError`, which says what was expected."""
    try:
        yield
    except (OSError, ArrowException, ValueError) as error:
        raise ScaleError(f"Expected {expected}. Received {why(error)}.") from error


def why(error: Exception) -> str:
    """Return in a few words what a storage said: its own are long, and tell more than anybody asked."""
    code = re.search(r"AWS Error (\w+)", str(error))
    if code:
        return code.group(1).lower().replace("_", " ")
    number = getattr(error, "errno", None)
    return os.strerror(number).lower() if number else type(error).__name__
