"""The cycle: one turn of learning, from the samples that people gave to a promotion or a refusal.

Owns the order of the steps and what each leaves in the store, so that every one can be run again after a crash.
"""

from sutja.learn.cycle.running import Running, begin, go_on, holder
from sutja.learn.cycle.steps import STEPS
from sutja.learn.cycle.turn import Tuning, Turn, forget_left

__all__ = ["STEPS", "Running", "Tuning", "Turn", "begin", "forget_left", "go_on", "holder"]
