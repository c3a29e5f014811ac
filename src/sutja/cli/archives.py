"""`sutja read --ray`: whole archives of pictures, by many machines."""

import os
from pathlib import Path

import typer

from sutja.cli.extras import expect
from sutja.settings import Settings


def read(files: list[str], ray: str | None, out: str | None, bundle: Path | None, *, has_others: bool) -> None:
    """Read what is left of an archive, and say how much that was."""
    if ray is None or out is None or len(files) != 1 or has_others:
        raise typer.BadParameter("--ray and --out go together, with one folder or address, and no other way to write.")
    expect("scale")
    from sutja.bundle import Bundle
    from sutja.cli.progress import Counts, natives_into
    from sutja.scale.archive import Archive
    from sutja.scale.environment import prepare

    folder = bundle or Settings.from_env(os.environ).bundle
    model = Bundle.load(folder) if folder else Bundle.shipped()
    archive = Archive.listed(files[0], out, model.card.sha256)
    count, errors = 0, 0
    if len(archive.left):
        prepare(ray)
        from sutja.scale import cluster

        # Ray's native library warns right across a progress bar.
        with natives_into(Path(os.devnull)) as stderr, cluster.joined(ray), Counts(stderr) as bar:
            for done in cluster.read(archive, model):
                count, errors = count + done.pictures, errors + done.errors
                bar.show("Reading", count, len(archive.left))
    before = archive.total - count
    typer.echo(f"{count:,} pictures read into {archive.out}" + (f", and {before:,} before." if before else "."))
    if errors:
        typer.echo(f"{errors:,} of them cannot be read: the column `error` says why.")
