"""Shards: so many pictures of an archive, read into one Parquet file.

Owns the columns, and the name of a shard: it follows from the pictures and from the model. So whoever reads the same
shard a second time, after a crash or beside somebody else, writes the same file again, and no picture stands twice.
"""

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from sutja.errors import ImageError, InputError, ScaleError
from sutja.image import MAX_BYTES
from sutja.reader import Reader
from sutja.reading import Reading
from sutja.scale.place import Place, said, why

SUFFIX = ".parquet"
COLUMNS = pa.schema(
    [
        ("path", pa.string()),
        ("digit", pa.int8()),
        ("confidence", pa.float32()),
        ("verdict", pa.string()),
        ("probabilities", pa.list_(pa.float32())),
        ("error", pa.string()),
        ("model", pa.string()),
    ]
)
"""What is known of a picture; of one that could not be read its path, the `error` and the model alone."""

FETCHED_AHEAD = 32
"""How many pictures a process fetches at once, and holds beside those that it reads: each has at most 10 MB."""
READ_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Shard:
    """Some pictures, by their paths in the file system of their archive."""

    name: str
    paths: tuple[str, ...]


def shard_of(paths: Sequence[str], model: str) -> Shard:
    """Return the shard of some pictures, as the model with this sha-256 reads them."""
    digest = hashlib.sha256("\0".join(paths).encode(errors="surrogateescape")).hexdigest()
    return Shard(f"{head_of(model)}{digest[:24]}{SUFFIX}", tuple(paths))


def head_of(model: str) -> str:
    """Return how the names of all shards of a model begin."""
    return f"{model[:12]}-"


def write_shard(shard: Shard, reader: Reader, source: Place, out: Place) -> int:
    """Read the pictures of a shard into its file; return how many could not be read.

    Raises `ScaleError` where the storage fails, or not one of them is there: then nothing is written, so that they are
    read the next time.
    """
    rows, fetched = [], 0
    with ThreadPoolExecutor(FETCHED_AHEAD) as threads:
        pictures = _fetched(threads, source, shard.paths)
        while some := list(islice(pictures, READ_AT_ONCE)):
            fetched += sum(isinstance(each, bytes) for each in some)
            rows += [_columns(answer) for answer in _answers(reader, some)]
    if not fetched:
        raise ScaleError(f"Expected pictures of {source} to be there. Received none of {len(shard.paths)}.")
    names = {"path": [source.name_of(path) for path in shard.paths]}
    names["model"] = [reader.bundle.card.sha256] * len(rows)
    columns = {column: [row.get(column) for row in rows] for column in COLUMNS.names}
    with said(f"{out} to be a folder, or an address such as s3://bucket/folder, that can be written from everywhere"):
        out.write(shard.name, _parquet(pa.table({**columns, **names}, COLUMNS)))
    return sum("error" in row for row in rows)


def _fetched(threads: ThreadPoolExecutor, source: Place, paths: Sequence[str]) -> Iterator[bytes | InputError]:
    """Yield the bytes of each picture, in order, while the next ones are on their way."""
    coming = deque(threads.submit(_fetch, source, path) for path in paths[:FETCHED_AHEAD])
    for path in paths[FETCHED_AHEAD:]:
        yield coming.popleft().result()
        coming.append(threads.submit(_fetch, source, path))
    while coming:
        yield coming.popleft().result()


def _fetch(source: Place, path: str) -> bytes | InputError:
    """Return the bytes of a picture, or why nobody can have them. Raises `ScaleError` for what may pass by itself."""
    with said(f"{source} to give out its pictures"):
        try:
            with source.files.open_input_stream(path, compression=None) as stream:
                return bytes(stream.read(MAX_BYTES + 1))
        except (FileNotFoundError, PermissionError) as error:
            return ImageError(f"Expected a file that can be read. Received a path that cannot be: {why(error)}.")


def _answers(reader: Reader, pictures: Sequence[bytes | InputError]) -> list[Reading | InputError]:
    """Return the reading of each picture, or why there is none."""
    answers = iter(reader.read_each([each for each in pictures if isinstance(each, bytes)]))
    return [next(answers) if isinstance(each, bytes) else each for each in pictures]


def _columns(answer: Reading | InputError) -> dict[str, Any]:
    if isinstance(answer, InputError):
        return {"error": str(answer)}
    return {
        "digit": answer.digit,
        "confidence": answer.confidence,
        "verdict": str(answer.verdict),
        "probabilities": answer.probabilities,
    }


def _parquet(table: pa.Table) -> bytes:
    file = pa.BufferOutputStream()
    parquet.write_table(table, file, compression="zstd")
    return bytes(file.getvalue())
