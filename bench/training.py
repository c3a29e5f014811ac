"""Trainings: how long `compact` and `classic` take until they read 99.3 % of MNIST's validation split rightly.

Each is a process of its own, from its start to the end of the first epoch that is good enough; seed after seed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from bench.form import Form
from bench.runner import FOLDER
from bench.steps import Figures, MissingError, Step
from sutja.errors import SutjaError
from sutja.learn import sources
from sutja.settings import Settings

PART = "training"
NETWORKS = ("compact", "classic")


def steps(form: Form) -> list[Step]:
    """Return a step for each network and seed."""
    return [
        Step(PART, name, seed, partial(measured, name, seed), gather) for seed in range(form.seeds) for name in NETWORKS
    ]


def gather() -> Path:
    """Return the folder of the data sets; what is missing to train on is downloaded. Raises `MissingError`."""
    data = Settings.from_env(os.environ).data
    try:
        sources.gather((*sources.MNIST_TRAINING, *sources.MNIST_TEST), data, lambda *_: None)
    except SutjaError as error:
        raise MissingError(str(error)) from error
    return data


def measured(network: str, seed: int) -> Figures:
    """Return how long one training took, in a process of its own. Raises `MissingError`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder, (FOLDER / f"{network}.log").open("wb") as log:
        command = [sys.executable, "-m", "bench.trained", network, str(seed), folder]
        begun = time.perf_counter()
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=log, check=False)
        seconds = time.perf_counter() - begun
    if ran.returncode:
        raise MissingError(f"did not come to it: see {network}.log")
    figures: Figures = json.loads(ran.stdout.splitlines()[-1])
    return {"seconds": seconds, **figures}
