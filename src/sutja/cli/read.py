"""`sutja read`: digits out of pictures."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from sutja.cli import digits, numerals
from sutja.errors import InputError
from sutja.settings import Settings

BAR_FROM = 20  # files: fewer are read before a progress bar is seen

T = TypeVar("T")


def read(
    files: Annotated[list[str], typer.Argument(help="PNG, JPEG or WebP pictures.", metavar="FILE")],
    number: Annotated[bool, typer.Option("--number", help="Read all digits of each picture, not one.")] = False,
    length: Annotated[int | None, typer.Option(help="With --number: how many digits there are.", min=1)] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of the model to read with. [default: the shipped]")
    ] = None,
    csv_out: Annotated[
        Path | None, typer.Option("--csv", help="Write a CSV file, a row a picture.", metavar="OUT")
    ] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write a JSON file.", metavar="OUT")] = None,
) -> None:
    """Read the digit in each picture or, with --number, all of its digits.

    One file shows the ten probabilities as bars, or each digit of a number with its box; several files make a table. A
    file that cannot be read is named on stderr and skipped, and the exit code is 1 then; a blank picture is an answer
    ("empty"), not an error.
    """
    if {str(csv_out), str(json_out)} & set(files):
        raise typer.BadParameter("OUT would overwrite one of the pictures.")
    if length is not None and not number:
        raise typer.BadParameter("--length counts the digits of a number: name --number, too.")
    from sutja.reader import Reader

    reader = Reader.load(bundle or Settings.from_env(os.environ).bundle)
    kind = numerals if number else digits
    one = partial(reader.read_number, length=length) if number else reader.read
    rows = _read(files, lambda file: kind.Row(file, one(file)))
    if csv_out:
        kind.write_csv(rows, csv_out)
    if json_out:
        text = json.dumps([kind.record(row) for row in rows], indent=1, ensure_ascii=False)
        json_out.write_text(f"{text}\n", "utf-8", "backslashreplace")
    if not (csv_out or json_out):
        typer.echo(kind.sheet(rows[0]) if len(files) == 1 and rows else kind.table(rows), nl=bool(rows))
    for out in filter(None, (csv_out, json_out)):
        typer.echo(f"{len(rows)} of {len(files)} files read into {out}")
    if len(rows) < len(files):
        raise typer.Exit(1)


def _read(files: list[str], row_of: Callable[[str], T]) -> list[T]:
    rows = []
    for file in _with_progress(files):
        try:
            rows.append(row_of(file))
        except InputError as error:
            typer.echo(f"sutja: {file}: {error}", err=True)
    return rows


def _with_progress(files: list[str]) -> Iterator[str]:
    if len(files) < BAR_FROM or not sys.stderr.isatty():
        yield from files
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(files, "Reading", console=Console(stderr=True), transient=True)
