"""`kill -9` of whoever gives samples: what was acknowledged is there, once. SUTJA_KILLS sets how many."""

import os
import random
import time

from databases import gift, glyph, start
from sutja.store import Store

KILLS = int(os.environ.get("SUTJA_KILLS", "5"))


def test_what_was_acknowledged_is_there_once(url: str, store: Store) -> None:
    """A giver is killed at a random moment, and a new one gives again from the first that was not acknowledged."""
    chance = random.Random(0)
    acknowledged: dict[int, str] = {}
    for _ in range(KILLS):
        process = start("giving_on.py", url, len(acknowledged))
        told = [process.stdout.readline() for _ in range(chance.randrange(1, 12))]
        time.sleep(chance.random() * 0.02)
        process.kill()
        told += process.stdout.readlines()  # communicate() would leave out what was buffered with the lines before
        process.communicate()
        acknowledged |= {int(line.split()[0]): line.split()[1] for line in told if line.endswith("\n") and " " in line}
    last = len(acknowledged)  # it may be there, since nobody heard of it
    acknowledged[last] = store.samples.give(gift(last, key=str(last))).sample
    kept = list(store.samples.each())
    assert len({each.glyph.tobytes() for each in kept}) == len(kept) == len(acknowledged)
    by_id = {each.id: each for each in kept}
    for seed, name in acknowledged.items():
        assert (by_id[name].glyph == glyph(seed)).all()
    assert len(kept) > KILLS
