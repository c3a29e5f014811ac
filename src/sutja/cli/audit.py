"""`sutja audit`: the trail of who did what."""

from typing import Annotated

import typer

from sutja.errors import StoreError

app = typer.Typer(help="Read and check the trail of who did what.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Read and check the trail of who did what."""


@app.command("list")
def list_rows(
    limit: Annotated[int, typer.Option(help="How many rows.", min=1)] = 50,
    before: Annotated[int | None, typer.Option(help="Those below the row with this number.", min=1)] = None,
) -> None:
    """List the newest rows, newest first: number, time in UTC, who, what, to what, and what came of it."""
    from sutja.cli.opened import open_store

    with open_store() as store:
        for row in store.audit.list(limit, before):
            parts = (row.who, row.what, row.object, row.result)
            typer.echo("  ".join([str(row.number), f"{row.at:%Y-%m-%d %H:%M:%S}", *map(_plain, parts)]))


@app.command("verify")
def verify() -> None:
    """Walk through the audit trail from its first row, and say whether it is whole.

    Each row's seal covers its content and the seal before it, under the secret in SUTJA_HOME: a row that was changed,
    put in or taken out is named, and the exit code is 1. The last line is the seal of the newest row; kept elsewhere,
    it bears witness that all rows up to then are as they were.
    """
    from sutja.cli.opened import open_store

    with open_store() as store:
        found = store.audit.verify()
        if found.broken is not None:
            raise StoreError(
                f"Expected an audit trail that is whole. Received one that breaks at row {found.broken}: {found.why}."
            )
        typer.echo(f"{found.rows:,} rows, all as they were written")
        typer.echo(store.audit.head())


def _plain(text: str) -> str:
    """Return text on one line, without what moves a terminal's cursor: reasons are written by people."""
    return "".join(each if each.isprintable() else " " for each in text)
