"""The store that a command works on: the one that the settings name."""

import getpass
import os
import sys
from typing import TYPE_CHECKING

import typer

from sutja.cli.extras import expect_store
from sutja.settings import Settings

if TYPE_CHECKING:
    from sutja.store import Store


def open_store() -> "Store":
    """Return the store of the environment's settings; what it warns of goes to a terminal. Raises `StoreError`."""
    expect_store()
    from sutja.keeping import opened

    store = opened(Settings.from_env(os.environ))
    if sys.stderr.isatty():
        for warning in store.warnings:
            typer.echo(f"sutja: {warning}", err=True)
    return store


def somebody() -> str:
    """Return who runs the command, as the audit trail has it."""
    try:
        return f"command line:{getpass.getuser()}"
    except (OSError, KeyError, ImportError):  # a container may have a number and no name
        return "command line"
