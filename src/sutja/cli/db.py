"""`sutja db`: the store's tables."""

import os
from typing import Annotated

import typer

from sutja.cli.extras import expect_store
from sutja.settings import Settings

app = typer.Typer(help="Make the store's tables, and bring them up to date.", no_args_is_help=True)


@app.callback()
def db() -> None:
    """Make the store's tables, and bring them up to date."""


@app.command("upgrade")
def upgrade() -> None:
    """Bring the store's tables to this version; where they are, do nothing.

    The database is the file sutja.db in SUTJA_HOME, or what SUTJA_DATABASE_URL names, such as
    postgresql://USER@HOST/NAME. Run it after installing and after each update; many machines may run it at once, since
    the first one locks the others out until all is done. All migrations are one transaction: they are all done, or none
    is. Keep a copy of the database from before.
    """
    expect_store()
    from sutja.keeping import secret_of_store
    from sutja.store import Store
    from sutja.store import upgrade as bring_up_to_date

    settings = Settings.from_env(os.environ)
    secret = secret_of_store(settings)
    bring_up_to_date(settings.database)
    with Store.open(settings.database, secret=secret) as store:
        champion = store.bundles.active()
        typer.echo(f"the store is up to date; generation {champion.generation} reads, bundle {champion.sha[:12]}")
        for warning in store.warnings:
            typer.echo(warning, err=True)


@app.command("copy")
def copy(
    target: Annotated[
        str, typer.Argument(help="Such as postgresql://USER@HOST/NAME.", metavar="URL", show_default=False)
    ],
) -> None:
    """Copy all that the store keeps into another database, which is empty, such as from a file into PostgreSQL.

    Stop the services first, so that nothing is given meanwhile. The tables are made there; either all rows arrive or
    none. The secret in SUTJA_HOME stays the same: take the file along. Then set SUTJA_DATABASE_URL, and run sutja audit
    verify.
    """
    expect_store()
    from sutja.store import copy as copy_rows
    from sutja.store import upgrade as bring_up_to_date

    settings = Settings.from_env(os.environ)
    bring_up_to_date(target)
    for name, count in copy_rows(settings.database, target).items():
        typer.echo(f"{name:14}{count:9,}")
