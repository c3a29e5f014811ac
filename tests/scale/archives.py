"""Archives of pictures to read, and what was read of them."""

from pathlib import Path

import pyarrow as pa
from pyarrow import dataset, fs

from pictures import encoded, picture

DIGITS = [encoded(picture(digit, 56).convert("L")) for digit in range(10)]
BROKEN = DIGITS[3][:60]


def fill(folder: Path, count: int, broken: tuple[int, ...] = ()) -> list[str]:
    """Write so many pictures, of the digits in turn, into ten folders below one; return their paths in order."""
    paths = []
    for number in range(count):
        path = folder / f"{number % 10}" / f"{number:06}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(BROKEN if number in broken else DIGITS[number % 10])
        paths.append(str(path))
    return sorted(paths)


def rows(out: Path | str, files: fs.FileSystem | None = None) -> list[dict]:
    """Return all that stands in the files of a folder, as any reader of Parquet finds it, in order of the paths."""
    table: pa.Table = dataset.dataset(str(out), format="parquet", filesystem=files).to_table()
    return sorted(table.to_pylist(), key=lambda row: row["path"])
