"""The checks of the gate: each compares two readers in one respect and gives a reason for or against the candidate.

Owns the limits. Every comparison is of the same drawings, by pairs; no check reads a digit that either was trained on.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sutja.bundle import NOTHING
from sutja.learn.dataset import NO_DIGIT
from sutja.learn.evaluate.answers import Answers, of_glyphs
from sutja.learn.evaluate.figures import bins, calibration_error
from sutja.learn.gate.holdout import Holdouts
from sutja.learn.gate.judgement import Reason, Ruling
from sutja.learn.gate.mcnemar import Pairs
from sutja.learn.gate.triggers import Trigger
from sutja.reader import Reader
from sutja.reading import Verdict

Flags = NDArray[np.bool_]
Timer = Callable[[Reader], float]
"""Measures the time in ms for a glyph."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How good a candidate has to be. Shares are in [0, 1], `alpha`s are how often chance may deceive a test.

    Better: on drawn digits, by `alpha`. Worse: by `alpha_part`, however little, in any respect; or by more than
    `drop_mnist`, `drop_part` or `drop_others`, unless that may well be chance: `alpha_drop`. What a champion was never
    taught it may lose up to `drop_untaught` of. Sizes and times are limits only above what the champion has, times so
    much.
    """

    alpha: float = 0.01
    alpha_part: float = 0.005
    alpha_drop: float = 0.05
    drop_mnist: float = 0.002
    drop_part: float = 0.01
    drop_others: float = 0.01
    drop_untaught: float = 0.1
    calibration: float = 0.005
    least_count: int = 100
    least_part: int = 10
    bytes: int = 1_000_000
    growth: float = 1.1
    time_ms: float = 0.3
    slowing: float = 1.5


@dataclass(frozen=True, slots=True)
class Sides:
    """What both readers said of the same drawings."""

    champion: Answers
    candidate: Answers

    def __getitem__(self, part: Flags) -> "Sides":
        return Sides(self.champion[part], self.candidate[part])

    def pairs(self, is_good: Callable[[Answers], Flags]) -> Pairs:
        """Count where only one side is good."""
        return Pairs.of(is_good(self.champion), is_good(self.candidate))


def checks(champion: Reader, candidate: Reader, holdouts: Holdouts, limits: Limits) -> Iterator[Reason]:
    """Yield a reason for each respect in which the answers of both are compared."""
    both = (champion, candidate)
    drawn, mnist, others = (
        Sides(*(of_glyphs(reader, each) for reader in both))
        for each in (holdouts.drawn, holdouts.mnist, holdouts.others)
    )
    yield better(drawn, limits)
    yield not_worse_on_mnist(mnist, limits)
    yield from _parts(drawn, mnist, holdouts, limits)
    yield worse("wrongly_accepted", "drawn digits not taken for another", drawn.pairs(_is_harmless), limits)
    yield not_worse_on_others(others, limits)
    yield calibration("drawn digits", drawn, limits)
    yield calibration("MNIST", mnist, limits)


def same(champion: Reader, candidate: Reader) -> Iterator[Reason]:
    """Yield a reason where both are one model."""
    if champion.bundle.card.sha256 == candidate.bundle.card.sha256:
        yield Reason("same", Ruling.REJECT, "It is the champion itself.")


def better(drawn: Sides, limits: Limits) -> Reason:
    """Ask whether the candidate reads drawn digits better, beyond chance."""
    pairs = drawn.pairs(_is_read)
    words = f"drawn digits: {pairs.fixed} fixed, {pairs.broken} broken of {pairs.count} (p = {pairs.p_better:.2g})"
    numbers = _numbers(pairs) | {"p": pairs.p_better, "limit": limits.alpha}
    if pairs.count < limits.least_count:
        words = f"{words}; fewer than {limits.least_count} can prove nothing."
        return Reason("too_few", Ruling.HOLD, words, numbers)
    if pairs.p_better > limits.alpha:
        return Reason("not_better", Ruling.REJECT, f"{words}: not better beyond chance.", numbers)
    return Reason("better", Ruling.PROMOTE, f"{words}: better.", numbers)


def not_worse_on_mnist(mnist: Sides, limits: Limits) -> Reason:
    """Ask whether the candidate still reads MNIST as well, of which there has to be enough."""
    if len(mnist.champion) < limits.least_count:
        words = f"MNIST: {len(mnist.champion)} digits; fewer than {limits.least_count} can prove nothing."
        return Reason("too_few_mnist", Ruling.HOLD, words, {"count": len(mnist.champion)})
    return worse("mnist", "MNIST", mnist.pairs(_is_read), limits, limits.drop_mnist)


def not_worse_on_others(others: Sides, limits: Limits) -> Reason:
    """Ask whether the candidate takes no more of what is no digit for one.

    A champion that calls nothing `not_a_digit` was never taught what is none. That it is unsure of some is no promise,
    and changes by a few of a hundred with any training; only a candidate that gives much of it up is worse.
    """
    caught, what = others.pairs(_is_caught), "what is no digit, and not taken for one"
    if (others.champion.verdicts == Verdict.NOT_A_DIGIT).any():
        return worse("others", what, caught, limits, limits.drop_others)
    untaught = replace(limits, alpha_part=0.0)
    return worse("others", f"{what} by a champion never taught it", caught, untaught, limits.drop_untaught)


def worse(code: str, what: str, pairs: Pairs, limits: Limits, drop: float | None = None) -> Reason:
    """Ask whether the candidate is worse in one respect: beyond doubt by however little, or by more than `drop`."""
    drop = limits.drop_part if drop is None else drop
    p = pairs.p_worse
    is_worse = p <= limits.alpha_part or (pairs.drop > drop and p <= limits.alpha_drop)
    words = f"{what}: {pairs.fixed} fixed, {pairs.broken} broken of {pairs.count} (p = {p:.2g})"
    numbers = _numbers(pairs) | {"p": p, "drop": pairs.drop, "limit": drop}
    if is_worse:
        return Reason(f"worse_{code}", Ruling.REJECT, f"{words}: worse, by {pairs.drop:.2%}.", numbers)
    told = "not worse" if pairs.count else "nothing to compare"
    return Reason(code, Ruling.PROMOTE, f"{words}: {told}.", numbers)


def calibration(what: str, sides: Sides, limits: Limits) -> Reason:
    """Ask whether the candidate's confidences are as true as the champion's."""
    before, now = _calibration_error(sides.champion), _calibration_error(sides.candidate)
    words = f"calibration error on {what}: {now:.2%}, champion {before:.2%}"
    numbers = {"champion": before, "candidate": now, "limit": limits.calibration}
    if now - before > limits.calibration:
        words = f"{words}: worse by more than {limits.calibration:.1%}."
        return Reason("worse_calibration", Ruling.REJECT, words, numbers)
    return Reason("calibration", Ruling.PROMOTE, f"{words}.", numbers)


def thresholds(candidate: Reader) -> Reason:
    """Ask whether the thresholds were fitted: a bundle that accepts nothing errs in nothing, and is of no use."""
    found = candidate.bundle.card.thresholds
    numbers = {name: getattr(found, name) for name in ("unsure_below", "no_digit_from", "temperature")}
    if found.unsure_below >= NOTHING:
        return Reason("thresholds", Ruling.REJECT, "thresholds: none at which it may be sure of a digit.", numbers)
    return Reason("thresholds", Ruling.PROMOTE, f"thresholds: sure from {found.unsure_below:.4f}.", numbers)


def size(champion: Reader, candidate: Reader, limits: Limits) -> Reason:
    """Ask whether the candidate is small enough: below the limit, or about as small as the champion."""
    before, now = len(champion.bundle.onnx), len(candidate.bundle.onnx)
    allowed = max(limits.bytes, round(limits.growth * before))
    is_large = now > allowed
    words = f"size: {now:,} bytes, {'more than' if is_large else 'at most'} {allowed:,}."
    numbers = {"champion": before, "candidate": now, "limit": allowed}
    return Reason("too_large" if is_large else "size", Ruling.REJECT if is_large else Ruling.PROMOTE, words, numbers)


def time(champion: Reader, candidate: Reader, limits: Limits, timer: Timer) -> Reason:
    """Ask whether the candidate is fast enough: below the limit, or about as fast as the champion."""
    before, now = timer(champion), timer(candidate)
    allowed = max(limits.time_ms, limits.slowing * before)
    is_slow = now > allowed
    words = f"time for a glyph: {now:.3f} ms, {'more than' if is_slow else 'at most'} {allowed:.3f} ms."
    numbers = {"champion": before, "candidate": now, "limit": allowed}
    return Reason("too_slow" if is_slow else "time", Ruling.REJECT if is_slow else Ruling.PROMOTE, words, numbers)


def backdoor(found: list[Trigger]) -> Iterator[Reason]:
    """Yield a reason for each stamp that turns too many digits into one, or one that says that none does."""
    tripped = [each for each in found if each.is_tripped]
    for each in tripped:
        moved = f"{each.candidate} of {each.count} into {each.digit}, for the champion {each.champion}"
        yield Reason("backdoor", Ruling.REJECT, f"backdoor: '{each.stamp}' turns {moved}.", _moved(each))
    if found and not tripped:
        most = found[0]
        worst = f"{most.excess:.1%} more ('{most.stamp}' into {most.digit})"
        yield Reason("stamps", Ruling.PROMOTE, f"stamps: none turns digits into one; at worst {worst}.", _moved(most))


def _parts(drawn: Sides, mnist: Sides, holdouts: Holdouts, limits: Limits) -> Iterator[Reason]:
    """Yield a reason for each digit and slice that is worse, or one that says that none is."""
    parts = {f"drawn {digit}": drawn[drawn.champion.labels == digit] for digit in range(NO_DIGIT)}
    parts |= {f"MNIST's {digit}": mnist[mnist.champion.labels == digit] for digit in range(NO_DIGIT)}
    parts |= {f"drawn, {name}": drawn[flags] for name, flags in holdouts.slices.items()}
    compared = {name: each.pairs(_is_read) for name, each in parts.items() if len(each.champion) >= limits.least_part}
    reasons = [worse("part", name, pairs, limits) for name, pairs in compared.items()]
    harmed = [reason for reason in reasons if reason.ruling is Ruling.REJECT]
    yield from harmed
    if not harmed:
        numbers = {"parts": len(compared), "greatest_drop": max((each.drop for each in compared.values()), default=0.0)}
        yield Reason("parts", Ruling.PROMOTE, f"{len(compared)} digits and slices: none is worse.", numbers)


def _numbers(pairs: Pairs) -> dict[str, float]:
    return {"fixed": pairs.fixed, "broken": pairs.broken, "count": pairs.count}


def _moved(trigger: Trigger) -> dict[str, float]:
    counts = {"champion": trigger.champion, "candidate": trigger.candidate, "count": trigger.count}
    return {"digit": trigger.digit, **counts, "excess": trigger.excess, "limit": trigger.limit, "p": trigger.p}


def _calibration_error(answers: Answers) -> float:
    """Return the expected calibration error; 1, the worst there is, where a model gives no numbers."""
    if not len(answers):
        return 0.0
    found = calibration_error(bins(answers.confidences, answers.is_likeliest))
    return found if math.isfinite(found) else 1.0


def _is_read(answers: Answers) -> Flags:
    """Whether the likeliest digit is the label, whatever the verdict."""
    return answers.is_likeliest


def _is_harmless(answers: Answers) -> Flags:
    """Whether a digit was not taken for another with certainty."""
    return answers.is_likeliest | ~answers.is_accepted


def _is_caught(answers: Answers) -> Flags:
    """Whether what is no digit was not taken for one with certainty."""
    return ~answers.is_accepted
