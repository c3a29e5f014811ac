"""The gate: a candidate beside the champion, and whether it may take its place."""

from collections.abc import Sequence

import numpy as np

from sutja.learn.dataset import Dataset
from sutja.learn.evaluate.score import time_ms
from sutja.learn.gate import checks
from sutja.learn.gate.checks import Limits, Timer
from sutja.learn.gate.holdout import Holdouts
from sutja.learn.gate.judgement import Judgement, Reason
from sutja.learn.gate.triggers import triggers
from sutja.reader import Reader

TIMED = Dataset(np.random.default_rng(0).random((100, 28, 28), np.float32), np.zeros(100, np.int64))


def glyph_ms(reader: Reader) -> float:
    """Return the median time in ms for one glyph."""
    return time_ms(reader, TIMED)


def judge(
    champion: Reader,
    candidate: Reader,
    holdouts: Holdouts,
    limits: Limits | None = None,
    *,
    alarms: Sequence[Reason] = (),
    timer: Timer = glyph_ms,
) -> Judgement:
    """Return whether the candidate may take the champion's place, with all reasons.

    `alarms` are what was noticed before, about the samples. Judging the same again gives the same verdict and the same
    numbers, but for the time that a glyph takes.
    """
    limits = limits or Limits()
    reasons = (
        *checks.same(champion, candidate),
        *checks.checks(champion, candidate, holdouts, limits),
        checks.thresholds(candidate),
        checks.size(champion, candidate, limits),
        checks.time(champion, candidate, limits, timer),
        *checks.backdoor(triggers(champion, candidate, holdouts)),
        *alarms,
    )
    return Judgement(champion.bundle.card.sha256, candidate.bundle.card.sha256, reasons)
