"""`sutja models list`, `show`, `promote` and `rollback`: which bundle of the store reads."""

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from sutja.errors import StoreError
from sutja.settings import Settings

if TYPE_CHECKING:
    from sutja.store import Active, Kept, Store

SHA_SHOWN = 12
SHA_MIN = 6
ShaArgument = Annotated[str, typer.Argument(help="The bundle, or the beginning of its sha-256.", metavar="SHA")]
ReasonOption = Annotated[str, typer.Option(help="Why; it is kept for ever.", metavar="TEXT", show_default=False)]


def list_models() -> None:
    """List the bundles of the store, newest first: the champion, candidates, and those that once were champion.

    Accuracy is that on MNIST's test half and MNIST's calibration part, as its card has it; the verdict is the newest
    that a gate or an operator gave.
    """
    from sutja.cli.opened import open_store

    with open_store() as store:
        champion, kept = store.bundles.active(), store.bundles.list()
    rows = [("bundle", "role", "verdict", "added", "origin", "test", "calibration"), *map(_row, kept)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    typer.echo(f"generation {champion.generation} since {champion.since:%Y-%m-%d %H:%M} UTC")


def show(sha: ShaArgument) -> None:
    """Print the card of a bundle of the store, as JSON: its scores, thresholds, plan, and what it was trained from."""
    from sutja.cli.opened import open_store

    with open_store() as store:
        typer.echo(json.dumps(store.bundles.load(_named(store, sha)).card.to_json(), indent=1))


def promote(
    sha: ShaArgument,
    reason: ReasonOption = "",
) -> None:
    """Make a bundle of the store the champion; servers follow within seconds, and no request fails.

    Without the gate's word it takes a reason of ten characters or more: where the gate rejected or held the bundle, has
    said nothing, or has judged it beside another champion than the one of now. Where somebody else promotes at the same
    moment, one of the two gets an error and looks again.
    """
    from sutja.cli.opened import open_store, somebody

    with open_store() as store:
        wanted = _named(store, sha)
        champion = store.bundles.active()
        _say(store, store.bundles.promote_by_hand(wanted, champion.generation, somebody(), reason))


def rollback(reason: ReasonOption = "") -> None:
    """Make the champion before this one champion again; run once more, the one before that.

    Servers follow within seconds, and no request fails. What the champion learnt from stays in the store: see
    sutja samples purge.
    """
    from sutja.cli.opened import open_store, somebody

    with open_store() as store:
        _say(store, store.bundles.rollback(somebody(), reason))


def _say(store: "Store", champion: "Active") -> None:
    from sutja.cli.learn import follow_champion

    follow_champion(Settings.from_env(os.environ), store)
    typer.echo(f"generation {champion.generation} reads, bundle {champion.sha[:SHA_SHOWN]}")


def _named(store: "Store", start: str) -> str:
    """Return the whole sha-256 of a bundle. Raises `StoreError` where none, or more than one, begins like that."""
    found = [kept.sha for kept in store.bundles.list() if kept.sha.startswith(start.lower())]
    if len(start) < SHA_MIN or len(found) != 1:
        raise StoreError(
            f"Expected the beginning of one bundle's sha-256, {SHA_MIN} digits or more. "
            f"Received one that {len(found)} have: sutja models list."
        )
    return found[0]


def _row(kept: "Kept") -> tuple[str, ...]:
    scores = kept.card.scores if kept.card else {}
    accuracies = (f"{scores[part].accuracy:.2%}" if part in scores else "-" for part in ("test", "calibration"))
    verdict = kept.verdict or "-"
    origin = kept.origin if kept.card else "damaged"
    return kept.sha[:SHA_SHOWN], kept.role, verdict, f"{kept.added:%Y-%m-%d %H:%M}", origin, *accuracies
