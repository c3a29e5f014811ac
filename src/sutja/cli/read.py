"""`sutja read`: digits out of pictures."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from sutja.cli import archives
from sutja.cli.outputs import Take, csv_file, json_file, table
from sutja.settings import Settings

if TYPE_CHECKING:
    from sutja.cli.rows import Asked

BAR_FROM = 20  # files: fewer are read before a progress bar is seen

T = TypeVar("T")


def read(
    files: Annotated[list[str], typer.Argument(help="PNG, JPEG or WebP pictures.", metavar="FILE")],
    number: Annotated[bool, typer.Option("--number", help="Read all digits of each picture, not one.")] = False,
    length: Annotated[int | None, typer.Option(help="With --number: how many digits there are.", min=1)] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(help="Folder of the model to read with. [default: SUTJA_BUNDLE, else the shipped one]"),
    ] = None,
    csv_out: Annotated[
        Path | None, typer.Option("--csv", help="Write a CSV file, a row a picture.", metavar="OUT")
    ] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write a JSON file.", metavar="OUT")] = None,
    ray: Annotated[
        str | None,
        typer.Option(help="Read a folder or s3://bucket/folder on a cluster of Ray: HOST:PORT, auto, or local."),
    ] = None,
    into: Annotated[str | None, typer.Option("--out", help="With --ray: folder or address for Parquet files.")] = None,
) -> None:
    """Read the digit in each picture or, with --number, all of its digits.

    One file shows the ten probabilities as bars, or each digit of a number with its box; several files make a table. A
    file that cannot be read is named on stderr and skipped, and the exit code is 1 then; a blank picture is an answer
    ("empty"), not an error.

    With --ray and --out, FILE is one folder, or the address of one such as s3://bucket/folder, and all pictures in and
    below it are read into Parquet files, by as many machines as the cluster has. Where that was stopped, the same
    command goes on. `auto` is the cluster that this machine is part of, `local` needs none.
    """
    if ray is not None or into is not None:
        archives.read(files, ray, into, bundle, has_others=bool(number or length or csv_out or json_out))
        return
    if {str(csv_out), str(json_out)} & set(files):
        raise typer.BadParameter("OUT would overwrite one of the pictures.")
    if csv_out and json_out and csv_out.resolve() == json_out.resolve():
        raise typer.BadParameter("--csv and --json name one file, and the second would overwrite the first.")
    if length is not None and not number:
        raise typer.BadParameter("--length counts the digits of a number: name --number, too.")
    from sutja.cli.rows import Asked

    asked = Asked(bundle or Settings.from_env(os.environ).bundle, number, length)
    outs = [out for out in (csv_out, json_out) if out]
    if len(files) == 1 and not outs:
        typer.echo(asked.sheet(files[0]))
        return
    with ExitStack() as stack:
        count = _write(asked, files, [stack.enter_context(each) for each in _takers(asked, files, csv_out, json_out)])
    for out in outs:
        typer.echo(f"{count} of {len(files)} files read into {out}")
    if count < len(files):
        raise typer.Exit(1)


def _takers(
    asked: "Asked", files: Sequence[str], csv_out: Path | None, json_out: Path | None
) -> Iterator[AbstractContextManager[Take]]:
    """Yield whatever is to take the rows: files, or where none is wanted a table."""
    if csv_out:
        yield csv_file(csv_out, asked.kind.COLUMNS, asked.kind.cells)
    if json_out:
        yield json_file(json_out)
    if not (csv_out or json_out):
        yield table(partial(asked.kind.line, width=max(map(len, files))))


def _write(asked: "Asked", files: Sequence[str], takers: Sequence[Take]) -> int:
    """Read the files, hand their rows on, and name on stderr those that have none; return how many rows there are."""
    from sutja.cli.parallel import in_order

    count = 0
    with closing(in_order(asked.rows, files)) as parts:
        for part in _with_progress(parts, len(files)):
            for words in (each for each in part if isinstance(each, str)):
                typer.echo(f"sutja: {words}", err=True)
            rows = [each for each in part if not isinstance(each, str)]
            for take in takers:
                take(rows)
            count += len(rows)
    return count


def _with_progress(parts: Iterator[list[T]], total: int) -> Iterator[list[T]]:
    if total < BAR_FROM or not sys.stderr.isatty():
        yield from parts
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Reading", total=total)
        for part in parts:
            yield part
            progress.advance(bar, len(part))
