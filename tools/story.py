"""The whole story on real pens: a champion that knows MNIST alone, people who correct it, and what it learns from them.

    make story                     the champion by `sutja train`'s defaults; figures and plots go to docs/learning.md
    python tools/story.py --quick  a champion after a few minutes, to see it run

Three groups of pen writers have nothing in common: givers who are learnt from, givers who are only judged by, and those
whose digits are measured before and after. The test of it is tests/test_story.py.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from matplotlib.figure import Figure
from tools.marked import measured_by, put

from sutja import Reader
from sutja.bundle import Bundle
from sutja.holdout import is_held_out
from sutja.ink import Ink
from sutja.learn.dataset.part import Part
from sutja.learn.dataset.pendigits import Penned, pendigits
from sutja.secret import secret_of
from sutja.settings import Settings
from sutja.store import Cycle, Store, Wanted, upgrade

HELD_OUT = 4
"""So many of the givers are only judged by: about one in five, as the deployment's secret decides."""
WAIT_S = 3600.0


@dataclass(slots=True)
class Load:
    """Somebody who reads all the time: when each answer came, which bundle gave it, and what failed."""

    answers: list[tuple[float, str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """What the story came to. Shares by writer, of their digits that were read rightly."""

    before: dict[int, float]
    after: dict[int, float]
    whole: tuple[float, float]
    given: int
    corrected: int
    seconds: float
    load: Load
    cycle: str
    numbers: dict[str, dict[str, float]]


def tell(champion: Bundle, data: Path, home: Path, per_writer: int | None = None) -> Told:
    """Live through it in a folder `home`, with so many digits of each giver, or all. Raises `AssertionError`."""
    secret, url = secret_of(home), f"sqlite:///{home / 'sutja.db'}"
    upgrade(url)
    groups = _givers(data, per_writer)
    measured = pendigits(data, Part.TEST)
    count = sum(map(len, groups.values()))
    with Store.open(url, secret=secret, shipped=champion) as store, _serving(home, data, count) as address:
        with _load(address, measured[0].ink) as load:
            start = time.monotonic()
            corrected = _give(address, store, groups, secret)
            cycle = _verdict(store)
            _wait_for_swap(address, store)
            seconds = time.monotonic() - start
            time.sleep(1)  # a little of what comes after the swap
        after = Reader(store.bundles.load(store.bundles.active().sha))
    (before_by, before), (after_by, now) = (_measure(reader, measured) for reader in (Reader(champion), after))
    numbers = {role: cycle.results["evaluate"][role]["drawn"] for role in ("champion", "candidate")}
    return Told(before_by, after_by, (before, now), count, corrected, seconds, load, cycle.id, numbers)


def _givers(data: Path, per_writer: int | None) -> dict[int, list[Penned]]:
    """Return the digits of each giver: writers of the training and calibration parts."""
    found: dict[int, list[Penned]] = {}
    for each in pendigits(data, Part.TRAINING) + pendigits(data, Part.CALIBRATION):
        found.setdefault(each.writer, []).append(each)
    return {writer: digits[:per_writer] for writer, digits in sorted(found.items())}


@contextlib.contextmanager
def _serving(home: Path, data: Path, count: int) -> Iterator[str]:
    """Serve, learning beside it as soon as nine tenths of the digits were given."""
    environment = {
        **os.environ,
        "SUTJA_HOME": str(home),
        "SUTJA_DATA": str(data),
        "SUTJA_LEARN_NEW": str(round(0.9 * count)),
        "SUTJA_LEARN_LOOK": "2",
        "SUTJA_QUOTA_SOURCE": str(count),
        "SUTJA_QUOTA_KEYLESS": str(2 * count),
    }
    command = [sys.executable, "-m", "sutja", "serve", "--learn", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield next(word for word in line.split() if word.startswith("http"))
        finally:
            process.terminate()


@contextlib.contextmanager
def _load(address: str, ink: Ink) -> Iterator[Load]:
    """Read one drawing again and again, over one connection, in a thread."""
    load, is_over = Load(), threading.Event()
    body = {"strokes": ink.to_json()}

    def read() -> None:
        with httpx.Client(base_url=address, timeout=10) as client:
            while not is_over.is_set():
                try:
                    answer = client.post("/predict", json=body).raise_for_status().json()
                    load.answers.append((time.monotonic(), answer["model"]))
                except (httpx.HTTPError, KeyError, ValueError) as error:
                    load.failures.append(repr(error))
                is_over.wait(0.005)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield load
    finally:
        is_over.set()
        thread.join()


def _give(address: str, store: Store, groups: dict[int, list[Penned]], secret: bytes) -> int:
    """Let each giver draw, see what was read, and say what it is; return how many were corrections.

    On which side a giver falls is chance. Here it is decided beforehand, so that the groups are what they should be:
    whoever falls on the wrong side takes the drawing back and comes again as somebody else.
    """
    corrected = 0
    for place, digits in enumerate(groups.values()):
        is_judge = place % (len(groups) // HELD_OUT) == 0 and place // (len(groups) // HELD_OUT) < HELD_OUT
        with contextlib.closing(_giver(address, store, digits[0], secret, is_judge=is_judge)) as client:
            corrected += sum(_gift(client, each)[1] for each in digits)
    return corrected


def _giver(address: str, store: Store, first: Penned, secret: bytes, *, is_judge: bool) -> httpx.Client:
    for _ in range(200):
        client = httpx.Client(base_url=address, timeout=30)
        receipt, _ = _gift(client, first)
        [newest] = store.samples.page(Wanted(newest_first=True), limit=1).samples
        client.delete(f"/samples/{receipt}").raise_for_status()
        if is_held_out(newest.source, secret) is is_judge:
            return client
        client.close()
    raise AssertionError("nobody falls on that side")


def _gift(client: httpx.Client, each: Penned) -> tuple[str, bool]:
    """Draw, look, give; return the receipt, and whether it was a correction."""
    strokes = each.ink.to_json()
    read = client.post("/predict", json={"strokes": strokes}).raise_for_status().json()["digit"]
    body = {"strokes": strokes, "label": each.label, "read": read, "consent": True}
    return client.post("/samples", json=body).raise_for_status().json()["receipt"], read != each.label


def _verdict(store: Store) -> Cycle:
    """Return the cycle that began by itself, once it is over."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        ended = [each for each in store.cycles.list() if each.finished is not None]
        if ended:
            _expect(ended[0].state == "promoted", f"{ended[0].state}: {ended[0].results.get('gate', ended[0].note)}")
            return ended[0]
        time.sleep(0.5)
    raise AssertionError("no cycle came to an end")


def _wait_for_swap(address: str, store: Store) -> None:
    until = time.monotonic() + 5
    while httpx.get(f"{address}/health").json()["model"] != store.bundles.active().sha:
        _expect(time.monotonic() < until, "the promoted bundle does not serve after 5 s")
        time.sleep(0.1)


def _measure(reader: Reader, measured: Sequence[Penned]) -> tuple[dict[int, float], float]:
    """Return the share read rightly by each writer, and of all."""
    readings = reader.read_many([each.ink for each in measured])
    pairs = zip(readings, measured, strict=True)
    right = np.array([int(reading.probabilities.argmax()) == each.label for reading, each in pairs])
    writers = np.array([each.writer for each in measured])
    return {int(each): float(right[writers == each].mean()) for each in np.unique(writers)}, float(right.mean())


def show(told: Told, folder: Path) -> None:
    """Draw who was read how well, and how long answers took while the bundle was swapped."""
    folder.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    writers, places = list(told.before), np.arange(len(told.before))
    for shift, shares, label, color in (
        (-0.2, told.before, "champion before", "#b8c4d6"),
        (0.2, told.after, "after one cycle", "#2457a6"),
    ):
        left.bar(places + shift, [100 * (1 - shares[each]) for each in writers], 0.4, label=label, color=color)
    left.set(xlabel="writer, of whom nothing was given", ylabel="read wrongly, %", xticks=places, xticklabels=writers)
    left.legend()
    times = np.array([time for time, _ in told.load.answers])
    gaps, swap = 1000 * np.diff(times), _swap_of(told.load)
    right.plot(times[1:] - swap, gaps, ".", markersize=2, color="#2457a6")
    right.axvline(0, color="#c0392b", linewidth=1)
    right.set(xlabel="seconds from the swap", ylabel="ms between two answers", yscale="log")
    figure.savefig(folder / "story.png", dpi=110)


def _swap_of(load: Load) -> float:
    first = load.answers[0][1]
    return next(at for at, model in load.answers if model != first)


def words(told: Told) -> str:
    """Return the story as Markdown."""
    (before, after), load = told.whole, told.load
    fixed = 1 - (1 - after) / (1 - before)
    models = list(dict.fromkeys(model for _, model in load.answers))
    rows = "\n".join(f"| {w} | {told.before[w]:.2%} | {told.after[w]:.2%} |" for w in told.before)
    return f"""\
| writer | before | after |
|---|--:|--:|
{rows}
| **all** | **{before:.2%}** | **{after:.2%}** |

- {told.given:,} digits were given through `POST /samples`, {told.corrected:,} of them as corrections. The cycle
  `{told.cycle}` began by itself and promoted its candidate {told.seconds:.0f} s after the first of them.
- Those who are only judged by: {told.numbers["champion"]["right"]:.2%} before, {told.numbers["candidate"]["right"]:.2%}
  after, of {told.numbers["champion"]["count"]:,} digits.
- The measured writers are read {100 * (after - before):.1f} points better; {fixed:.0%} of their errors are gone.
- {len(load.answers):,} drawings were read meanwhile, by {len(models)} bundles one after the other;
  {len(load.failures)} requests failed.
"""


def expect(told: Told) -> None:
    """Raise `AssertionError` where the story did not come out as it should."""
    before, after = told.whole
    _expect(not told.load.failures, f"requests failed: {told.load.failures[:3]}")
    _expect(len({model for _, model in told.load.answers}) == 2, "the bundle was not swapped under load")
    _expect(after - before >= 0.03 or (1 - after) <= (1 - before) / 2, f"from {before:.2%} to {after:.2%} only")


def _expect(is_so: object, otherwise: str) -> None:
    if not is_so:
        raise AssertionError(otherwise)


def main() -> None:
    """Train the champion where there is none, live through the story, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a champion after two epochs, and 50 digits of each giver")
    parser.add_argument("--champion", type=Path, help="folder of the champion; made where it is missing")
    asked = parser.parse_args()
    data = Settings.from_env(os.environ).data
    folder = asked.champion or Path("runs/story-quick" if asked.quick else "runs/mnist")
    if not (folder / "card.json").exists():
        short = ["--epochs", "2"] if asked.quick else []
        begun = ["--resume", folder] if folder.exists() else ["--diet", "mnist", "--out", folder]
        subprocess.run([sys.executable, "-m", "sutja", "train", *map(str, begun), *short], check=True)
    champion = Bundle.load(folder)
    accuracy = champion.card.scores["calibration"].accuracy
    print(f"champion: {accuracy:.2%} of MNIST's calibration digits")
    with tempfile.TemporaryDirectory(prefix="sutja-story-") as home:
        told = tell(champion, data, Path(home), 50 if asked.quick else None)
    print(words(told))
    expect(told)
    if not asked.quick:
        _expect(accuracy >= 0.994, "the champion is not what the story asks for")
        show(told, Path("docs/learning"))
        put(Path("docs/learning.md"), "story", f"{words(told)}\n{measured_by('make story')}")


if __name__ == "__main__":
    main()
