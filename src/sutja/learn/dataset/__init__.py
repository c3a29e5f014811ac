"""Labelled glyphs: what a network is trained, tuned and measured on.

A module for each source; `labelled` is what they all become.
"""

from sutja.learn.dataset.labelled import NO_DIGIT, Dataset
from sutja.learn.dataset.mix import Mix, archives, calibration_mix, training_mix
from sutja.learn.dataset.mnist import mnist_test, mnist_training
from sutja.learn.dataset.part import Part

__all__ = [
    "NO_DIGIT",
    "Dataset",
    "Mix",
    "Part",
    "archives",
    "calibration_mix",
    "mnist_test",
    "mnist_training",
    "training_mix",
]
