"""Tracking: what each cycle came to, told to MLflow for people to look at.

Owns no truth: the store knows what serves, and MLflow's aliases follow it. No bundle is ever read back from there.
"""

from sutja.learn.tracking.leavings import Leavings, Tracked
from sutja.learn.tracking.place import Place, prepare
from sutja.learn.tracking.telling import follow, lags, record

__all__ = ["Leavings", "Place", "Tracked", "follow", "lags", "prepare", "record"]
