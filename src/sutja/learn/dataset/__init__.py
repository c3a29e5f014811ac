"""Labelled glyphs: what a network is trained, tuned and measured on.

A module for each source; `labelled` is what they all become.
"""

from sutja.learn.dataset.labelled import NO_DIGIT, Dataset
from sutja.learn.dataset.mix import Mix, archives, mixes
from sutja.learn.dataset.mnist import mnist_test, mnist_training
from sutja.learn.dataset.part import Part

__all__ = [
    "NO_DIGIT",
    "Dataset",
    "Mix",
    "Part",
    "archives",
    "mixes",
    "mnist_test",
    "mnist_training",
]
