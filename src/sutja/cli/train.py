"""`sutja train`: a network from data to bundle."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sutja.cli.extras import expect
from sutja.errors import BundleError
from sutja.learn.checkpoint import Checkpoint, begun
from sutja.learn.plan import Diet, Network, Plan, Watch
from sutja.settings import Settings

if TYPE_CHECKING:
    from sutja.bundle import Bundle
    from sutja.learn.train import Outcome

Work = Callable[[Path, Watch], "Outcome"]
"""A training: from the folder of the data, and who watches, to what it came to."""

DEFAULT = Plan()
# The plan of an interrupted training stands in its checkpoint.
NOT_WITH_RESUME = (
    "network",
    "diet",
    "start",
    "freeze",
    "teacher",
    "out",
    "batch_size",
    "learning_rate",
    "patience",
    "augment",
    "seed",
)


DietOption = Annotated[Diet, typer.Option(help="What it learns: all kinds of digits and what is none, or MNIST alone.")]
StartOption = Annotated[
    Path | None, typer.Option("--from", help="Go on from the weights of the bundle in this folder.")
]
TeacherOption = Annotated[
    list[Path] | None, typer.Option(help="Learn from the answers of the bundle in this folder, too; may be repeated.")
]
LearningRateOption = Annotated[
    float, typer.Option(help="The highest: it rises within the first epoch, then falls.", min=1e-12, max=1)
]
AugmentOption = Annotated[
    float,
    typer.Option(help="How far to turn, slant, bend, thicken, break and blot the digits; 0: not at all.", min=0, max=5),
]
PatienceOption = Annotated[int | None, typer.Option(help="Epochs without progress before it stops.", min=1)]
SeedOption = Annotated[int, typer.Option(help="Same seed, same machine: same weights.", min=0, max=2**32 - 1)]


def train(
    context: typer.Context,
    network: Annotated[Network, typer.Option(help="Which network.")] = DEFAULT.network,
    diet: DietOption = DEFAULT.diet,
    start: StartOption = None,
    freeze: Annotated[bool, typer.Option("--freeze", help="With --from: let only the dense layers learn.")] = False,
    teacher: TeacherOption = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write. [default: runs/NETWORK-TIME]")] = None,
    resume: Annotated[Path | None, typer.Option(help="Go on with the interrupted training in this folder.")] = None,
    epochs: Annotated[int | None, typer.Option(help=f"At most so many. [default: {DEFAULT.epochs}]", min=1)] = None,
    batch_size: Annotated[int, typer.Option(help="Digits a step.", min=1)] = DEFAULT.batch_size,
    learning_rate: LearningRateOption = DEFAULT.learning_rate,
    patience: PatienceOption = DEFAULT.patience,
    augment: AugmentOption = DEFAULT.augment,
    seed: SeedOption = DEFAULT.seed,
    h5: Annotated[bool, typer.Option("--h5", help="Write model.h5 besides model.keras.")] = False,
) -> None:
    """Train a network and write its bundle.

    The folder gets model.keras, model.onnx, card.json, history.png, confusion.png and training.log. The data sets are
    looked for in SUTJA_DATA and downloaded where they are missing (40 MB). Ctrl-C keeps the best so far; --resume
    FOLDER goes on from there.
    """
    expect("learn")
    if resume:
        _refuse_more(context)
        _go_on(resume, epochs, with_h5=h5)
        return
    begin = _of_ours("--from", start) if start else None
    teachers = [_of_ours("--teacher", path) for path in teacher or ()]
    plan = Plan(
        network=_network(context, network, begin, is_frozen=freeze),
        diet=diet,
        start=begin.card.sha256 if begin else None,
        is_frozen=freeze,
        teachers=tuple(each.card.sha256 for each in teachers),
        epochs=epochs or DEFAULT.epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        patience=patience,
        augment=augment,
        seed=seed,
    )
    folder = out or Path("runs") / f"{plan.network}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    begun(folder)
    _begin(plan, folder, begin, teachers, with_h5=h5)


def _of_ours(option: str, folder: Path) -> "Bundle":
    """Return the bundle in a folder. Raises `BundleError` where it does not know what is no digit."""
    from sutja.bundle import Bundle
    from sutja.reader import Reader

    bundle = Bundle.load(folder)
    if not Reader(bundle).knows_no_digit:
        raise BundleError(
            f"Expected {option} to name a bundle with eleven outputs, one for what is no digit. "
            f"Received {bundle.card.network!r}, which has ten."
        )
    return bundle


def _network(context: typer.Context, asked: Network, begin: "Bundle | None", *, is_frozen: bool) -> Network:
    """Return which network to train: that of the bundle to begin with, where there is one."""
    if begin is None:
        if is_frozen:
            raise typer.BadParameter("--freeze keeps what --from brings: name a bundle with --from.")
        return asked
    if begin.card.network not in list(Network):
        raise BundleError(
            f"Expected --from to name a bundle of one of the networks {', '.join(Network)}. "
            f"Received {begin.card.network!r}."
        )
    network = Network(begin.card.network)
    if _is_given(context, "network") and asked is not network:
        raise typer.BadParameter(f"--network {asked} is another than that of the bundle, {network}.")
    return network


def _refuse_more(context: typer.Context) -> None:
    for parameter in context.command.params:
        if parameter.name in NOT_WITH_RESUME and _is_given(context, parameter.name):
            raise typer.BadParameter(
                f"{parameter.opts[0]} is part of the plan that --resume goes on with; only --epochs may change."
            )


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _begin(plan: Plan, folder: Path, start: "Bundle | None", teachers: "Sequence[Bundle]", *, with_h5: bool) -> None:
    def work(data: Path, watch: Watch) -> "Outcome":
        from sutja.learn.train import train

        return train(plan, data, folder, watch, start=start, teachers=teachers, with_h5=with_h5)

    typer.echo(f"training {plan.network} in {folder}", err=True)
    _finish(plan.diet, folder, work)


def _go_on(folder: Path, epochs: int | None, *, with_h5: bool) -> None:
    def work(data: Path, watch: Watch) -> "Outcome":
        from sutja.learn.train import resume

        return resume(folder, epochs, data, watch, with_h5=with_h5)

    plan = Checkpoint(folder).load().plan
    typer.echo(f"going on with {plan.network} in {folder}", err=True)
    _finish(plan.diet, folder, work)


def _finish(diet: Diet, folder: Path, work: Work) -> None:
    try:
        outcome = _done(diet, folder, work)
    except KeyboardInterrupt:
        is_kept = Checkpoint(folder).exists()
        end = f"go on with: sutja train --resume {folder}" if is_kept else "no epoch was whole, so nothing is kept"
        typer.echo(f"sutja: stopped by Ctrl-C; {end}", err=True)
        raise typer.Exit(130) from None
    typer.echo(_summary(outcome, folder))
    if outcome.is_interrupted:
        raise typer.Exit(130)


def _done(diet: Diet, folder: Path, work: Work) -> "Outcome":
    from sutja.cli.progress import Downloads, Epochs, natives_into
    from sutja.learn import sources
    from sutja.learn.dataset import archives

    data = Settings.from_env(os.environ).data
    with natives_into(folder / "training.log") as stderr:
        with Downloads(stderr) as downloads:
            sources.gather((*archives(diet), *sources.MNIST_TEST), data, downloads.show)
        with Epochs(stderr) as bars:
            return work(data, bars.show)


def _summary(outcome: "Outcome", folder: Path) -> str:
    scores = [f"{name:12}{score.accuracy:.2%} of {score.count:,}" for name, score in outcome.bundle.card.scores.items()]
    end = [f"stopped by Ctrl-C; the best so far is kept. Go on with: sutja train --resume {folder}"]
    return "\n".join([*scores, f"written to {folder}", *(end if outcome.is_interrupted else [])])
