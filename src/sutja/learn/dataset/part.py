"""The three parts of every set: one to train on, one for every choice, one to report."""

from enum import StrEnum


class Part(StrEnum):
    """What a sample is for. It never changes its part."""

    TRAINING = "training"
    """Networks learn from it."""
    CALIBRATION = "calibration"
    """Temperature, thresholds, early stopping and every other choice come from it."""
    TEST = "test"
    """It is read to report, never to choose."""
