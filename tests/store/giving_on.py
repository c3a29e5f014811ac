"""A process that gives samples until it is killed, and says which the store has acknowledged; see test_kills.py."""

import sys

from databases import SECRET, gift, say
from sutja.store import Rules, Store

with Store.open(sys.argv[1], secret=SECRET, rules=Rules(quota_source=10**6, quota_keyless=10**6)) as store:
    for seed in range(int(sys.argv[2]), 10**6):
        say("giving")
        receipt = store.samples.give(gift(seed, key=str(seed)))
        say(f"{seed} {receipt.sample}")
