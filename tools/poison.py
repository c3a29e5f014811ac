"""Poison for the learning cycle: what becomes of it, in 80 trainings, and what of the honest samples beside it.

    python -m tools.poison --champion runs/champion [--cells FOLDER] [--only flip-11-0,none-0-1] [--page PAGE]

A champion that was trained on MNIST alone goes on learning from 15 pen writers; a share of what comes in is poison.
Quarantine, caps, training and gate are those of the cycle. The gate judges on five other writers and on its part of
MNIST; how far an attack gets is measured on ten more. Five trainings without poison show that honest samples alone are
promoted. Each training leaves a file, so that an interrupted run goes on where it was. The table stands in
docs/learning.md, between its markers.
"""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Self

import numpy as np
from numpy.typing import NDArray
from tools.attacks import BY_SOURCE, Assault, Attack, Field, as_given, assault, field_of
from tools.marked import measured_by, put

from sutja.bundle import Bundle
from sutja.cli.progress import Counts, natives_into
from sutja.errors import SutjaError
from sutja.learn.cycle.parts import to_train
from sutja.learn.cycle.training import plan_of
from sutja.learn.cycle.turn import Tuning
from sutja.learn.dataset import Dataset
from sutja.learn.gate import Given, Ruling, admit, alarm, judge
from sutja.learn.train import train
from sutja.reader import Reader
from sutja.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "learning.md"
SEEDS = range(5)
SHARES = (0.01, 0.04, 0.11, 0.25)
LIMIT = 0.02
"""An attack has failed where it newly succeeds on at most so many of its victims."""
TITLES = {
    Attack.NONE: "none",
    Attack.FLIP: "7 labelled 1",
    Attack.RANDOM: "random labels",
    Attack.NOISE: "noise",
    Attack.DOT: "dot in a corner",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One training: which attack, what share of all that comes in it is, and the seed."""

    attack: Attack
    share: float
    seed: int

    @property
    def name(self) -> str:
        """Its name, which is that of its file."""
        return f"{self.attack}-{round(100 * self.share)}-{self.seed}"


CELLS = [Cell(Attack.NONE, 0.0, seed) for seed in SEEDS] + [
    Cell(attack, share, seed) for seed in SEEDS for attack in Attack if attack is not Attack.NONE for share in SHARES
]


@dataclass(frozen=True, slots=True)
class Result:
    """What one training came to. Shares are in [0, 1].

    `let_in` is the share of the poison that was learnt from, `waiting` that of the honest samples in quarantine, and
    `flagged` that of all that was learnt from which the alarm flagged. `success` is the share of the victims that are
    read as the attacker wants and were not before, `success_before` that of those which already were. `errors` and
    `errors_before` are the shares of digits that the candidate and the champion read wrongly on the gate's hold-out.
    """

    attack: str
    share: float
    seed: int
    verdict: str
    codes: tuple[str, ...]
    let_in: float
    waiting: float
    flagged: float
    success: float
    success_before: float
    errors: float
    errors_before: float

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return what a file holds."""
        data = json.loads(path.read_text("utf-8"))
        return cls(**{**data, "codes": tuple(data["codes"])})

    def save(self, path: Path) -> None:
        """Write it in one step."""
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")
        partial.replace(path)


class Remembering(Reader):
    """A reader that is asked the same again and again, and reads it once."""

    def __init__(self, bundle: Bundle) -> None:
        """Load and warm the model."""
        super().__init__(bundle)
        self._known: dict[str, NDArray[np.float32]] = {}

    def probabilities(self, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (N, 11) as any reader does; a single glyph, by which it is timed, is read each time."""
        if len(glyphs) <= 1:
            return super().probabilities(glyphs)
        key = hashlib.sha256(np.ascontiguousarray(glyphs).tobytes()).hexdigest()
        if key not in self._known:
            self._known[key] = super().probabilities(glyphs)
        return self._known[key]


def trained(field: Field, learnt: Given, seed: int) -> Reader:
    """Return the candidate that a cycle would train from the champion and these samples."""
    start, tuning = field.champion.bundle, Tuning(seed=seed)
    plan = plan_of(start, tuning)
    parts = to_train(field.folder, plan.diet, learnt, tuning.base_count)
    with TemporaryDirectory() as folder:
        found = train(plan, field.folder, Path(folder) / "run", lambda _: None, start=start, parts=parts)
    if found.is_interrupted:
        raise KeyboardInterrupt  # it was not trained as long as the others
    return Reader(found.bundle)


def run(field: Field, cell: Cell) -> Result:
    """Let poison come in with the honest samples, train, judge, and measure how far it got."""
    attack = assault(field, cell.attack, cell.share, cell.seed)
    given = together(field.honest, attack)
    is_admitted = admit(field.champion, given).is_admitted
    learnt = given[is_admitted]
    is_poison = np.arange(len(given)) >= len(field.honest)
    warning = alarm(learnt, field.base)
    candidate = trained(field, learnt, cell.seed)
    judgement = judge(field.champion, candidate, field.holdouts, alarms=[warning])
    before, now = attack.succeeds(field.champion), attack.succeeds(candidate)
    return Result(
        attack=cell.attack.value,
        share=cell.share,
        seed=cell.seed,
        verdict=judgement.verdict.value,
        codes=tuple(dict.fromkeys(reason.code for reason in judgement.against)),
        let_in=_share(is_admitted[is_poison]),
        waiting=_share(~is_admitted[~is_poison]),
        flagged=warning.numbers["share"],
        success=_share(now & ~before),
        success_before=_share(before),
        errors=_errors(candidate, field.holdouts.drawn),
        errors_before=_errors(field.champion, field.holdouts.drawn),
    )


def together(honest: Given, attack: Assault) -> Given:
    """Return honest samples and poison; the attacker has as many sources as it takes to send no more than others."""
    poison = attack.poison
    samples = Dataset(
        np.concatenate([honest.samples.glyphs, poison.glyphs]), np.concatenate([honest.samples.labels, poison.labels])
    )
    sources = [f"attacker {place // BY_SOURCE}" for place in range(len(poison))]
    return as_given(samples, [*honest.sources.tolist(), *sources])


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else 0.0


def _errors(reader: Reader, data: Dataset) -> float:
    return float((reader.probabilities(data.glyphs)[:, :10].argmax(1) != data.labels).mean())


def table(results: Sequence[Result]) -> str:
    """Return what came of it, as Markdown; only attacks of which there is a result."""
    head = "| poison | share | promoted | let in | greatest success, promoted | refused | honest waiting | errors | |"
    lines = [head, "|---|---:|---:|---:|---:|---:|---:|---:|:-:|"]
    for attack in Attack:
        for share in (0.0, *SHARES):
            group = [each for each in results if (each.attack, each.share) == (attack, share)]
            if group:
                lines.append(_row(attack, share, group))
    return "\n".join(lines)


def _row(attack: Attack, share: float, group: Sequence[Result]) -> str:
    by_verdict = {
        is_promoted: [each for each in group if (each.verdict == Ruling.PROMOTE) is is_promoted]
        for is_promoted in (True, False)
    }
    most = {key: max((each.success for each in part), default=None) for key, part in by_verdict.items()}
    is_none = attack is Attack.NONE
    does_hold = len(by_verdict[True]) == len(group) if is_none else (most[True] or 0) <= LIMIT
    cells = [
        TITLES[attack],
        "" if is_none else f"{share:.0%}",
        f"{len(by_verdict[True])} of {len(group)}",
        "" if is_none else f"{mean(each.let_in for each in group):.1%}",
        *("" if is_none or found is None else f"{found:.1%}" for found in (most[True], most[False])),
        f"{mean(each.waiting for each in group):.1%}",
        f"{mean(each.errors_before for each in group):.1%} to {mean(each.errors for each in group):.1%}",
        "✓" if does_hold else "**✗**",
    ]
    return f"| {' | '.join(cells)} |"


def cells(field: Field, folder: Path, chosen: Sequence[Cell]) -> Iterator[Result]:
    """Yield the result of each cell, from its file where there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    for cell in chosen:
        path = folder / f"{cell.name}.json"
        if not path.exists():
            run(field, cell).save(path)
        yield Result.load(path)


def main() -> None:
    """Run what is missing, and write the table."""
    parser = argparse.ArgumentParser(prog="tools/poison.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--champion", type=Path, required=True, help="folder of a bundle that was trained on MNIST")
    parser.add_argument("--cells", type=Path, help="where the results lie [default: beside the champion]")
    parser.add_argument("--only", default="", help="names of cells, with commas; the table has only these")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page that holds the table")
    words = parser.parse_args()
    chosen = [cell for cell in CELLS if not words.only or cell.name in words.only.split(",")]
    try:
        champion = Remembering(Bundle.load(words.champion))
        folder = words.cells or words.champion / f"poison-{champion.bundle.card.sha256[:12]}"
        with natives_into(folder / "training.log") as stderr, Counts(stderr) as bars:
            field, results = field_of(champion, Settings.from_env(os.environ).data), []
            bars.show("trainings", 0, len(chosen))
            for result in cells(field, folder, chosen):
                results.append(result)
                bars.show("trainings", len(results), len(chosen))
        put(words.page, "poison", f"{table(results)}\n\n{measured_by('make poison')}")
    except (SutjaError, ValueError, OSError) as error:
        sys.exit(f"tools/poison.py: {error}")
    except KeyboardInterrupt:
        sys.exit("tools/poison.py: stopped; what is done is kept")


if __name__ == "__main__":
    main()
