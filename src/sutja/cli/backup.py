"""`sutja backup` and `sutja restore`: all that a store keeps, in one file."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sutja.cli.extras import expect_store
from sutja.errors import StoreError
from sutja.settings import Settings

if TYPE_CHECKING:
    from sutja.store.archive import Archive


def backup(
    file: Annotated[Path, typer.Argument(help="File to write; one that is there is replaced.", metavar="FILE")],
) -> None:
    """Write all that the store keeps into one file, while services go on using it.

    The file holds the database as it was at one moment, read back and found whole, and the secret in SUTJA_HOME, so
    that it alone brings the store back: keep it as you would keep both. It takes FILE's name in one step when it is
    done; where anything fails, the file of before stays. For PostgreSQL it needs pg_dump.
    """
    expect_store()
    from sutja.cli.progress import Counts
    from sutja.keeping import NOWHERE, secret_of_store
    from sutja.store.backup import back_up

    settings = Settings.from_env(os.environ)
    if settings.database_url == NOWHERE:
        raise StoreError("Expected a store. Received SUTJA_DATABASE_URL=none, by which nothing is kept.")
    if not file.absolute().parent.is_dir():
        raise StoreError(f"Expected {file.parent} to be a folder that is there. Received none.")
    with Counts(sys.stderr) as bars:
        back_up(settings.database, secret_of_store(settings), file, bars.show)
    typer.echo(f"{file}: {file.stat().st_size:,} bytes, with the secret in it; only you may read it")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that sutja backup wrote.", metavar="FILE")],
    force: Annotated[bool, typer.Option("--force", help="Let it take the place of the store that is there.")] = False,
) -> None:
    """Bring back what sutja backup wrote, into SUTJA_HOME or the database that SUTJA_DATABASE_URL names.

    The file is checked as a whole before anything is touched; then the store is replaced in one transaction, and its
    secret with it: it is all there, or all as before. A store that is there is replaced with --force only; stop the
    services before. A backup of an older version is brought up to date. The audit trail is verified at the end. For
    PostgreSQL it needs pg_restore.
    """
    expect_store()
    from sutja.cli.progress import Counts
    from sutja.keeping import bringing, opened
    from sutja.secret import make_private
    from sutja.store.archive import beside
    from sutja.store.backup import checked, put_back

    settings = Settings.from_env(os.environ)
    make_private(settings.home)
    with beside(settings.home / "restored") as folder, Counts(sys.stderr) as bars:
        archive = checked(file, settings.database, folder, bars.show)
        _expect_free(settings, archive, force=force)
        with bringing(settings, archive.secret):
            put_back(archive, settings.database, folder, bars.show)
    with opened(settings) as store:
        found, champion = store.audit.verify(), store.bundles.active()
    if found.broken is not None:
        raise StoreError(
            f"Expected an audit trail that is whole. Received, restored, one that breaks at {found.broken}."
        )
    typer.echo(
        f"restored the backup of {archive.made}: {found.rows:,} rows of the audit trail, all as they were written"
    )
    typer.echo(f"generation {champion.generation} reads, bundle {champion.sha[:12]}")


def _expect_free(settings: Settings, archive: "Archive", *, force: bool) -> None:
    """Raise `StoreError` where a restored store would take the place of another, unless it is to."""
    from sutja.secret import SECRET_NAME
    from sutja.store.engine import is_taken

    if force:
        return
    if is_taken(settings.database):
        raise StoreError("Expected no store where the backup is to be restored. Received one: --force replaces it.")
    secret = settings.home / SECRET_NAME
    if secret.exists() and secret.read_bytes() != archive.secret:
        raise StoreError("Expected no other secret in SUTJA_HOME. Received one: --force replaces it.")
