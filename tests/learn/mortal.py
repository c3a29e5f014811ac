"""A process that runs the cycle of tests/learn/test_cycle.py, tells how far it is, and waits there to be killed.

    python -m learn.mortal FOLDER DATA STEP MOMENT

MOMENT is `begun`, within the step (of a training: after its first epoch), or `worked`, when all is done but said. With
`-` for both it runs to its end.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from learn.small import take_small
from sutja import Reader
from sutja.errors import ConflictError
from sutja.learn.cycle import STEPS, Running, Tuning, Turn, begin, blame, holder, running, steps
from sutja.learn.gate import Judgement, Limits
from sutja.store import Cycle, Store

TUNING = Tuning(epochs=4, learning_rate=2e-3, augment=0, base_count=600)
LIMITS = Limits(least_count=20, time_ms=100)
SECRET = b"a secret of thirty-two bytes or more"
TOO_MUCH_ASKED = ("thresholds", "backdoor")
"""Of a network that knows some hundred digits: `make story` and the tests of the gate ask that of real ones."""


def silent(*_: object) -> None:
    """Say nothing, watch nothing."""


def ask_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the gate ask what so small a network can give, and nobody's samples be left out in turn."""

    def judge(*readers: Reader, **more: object) -> Judgement:
        whole = real_judge(*readers, **more)
        return replace(whole, reasons=tuple(each for each in whole.reasons if each.code not in TOO_MUCH_ASKED))

    real_judge = steps.judge
    monkeypatch.setattr(steps, "judge", judge)
    monkeypatch.setattr(blame, "SOURCES_TRIED", 0)  # each is a training


def begun(store: Store) -> Cycle:
    """Return the cycle, once the lease of whoever was killed has run out."""
    while True:
        try:
            return begin(store, holder(), "a test", {})
        except ConflictError:
            time.sleep(0.1)


def told(name: str, step: Callable[[Turn], dict], moment: str) -> Callable[[Turn], dict]:
    """Return a step that says when it is begun or done, and goes no further."""

    def stopping(turn: Turn) -> dict:
        if moment == "begun" and name != "train":
            stop(name)
        found = step(turn)
        stop(name)
        return found

    return stopping


def stop(name: str) -> None:
    """Say where it is, and wait for the end."""
    sys.stdout.write(f"{name}\n")
    sys.stdout.flush()
    time.sleep(600)


def main(folder: Path, data: Path, victim: str, moment: str) -> None:
    """Run the cycle in `folder`, as far as it is to go."""
    ask_less(pytest.MonkeyPatch())
    take_small(data)
    running.LEASE_S, running.BEAT_S = 1.0, 0.2
    if victim in STEPS:
        STEPS[victim] = told(victim, STEPS[victim], moment)
    dies_training = (victim, moment) == ("train", "begun")
    with Store.open(f"sqlite:///{folder / 'sutja.db'}", secret=SECRET) as store:
        cycle = begun(store)
        turn = Turn(
            store=store,
            cycle=cycle,
            secret=SECRET,
            data=data,
            folder=folder / cycle.id,
            watch=(lambda _: stop("train")) if dies_training else silent,
            say=silent,
            tuning=TUNING,
            limits=LIMITS,
        )
        with Running(turn) as at_work:
            at_work.all()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4])
