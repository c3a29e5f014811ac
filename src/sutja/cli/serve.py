"""`sutja serve`: the page and the API."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from sutja.cli.extras import expect
from sutja.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on. [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on. [default: 5000]", min=0, max=65535)] = None,
    workers: Annotated[
        int | None,
        typer.Option(help="How many processes serve, such as one for each core. [default: 1]", min=1, max=64),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(help="Folder of the model to stay with, whoever is promoted. [default: the store's champion]"),
    ] = None,
    certfile: Annotated[
        Path | None, typer.Option(help="Certificate with its chain, PEM: serve https. [default: plain http]")
    ] = None,
    keyfile: Annotated[
        Path | None, typer.Option(help="Private key of the certificate, PEM. [default: in the same file]")
    ] = None,
    learn: Annotated[
        bool, typer.Option("--learn", help="Run cycles of learning beside it, whenever enough samples were given.")
    ] = False,
) -> None:
    """Serve the page and the API until Ctrl-C.

    Open the address that is printed, and draw. SUTJA_HOST, SUTJA_PORT, SUTJA_WORKERS, SUTJA_CERTFILE, SUTJA_KEYFILE and
    SUTJA_BUNDLE set the same. On an address that others can reach, programs need a key: sutja keys --help.
    """
    expect("serve")
    if learn:
        expect("learn")
    from sutja.service import run

    settings = Settings.from_env(os.environ)
    if learn and (bundle or settings.bundle):
        raise typer.BadParameter(
            "--learn promotes champions, and a service with --bundle or SUTJA_BUNDLE reads with none of them: name one "
            "of the two."
        )
    run(
        replace(
            settings,
            host=settings.host if host is None else host,
            port=settings.port if port is None else port,
            workers=settings.workers if workers is None else workers,
            bundle=settings.bundle if bundle is None else bundle,
            certfile=settings.certfile if certfile is None else certfile,
            keyfile=settings.keyfile if keyfile is None else keyfile,
        ),
        learns=learn,
    )
