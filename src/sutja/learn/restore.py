"""A bundle becomes a Keras model again, so that it can go on learning: the way back of `convert`.

Owns how the weights of one of our networks lie in its ONNX file.
"""

from typing import Any

import onnx
from onnx import numpy_helper

from sutja.bundle import Bundle
from sutja.errors import BundleError
from sutja.learn.network import build
from sutja.learn.plan import Network
from sutja.reader import Reader


def restored(bundle: Bundle) -> Any:
    """Return the `keras.Model` with the weights of `bundle`. Raises `BundleError` where it is none of our networks."""
    Reader(bundle)  # refuses what is no model at all
    try:
        model = build(Network(bundle.card.network))
        file = onnx.load_from_string(bundle.onnx)
        arrays = [numpy_helper.to_array(each) for each in file.graph.initializer if not each.name.startswith("reshape")]
        for layer in model.layers:
            layer.set_weights([_ours(arrays.pop(0)) for _ in layer.get_weights()])
    except (ValueError, IndexError) as error:
        raise BundleError(
            f"Expected a bundle of one of the networks {', '.join(Network)}, with eleven outputs. "
            f"Received {bundle.card.network!r}: train a new one, or name another --from."
        ) from error
    return model


def is_restorable(bundle: Bundle) -> bool:
    """Whether a training can go on from that bundle."""
    try:
        restored(bundle)
    except BundleError:
        return False
    return True


def _ours(array: Any) -> Any:
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array  # kernels are (out, in, row, column) there


def freeze(model: Any) -> None:
    """Let only the layers behind the convolutions learn."""
    for layer in model.layers:
        if type(layer).__name__ == "Flatten":
            return
        layer.trainable = False
