"""The steps of a cycle: collect, snapshot, train, evaluate, gate, promote, report.

Each takes the turn and returns what it came to, as JSON has it. It reads the store and the results before it, so that
it can run on a machine of its own, and running it again gives the same: nothing is counted, judged or promoted twice.
Only the step that trains imports Keras, which takes longer than most of the others do.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sutja.bundle import Bundle
from sutja.errors import BundleError, ConflictError, PausedError, TooFewError
from sutja.golden import self_test
from sutja.learn import sources
from sutja.learn.cycle import given as gifts
from sutja.learn.cycle.blame import suspicion
from sutja.learn.cycle.leaving import leave
from sutja.learn.cycle.parts import GIVEN, diet_of, to_judge
from sutja.learn.cycle.turn import Turn
from sutja.learn.dataset import NO_DIGIT, mnist_training
from sutja.learn.evaluate.answers import Answers, of_glyphs
from sutja.learn.gate import Holdouts, Judgement, Reason, Ruling, admit, alarm, judge
from sutja.reader import Reader
from sutja.sample import LEARNABLE, SampleState
from sutja.store import Wanted

Result = dict[str, Any]


def collect(turn: Turn) -> Result:
    """Choose the samples: quarantine what the champion strongly disagrees with, let out what may be learnt from since.

    What is let out is new again, and asked anew by each cycle: nobody but a reviewer accepts a sample. Raises
    `TooFewError` where the gate could only hold what is learnt from them.
    """
    store, name = turn.store, turn.cycle.id
    active = store.bundles.active()
    if not store.cycles.samples_of(name):
        champion = Reader(store.bundles.load(active.sha))
        states = (*LEARNABLE, SampleState.QUARANTINED)
        whole = gifts.gathered(store, Wanted(states=states, is_double=False))
        admitted = admit(champion, whole.given).is_admitted
        waits = [each.state is SampleState.QUARANTINED for each in whole.samples]
        rows = list(zip(whole.samples, waits, admitted.tolist(), strict=True))
        store.samples.move([each.id for each, was, now in rows if now and was], SampleState.NEW, by=f"cycle:{name}")
        store.samples.move(
            [each.id for each, was, now in rows if not (now or was)], SampleState.QUARANTINED, by=f"cycle:{name}"
        )
        kept = whole[admitted]
        counted = [each.id for each in kept.samples if each.cycle is None]
        store.cycles.claim(name, turn.cycle.holder, counted, kept.ids())
    used = gifts.still_used(store, name)
    _expect_enough(turn, used)
    return {
        "generation": active.generation,
        "champion": active.sha,
        "new": sum(each.cycle == name for each in used.samples),
        "samples": len(used.samples),
        "sources": len(set(used.given.sources.tolist())),
        "quarantined": store.samples.count(Wanted(states=(SampleState.QUARANTINED,), is_double=False)),
    }


def _expect_enough(turn: Turn, used: gifts.Gathered) -> None:
    learnt, held_out = gifts.sides(used, turn.secret)
    judges, least = int((held_out.given.samples.labels != NO_DIGIT).sum()), turn.limits.least_count
    if not learnt.samples:
        raise TooFewError("Expected samples to learn from. Received none, or none outside of quarantine and hold-out.")
    if judges < least:
        raise TooFewError(
            f"Expected at least {least} digits by which a candidate is only judged, all those of one source in five. "
            f"Received {judges}: more people have to give, or what waits in quarantine has to be looked through."
        )


def snapshot(turn: Turn) -> Result:
    """Write down what is trained on and what is judged by, under one hash, and look at the labels.

    Public data that are missing are downloaded, here and wherever a step needs them. Raises `DownloadError`.
    """
    used = gifts.still_used(turn.store, turn.cycle.id)
    learnt, held_out = gifts.sides(used, turn.secret)
    champion = turn.store.bundles.load(turn.result("collect")["champion"])
    turn.gather(sources.MNIST_TRAINING)
    base, _ = mnist_training(turn.data)
    noticed = alarm(learnt.given, base)
    return {
        "snapshot": used.digest(),
        "base": diet_of(champion).value,
        "taught": _taught(learnt),
        "learnt": len(learnt.samples),
        "held_out": len(held_out.samples),
        "alarm": asdict(noticed),
    }


def train(turn: Turn) -> Result:
    """Train the candidate, from its beginning: an interrupted training would come to other weights."""
    from sutja.learn.cycle.training import trained

    candidate = trained(turn)
    sha = turn.store.bundles.add(candidate, f"cycle:{turn.cycle.id}", cycle=turn.cycle)
    training = candidate.card.training
    taught = training["data"]["training"].get(GIVEN)
    return {"candidate": sha, "epochs": training["epochs"], "snapshot": training["snapshot"], "taught": taught}


def _taught(learnt: gifts.Gathered) -> str | None:
    """Return the sha-256 by which a card knows what was learnt beside base data; None where that is nothing."""
    return learnt.given.samples.digest() if learnt.samples else None


def _readers(turn: Turn) -> tuple[Reader, Reader]:
    champion, candidate = turn.result("collect")["champion"], turn.result("train")["candidate"]
    return Reader(turn.store.bundles.load(champion)), Reader(turn.store.bundles.load(candidate))


def _holdouts(turn: Turn, held_out: gifts.Gathered) -> Holdouts:
    turn.gather(sources.MNIST_TRAINING)
    return to_judge(turn.data, held_out)


def evaluate(turn: Turn) -> Result:
    """Measure champion and candidate on the same hold-outs, and write down which."""
    _, held_out = gifts.sides(gifts.still_used(turn.store, turn.cycle.id), turn.secret)
    holdouts = _holdouts(turn, held_out)
    found: Result = {"hold_out": held_out.digest()}
    for role, reader in zip(("champion", "candidate"), _readers(turn), strict=True):
        others = of_glyphs(reader, holdouts.others)
        found[role] = {
            "drawn": _figures(of_glyphs(reader, holdouts.drawn)),
            "mnist": _figures(of_glyphs(reader, holdouts.mnist)),
            "others": {"count": len(others), "caught": float((~others.is_accepted).mean())},
        }
    return found


def _figures(answers: Answers) -> Result:
    """Return count and shares; of nothing, only that it is nothing."""
    if not len(answers):
        return {"count": 0}
    is_accepted = answers.is_accepted
    return {
        "count": len(answers),
        "right": float(answers.is_likeliest.mean()),
        "accepted": float(is_accepted.mean()),
        "accepted_wrong": int((is_accepted & ~answers.is_likeliest).sum()),
    }


def gate(turn: Turn) -> Result:
    """Judge the candidate, and say whose samples are suspected where a mark turns digits into another."""
    champion, candidate = _readers(turn)
    learnt, held_out = gifts.sides(gifts.still_used(turn.store, turn.cycle.id), turn.secret)
    holdouts = _holdouts(turn, held_out)
    alarms = [*_noticed(turn, candidate), *_changed(turn, learnt, held_out)]
    judgement = judge(champion, candidate, holdouts, turn.limits, alarms=alarms)
    if judgement.verdict is not Ruling.PROMOTE:
        _decide(turn, judgement)  # before what may fail: a verdict that was reached is kept
    blamed = suspicion(turn, champion, candidate, holdouts, _again)
    return {"verdict": judgement.verdict.value, "judgement": judgement.to_json(), "suspects": blamed}


def _noticed(turn: Turn, candidate: Reader) -> Iterator[Reason]:
    """Yield what was noticed of the samples before, and whether the candidate fails its own golden answers."""
    noticed = turn.result("snapshot")["alarm"]
    yield Reason(noticed["code"], Ruling(noticed["ruling"]), noticed["words"], noticed["numbers"])
    try:
        self_test(candidate)
    except BundleError as error:
        yield Reason("golden", Ruling.REJECT, str(error))


def _changed(turn: Turn, learnt: gifts.Gathered, held_out: gifts.Gathered) -> Iterator[Reason]:
    """Yield where samples were taken back, rejected or given another label while the cycle ran.

    What a candidate learnt from them stays, as it does with those of earlier cycles. But what it is judged by has to be
    what both were measured on. A cycle that an older sutja began and left says of neither what it was: it is held.
    """
    if len({turn.result("snapshot").get("taught"), turn.result("train").get("taught"), _taught(learnt)}) > 1:
        words = "samples that it learns from: some were taken back, rejected or given another label meanwhile."
        yield Reason("changed", Ruling.PROMOTE, words)
    if held_out.digest() != turn.result("evaluate").get("hold_out"):
        words = (
            "samples that it is judged by: some were taken back, rejected or given another label after they were read."
        )
        yield Reason("changed_holdouts", Ruling.HOLD, words)


def _again(turn: Turn, learnt: gifts.Gathered, folder: Path) -> Bundle:
    from sutja.learn.cycle.training import candidate_of

    return candidate_of(turn, learnt, folder)


def _decide(turn: Turn, judgement: Judgement) -> None:
    """Keep a refusal for ever, once; a promotion is kept together with its deed."""
    said = (judgement.verdict.value, judgement.words, judgement.to_json())
    turn.store.cycles.decide(turn.cycle, judgement.champion, judgement.candidate, *said)


def promote(turn: Turn) -> Result:
    """Have the candidate serve where the gate says so and the champion is still the one that it was compared with."""
    judgement = Judgement.from_json(turn.result("gate")["judgement"])
    if judgement.verdict is not Ruling.PROMOTE:
        return {"verdict": judgement.verdict.value, "is_promoted": False}
    store, active = turn.store, turn.store.bundles.active()
    if active.sha == judgement.candidate:  # by a try before this one
        return {"verdict": "promote", "is_promoted": True, "generation": active.generation}
    try:
        active = store.bundles.promote(
            judgement.candidate,
            turn.result("collect")["generation"],
            f"cycle:{turn.cycle.id}",
            judgement.words,
            cycle=turn.cycle,
            numbers=judgement.to_json(),
        )
    except PausedError as error:
        return _held(turn, judgement, str(error))
    except ConflictError:  # a cycle that was left meanwhile is told so by the verdict that it may not give
        return _held(turn, judgement, "Another champion serves since the candidate was compared with the one before.")
    return {"verdict": "promote", "is_promoted": True, "generation": active.generation}


def _held(turn: Turn, judgement: Judgement, words: str) -> Result:
    held = Judgement(
        judgement.champion, judgement.candidate, (*judgement.reasons, Reason("champion", Ruling.HOLD, words))
    )
    _decide(turn, held)
    return {"verdict": "hold", "is_promoted": False, "why": words}


STEPS: dict[str, Callable[[Turn], Result]] = {
    "collect": collect,
    "snapshot": snapshot,
    "train": train,
    "evaluate": evaluate,
    "gate": gate,
    "promote": promote,
    "report": leave,
}
"""By name, in their order."""
