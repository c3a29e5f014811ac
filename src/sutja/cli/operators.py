"""`sutja operators`: who may review and promote."""

import sys
from typing import Annotated

import typer

from sutja.errors import InputError, StoreError

app = typer.Typer(help="Say who may review samples and promote models.", no_args_is_help=True)


@app.callback()
def operators() -> None:
    """Say who may review samples and promote models."""


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Of a-z, 0-9, dot, dash and underscore.", metavar="NAME")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from stdin, one line, and do not ask.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Give an operator another password and end all sessions.")
    ] = False,
) -> None:
    """Let somebody in on the review page, with a password of 12 characters or more.

    It is asked for twice and not shown. The store has its Argon2id hash alone.
    """
    from sutja.cli.opened import open_store, somebody

    with open_store() as store:  # before anybody types a password for nothing
        store.operators.add(name, _line() if password_stdin else _asked(), anew=anew, by=somebody())
    typer.echo(f"{name} has a new password" if anew else f"{name} may log in")


@app.command("list")
def list_operators() -> None:
    """List who may log in, and since when."""
    from sutja.cli.opened import open_store

    with open_store() as store:
        found = store.operators.list()
    if not found:
        typer.echo("sutja: there are no operators: sutja operators add NAME", err=True)
    for operator in found:
        typer.echo(f"{operator.name}  since {operator.added:%Y-%m-%d}")


@app.command("remove")
def remove(name: Annotated[str, typer.Argument(help="As `list` has it.", metavar="NAME")]) -> None:
    """Let somebody in no longer, and end all sessions of that name at once. What they did stays in the trail."""
    from sutja.cli.opened import open_store, somebody

    with open_store() as store:
        if not store.operators.remove(name, somebody()):
            raise StoreError("Expected the name of an operator, as sutja operators list has it. Received another.")
    typer.echo(f"{name} may log in no longer")


def _line() -> str:
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise InputError("Expected a password on stdin. Received an empty line.")
    return line


def _asked() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True))
