"""Installations: how large is what one installs to serve and to train, in environments that are made for it."""

from functools import partial

from bench.environments import LEARNING, LITSERVE, RAY, SERVING, Environment
from bench.form import Form
from bench.steps import Figures, Step

PART = "sizes"


def steps(_form: Form) -> list[Step]:
    """Return a step for each installation; one round is enough."""
    every = {f"{each.name}-size": each for each in (SERVING, LEARNING, LITSERVE, RAY)}
    return [Step(PART, name, 0, partial(measured, each)) for name, each in every.items()]


def measured(environment: Environment) -> Figures:
    """Return the size. Raises `MissingError`."""
    environment.python()
    return {"mb": environment.size_mb()}
