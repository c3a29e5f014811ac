"""Installations: how large is what one installs to serve and to train, in environments that are made for it.

What the image serves from is smaller than what one installs by pip: `deploy/slim` has taken out what a service never
loads. Both are measured.
"""

import os
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from bench.environments import LEARNING, LITSERVE, PEERS, RAY, ROOT, SERVING, Environment
from bench.form import Form
from bench.steps import Figures, Step

PART = "sizes"
IMAGE = "image-size"
SLIM = ROOT / "deploy" / "slim"


def steps(_form: Form) -> list[Step]:
    """Return a step for each installation; one round is enough."""
    every = {f"{each.name}-size": each for each in (SERVING, LEARNING, LITSERVE, RAY)}
    plain = [Step(PART, name, 0, partial(measured, each), each.python) for name, each in every.items()]
    return [*plain, Step(PART, IMAGE, 0, slimmed, SERVING.python)]


def measured(environment: Environment) -> Figures:
    """Return the size as it is installed. Raises `MissingError`."""
    environment.python()
    return {"mb": _size_mb(environment.packages)}


def slimmed() -> Figures:
    """Return the size of what serves once `deploy/slim` was there, as in the image. Raises `MissingError`."""
    SERVING.python()
    with tempfile.TemporaryDirectory(dir=PEERS) as folder:
        # Links: what is taken out here stays there.
        packages = Path(shutil.copytree(SERVING.packages, Path(folder) / "packages", copy_function=os.link))
        subprocess.run([SLIM, packages], check=True)
        return {"mb": _size_mb(packages)}


def _size_mb(packages: Path) -> float:
    """Return the size of a folder of packages, compiled Python apart, in MB."""
    files = (file for file in packages.rglob("*") if file.is_file() and file.suffix != ".pyc")
    return sum(file.lstat().st_size for file in files) / 1e6
