"""What a candidate is trained on, chosen on and judged on: base data, and what people gave beside it.

Owns how the two are mixed. MNIST's test half is in none of it.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sutja.bundle import Bundle
from sutja.learn.cycle.given import Gathered
from sutja.learn.dataset import NO_DIGIT, Mix, mixes, mnist_training
from sutja.learn.dataset.labelled import joined, no_digits
from sutja.learn.dataset.scribbles import scribble
from sutja.learn.gate import Given, Holdouts, mnist_parts, weights
from sutja.learn.plan import Diet
from sutja.prepare import prepare

GIVEN = "given"
SCRIBBLES = 500
SCRIBBLE_SEED = 22  # neither that of a training's scribbles, nor of the calibration's, nor of the evaluation's


def diet_of(champion: Bundle) -> Diet:
    """Return what base data a champion was trained on; one that does not say so gets the mixed diet."""
    plan = champion.card.training.get("plan", {})
    return Diet(plan.get("diet", Diet.MIXED))


def to_train(data: Path, diet: Diet, given: Given, base_count: int | None) -> tuple[Mix, Mix]:
    """Return what to train on and what to choose on: of an epoch, `base_count` are base data, or what is usual.

    The gate's part of MNIST is taken out of what is chosen on. Raises `DataError`.
    """
    base, calibration = mixes(data, diet)
    scale = (base_count or len(base)) / len(base)
    shares = {name: max(1, round(share * scale)) for name, share in base.shares.items()}
    training = Mix(base.sets, shares)
    if len(given):
        found = weights(given, _by_label(training))
        training = Mix(
            {**base.sets, GIVEN: given.samples}, {**shares, GIVEN: max(1, round(float(found.sum())))}, {GIVEN: found}
        )
    _, rest = mnist_parts(calibration.sets["mnist"])
    sets = {**calibration.sets, "mnist": rest}
    return training, Mix(sets, {name: len(each) for name, each in sets.items()})


def to_judge(data: Path, held_out: Gathered) -> Holdouts:
    """Return what champion and candidate are compared on. Raises `DataError`."""
    kept, _ = mnist_parts(mnist_training(data)[1])
    samples = held_out.given.samples
    is_digit = samples.labels != NO_DIGIT
    generator = np.random.default_rng(SCRIBBLE_SEED)
    scribbles = no_digits(prepare([scribble(generator) for _ in range(SCRIBBLES)]))
    return Holdouts.of(samples[is_digit], kept, joined([samples[~is_digit], scribbles]))


def _by_label(training: Mix) -> NDArray[np.float64]:
    """Return how many of each label, (11,), an epoch of the base data has."""
    found = np.zeros(NO_DIGIT + 1)
    for name, each in training.sets.items():
        found += np.bincount(each.labels, minlength=NO_DIGIT + 1) * (training.shares[name] / len(each))
    return found
