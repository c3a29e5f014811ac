"""`sutja learn`: one turn of learning, whole or step by step."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sutja.cli.extras import expect
from sutja.errors import StoreError
from sutja.settings import MLFLOW_NAME, Settings

if TYPE_CHECKING:
    from sutja.learn.cycle import Running
    from sutja.store import Cycle, Store

IfDueOption = Annotated[
    bool, typer.Option("--if-due", help="Only where SUTJA_LEARN_NEW new samples are there and nobody paused it.")
]
StepOption = Annotated[
    str | None,
    typer.Option(help="Only this step: collect, snapshot, train, evaluate, gate, promote or report.", metavar="NAME"),
]
CycleOption = Annotated[str | None, typer.Option(help="With --step: which cycle; collect begins one.", metavar="ID")]
ScratchOption = Annotated[
    bool, typer.Option("--from-scratch", help="Train a new network instead of going on from the champion's weights.")
]
EpochsOption = Annotated[
    int | None,
    typer.Option(help="For how many epochs it goes on from the champion. [default: SUTJA_LEARN_EPOCHS, 8]", min=1),
]
AbandonOption = Annotated[
    str | None, typer.Option(help="End this cycle without a verdict; its samples count as new again.", metavar="ID")
]


def learn(
    if_due: IfDueOption = False,
    step: StepOption = None,
    cycle: CycleOption = None,
    from_scratch: ScratchOption = False,
    epochs: EpochsOption = None,
    abandon: AbandonOption = None,
) -> None:
    """Learn from the samples that people gave: train a candidate, compare it with the champion, promote it or not.

    A cycle that was interrupted is gone on with, wherever it stopped, as it was begun: one that was begun with other
    options has to be ended first. The steps one by one are for schedulers: each tells on the last line of stdout, as
    JSON, what it came to. Exit 0: there is a verdict, or nothing was due. Where the samples are so few that a candidate
    could only be held, the cycle is held before anything is trained, and says what is missing: exit 1.
    """
    _expect_whole(if_due, step, cycle, from_scratch=from_scratch, epochs=epochs, abandon=abandon)
    expect("learn")
    from sutja.keeping import opened

    settings = Settings.from_env(os.environ)
    asked = frozenset({"epochs"} if epochs else {"is_from_scratch"} if from_scratch else ())
    wish = _Wish(if_due, {"epochs": epochs or settings.learn_epochs, "is_from_scratch": from_scratch}, asked)
    with opened(settings) as store:
        if abandon:
            _abandon(settings, store, abandon)
        elif step is not None:
            _one(settings, store, step, cycle, wish)
        else:
            _whole(settings, store, wish)


@dataclass(frozen=True, slots=True)
class _Wish:
    """How a cycle is to begin: `params` are fields of `Tuning`, those that somebody named are `asked` for."""

    is_only_if_due: bool
    params: dict[str, Any]
    asked: frozenset[str]


def _expect_whole(
    if_due: bool, step: str | None, cycle: str | None, *, from_scratch: bool, epochs: int | None, abandon: str | None
) -> None:
    """Refuse options beside those by which they would mean nothing."""
    if abandon and (if_due or step or cycle or from_scratch or epochs):
        raise typer.BadParameter("--abandon ends a cycle, and goes with no other option.")
    if cycle and not step:
        raise typer.BadParameter("--cycle says of which cycle a step is: name --step, too.")
    if cycle and (if_due or from_scratch or epochs):
        raise typer.BadParameter("--cycle names one that was begun: how is said to the first step, collect.")
    if from_scratch and epochs:
        raise typer.BadParameter(
            "--epochs goes on from the champion; --from-scratch trains for as long as sutja train."
        )


def _whole(settings: Settings, store: "Store", wish: _Wish) -> None:
    from sutja.keeping import is_due

    if wish.is_only_if_due and not is_due(store, settings):
        follow_champion(settings, store)
        typer.echo(_why_not(store, settings))
        return
    with _running(settings, store, _begun(store, wish)) as running:
        ended = running.all()
    typer.echo(f"{ended.id}: {ended.results['promote']['verdict']}")
    typer.echo(ended.results["report"]["report"])


def _one(settings: Settings, store: "Store", step: str, cycle: str | None, wish: _Wish) -> None:
    from sutja.keeping import is_due

    if cycle is None and wish.is_only_if_due and not is_due(store, settings):
        follow_champion(settings, store)
        typer.echo(_why_not(store, settings), err=True)
        _tell({"cycle": None, "step": step, "due": False})
        return
    from sutja.learn.cycle import STEPS, go_on, holder

    if step not in STEPS:
        raise typer.BadParameter(f"Expected one of {', '.join(STEPS)}. Received something else.", param_hint="--step")
    if cycle is None and step != "collect":
        raise typer.BadParameter(f"--step {step} wants --cycle ID: the one that collect told.")
    known = store.cycles.get(cycle) if cycle else None
    if known is not None and known.finished is not None and step in known.results:
        _tell({"cycle": known.id, "step": step, "due": True, **known.results[step]})
        return
    held = go_on(store, cycle, holder()) if cycle else _begun(store, wish)
    with _running(settings, store, held) as running:
        found = running.step(step)
    _tell({"cycle": held.id, "step": step, "due": True, **found})


def follow_champion(settings: Settings, store: "Store") -> None:
    """Tell MLflow of a champion that came by promotion or rollback since it was last told; of none before the first."""
    from sutja.learn.tracking import Place, follow, lags

    place = Place(settings.home / MLFLOW_NAME, settings.mlflow_url)
    champion = store.bundles.active().sha
    if lags(place, champion):
        warning = follow(place, store.bundles.load(champion)).warning
        if warning:
            typer.echo(f"sutja: {warning}", err=True)


def _begun(store: "Store", wish: _Wish) -> "Cycle":
    from sutja.learn.cycle import begin, holder

    trigger = "it was due" if wish.is_only_if_due else "an operator asked for it"
    return begin(store, holder(), trigger, wish.params, wish.asked)


def _why_not(store: "Store", settings: Settings) -> str:
    pause, running = store.cycles.paused(), store.cycles.running()
    if pause is not None:
        return f"paused by {pause.by}: {pause.reason}"
    if running is not None:
        return f"not now: cycle {running.id} is held by {running.holder}"
    return f"not due: {store.samples.fresh():,} new samples of {settings.learn_new:,}"


def _tell(result: dict[str, Any]) -> None:
    """Print what a step came to, but for what is long: that stands in the store."""
    short = {name: value for name, value in result.items() if name not in ("judgement", "alarm")}
    typer.echo(json.dumps(short))


@contextmanager
def _running(settings: Settings, store: "Store", cycle: "Cycle") -> Iterator["Running"]:
    """Yield the cycle under its lease; progress goes to stderr, what TensorFlow prints into the cycle's folder."""
    from sutja.cli.progress import Epochs, Steps, natives_into
    from sutja.learn.cycle import Running, Tuning, Turn
    from sutja.learn.tracking import Place
    from sutja.secret import secret_of

    folder = _folders(settings) / cycle.id
    with (
        _forgetting(settings, store),
        natives_into(folder / "training.log") as stderr,
        Steps(stderr) as steps,
        Epochs(stderr) as bars,
    ):
        turn = Turn(
            store=store,
            cycle=cycle,
            secret=secret_of(settings.home),
            data=settings.data,
            folder=folder,
            watch=bars.show,
            say=steps.show,
            tuning=Tuning(**cycle.params),
            tracking=Place(settings.home / MLFLOW_NAME, settings.mlflow_url),
        )
        with Running(turn) as running:
            yield running


def _folders(settings: Settings) -> Path:
    return settings.home / "cycles"


@contextmanager
def _forgetting(settings: Settings, store: "Store") -> Iterator[None]:
    """Remove what cycles trained that were left: those of before, and the one of now where it is."""
    from sutja.learn.cycle import forget_left

    forget_left(store, _folders(settings))
    try:
        yield
    finally:
        with suppress(StoreError):  # away: the next cycle removes it
            forget_left(store, _folders(settings))


def _abandon(settings: Settings, store: "Store", name: str) -> None:
    from sutja.learn.cycle import go_on, holder
    from sutja.store import CycleState

    held = go_on(store, name, holder())
    with _forgetting(settings, store):
        store.cycles.finish(held.id, held.holder, CycleState.LEFT, "An operator ended it.")
    typer.echo(f"{held.id}: left; its samples count as new again")
