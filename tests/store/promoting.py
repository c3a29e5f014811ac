"""A process that promotes when it is told to, at the moment that it is told; see test_races.py.

A line on stdin is a generation, the sha-256 of a bundle, and when to begin, by the machine's monotonic clock.
"""

import sys
import time

from databases import SECRET, say
from sutja import ConflictError
from sutja.store import Store

with Store.open(sys.argv[1], secret=SECRET) as store:
    say("ready")
    for line in sys.stdin:
        generation, sha, moment = line.split()
        time.sleep(max(0.0, float(moment) - time.monotonic()))
        try:
            won = store.bundles.promote(sha, int(generation), "racer", "a race")
            say(f"won {won.generation}")
        except ConflictError:
            say("lost")
