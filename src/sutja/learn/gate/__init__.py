"""The gate: which samples may be learnt from, what nobody ever learns from, and whether a candidate may serve.

Takes arrays and readers. Knows nothing of the store, of training, or of who asks.
"""

from sutja.learn.gate.admission import Admission, Given, admit, weights
from sutja.learn.gate.alarm import alarm
from sutja.learn.gate.checks import Limits
from sutja.learn.gate.holdout import Holdouts, mnist_parts
from sutja.learn.gate.judgement import Judgement, Reason, Ruling
from sutja.learn.gate.judging import judge
from sutja.learn.gate.triggers import suspects

__all__ = [
    "Admission",
    "Given",
    "Holdouts",
    "Judgement",
    "Limits",
    "Reason",
    "Ruling",
    "admit",
    "alarm",
    "judge",
    "mnist_parts",
    "suspects",
    "weights",
]
