"""Models that others trained: opened, made to take glyphs, and compared with the one that ships.

Owns what is believed of a file that somebody found somewhere, which is little: nothing in it is ever run but layers
that `learn.convert` knows and operators that ONNX Runtime has.
"""
