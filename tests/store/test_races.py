"""Races of promoters: one wins, and there is a champion at every moment. `make races` runs 1,000 on each database."""

import os
import threading
import time

import pytest

from databases import bundle, start
from sutja.store import Store

RACES = int(os.environ.get("SUTJA_RACES", "60"))
KILLS = int(os.environ.get("SUTJA_KILLS", "5"))
HEAD_START_S = 0.003


@pytest.fixture
def racers(url: str, store: Store):
    """Give eight processes that promote."""
    processes = [start("promoting.py", url) for _ in range(8)]
    assert [each.stdout.readline() for each in processes] == ["ready\n"] * 8
    yield processes
    for each in processes:
        each.communicate()
        assert each.returncode == 0


class Watcher(threading.Thread):
    """Looks at the champion all the time."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store, self.is_over, self.seen = store, threading.Event(), []

    def run(self) -> None:
        while not self.is_over.wait(0.01):
            self.seen.append(self._store.bundles.active().generation)


def test_of_all_who_promote_at_once_one_wins(store: Store, racers: list) -> None:
    """2 to 8 processes that all saw the same generation: one wins, none is doubled, none leaves no champion."""
    candidates = [store.bundles.add(bundle(f"candidate {place}"), "test") for place in range(9)]
    added = store.audit.verify().rows
    watcher = Watcher(store)
    watcher.start()
    for race in range(RACES):
        champion = store.bundles.active()
        able = [sha for sha in candidates if sha != champion.sha]
        several = racers[: 2 + race % 7]
        moment = time.monotonic() + HEAD_START_S
        for racer, sha in zip(several, able, strict=False):
            racer.stdin.write(f"{champion.generation} {sha} {moment}\n")
        answers = [racer.stdout.readline().strip() for racer in several]
        assert sorted(answers) == ["lost"] * (len(several) - 1) + [f"won {champion.generation + 1}"]
        assert store.bundles.active().sha == able[answers.index(f"won {champion.generation + 1}")]
    watcher.is_over.set()
    watcher.join()
    assert [each.generation for each in store.bundles.history()] == list(range(1, RACES + 2))
    assert len(store.decisions.list(RACES * 9)) == RACES
    assert watcher.seen == sorted(watcher.seen)
    assert len(watcher.seen) > 5
    trail = store.audit.verify()
    assert (trail.rows, trail.broken) == (added + RACES, None)


def test_a_promoter_that_is_killed_leaves_a_champion(url: str, store: Store) -> None:
    """`kill -9` at any moment of a promotion: the old one or the new one serves, with its decision or without."""
    shas = [store.bundles.add(bundle(name), "test") for name in ("one", "two")]
    for kill in range(KILLS):
        champion = store.bundles.active()
        sha = next(each for each in shas if each != champion.sha)
        process = start("promoting.py", url)
        assert process.stdout.readline() == "ready\n"
        process.stdin.write(f"{champion.generation} {sha} 0\n")
        time.sleep(kill % 8 * 0.003)
        process.kill()
        process.communicate()
        now = store.bundles.active()
        assert (now.generation, now.sha) in {(champion.generation, champion.sha), (champion.generation + 1, sha)}
        assert len(store.decisions.list(KILLS)) == now.generation - 1 == len(store.bundles.history()) - 1
    assert store.audit.verify().broken is None
    assert store.bundles.load(store.bundles.active().sha)
