"""Files: how many pictures a second `sutja read` reads from a folder, from the start of the command to its end.

The pictures are grey, 280x280, and all different: pen strokes of the writers to train on, each drawn with a pen, a
size, a place and a tilt of its own.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.form import Form
from bench.runner import FOLDER
from bench.steps import Figures, MissingError, Step
from sutja.errors import SutjaError
from sutja.learn import sources
from sutja.learn.dataset import Part
from sutja.learn.dataset.canvas import picture
from sutja.learn.dataset.pendigits import Penned, pendigits
from sutja.settings import Settings

PART = "reading"
NAME = "read"
SEED = 5


def steps(form: Form) -> list[Step]:
    """Return a step for each round."""
    work, prepare = partial(measured, form.pictures), partial(_pictures, form.pictures)
    return [Step(PART, NAME, turn, work, prepare) for turn in range(form.rounds)]


def measured(count: int) -> Figures:
    """Return the rate for so many pictures. Raises `MissingError`."""
    folder = _pictures(count)
    files = [str(file) for file in sorted(folder.glob("*.png"))]
    out = folder.with_suffix(".csv")
    before, begun = children_s(), time.perf_counter()
    command = [sys.executable, "-m", "sutja", "read", *files, "--csv", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - begun
    return {"pictures": count, "per_s": count / seconds, "seconds": seconds, "cpu_s": children_s() - before}


def children_s() -> float:
    """Return the CPU time of all programs that were started and have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _pictures(count: int) -> Path:
    """Return a folder of so many pictures; it is made once."""
    folder = FOLDER / f"pictures-{count}"
    if folder.exists():
        return folder
    partial_folder = folder.with_suffix(".part")
    partial_folder.mkdir(parents=True, exist_ok=True)
    for place, pixels in enumerate(_drawn(count)):
        Image.fromarray(pixels).save(partial_folder / f"{place:05}.png")
    return partial_folder.rename(folder)


def _drawn(count: int) -> Iterator[NDArray[np.uint8]]:
    inks = [each.ink for each in strokes(Part.TRAINING)]
    rng = np.random.default_rng(SEED)
    for place in range(count):
        yield picture(
            inks[place % len(inks)],
            extent_px=rng.uniform(120, 220),
            pen_px=rng.uniform(8, 20),
            centre=(rng.uniform(0.45, 0.55), rng.uniform(0.45, 0.55)),
            tilt_deg=rng.uniform(-10, 10),
        )


def strokes(part: Part) -> list[Penned]:
    """Return the pen strokes of the writers of one part; what is missing is downloaded. Raises `MissingError`.

    Where there is no network, its message says how SUTJA_DATA helps.
    """
    try:
        data = Settings.from_env(os.environ).data
        sources.gather((sources.PENDIGITS,), data, lambda *_: None)
        return pendigits(data, part)
    except SutjaError as error:
        raise MissingError(f"no pen strokes: {error}") from error
