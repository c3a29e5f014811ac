"""A Keras model becomes the ONNX file that serves."""

from sutja.learn.convert.activations import ACTIVATIONS
from sutja.learn.convert.graph import unknown
from sutja.learn.convert.layers import KINDS
from sutja.learn.convert.model import end, hold, inbound, to_onnx, translated

__all__ = ["ACTIVATIONS", "KINDS", "end", "hold", "inbound", "to_onnx", "translated", "unknown"]
