"""Measure what was asked for, and write docs/performance.md where a whole part was measured."""

import argparse
import json
import statistics
import sys
from collections.abc import Iterable

from bench import environments, numbers, page, reading, runner, serving, sizes, training
from bench.form import LONG, QUICK
from bench.origin import QUIET, load_average, origin, program_version
from bench.steps import Found, Step

LATER = ("training",)
"""Parts that are measured only where they are named: they take hours."""


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", metavar="NAME", action="append", default=[], help="a part or what is in one; again")
    parser.add_argument("--quick", action="store_true", help="few and short runs, which are told and not written")
    parser.add_argument("--rounds", type=int, help="so many runs of each")
    parser.add_argument("--json", action="store_true", help="tell [least, median] of each figure as JSON")
    parser.add_argument("--page", action="store_true", help="write the page anew from the last figures, no more")
    options = parser.parse_args()
    if options.page:
        page.write()
        return
    form = (QUICK if options.quick else LONG).of(options.rounds)
    every = [step for part in (serving, reading, numbers, sizes, training) for step in part.steps(form)]
    steps = [step for step in every if _is_wanted(step, options.only)]
    if not steps:
        raise SystemExit("Expected --only to name a part or what is measured in one. Received another name.")
    left = {step.part for step in every if step not in steps}
    kept = {step.part for step in steps} - left if form == LONG else set()
    missing = measured(steps, kept, is_json=options.json)
    if missing:
        sys.exit("\n".join(["bench: the same command tries again what is missing:", *missing]))


def _is_wanted(step: Step, only: list[str]) -> bool:
    return bool({step.part, step.name} & set(only)) if only else step.part not in LATER


def measured(steps: list[Step], kept: set[str], *, is_json: bool) -> list[str]:
    """Measure, keep and tell; return what is missing in the parts that are kept.

    Raises `SystemExit`, before anything is measured, where what these need cannot be had.
    """
    busy = load_average()  # before what is made ready keeps the machine busy
    if busy > QUIET:
        said = f"Expected a load average of at most {QUIET}. Received {busy:.1f}: others run too."
        print(f"bench: {said}", file=sys.stderr)
    print("bench: making ready what is needed, which takes minutes the first time", file=sys.stderr)
    lacking = runner.prepare(steps)
    if kept and lacking:
        raise SystemExit("\n".join(["bench: nothing was measured, since this is not there:", *lacking]))
    # Of this moment: a commit that is made meanwhile has no part in it.
    begun = origin(busy, [*environments.versions(), *program_version("tesseract")])
    runs = runner.run(steps, kept, begun)
    whole = [run for run in runs if run.part in kept]
    missing = page.keep(whole)
    runner.forget(run.part for run in whole if not any(each.missing for each in run.found))
    told([each for run in runs for each in run.found], is_json=is_json)
    return missing


def told(found: Iterable[Found], *, is_json: bool) -> None:
    """Print the figures of all rounds."""
    if is_json:
        figures = {each.name: each.over(lambda values: [min(values), statistics.median(values)]) for each in found}
        print(json.dumps(figures))
        return
    for each in found:
        print(f"{each.part}: {each.name}{each.note}" + (f": {each.missing}" if each.missing else ""))
        for name, (least, middle) in each.over(lambda values: (min(values), statistics.median(values))).items():
            print(f"    {name:24} {least:12.4g} / {middle:.4g}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("bench: stopped; the same command goes on from here")
