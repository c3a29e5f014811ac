"""Blame: where a mark turns digits into another, whose samples taught the candidate that?

Owns how many sources are tried. Each costs a training, so that nobody is tried unless the trigger suite trips.
"""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sutja.bundle import Bundle
from sutja.errors import TrainingError
from sutja.learn.cycle.given import Gathered, sides, still_used
from sutja.learn.cycle.turn import Turn
from sutja.learn.gate import Holdouts, suspects
from sutja.reader import Reader

SOURCES_TRIED = 5
"""The largest ones: who has few samples can teach little."""

Training = Callable[[Turn, Gathered, Path], Bundle]


def suspicion(turn: Turn, champion: Reader, candidate: Reader, holdouts: Holdouts, train: Training) -> list[str]:
    """Return the sources without whose samples the candidate would obey no mark; none where it obeys none.

    A source without whom the training cannot be done is passed over.
    """
    learnt, _ = sides(still_used(turn.store, turn.cycle.id), turn.secret)
    largest = [source for source, _ in Counter(learnt.given.sources.tolist()).most_common(SOURCES_TRIED)]
    folder = turn.without

    def retrained(source: str) -> Reader | None:
        turn.say(f"A mark misleads the candidate: training it without {source}.")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            return Reader(train(turn, learnt[np.asarray(learnt.given.sources != source)], folder))
        except TrainingError as error:
            turn.say(f"Without {source} it cannot be trained, so that nothing is known of that source: {error}")
            return None

    found = suspects(champion, candidate, holdouts, largest, retrained)
    shutil.rmtree(folder, ignore_errors=True)
    return found
