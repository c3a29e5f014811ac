"""Where the rows of a command go while they come: a CSV file, a JSON file, a table on stdout.

Owns that a file has its name when all of it is there: who is stopped leaves none, and an older one as it was.
"""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, repeat
from pathlib import Path
from typing import Any, TextIO

import typer

Record = dict[str, Any]
"""A row as JSON has it."""
Cells = Callable[[Record], Sequence[object]]
Take = Callable[[Sequence[Record]], None]


@contextmanager
def csv_file(out: Path, columns: Sequence[str], cells: Cells) -> Iterator[Take]:
    """Yield what takes rows, and writes their cells below the names of the columns."""
    with _whole(out) as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        yield lambda records: writer.writerows(map(cells, records))


@contextmanager
def json_file(out: Path) -> Iterator[Take]:
    """Yield what takes rows, and writes a list of them, a line each."""
    before = chain(["[\n"], repeat(",\n"))

    def take(records: Sequence[Record]) -> None:
        file.writelines(next(before) + json.dumps(each, ensure_ascii=False) for each in records)

    with _whole(out) as file:
        yield take
        file.write("[]\n" if next(before) == "[\n" else "\n]\n")


@contextmanager
def table(line: Callable[[Record], str]) -> Iterator[Take]:
    """Yield what takes rows, and shows a line of each."""
    yield lambda records: typer.echo("\n".join(map(line, records)), nl=bool(records))


@contextmanager
def _whole(out: Path) -> Iterator[TextIO]:
    """Yield a file that takes the place of `out` at the end; a pipe, a device or a link is written as rows come."""
    is_direct = out.is_symlink() or (out.exists() and not out.is_file())
    partial = out if is_direct else out.with_name(f".{out.name}.partial")
    try:
        with _opened(partial, out) as file:
            yield file
        if not is_direct:
            partial.replace(out)
    except BaseException:
        if not is_direct:
            partial.unlink(missing_ok=True)
        raise


def _opened(path: Path, out: Path) -> TextIO:
    """Open a file to write. Raises `OSError`, which names the file that was asked for."""
    try:
        return path.open("w", newline="", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(out)) from None
