"""`sutja samples`: bring drawings in, take them along, look one up, delete them."""

import json
import sys
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sutja.errors import DataError, InputError, StoreError

if TYPE_CHECKING:
    from sutja.store import Cycle, Store

NAMED = 10
"""So many sources are named at most where none has the name that was given: visitors may be any number."""

app = typer.Typer(help="Bring drawings in to learn from, take them along, delete them.", no_args_is_help=True)


@app.callback()
def samples() -> None:
    """Bring drawings in to learn from, take them along, delete them."""


@app.command("import")
def bring(
    place: Annotated[Path, typer.Argument(help="Folder of pictures, a CSV file, or an export.", metavar="FOLDER|CSV")],
    consent: Annotated[
        str, typer.Option(help="Version of the text that their writers agreed to.", metavar="TEXT-VERSION")
    ] = "",
    source: Annotated[str, typer.Option(help="Where they come from: letters, figures, and . _ -", metavar="NAME")] = "",
) -> None:
    """Bring in pictures of one digit each, with what they show.

    A folder has folders 0 to 9 and "none", or files whose names begin so: 7.png, 7-anna-3.jpg, none_12.webp. A CSV has
    the columns path, from its own folder on, and label; with a column writer each writer is a source of its own, and a
    column ink names JSON files of strokes, which are taken in place of the picture. What is no picture is named on
    stderr and left out, and the exit code is 1 then. The same pictures brought in again count once; stopped by Ctrl-C,
    the same command goes on.

    A folder that `sutja samples export` wrote says itself who gave each sample, what they agreed to and until when it
    is kept, and comes in so, without --consent and --source. What was rejected stays out, and so do digits of PINs.
    """
    from sutja.cli.finding import found_in
    from sutja.cli.incoming import Incoming
    from sutja.cli.opened import open_store
    from sutja.cli.progress import Counts

    found = found_in(place)
    is_export = found[0].origin is not None
    if is_export and (source or consent):
        raise typer.BadParameter("An export says itself who gave each: leave --consent and --source away.")
    if not is_export and not (source and consent):
        raise typer.BadParameter("Say what their writers agreed to, and where they come from: --consent and --source.")
    incoming = Incoming(found, source, consent)
    with open_store() as store, Counts(sys.stderr) as counts:
        try:
            incoming.give_to(store, partial(counts.show, f"importing {place.name}"))
        except KeyboardInterrupt:
            typer.echo(f"sutja: stopped by Ctrl-C; {incoming.sheet()}. The same command goes on.", err=True)
            raise typer.Exit(130) from None
    typer.echo(incoming.sheet())
    if incoming.skipped:
        raise typer.Exit(1)


@app.command("export")
def export(
    out: Annotated[Path, typer.Argument(help="New folder to write.", metavar="FOLDER")],
    source: Annotated[str | None, typer.Option(help="Only of this source, as `purge` names them.")] = None,
) -> None:
    """Take samples along, as a folder of PNGs with a CSV of labels, sources, consent and expiry.

    glyphs/ has what models see, inks/ the strokes and pictures/ the ink of pictures, where there are such. They are
    people's handwriting: delete the folder when the time in the column expires is up. The folder can be imported.
    """
    from sutja.cli.opened import open_store
    from sutja.cli.outgoing import export_into
    from sutja.cli.progress import Counts
    from sutja.store import Wanted

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(f"Expected {out} to be a new folder. Received one with something in it: name another.")
    with open_store() as store, Counts(sys.stderr) as counts:
        if source is not None:
            _expect_source(store, source)
        wanted = Wanted(source=source)
        total = store.samples.count(wanted)
        try:
            count = export_into(out, store.samples.each(wanted), lambda done: counts.show("exporting", done, total))
        except KeyboardInterrupt:
            typer.echo("sutja: stopped by Ctrl-C; nothing is written", err=True)
            raise typer.Exit(130) from None
    typer.echo(f"{count:,} samples written to {out}")


@app.command("show")
def show(
    receipt: Annotated[str, typer.Argument(help="What a giver got for a sample.", metavar="RECEIPT")],
) -> None:
    """Say what is kept of the sample of a receipt, and which source gave it, as JSON.

    With the source all that the same giver gave can be exported or purged.
    """
    from sutja.cli.opened import open_store

    with open_store() as store:
        sample = store.samples.of_receipt(receipt)
    if sample is None:
        raise InputError("Expected the receipt of a sample that is kept. Received another, or of one that is gone.")
    told = {
        "id": sample.id,
        "source": sample.source,
        "label": sample.label,
        "read": sample.read,
        "state": sample.state.value,
        "consent": sample.consent,
        "created": sample.created.isoformat(),
        "expires": sample.expires.isoformat(),
    }
    typer.echo(json.dumps(told, indent=2))


@app.command("purge")
def purge(
    expired: Annotated[bool, typer.Option("--expired", help="Delete what is past its time.")] = False,
    source: Annotated[str | None, typer.Option(help="Delete all that one source gave.")] = None,
    trust_clock: Annotated[
        bool, typer.Option("--trust-clock", help="With --expired: say that the date is right, after it jumped ahead.")
    ] = False,
) -> None:
    """Delete samples for good. Models that learnt from them stay as they are until the next cycle.

    The time of a sample is over at the day that its giver was promised, or SUTJA_SAMPLE_DAYS (of now) after it came,
    whichever is sooner; that of a PIN's digit after 30 days.

    A cycle of learning that is unfinished and uses samples of the source is ended without a verdict. It is named, and
    so is each before it that used any, with the candidate that it trained.

    Where the date is more than 30 days ahead of the last one that the store saw, --expired deletes nothing: a clock
    that went wrong would delete all that people gave. Look at `date`; if it is right, add --trust-clock.
    """
    if expired == (source is not None) or (trust_clock and not expired):
        raise typer.BadParameter("Name what to delete: --expired, or --source X.")
    from sutja.cli.opened import open_store, somebody

    with open_store() as store:
        if source is None:
            typer.echo(f"{store.samples.purge_expired(trusts_clock=trust_clock):,} expired samples deleted")
            return
        _expect_source(store, source)
        used = [each.id for each in store.cycles.with_source(source)]
        typer.echo(f"{store.samples.purge_source(source, somebody()):,} samples of {source} deleted")
        for cycle in filter(None, map(store.cycles.get, used)):
            typer.echo(_told(cycle))


def _expect_source(store: "Store", source: str) -> None:
    """Refuse a source that gave nothing, and name those that may be meant. Raises `StoreError`."""
    from sutja.store import Wanted

    if store.samples.count(Wanted(source=source)):
        return
    known = store.samples.sources()
    named = get_close_matches(source, known, n=3, cutoff=0.8) or known[:NAMED]
    more = len(known) - len(named)
    names = ", ".join(named) + (f" and {more:,} more" if more else "")
    raise StoreError(f"Expected a source that gave samples: {names or '(there is none)'}. Received another.")


def _told(cycle: "Cycle") -> str:
    """Return what became of a cycle that used samples of a source that is purged, and which bundle may know them."""
    from sutja.store import CycleState

    end = "ended without a verdict" if cycle.state is CycleState.LEFT else cycle.state.value
    trained = cycle.results.get("train")
    candidate = f"; its candidate is {trained['candidate']}" if trained else ""
    return f"cycle {cycle.id} used some of them and was {end}{candidate}"
