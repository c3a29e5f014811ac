"""A training that ends as soon as it is good enough. Prints a line of JSON.

python -m bench.trained NETWORK SEED FOLDER
"""

import json
import sys
import time
from pathlib import Path

from bench.steps import Figures
from bench.training import gather
from sutja.learn.plan import Diet, Network, Plan, Tick
from sutja.learn.train import train

WANTED = 0.993
EPOCHS = 60


class EnoughError(Exception):
    """It reads well enough; nothing is wrong."""


def trained(network: Network, seed: int, folder: Path) -> Figures:
    """Train until it is enough; return epochs, accuracy on the validation split and the CPU time.

    Raises `SystemExit` where that does not come.
    """
    data = gather()
    found: Figures = {}

    def watch(tick: Tick) -> None:
        if tick.calibration is not None:
            found.update(epochs=tick.epoch + 1, accuracy=tick.calibration.accuracy, cpu_s=time.process_time())
            if tick.calibration.accuracy >= WANTED:
                raise EnoughError

    plan = Plan(network=network, diet=Diet.MNIST, epochs=EPOCHS, patience=EPOCHS, seed=seed)
    try:
        train(plan, data, folder / "run", watch)
    except EnoughError:
        return found
    raise SystemExit(f"Expected {WANTED:.1%} within {EPOCHS} epochs. Received less.")


if __name__ == "__main__":
    print(json.dumps(trained(Network(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
