"""`sutja train`: a network from data to bundle."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sutja.cli.extras import expect
from sutja.learn.checkpoint import Checkpoint, begun
from sutja.learn.plan import Network, Plan
from sutja.settings import Settings

if TYPE_CHECKING:
    from sutja.learn.train import Outcome

DEFAULT = Plan()
# The plan of an interrupted training stands in its checkpoint.
NOT_WITH_RESUME = ("network", "out", "batch_size", "learning_rate", "patience", "augment", "seed")


def train(
    context: typer.Context,
    network: Annotated[Network, typer.Option(help="Which network.")] = DEFAULT.network,
    out: Annotated[Path | None, typer.Option(help="Folder to write. [default: runs/NETWORK-TIME]")] = None,
    resume: Annotated[Path | None, typer.Option(help="Go on with the interrupted training in this folder.")] = None,
    epochs: Annotated[int | None, typer.Option(help=f"At most so many. [default: {DEFAULT.epochs}]", min=1)] = None,
    batch_size: Annotated[int, typer.Option(help="Digits a step.", min=1)] = DEFAULT.batch_size,
    learning_rate: Annotated[
        float, typer.Option(help="Where it begins; it falls by itself.", min=1e-12, max=1)
    ] = DEFAULT.learning_rate,
    patience: Annotated[int, typer.Option(help="Epochs without progress before it stops.", min=1)] = DEFAULT.patience,
    augment: Annotated[bool, typer.Option(help="Turn, zoom and shift the digits by up to 10° and 10 %.")] = True,
    seed: Annotated[
        int, typer.Option(help="Same seed, same machine: same weights.", min=0, max=2**32 - 1)
    ] = DEFAULT.seed,
    h5: Annotated[bool, typer.Option("--h5", help="Write model.h5 besides model.keras.")] = False,
) -> None:
    """Train a network on MNIST and write its bundle.

    The folder gets model.keras, model.onnx, card.json, history.png, confusion.png and training.log. MNIST is looked
    for in SUTJA_DATA and downloaded where it is missing (11 MB). Ctrl-C keeps the best so far; --resume FOLDER goes on
    from there.
    """
    expect("learn")
    if resume:
        _refuse_more(context)
        plan, folder = Checkpoint(resume).load().plan, resume
    else:
        plan = Plan(
            network=network,
            epochs=epochs or DEFAULT.epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            patience=patience,
            is_augmented=augment,
            seed=seed,
        )
        folder = out or Path("runs") / f"{network}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
        begun(folder)
    try:
        outcome = _run(plan, folder, epochs, is_resumed=resume is not None, with_h5=h5)
    except KeyboardInterrupt:
        is_kept = Checkpoint(folder).exists()
        end = f"go on with: sutja train --resume {folder}" if is_kept else "no epoch was whole, so nothing is kept"
        typer.echo(f"sutja: stopped by Ctrl-C; {end}", err=True)
        raise typer.Exit(130) from None
    typer.echo(_summary(outcome, folder))
    if outcome.is_interrupted:
        raise typer.Exit(130)


def _refuse_more(context: typer.Context) -> None:
    for name in NOT_WITH_RESUME:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            option = f"--{name.replace('_', '-')}"
            raise typer.BadParameter(
                f"{option} is part of the plan that --resume goes on with; only --epochs may change."
            )


def _run(plan: Plan, folder: Path, epochs: int | None, *, is_resumed: bool, with_h5: bool) -> "Outcome":
    from sutja.cli.progress import Downloads, Epochs, natives_into
    from sutja.learn import sources

    typer.echo(f"{'going on with' if is_resumed else 'training'} {plan.network} in {folder}", err=True)
    data = Settings.from_env(os.environ).data
    with natives_into(folder / "training.log") as stderr:
        from sutja.learn import train as river

        with Downloads(stderr) as downloads:
            sources.gather((*sources.MNIST_TRAINING, *sources.MNIST_TEST), data, downloads.show)
        with Epochs(stderr) as bars:
            if is_resumed:
                return river.resume(folder, epochs, data, bars.show, with_h5=with_h5)
            return river.train(plan, data, folder, bars.show, with_h5=with_h5)


def _summary(outcome: "Outcome", folder: Path) -> str:
    scores = [f"{name:12}{score.accuracy:.2%} of {score.count:,}" for name, score in outcome.bundle.card.scores.items()]
    end = [f"stopped by Ctrl-C; the best so far is kept. Go on with: sutja train --resume {folder}"]
    return "\n".join([*scores, f"written to {folder}", *(end if outcome.is_interrupted else [])])
