"""`sutja keys`: the keys by which programs get in."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sutja.errors import StoreError

if TYPE_CHECKING:
    from sutja.store import Key

app = typer.Typer(no_args_is_help=True)


@app.callback()
def keys() -> None:
    """Say which programs may ask a service that others can reach.

    A service on 127.0.0.1 takes programs without a key. On any other address a program sends one with each request:
    `Authorization: Bearer ID.SECRET`. The page of the service needs none.
    """


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Whom it is for: of a-z, 0-9, dot, dash and underscore.", metavar="NAME")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="What it may be used for, as often as wanted: `read` (/predict, /read, /explain), `pin` (/pin), "
            "`samples` (/samples). [default: read]",
            metavar="read|pin|samples",
        ),
    ] = None,
    days: Annotated[int, typer.Option(help="For how many days it is good.", min=1, max=3660)] = 90,
) -> None:
    """Make a key and show it, this once.

    The store has its SHA-256 alone: whoever loses a key revokes it and makes another. The key alone goes to stdout, so
    that it can be written to a file: sutja keys add kiosk --scope pin > kiosk.key. A service knows it at once.
    """
    from sutja.cli.opened import open_store, somebody
    from sutja.store import Scope

    wanted = scope or [Scope.READ.value]
    unknown = [each for each in wanted if each not in set(Scope)]
    if unknown:
        raise typer.BadParameter(f"Expected one of {', '.join(Scope)}. Received another.", param_hint="--scope")
    with open_store() as store:
        new = store.keys.add(name, map(Scope, wanted), days=days, by=somebody())
    typer.echo(new.token)
    typer.echo(f"sutja: {name} may {_may(new.key)} until {new.key.expires:%Y-%m-%d}. Shown this once.", err=True)


@app.command("list")
def list_keys() -> None:
    """List all keys: id, name, scopes, until when, and the last day on which each was used."""
    from sutja.cli.opened import open_store

    with open_store() as store:
        found = store.keys.list()
    if not found:
        typer.echo("sutja: there are no keys: sutja keys add NAME", err=True)
    for key in found:
        used = f"used {key.used}" if key.used else "never used"
        typer.echo(f"{key.id}  {key.name}  {_may(key)}  {_state(key)}  {used}")


@app.command("revoke")
def revoke(name: Annotated[str, typer.Argument(help="The id, as `list` has it.", metavar="ID")]) -> None:
    """End a key for good. Services refuse it within five seconds."""
    from sutja.cli.opened import open_store, somebody

    with open_store() as store:
        if not store.keys.revoke(name, somebody()):
            raise StoreError(
                "Expected the id of a key that is not revoked, as sutja keys list has it. Received another."
            )
    typer.echo(f"{name} is good no longer")


def _may(key: "Key") -> str:
    return ",".join(sorted(key.scopes))


def _state(key: "Key") -> str:
    if key.revoked:
        return f"revoked {key.revoked:%Y-%m-%d}"
    return f"{'expired' if key.expires <= datetime.now(UTC) else 'until'} {key.expires:%Y-%m-%d}"
