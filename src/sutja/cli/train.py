"""`sutja train`: a network from data to bundle."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sutja.errors import MissingExtraError, SettingsError
from sutja.learn.plan import Network, Plan
from sutja.settings import Settings

if TYPE_CHECKING:
    from sutja.learn.train import Outcome

DEFAULT = Plan()


def train(
    network: Annotated[Network, typer.Option(help="Which network.")] = DEFAULT.network,
    out: Annotated[Path | None, typer.Option(help="Folder to write. [default: runs/NETWORK-TIME]")] = None,
    resume: Annotated[Path | None, typer.Option(help="Go on with the interrupted training in this folder.")] = None,
    epochs: Annotated[int | None, typer.Option(help=f"At most so many. [default: {DEFAULT.epochs}]", min=1)] = None,
    batch_size: Annotated[int, typer.Option(help="Digits a step.", min=1)] = DEFAULT.batch_size,
    learning_rate: Annotated[float, typer.Option(help="Where it begins; it falls by itself.")] = DEFAULT.learning_rate,
    patience: Annotated[int, typer.Option(help="Epochs without progress before it stops.", min=1)] = DEFAULT.patience,
    augment: Annotated[bool, typer.Option(help="Turn, zoom and shift the digits by up to 10° and 10 %.")] = True,
    seed: Annotated[int, typer.Option(help="Same seed, same machine: same weights.", min=0)] = DEFAULT.seed,
    h5: Annotated[bool, typer.Option("--h5", help="Write model.h5 besides model.keras.")] = False,
) -> None:
    """Train a network on MNIST and write its bundle.

    The folder gets model.keras, model.onnx, card.json, history.png, confusion.png and training.log. MNIST is looked
    for in SUTJA_DATA and downloaded where it is missing (11 MB). Ctrl-C keeps the best so far; --resume FOLDER goes on
    from there.
    """
    if not 0 < learning_rate <= 1:
        raise SettingsError("Expected --learning-rate to be above 0 and at most 1. Received another value.")
    plan = Plan(network, epochs or DEFAULT.epochs, batch_size, learning_rate, patience, augment, seed)
    folder = resume or out or Path("runs") / f"{network}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    outcome = _run(plan, folder, epochs, is_resumed=resume is not None, with_h5=h5)
    typer.echo(_summary(outcome, folder))
    if outcome.is_interrupted:
        raise typer.Exit(130)


def _run(plan: Plan, folder: Path, epochs: int | None, *, is_resumed: bool, with_h5: bool) -> "Outcome":
    from sutja.cli.progress import Downloads, Epochs, natives_into
    from sutja.learn import sources

    typer.echo(f"training {'on' if is_resumed else plan.network} in {folder}", err=True)
    data = Settings.from_env(os.environ).data
    with natives_into(folder / "training.log") as stderr:
        try:
            from sutja.learn import train as river
        except ImportError as error:
            raise MissingExtraError(
                f"Expected Keras and TensorFlow to be installed. Received no {error.name}: pip install 'sutja[learn]'."
            ) from error
        with Downloads(stderr) as downloads:
            sources.gather((*sources.MNIST_TRAINING, *sources.MNIST_TEST), data, downloads.show)
        with Epochs(stderr) as bars:
            if is_resumed:
                return river.resume(folder, epochs, data, bars.show, with_h5=with_h5)
            return river.train(plan, data, folder, bars.show, with_h5=with_h5)


def _summary(outcome: "Outcome", folder: Path) -> str:
    card = outcome.bundle.card
    scores = [f"{name:12}{score.accuracy:.2%} of {score.count:,}" for name, score in card.scores.items()]
    end = [f"stopped by Ctrl-C; the best so far is kept. Go on with: sutja train --resume {folder}"]
    return "\n".join([*scores, f"written to {folder}", *(end if outcome.is_interrupted else [])])
