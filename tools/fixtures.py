"""What holds the TypeScript twins to the Python: shared constants, shared inks, and the answers to them.

Owns the two files that are generated and committed, web/src/twins/constants.ts and tests/fixtures/twins/inks.json, and
the answers of the Python, which are made anew at each test so that they follow the model that ships. The inks are made
up here, from the drawings of the tests and by lot; none is anybody's.

    python tools/fixtures.py constants        write the constants that both languages share
    python tools/fixtures.py inks             make up the inks anew
    python tools/fixtures.py answers          print what the Python makes of the inks, as JSON
"""

import base64
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

from sutja import Ink, Reader, bundle, explanation, numbers, pin, prepare, reader
from sutja.bundle import Thresholds
from sutja.learn.dataset.hands import varied
from sutja.learn.dataset.scribbles import scribble
from sutja.reading import Item, Reading
from sutja.segment import bonds, boxes, lattice, lattice_of, lines, path, strokes

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from drawings import drawing  # type: ignore[import-not-found]  # noqa: E402

CONSTANTS = ROOT / "web" / "src" / "twins" / "constants.ts"
INKS = ROOT / "tests" / "fixtures" / "twins" / "inks.json"
MODULES: tuple[ModuleType, ...] = (
    *(prepare, boxes, bonds, lattice, lines, strokes, path),
    *(explanation, pin, bundle, numbers, reader),
)

SEED = 20
HANDS = 24  # of each digit
SCRIBBLES = 40
NUMBERS = 60
PINS = 40
PAUSES_MS = (-500, 0, 300, 900, 1500, 9000)  # between strokes whose time is known
EVERY = 3  # of the points of a varied ink, one in so many is kept: small files, and pads are no finer
SIDE = 1000
EXPLAINED = 25  # one ink in so many is explained, too: it takes as long as a hundred readings

Generator: TypeAlias = np.random.Generator
Plain: TypeAlias = list[list[list[float]]]
"""An ink as its JSON: strokes of points of x and y, and of t in ms where it is known."""


def constants_text() -> str:
    """Return the TypeScript file with the constants of the modules that have a twin."""
    parts = ["/** The constants of the Python that has twins here. Written by `make client`: change them there. */\n"]
    for module in MODULES:
        rows = [
            f"  {name}: {json.dumps(value)},\n" for name, value in vars(module).items() if _is_constant(name, value)
        ]
        parts.append(f"export const {module.__name__.rpartition('.')[2].upper()} = {{\n{''.join(rows)}}} as const;\n")
    return "\n".join(parts)


def _is_constant(name: str, value: Any) -> bool:
    values = value if isinstance(value, tuple) else (value,)
    return name[0] != "_" and name.isupper() and all(type(each) in (int, float) for each in values)


def made_up() -> dict[str, Any]:
    """Return the inks: of one digit at most, of several, and four for each PIN."""
    generator = np.random.default_rng(SEED)
    digits = [_hand(digit, generator) for digit in range(10) for _ in range(HANDS)]
    scribbles = [_scaled(_thinned(_plain(scribble(generator))), generator) for _ in range(SCRIBBLES)]
    return {
        "digits": [*digits, *scribbles, *_oddities()],
        "numbers": [*(_number(generator) for _ in range(NUMBERS)), *_odd_numbers(generator)],
        "pins": [[_doubtful(generator) for _ in range(4)] for _ in range(PINS)],
    }


def _hand(digit: int, generator: Generator) -> Plain:
    return _scaled(_thinned(_plain(varied(drawing(digit), generator, digit))), generator)


def _doubtful(generator: Generator) -> Plain:
    """Return a digit or, now and then, a scribble, nothing at all or two digits drawn over each other."""
    lot = generator.random()
    if lot < 0.04:
        return []
    if lot < 0.1:
        return _scaled(_thinned(_plain(scribble(generator))), generator)
    ink = _hand(int(generator.integers(10)), generator)
    return [*ink, *_hand(int(generator.integers(10)), generator)] if lot < 0.15 else ink


def _number(generator: Generator) -> Plain:
    """Return two to six digits side by side, in one line or two; some touch, some share a stroke."""
    strokes_: Plain = []
    left = 0.0
    count = int(generator.integers(2, 7))
    line = int(generator.integers(2, count)) if count > 3 and generator.random() < 0.2 else count
    for place in range(count):
        left = 0.0 if place == line else left
        ink = _thinned(_plain(varied(drawing(int(generator.integers(10))), generator)))
        size = 180 * float(np.exp(generator.normal(0, 0.12)))
        x = [point[0] for stroke in ink for point in stroke]
        top = 240.0 * (place >= line) + float(generator.normal(0, 12))
        moved = [[[left + (px - min(x)) * size, top + py * size] for px, py in stroke] for stroke in ink]
        left += (max(x) - min(x)) * size + float(generator.uniform(-12, 60))
        if place and place != line and generator.random() < 0.25:
            strokes_[-1] += moved.pop(0)
        strokes_ += moved
    return _rounded(strokes_)


def _plain(ink: Ink) -> Plain:
    return [[[point.x, point.y] for point in stroke] for stroke in ink.strokes]


def _thinned(ink: Plain) -> Plain:
    return [[*stroke[:-1:EVERY], stroke[-1]] for stroke in ink]


def _scaled(ink: Plain, generator: Generator) -> Plain:
    """Put an ink of about the size 1 somewhere on the pad, larger or smaller."""
    size, (left, top) = generator.uniform(60, 800), generator.uniform(0, 400, 2)
    return _rounded([[[left + x * size, top + y * size] for x, y in stroke] for stroke in ink])


def _rounded(ink: Plain) -> Plain:
    return [[[round(x), round(y)] for x, y in stroke] for stroke in ink]


def _oddities() -> list[Plain]:
    """Return what no hand draws on purpose, and what pads send nevertheless."""
    seven: Plain = [[[200, 100], [800, 100], [420, 950]]]
    return [
        [],
        [[], []],
        [[[500, 500]]],
        [[[500, 500], [500, 500]], [[500, 500]]],
        [[[500, 500]], [[501, 500]]],
        [[[100, 100]], [[900, 100]], [[500, 900]]],
        [[[100, 500], [900, 500]]],
        [[[500, 100], [500, 900]]],
        [[[500, 900], [500, 900], [500, 100], [500, 100]]],
        [[[0, 0], [1000, 1000]], [[0, 1000], [1000, 0]]],
        [[[200, 100], [200, 900]], [[800, 100], [800, 900]]],
        [[[200, 100], [200, 900]], [[800, 880]]],
        [[[-1e6, -1e6], [1e6, 1e6]]],
        [[[1e6, 1e6], [1e6, 1e6 - 0.001]]],
        [[[x / 1e4, y / 1e4] for x, y in seven[0]]],
        [[[x / 1e-3, y / 1e-3] for x, y in seven[0]]],
        [[[x * 1e-12, y * 1e-12] for x, y in seven[0]]],
        [[[1e-310, 0], [2e-310, 0]]],
        [[[x - 2500.5, y - 2500.5] for x, y in seven[0]]],
        [*seven, [], [[430, 940]]],
        [[[SIDE * (place % 2), place * 40] for place in range(25)]],
        [[[500 + round(400 * np.cos(turn / 8)), 500 + round(400 * np.sin(turn / 8))] for turn in range(200)]],
        [[[x, 500 + (x * 7919 % 401) - 200] for x in range(100, 900, 16)] for _ in range(3)],
        [[[place * 30, 100], [place * 30, 140]] for place in range(30)],
    ]


def _odd_numbers(generator: Generator) -> list[Plain]:
    """Return what is hard to cut."""
    ten: Plain = [[[100, 100], [100, 300]], [[200, 200], [260, 100], [300, 220], [240, 300], [200, 200]]]
    dot: Plain = [[[350, 310]]]
    four_and_one: Plain = [[[155, 105], [118, 162], [182, 162]], [[162, 135], [162, 197]], [[195, 105], [195, 197]]]
    odd: list[Plain] = [
        [*ten, *dot],
        [*dot, *ten],
        [[[100 + 20 * place, 100 + 90 * (place % 2)] for place in range(40)]],
        [[[0, 100], [900, 100]]],
        [[[100 * place, 300], [100 * place + 80, 300]] for place in range(6)],
        [[[100 * place, 100], [100 * place, 300]] for place in range(12)],
        [[[100, 100 + 60 * place], [160, 100 + 60 * place]] for place in range(8)],
        [[[40 * place, 100 + 37 * place % 200], [40 * place + 30, 150 + 53 * place % 200]] for place in range(20)],
    ]
    odd += [_shaken(ink, generator) for ink in odd]
    odd += [_timed(four_and_one, pause) for pause in PAUSES_MS]
    return [[], [[[5, 5]]], [[[0, 0], [1e6, 0]], [[0, 1e6]]], *odd]


def _timed(ink: Plain, pause: float) -> Plain:
    """Return an ink of which each line takes 20 ms, with such a pause between its strokes."""
    timed, now = list[list[list[float]]](), 0.0
    for stroke in ink:
        timed.append([[*point, now + 20 * place] for place, point in enumerate(stroke)])
        now = timed[-1][-1][2] + pause
    return timed


def _shaken(ink: Plain, generator: Generator) -> Plain:
    return [[[round(value) for value in generator.normal(point, 6)] for point in stroke] for stroke in ink]


def answers() -> dict[str, Any]:
    """Return what the Python makes of the inks with the shipped bundle, and the verdicts on made-up probabilities."""
    inks, reading = json.loads(INKS.read_text("utf-8")), Reader.load()
    return {
        "card": reading.bundle.card.to_json(),
        "digits": [_reading(each) for each in reading.read_many([Ink(ink) for ink in inks["digits"]])],
        "explanations": [_explanation(reading, Ink(ink)) for ink in inks["digits"][::EXPLAINED]],
        "numbers": [_number_answer(reading, Ink(ink)) for ink in inks["numbers"]],
        "pins": [_pin(reading.read_pin([Ink(ink) for ink in four])) for four in inks["pins"]],
        "wide_pins": [_pin(reading.read_pin(Ink(ink))) for ink in inks["numbers"]],
        "verdicts": _verdicts(),
    }


def _reading(found: Reading) -> dict[str, Any]:
    glyph = base64.b64encode(found.glyph.astype("<f4").tobytes()).decode()
    return {**_shared(found), "probabilities": found.probabilities.tolist(), "hints": found.hints, "glyph": glyph}


def _shared(found: Reading) -> dict[str, Any]:
    others = [{"digit": each.digit, "probability": each.probability} for each in found.alternatives]
    return {"digit": found.digit, "confidence": found.confidence, "verdict": found.verdict, "alternatives": others}


def _explanation(reading: Reader, ink: Ink) -> dict[str, Any]:
    found = reading.explain(ink)
    return {"share": found.share, "least": found.least, "weights": found.weights.tolist()}


def _number_answer(reading: Reader, ink: Ink) -> dict[str, Any]:
    pieces = lattice_of(ink).pieces
    found = {length: reading.read_number(ink, length) for length in (None, 2, 4)}
    return {
        "pieces": [[*each.group.places] for each in pieces],
        "priors": [each.group.prior for each in pieces],
        "readings": [
            {"length": length, "digits": each.digits, "items": [_item(item) for item in each.items]}
            for length, each in found.items()
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    box = {"left": item.box.left, "top": item.box.top, "width": item.box.width, "height": item.box.height}
    return {**_shared(item), "box": box}


def _pin(found: pin.Pin | pin.Rewrite) -> dict[str, Any]:
    """Return the answer as the service gives it; these PINs are made up, and nobody's."""
    return {"pin": found.reveal()} if isinstance(found, pin.Pin) else {"rewrite": list(found.places)}


def _verdicts(count: int = 200) -> dict[str, Any]:
    """Return made-up probabilities, (N, 11), at a temperature, and the verdicts of thresholds that part them."""
    rows = np.random.default_rng(SEED).dirichlet(np.full(11, 0.06), count).astype(np.float32)
    thresholds = Thresholds(0.8, 0.5, 1.4, 0.01)
    tempered = reader.tempered(rows, thresholds.temperature)
    return {
        "thresholds": asdict(thresholds),
        "rows": rows.tolist(),
        "tempered": tempered.tolist(),
        "verdicts": thresholds.verdicts(tempered),
    }


def inks_text() -> str:
    """Return the made-up inks as their file, one a line."""
    kinds = [
        f'"{kind}": [\n' + ",\n".join(json.dumps(ink, separators=(",", ":")) for ink in inks) + "\n]"
        for kind, inks in made_up().items()
    ]
    return "{\n" + ",\n".join(kinds) + "\n}\n"


def _write(path: Path, text: Callable[[], str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(), encoding="utf-8", newline="\n")
    print(f"wrote {path.relative_to(ROOT)}")


def main(words: Sequence[str]) -> None:
    """Do what the one word says."""
    if words == ["constants"]:
        _write(CONSTANTS, constants_text)
    elif words == ["inks"]:
        _write(INKS, inks_text)
    elif words == ["answers"]:
        json.dump(answers(), sys.stdout)
    else:
        sys.exit("Expected one of constants, inks and answers.")


if __name__ == "__main__":
    main(sys.argv[1:])
