"""Soak: mixed traffic for long, with another model every minute; memory, descriptors and errors are watched.

python -m tools.robust.soak [MINUTES]
"""

import base64
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from tools.robust.faults import another
from tools.robust.rows import ended
from tools.robust.traffic import SEVEN, Body, Service, busy, served, stored

from sutja.bundle import Bundle
from sutja.secret import secret_of
from sutja.store import Store

MINUTES = 45.0
WARM = 5 / 45
"""The part of the time that memory may take to find its size."""
SWAP_S = 60.0
GROWTH = 0.05
SPARE = 8
"""So many descriptors may be open more at one time than at another: connections come and go."""


@dataclass(frozen=True, slots=True)
class Soaked:
    """What came of it: memory and descriptors at their most until it was warm and after, and the answers."""

    warm_kib: int
    most_kib: int
    warm_descriptors: int
    most_descriptors: int
    swaps: int
    faults: int
    answers: int
    lost: int

    @property
    def is_good(self) -> bool:
        """Whether memory and descriptors stayed, and neither an answer nor a sample was lost."""
        stays = self.most_kib <= self.warm_kib * (1 + GROWTH) and self.most_descriptors <= self.warm_descriptors + SPARE
        return stays and self.faults == self.lost == 0

    def __str__(self) -> str:
        return (
            f"{self.answers:,} answers, {self.faults} of them 5xx, {self.lost} samples lost, {self.swaps} swaps; "
            f"memory {self.warm_kib / 1024:.0f} MiB warm, {self.most_kib / 1024:.0f} MiB at most after; descriptors "
            f"{self.warm_descriptors}, then {self.most_descriptors} at most"
        )


def mix() -> list[tuple[str, Body]]:
    """Return what people ask for: digits, numbers and PINs, as ink and as pictures."""
    ink = [[[12, 8], [30, 9], [18, 40]]]
    number = [[[x + 90 * place, y] for x, y in SEVEN[0]] for place in range(4)]
    pixels = np.full((600, 800), 235, np.uint8)
    pixels[200:400, 380:400] = 20
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    picture = base64.b64encode(file.getvalue()).decode()
    return [
        ("/predict", {"strokes": ink}),
        ("/predict", {"strokes": SEVEN}),
        ("/predict", {"image": picture}),
        ("/predict/batch", {"inks": [ink, SEVEN]}),
        ("/read", {"strokes": number}),
        ("/read", {"image": picture}),
        ("/pin", {"inks": [SEVEN] * 4}),
        ("/explain", {"strokes": SEVEN}),
    ]


def soak(minutes: float, swap_s: float = SWAP_S) -> Soaked:
    """Return what came of so many minutes."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with served(home) as service, busy(service.url, mix(), pause_s=0.01) as account:
            turns = list(_watched(service, max(2, round(minutes * 60 / swap_s)), swap_s))
        warm = max(1, round(WARM * len(turns)))
        memory, descriptors = zip(*(map(max, zip(*turn, strict=True)) for turn in turns), strict=True)
        return Soaked(
            max(memory[:warm]),
            max(memory[warm:]),
            max(descriptors[:warm]),
            max(descriptors[warm:]),
            len(turns) - 1,
            account.faults(),
            account.answers.total(),
            len(account.acknowledged - stored(home / "sutja.db")),
        )


def _watched(service: Service, count: int, lasting_s: float) -> Iterator[list[tuple[int, int]]]:
    """Yield memory in KiB and descriptors, second by second, of so many turns, between which there is a swap."""
    with Store.open(f"sqlite:///{service.store}", secret=secret_of(service.home)) as store:
        shas = [store.bundles.active().sha, store.bundles.add(another(Bundle.shipped()), "import")]
        for number in range(count):
            if number:
                active = store.bundles.active()
                chosen = next(sha for sha in shas if sha != active.sha)
                store.bundles.promote(chosen, active.generation, "soak", "it is its turn")
            turn, until = [], time.monotonic() + lasting_s
            while time.monotonic() < until:
                turn.append((service.memory_kib(), service.descriptors()))
                time.sleep(min(1.0, lasting_s / 4))
            memory, descriptors = (statistics.median_high(values) for values in zip(*turn, strict=True))
            print(f"{number + 1} of {count}: {memory / 1024:.1f} MiB, {descriptors} descriptors", flush=True)
            yield turn


def main(minutes: float = MINUTES) -> int:
    """Soak, write the row, and return the exit code."""
    soaked = soak(minutes)
    return ended("soak", f"{minutes:g} minutes: {soaked}", is_good=soaked.is_good, is_whole=minutes >= MINUTES)


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
