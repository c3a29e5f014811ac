"""The three networks. Each takes glyphs (N, 28, 28, 1) in [0, 1] and gives ten probabilities, and that of no digit.

Owns their layers and knows how many parameters each must have; a network that has another count is another network.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sutja.learn.backend import keras
from sutja.learn.plan import Network

layers = keras.layers

CLASSES = 11


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What a network is made of, and how many parameters that must come to."""

    stack: Callable[[], list[Any]]
    parameters: int


def build(network: Network) -> Any:
    """Return the untrained `keras.Model` of that name; its weights come from keras' global seed."""
    blueprint = BLUEPRINTS[network]
    model = keras.Sequential([keras.Input((28, 28, 1), name="glyph"), *blueprint.stack()], name=str(network))
    if model.count_params() != blueprint.parameters:
        raise AssertionError(f"{network} has {model.count_params()} parameters, not {blueprint.parameters}")
    return model


def _compact() -> list[Any]:
    return [
        *_convolution(16),
        *_convolution(32),
        layers.MaxPooling2D(),
        *_convolution(48),
        *_convolution(48),
        layers.MaxPooling2D(),
        *_convolution(64),
        *_convolution(80, padding="valid"),
        *_convolution(96, padding="valid"),
        layers.Flatten(),
        layers.Dropout(0.4),
        layers.Dense(CLASSES, activation="softmax"),
    ]


def _convolution(filters: int, padding: str = "same") -> list[Any]:
    # The normalisation shifts by itself, so that a bias of the convolution would be lost in it.
    return [layers.Conv2D(filters, 3, padding=padding, use_bias=False), layers.BatchNormalization(), layers.ReLU()]


def _classic() -> list[Any]:
    return [
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
        layers.Conv2D(128, 3, padding="same", activation="relu"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(512, activation="relu"),
        layers.Dense(CLASSES, activation="softmax"),
    ]


def _small() -> list[Any]:
    return [
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(CLASSES, activation="softmax"),
    ]


BLUEPRINTS = {
    Network.COMPACT: Blueprint(_compact, 193_211),
    Network.CLASSIC: Blueprint(_classic, 3_292_683),
    Network.SMALL: Blueprint(_small, 225_163),
}
