"""The steps of a cycle: collect, snapshot, train, evaluate, gate, promote, report.

Each takes the turn and returns what it came to, as JSON has it. It reads the store and the results before it, so that
running it again gives the same: nothing is counted, judged or promoted twice. Only the step that trains imports Keras,
which takes longer than most of the others do.
"""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sutja.bundle import Bundle
from sutja.errors import BundleError, ConflictError
from sutja.golden import self_test
from sutja.learn import sources
from sutja.learn.cycle import given as gifts
from sutja.learn.cycle.blame import suspicion
from sutja.learn.cycle.leaving import leave
from sutja.learn.cycle.parts import diet_of, to_judge
from sutja.learn.cycle.turn import Turn
from sutja.learn.dataset import archives, mnist_training
from sutja.learn.evaluate.answers import Answers, of_glyphs
from sutja.learn.gate import Holdouts, Judgement, Reason, Ruling, admit, alarm, judge
from sutja.reader import Reader
from sutja.sample import LEARNABLE, SampleState
from sutja.store import Wanted

Result = dict[str, Any]


def collect(turn: Turn) -> Result:
    """Choose the samples: quarantine what the champion strongly disagrees with, let out what was vouched for since."""
    store, name = turn.store, turn.cycle.id
    active = store.bundles.active()
    if not store.cycles.samples_of(name):
        champion = Reader(store.bundles.load(active.sha))
        states = (*LEARNABLE, SampleState.QUARANTINED)
        whole = gifts.gathered(store, Wanted(states=states, is_double=False))
        admitted = admit(champion, whole.given).is_admitted
        waits = [each.state is SampleState.QUARANTINED for each in whole.samples]
        rows = list(zip(whole.samples, waits, admitted.tolist(), strict=True))
        store.samples.move(
            [each.id for each, was, now in rows if now and was], SampleState.ACCEPTED, by=f"cycle:{name}"
        )
        store.samples.move(
            [each.id for each, was, now in rows if not (now or was)], SampleState.QUARANTINED, by=f"cycle:{name}"
        )
        kept = whole[admitted]
        counted = [each.id for each in kept.samples if each.cycle is None]
        store.cycles.claim(name, turn.cycle.holder, counted, kept.ids())
    used = gifts.those(store, store.cycles.samples_of(name))
    return {
        "generation": active.generation,
        "champion": active.sha,
        "new": sum(each.cycle == name for each in used.samples),
        "samples": len(used.samples),
        "sources": len(set(used.given.sources.tolist())),
        "quarantined": store.samples.count(Wanted(states=(SampleState.QUARANTINED,), is_double=False)),
    }


def snapshot(turn: Turn) -> Result:
    """Freeze what is trained on and what is judged by, under one hash, and look at the labels.

    Public data that are missing are downloaded before. Raises `DownloadError` where they cannot be.
    """
    used = gifts.those(turn.store, turn.store.cycles.samples_of(turn.cycle.id))
    learnt, held_out = gifts.sides(used, turn.secret)
    champion = turn.store.bundles.load(turn.result("collect")["champion"])
    sources.gather(archives(diet_of(champion)), turn.data, lambda *_: None)
    base, _ = mnist_training(turn.data)
    noticed = alarm(learnt.given, base)
    return {
        "snapshot": used.digest(),
        "base": diet_of(champion).value,
        "learnt": len(learnt.samples),
        "held_out": len(held_out.samples),
        "alarm": asdict(noticed),
    }


def train(turn: Turn) -> Result:
    """Train the candidate, from its beginning: an interrupted training would come to other weights."""
    from sutja.learn.cycle.training import trained

    candidate = trained(turn)
    sha = turn.store.bundles.add(candidate, f"cycle:{turn.cycle.id}")
    training = candidate.card.training
    return {"candidate": sha, "epochs": training["epochs"], "snapshot": training["snapshot"]}


def _readers(turn: Turn) -> tuple[Reader, Reader]:
    champion, candidate = turn.result("collect")["champion"], turn.result("train")["candidate"]
    return Reader(turn.store.bundles.load(champion)), Reader(turn.store.bundles.load(candidate))


def _holdouts(turn: Turn) -> Holdouts:
    used = gifts.those(turn.store, turn.store.cycles.samples_of(turn.cycle.id))
    _, held_out = gifts.sides(used, turn.secret)
    return to_judge(turn.data, held_out)


def evaluate(turn: Turn) -> Result:
    """Measure champion and candidate on the same frozen hold-outs."""
    holdouts = _holdouts(turn)
    found: Result = {"holdouts": holdouts.digest()}
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
    holdouts = _holdouts(turn)
    noticed = turn.result("snapshot")["alarm"]
    alarms = [Reason(noticed["code"], Ruling(noticed["ruling"]), noticed["words"], noticed["numbers"])]
    try:
        self_test(candidate)
    except BundleError as error:
        alarms.append(Reason("golden", Ruling.REJECT, str(error)))
    judgement = judge(champion, candidate, holdouts, turn.limits, alarms=alarms)
    blamed = suspicion(turn, champion, candidate, holdouts, _again)
    if judgement.verdict is not Ruling.PROMOTE:
        _decide(turn, judgement)
    return {"verdict": judgement.verdict.value, "judgement": judgement.to_json(), "suspects": blamed}


def _again(turn: Turn, learnt: gifts.Gathered, folder: Path) -> Bundle:
    from sutja.learn.cycle.training import candidate_of

    return candidate_of(turn, learnt, folder)


def _decide(turn: Turn, judgement: Judgement) -> None:
    """Keep a refusal for ever, once; a promotion is kept together with its deed."""
    decisions = turn.store.decisions
    if not any(each.cycle == turn.cycle.id for each in decisions.list(candidate=judgement.candidate)):
        decisions.add(
            judgement.candidate,
            judgement.champion,
            judgement.verdict.value,
            judgement.words,
            f"cycle:{turn.cycle.id}",
            cycle=turn.cycle.id,
            numbers=judgement.to_json(),
        )


def promote(turn: Turn) -> Result:
    """Have the candidate serve where the gate says so and the champion is still the one that it was compared with."""
    judgement = Judgement.from_json(turn.result("gate")["judgement"])
    if judgement.verdict is not Ruling.PROMOTE:
        return {"verdict": judgement.verdict.value, "is_promoted": False}
    store, active = turn.store, turn.store.bundles.active()
    if active.sha == judgement.candidate:  # by a try before this one
        return {"verdict": "promote", "is_promoted": True, "generation": active.generation}
    pause = store.cycles.paused()
    if pause is not None:
        return _held(turn, judgement, f"Learning was paused by {pause.by}: {pause.reason}")
    try:
        active = store.bundles.promote(
            judgement.candidate,
            turn.result("collect")["generation"],
            f"cycle:{turn.cycle.id}",
            judgement.words,
            cycle=turn.cycle.id,
            numbers=judgement.to_json(),
        )
    except ConflictError:
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
