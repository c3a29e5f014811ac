"""An archive: pictures in a folder and all folders below it, and the folder of Parquet files that tell what they say.

Owns what there is, what was read before, and what is left. It keeps no record of its own: what is done is what stands
in the files.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import pyarrow as pa
from pyarrow import compute, fs, parquet

from sutja.errors import ScaleError
from sutja.scale.place import Place, said
from sutja.scale.shard import SUFFIX, Shard, head_of, shard_of

PICTURES = (".png", ".jpg", ".jpeg", ".webp")
SHARD_SIZE = 512
"""Pictures: half a second of work for a process, or so, and all that is ever read a second time."""
FILES_AT_ONCE = 32


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """Pictures and their readings by one model; `left` are the paths of those that were not read, in order."""

    source: Place
    out: Place
    model: str
    total: int
    left: pa.StringArray

    @classmethod
    def listed(cls, source: str, out: str, model: str) -> Self:
        """Return what is left of an archive for the model with this sha-256. Raises `ScaleError`."""
        pictures, readings = Place.of(source), Place.of(out)
        paths = _pictures(pictures)
        done = _done(readings, model)
        names = compute.binary_join_element_wise(pictures.scheme, paths, "")
        left = paths.filter(compute.invert(compute.is_in(names, value_set=done)))
        return cls(pictures, readings, model, len(paths), left)

    @property
    def shards(self) -> Sequence[Shard]:
        """What is left, in shards: of the same pictures always the same ones, save those that are done."""
        starts = range(0, len(self.left), SHARD_SIZE)
        return [shard_of(self.left.slice(start, SHARD_SIZE).to_pylist(), self.model) for start in starts]

    def expect(self, shards: Sequence[Shard]) -> None:
        """Raise `ScaleError` where what was written is not seen from here."""
        missing = {shard.name for shard in shards} - _files(self.out).keys()
        if missing:
            raise ScaleError(
                f"Expected {self.out} to hold {len(shards)} more files. Received {len(shards) - len(missing)}: it has "
                "to be one folder for all machines, such as s3://bucket/folder or a network's file system."
            )


def _pictures(source: Place) -> pa.StringArray:
    """Return the paths of all pictures of a place, in order."""
    with said(f"{source} to be a folder, or an address such as s3://bucket/folder, that can be read from here"):
        [here] = source.files.get_file_info([source.path])
        if here.type is fs.FileType.File:
            return pa.array([here.path])
        found = source.files.get_file_info(fs.FileSelector(source.path, recursive=True))
        paths = sorted(each.path for each in found if each.type is fs.FileType.File and _is_picture(each.base_name))
        listed = pa.array(paths, pa.string())
    if not paths:
        raise ScaleError(f"Expected {source} to have pictures: {', '.join(PICTURES)}. Received none.")
    return listed


def _is_picture(name: str) -> bool:
    return name.lower().endswith(PICTURES) and not name.startswith(".")


def _done(out: Place, model: str) -> pa.StringArray:
    """Return the names of the pictures whose readings stand in a folder already."""
    files = _files(out)
    if not all(name.startswith(head_of(model)) for name in files):
        raise ScaleError(f"Expected {out} to hold readings by this model alone. Received others: name another folder.")

    def names(path: str) -> pa.ChunkedArray:
        with said(f"{out.name_of(path)} to be a whole file of readings"):
            return parquet.read_table(path, columns=["path"], filesystem=out.files)["path"]

    with ThreadPoolExecutor(FILES_AT_ONCE) as threads:
        chunks = [chunk for read in threads.map(names, files.values()) for chunk in read.chunks]
    return pa.chunked_array(chunks, pa.string()).combine_chunks()


def _files(out: Place) -> dict[str, str]:
    """Return name and path of each Parquet file of a folder, which need not be there."""
    with said(f"{out} to be a folder, or an address such as s3://bucket/folder, that can be written from here"):
        found = out.files.get_file_info(fs.FileSelector(out.path, allow_not_found=True))
    return {each.base_name: each.path for each in found if _is_shard(each.base_name)}


def _is_shard(name: str) -> bool:
    return name.endswith(SUFFIX) and not name.startswith(".")
