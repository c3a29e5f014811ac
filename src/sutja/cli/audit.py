"""`sutja audit`: the trail of who did what."""

import typer

from sutja.errors import StoreError

app = typer.Typer(help="Check the trail of who did what.", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """Check the trail of who did what."""


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
