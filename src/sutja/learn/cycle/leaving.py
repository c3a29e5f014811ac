"""What a cycle leaves: a report in its folder, to read, and a run in MLflow, to compare with others.

Owns the words of the report. No picture of what somebody gave is in it: those are looked at in `/review`, and deleted
with the sample. Who gave how much stands in a file beside it, since MLflow gets the report and is told of no source.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sutja.holdout import is_held_out
from sutja.learn.cycle.turn import Turn
from sutja.learn.gate import Judgement
from sutja.learn.tracking import Leavings, Place, follow, record
from sutja.sample import LEARNABLE
from sutja.store import Wanted

REPORT_NAME = "report.md"
SOURCES_NAME = "sources.md"
SOURCES_MAX = 100
"""So many rows at most, the largest sources; all visitors together may be hundreds of thousands."""

Result = dict[str, Any]


def leave(turn: Turn) -> Result:
    """Write the report, and tell MLflow where there is one; return where they are."""
    turn.folder.mkdir(parents=True, exist_ok=True)
    _write(turn.folder / SOURCES_NAME, _sources(turn))
    path = turn.folder / REPORT_NAME
    _write(path, _lines(turn))
    found: Result = {"verdict": turn.result("promote")["verdict"], "report": str(path)}
    return {**found, **_tracked(turn, turn.tracking, path)} if turn.tracking else found


def _write(path: Path, lines: Iterable[str]) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text("\n".join(lines) + "\n", "utf-8")
    partial.replace(path)


def _tracked(turn: Turn, place: Place, path: Path) -> Result:
    """Tell MLflow of the cycle, and what serves now; what goes wrong there is a warning and no more."""
    bundles, judgement = turn.store.bundles, turn.result("gate")["judgement"]
    candidate = bundles.load(turn.result("train")["candidate"])
    pictures = (turn.training / name for name in ("history.png", "confusion.png"))
    leavings = Leavings(
        cycle=turn.cycle.id,
        began=turn.cycle.started,
        ended=turn.cycle.heartbeat,
        candidate=candidate,
        champion=turn.result("collect")["champion"],
        snapshot=turn.result("snapshot")["snapshot"],
        verdict=turn.result("promote")["verdict"],
        words=Judgement.from_json(judgement).words,
        judgement=judgement,
        scores={role: turn.result("evaluate")[role] for role in ("champion", "candidate")},
        files=(path, *(each for each in pictures if each.exists())),
    )
    told = [record(place, leavings), follow(place, bundles.load(bundles.active().sha), candidate)]
    for warning in {each.warning for each in told if each.warning}:
        turn.say(warning)
    return {"run": told[0].run, "mlflow": told[0].uri}


def _lines(turn: Turn) -> Iterator[str]:
    collected, frozen, trained = (turn.result(step) for step in ("collect", "snapshot", "train"))
    outcome, judgement = turn.result("promote"), turn.result("gate")["judgement"]
    yield f"# Cycle {turn.cycle.id}: {outcome['verdict']}\n"
    if outcome.get("why"):
        yield f"{outcome['why']}\n"
    yield f"- begun {turn.cycle.started:%Y-%m-%d %H:%M} UTC, because {turn.cycle.trigger}"
    yield f"- samples: {collected['samples']:,} of {collected['sources']:,} sources, {collected['new']:,} of them new"
    yield f"- in quarantine: {collected['quarantined']:,}"
    yield f"- learnt from {frozen['learnt']:,}, judged by {frozen['held_out']:,}; snapshot `{frozen['snapshot'][:12]}`"
    yield f"- champion `{collected['champion'][:12]}`"
    yield f"- candidate `{trained['candidate'][:12]}`, trained for {trained['epochs']} epochs"
    yield "\n## On the hold-outs\n"
    yield from _table(turn.result("evaluate"))
    yield "\n## What the gate found\n"
    yield "| check | asks for | found |\n|---|---|---|"
    for reason in judgement["reasons"]:
        yield f"| {reason['code']} | {reason['ruling']} | {reason['words']} |"
    yield f"\nWho gave how much: `{SOURCES_NAME}`, beside this file."


def _sources(turn: Turn) -> Iterator[str]:
    """Yield a table of the sources, the largest first: whose samples were learnt from, and whose only judged by."""
    used = turn.store.samples.by_source(SOURCES_MAX, Wanted(used_by=turn.cycle.id, states=LEARNABLE))
    yield f"# Cycle {turn.cycle.id}: who gave what it used\n"
    if turn.result("gate")["suspects"]:
        names = ", ".join(f"`{each}`" for each in turn.result("gate")["suspects"])
        yield f"Without these sources no mark misleads the candidate: {names}\n"
    yield "| source | samples | |\n|---|--:|---|"
    for each in used.largest:
        role = "judged by" if is_held_out(each.name, turn.secret) else "learnt from"
        yield f"| `{each.name}` | {each.count:,} | {role} |"
    if used.others:
        more = f"{used.other_count:,} more sources gave {used.others.count:,} samples"
        yield f"\n{more}: `sutja samples export` names them all."


def _table(measured: Result) -> Iterator[str]:
    yield "| | champion | candidate |\n|---|--:|--:|"
    champion, candidate = measured["champion"], measured["candidate"]
    for name, words in (("drawn", "drawn digits"), ("mnist", "MNIST")):
        if champion[name]["count"]:
            yield f"| {words}, read rightly | {champion[name]['right']:.2%} | {candidate[name]['right']:.2%} |"
            yield f"| {words}, accepted | {champion[name]['accepted']:.2%} | {candidate[name]['accepted']:.2%} |"
            wrong = (champion[name]["accepted_wrong"], candidate[name]["accepted_wrong"])
            yield f"| {words}, wrong among the accepted | {wrong[0]:,} | {wrong[1]:,} |"
    yield f"| no digits, caught | {champion['others']['caught']:.2%} | {candidate['others']['caught']:.2%} |"
