"""What a cycle's tuning teaches: candidates by other rates, epochs and weights, judged by the calibration writers.

    python -m tools.tuning --champion runs/mnist 3e-4,8 6e-4,8 [--reviewed] [--keys]

The training writers' pen strokes are given, and learnt from as in a cycle; each line tells how many of the calibration
writers' digits and of the gate's part of MNIST are read wrongly, and their mean log losses. The test writers are not
read: they measure the whole story, and nothing is chosen by them. Figures go to docs/LOG.md.
"""

import argparse
import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tools.attacks import as_given, prepared

from sutja.bundle import Bundle
from sutja.learn.cycle.parts import to_train
from sutja.learn.cycle.training import plan_of
from sutja.learn.cycle.turn import Tuning
from sutja.learn.dataset import Dataset, mnist_training
from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import pendigits
from sutja.learn.gate import Given, admit, mnist_parts
from sutja.learn.train import train
from sutja.reader import Reader
from sutja.settings import Settings


def given_by(data: Path, *, with_keys: bool) -> Given:
    """Return what the training writers give: each a source of its own, with a key or without."""
    penned = pendigits(data, Part.TRAINING)
    given = as_given(prepared(penned), [f"writer {each.writer}" for each in penned])
    return given if with_keys else replace(given, is_keyless=np.ones(len(given), bool))


def figures(reader: Reader, sets: dict[str, Dataset]) -> str:
    """Return how many of each set are read wrongly, and the mean log loss of the digits."""
    found = []
    for name, each in sets.items():
        shares = reader.probabilities(each.glyphs)[:, :10]
        loss = -np.log(np.maximum(shares[np.arange(len(each)), each.labels], 1e-9)).mean()
        found.append(f"{name} {int((shares.argmax(1) != each.labels).sum())} of {len(each):,} wrong, loss {loss:.4f}")
    return "; ".join(found)


def main() -> None:
    """Train a candidate for each rate and number of epochs, and tell what it reads."""
    parser = argparse.ArgumentParser(prog="tools/tuning.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("tunings", nargs="+", metavar="RATE,EPOCHS")
    parser.add_argument("--champion", type=Path, required=True, help="folder of the bundle to go on from")
    parser.add_argument("--reviewed", action="store_true", help="learn from what waits in quarantine, too")
    parser.add_argument(
        "--keys", action="store_true", help="each writer has a key, so that all may weigh more together"
    )
    asked = parser.parse_args()
    champion, data, usual = Bundle.load(asked.champion), Settings.from_env(os.environ).data, Tuning()
    reader, given = Reader(champion), given_by(data, with_keys=asked.keys)
    learnt = given if asked.reviewed else given[admit(reader, given).is_admitted]
    gates, _ = mnist_parts(mnist_training(data)[1])
    sets = {"pens": prepared(pendigits(data, Part.CALIBRATION)), "MNIST": gates}
    print(f"champion: {figures(reader, sets)}; {len(learnt):,} learnt, {len(given) - len(learnt):,} wait", flush=True)
    for tuning in asked.tunings:
        rate, epochs = tuning.split(",")
        plan = plan_of(champion, replace(usual, epochs=int(epochs), learning_rate=float(rate)))
        parts = to_train(data, plan.diet, learnt, usual.base_count)
        with TemporaryDirectory() as folder:
            found = train(plan, data, Path(folder) / "run", lambda _: None, start=champion, parts=parts).bundle
        print(f"{tuning}: {figures(Reader(found), sets)}", flush=True)


if __name__ == "__main__":
    main()
