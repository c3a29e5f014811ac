"""A PIN: decided as a whole, and told to nobody who does not ask."""

import copy
import json
import logging
import math
import os
import pickle
import pprint
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle
import sutja
from drawings import drawing
from pictures import encoded, picture
from sutja import Ink, InputError, Pin, Reader, Reading, Rewrite, Verdict
from sutja.bundle import Bundle, Thresholds
from sutja.pin import PIN_SURE_FROM, decide, doubtful

SECRET = "7391"  # noqa: S105 - it is one, but not ours
ALL = Rewrite((0, 1, 2, 3))
TWO_IN_ONE = Ink([*drawing(7).strokes, *[[(x + 110, y) for x, y, *_ in stroke] for stroke in drawing(3).strokes]])
SCRIBBLE = Ink([[(50 + 45 * math.sin(13 * t), 50 + 45 * math.sin(17 * t + 1)) for t in np.linspace(0, 6, 90)]])


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return a reader with the shipped bundle."""
    return Reader.load()


def drawn(digits: str) -> list[Ink]:
    """Return an ink for each digit."""
    return [drawing(int(digit)) for digit in digits]


def in_a_row(digits: str) -> Ink:
    """Return one ink that holds all the digits, side by side."""
    inks = enumerate(drawn(digits))
    return Ink([[(x + 110 * place, y) for x, y, *_ in stroke] for place, ink in inks for stroke in ink.strokes])


def reading(confidence: float, digit: int | None = 7) -> Reading:
    """Return a reading as sure as that."""
    nothing = np.zeros(10, np.float32)
    verdict = Verdict.UNSURE if digit is not None else Verdict.NOT_A_DIGIT
    return Reading(digit, confidence, nothing, verdict, (), (), np.zeros((28, 28), np.float32), "")


def readings(*confidences: float) -> list[Reading]:
    return [reading(confidence, place) for place, confidence in enumerate(confidences)]


@pytest.mark.parametrize("digits", ["0123", "4567", "8900", "7777", SECRET])
def test_a_pin_is_read(digits: str) -> None:
    """From one ink for each digit, from one picture for each, and from one ink that holds them all."""
    several: list[Sequence[Any]] = [drawn(digits), tuple(drawn(digits)), [picture(int(digit)) for digit in digits]]
    for each in (*several, in_a_row(digits)):
        found = sutja.read_pin(each)
        assert isinstance(found, Pin)
        assert found.reveal() == digits


def test_a_picture_may_hold_all(reader: Reader, tmp_path: Path) -> None:
    """As bytes or as a file, one picture of four digits is a PIN."""
    page = np.hstack([np.asarray(picture(digit).convert("L")) for digit in (7, 3, 9, 1)])
    (tmp_path / "page.png").write_bytes(encoded(page))
    for each in (encoded(page), tmp_path / "page.png", str(tmp_path / "page.png"), page):
        found = reader.read_pin(each)
        assert isinstance(found, Pin)
        assert found.reveal() == SECRET


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("blot", [Ink(), Ink([[(5, 5)]]), SCRIBBLE, TWO_IN_ONE])
def test_only_what_is_doubtful_is_asked_again(reader: Reader, place: int, blot: Ink) -> None:
    """Nothing, a dot, a scribble or two digits in one box: that place, and no other, is to be written again."""
    inks = drawn(SECRET)
    inks[place] = blot
    assert reader.read_pin(inks) == Rewrite((place,))
    inks[place] = drawing(int(SECRET[place]))
    assert reader.read_pin(inks) == Pin(SECRET)


@pytest.mark.parametrize("digits", ["", "7", "739", "73912", "7391739173917391"])
def test_a_wrong_count_asks_for_all(reader: Reader, digits: str) -> None:
    """Too few or too many, one by one or in a row, are never cut or filled until they fit."""
    assert reader.read_pin(drawn(digits)) == ALL
    assert reader.read_pin(in_a_row(digits)) == ALL


def test_three_digits_are_never_four(reader: Reader) -> None:
    """No row of three digits becomes a PIN of four, though some could be cut so."""
    rows = [f"{number:03}" for number in range(8, 1000, 45)]
    assert {reader.read_pin(in_a_row(row)) for row in rows} == {ALL}


def test_a_blot_in_a_row_is_no_digit(reader: Reader) -> None:
    """Four marks of which one is a scribble: it is not accepted."""
    strokes = [[(x + 220, y) for x, y, *_ in stroke] for stroke in SCRIBBLE.strokes]
    far = [[(x + 110, y) for x, y, *_ in stroke] for stroke in in_a_row("91").strokes[1:]]
    assert isinstance(reader.read_pin(Ink([*in_a_row("73").strokes, *strokes, *far])), Rewrite)


def test_the_length_may_be_another(reader: Reader) -> None:
    """Six digits are a PIN where six are asked for, and four are not."""
    assert reader.read_pin(drawn("739104"), 6) == reader.read_pin(in_a_row("739104"), 6) == Pin("739104")
    assert reader.read_pin(drawn(SECRET), 6) == reader.read_pin(in_a_row(SECRET), 6) == Rewrite(tuple(range(6)))


def test_a_model_that_is_never_sure_accepts_nothing() -> None:
    """A bundle whose threshold no digit reaches has no probabilities to rely on: every place is asked again."""
    unsure = Reader(Bundle.shipped().with_card(thresholds=Thresholds()))
    assert unsure.read_pin(drawn(SECRET)) == ALL


@pytest.mark.parametrize(
    ("drawings", "message"),
    [
        ([*drawn("739"), b"7391"], "At place 3: Expected a PNG"),
        ([*drawn("739"), None], "At place 3: Expected a path"),
        (["7391.png"] * 4, "At place 0: Expected a file"),
        ([[[(7, 3)]]], "At place 0: Expected a path"),
        (b"7391", "Expected a PNG"),
        (bytearray(b"7391"), "Expected a path"),
        ("7391.png", "Expected a file"),
        (None, "Expected a path"),
        ({"inks": 7391}, "Expected a path"),
        ((ink for ink in drawn(SECRET)), "Expected a path"),
    ],
)
def test_what_is_no_drawing_is_an_error(reader: Reader, drawings: Any, message: str) -> None:
    """As `read` says it: with the place, and without what was given."""
    with pytest.raises(InputError, match=message) as caught:
        reader.read_pin(drawings)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(("length", "sure_from"), [(0, 0.9), (-4, 0.9), (4, 0.0), (4, -1.0), (4, math.nan)])
def test_a_rule_that_makes_no_sense_is_an_error(reader: Reader, length: int, sure_from: float) -> None:
    """No length, or a confidence by which anything would be accepted, NaN among them."""
    with pytest.raises(InputError, match="Expected the"):
        reader.read_pin(drawn(SECRET), length, sure_from)


@pytest.mark.parametrize(
    ("confidences", "places"),
    [
        ((0.99, 0.98, 0.97, 0.98), ()),
        ((0.99, 0.90, 0.99, 0.99), (1,)),
        ((0.97, 0.97, 0.97, 0.97), (2, 3)),
        ((0.95, 0.96, 0.95, 0.96), (0, 2)),
        ((0.1, 1.0, 0.2, 1.0), (0, 2)),
        ((0.5, 0.5, 0.5, 0.5), (0, 1, 2, 3)),
        ((0.92, 1.0, 1.0, 1.0), ()),
    ],
)
def test_a_pin_is_decided_as_a_whole(confidences: tuple[float, ...], places: tuple[int, ...]) -> None:
    """Digits that would each do alone may be too doubtful together; then the least sure of them is asked."""
    found = decide(readings(*confidences))
    assert found == (Rewrite(places) if places else Pin("0123"))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(0.01, 1))
def test_the_fewest_places_are_asked(confidences: list[float], sure_from: float) -> None:
    """What is kept is sure together, none that is asked is surer than what is kept, and with one more it is not."""
    places = doubtful(confidences, sure_from)
    kept = [confidence for place, confidence in enumerate(confidences) if place not in places]
    asked = sorted(confidences[place] for place in places)
    assert list(places) == sorted(set(places))
    assert math.prod(sorted(kept, reverse=True)) >= sure_from or not kept
    assert not asked or asked[-1] <= min(kept, default=1)
    assert not asked or math.prod(sorted([*kept, asked[-1]], reverse=True)) < sure_from


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.permutations(range(10)))
def test_what_the_digits_are_does_not_matter(confidences: list[float], digits: list[int]) -> None:
    """The same confidences ask for the same places, whatever was read."""
    found = decide([reading(each, digit) for each, digit in zip(confidences, digits, strict=False)])
    other = decide([reading(each) for each in confidences])
    assert isinstance(found, Pin) is isinstance(other, Pin)
    assert isinstance(found, Pin) or found == other


def test_the_time_does_not_tell_the_digits() -> None:
    """The same ink, read as any of the ten digits, takes the same time: the least of many turns, within a third."""
    answers = np.eye(10, 11).tolist()
    thresholds = Thresholds(unsure_below=0.5, no_digit_from=0.9)
    readers = [Reader(oracle.bundle(answer=answer, thresholds=thresholds)) for answer in answers]
    inks, least = drawn(SECRET), [math.inf] * 10
    assert [reader.read_pin(inks) for reader in readers] == [Pin(str(digit) * 4) for digit in range(10)]
    for _ in range(100):
        for place, reader in enumerate(readers):
            start = time.perf_counter()
            reader.read_pin(inks)
            least[place] = min(least[place], time.perf_counter() - start)
    assert max(least) <= 4 / 3 * min(least)


def test_no_digit_is_never_guessed() -> None:
    """A reading without a digit is asked again, however sure the model is of its likeliest one."""
    assert decide([*readings(1, 1, 1), reading(1.0, None)], 4, 0.01) == Rewrite((3,))


@dataclass(frozen=True)
class Entry:
    """A record as an application might keep it."""

    pin: Pin
    kiosk: int = 3


def text(*arguments: Any) -> str:
    return " ".join(map(str, arguments))


SHOWN: dict[str, Callable[[Pin], object]] = {
    "repr": repr,
    "str": str,
    "format": lambda pin: f"{pin} {pin!r} {pin!s} {pin:>20} {[pin]}",
    "percent": lambda pin: "%s %r" % (pin, pin),  # noqa: UP031
    "in a record": lambda pin: repr(Entry(pin)),
    "as a dict": lambda pin: repr(asdict(Entry(pin))),
    "json of last resort": lambda pin: json.dumps({"pin": pin}, default=str),
    "pretty": lambda pin: pprint.pformat({"pin": [pin]}),
    "copied": lambda pin: repr([copy.copy(pin), copy.deepcopy({"pin": pin})]),
    "attributes": lambda pin: text(*(getattr(pin, name) for name in dir(pin) if name != "reveal")),
    "slots": lambda pin: text({name: getattr(pin, name) for name in Pin.__slots__}),
    "state": lambda pin: text(object.__getstate__(pin)) if hasattr(object, "__getstate__") else "",
    "an error": lambda pin: text(ValueError(pin), repr(KeyError(pin))),
}
REFUSED: dict[str, Callable[[Pin], object]] = {
    "json": json.dumps,
    "json of a record": lambda pin: json.dumps(asdict(Entry(pin))),
    "pickle": pickle.dumps,
    "pickle of a record": lambda pin: pickle.dumps(Entry(pin)),
    "old pickle": lambda pin: pickle.dumps(pin, 0),
    "vars": vars,
    "asdict": asdict,
    "iter": iter,
    "bytes": bytes,
    "int": int,
    "hash": hash,
    "percent d": lambda pin: "%d" % pin,  # noqa: UP031
}


@pytest.mark.parametrize("way", SHOWN)
def test_a_pin_masks_itself(way: str) -> None:
    """Whatever shows it shows no digit of it."""
    shown = re.sub(r"0x[0-9a-f]+", "an address", str(SHOWN[way](Pin("7777"))))
    assert "77" not in shown
    assert "**" in shown or way in ("slots", "state", "attributes")


@pytest.mark.parametrize("way", REFUSED)
def test_a_pin_refuses_to_become_something_else(way: str) -> None:
    """What would make bytes or attributes of it fails, and does not tell it in the error."""
    with pytest.raises((TypeError, AttributeError)) as caught:
        REFUSED[way](Pin(SECRET))
    assert SECRET not in repr(caught.value)


def test_a_pin_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """As a message, as an argument or as an extra."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("kiosk").warning(Pin(SECRET))
    logging.getLogger("kiosk").warning("entered %s, %r", Pin(SECRET), {"pin": Pin(SECRET)}, extra={"pin": Pin(SECRET)})
    assert "****" in caplog.text
    assert SECRET not in caplog.text + repr([vars(record) for record in caplog.records])


@pytest.mark.parametrize("tool", ["pytest", "rich"])
def test_a_traceback_with_locals_does_not_tell(tmp_path: Path, tool: str) -> None:
    """Not even what prints all variables of a frame, and compares what was expected with what was found."""
    made = f"pin = Pin('{SECRET[:2]}' + '{SECRET[2:]}')\n    entered = [pin, {{'pin': pin}}]\n"
    (tmp_path / "test_it.py").write_text(
        f"from sutja import Pin\ndef test_it():\n    {made}    assert pin == Pin('1' * 4)\n    return entered\n"
        "if __name__ == '__main__':\n    from rich import traceback\n"
        "    traceback.install(show_locals=True)\n    test_it()\n"
    )
    pytest_command = ["-m", "pytest", "-vv", "--showlocals", "-p", "no:cacheprovider", "-c", os.devnull, "."]
    command = [sys.executable, *(pytest_command if tool == "pytest" else ["test_it.py"])]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "Pin('****')" in ran.stdout + ran.stderr
    assert SECRET not in ran.stdout + ran.stderr


def test_pins_are_compared_with_pins_only() -> None:
    """Equal PINs are equal; no text is, since a comparison that is true tells what it was compared with."""
    assert Pin(SECRET) == Pin("".join(SECRET))
    assert all(Pin(SECRET) != other for other in (Pin("7390"), Pin("73910"), SECRET, 7391, None, Rewrite((0,))))
    assert Pin("0042").reveal() == "0042"


@pytest.mark.parametrize(
    "digits", ["", "73 91", "73a1", "-7391", "\u0667\u0663", "\uff17\uff13", "7391\n", 7391, None, b"7391"]
)
def test_only_digits_make_a_pin(digits: Any) -> None:
    """ASCII digits as text; the error does not repeat what was given."""
    with pytest.raises(InputError, match="Expected a PIN") as caught:
        Pin(digits)
    assert not any(char.isdecimal() for char in str(caught.value).replace("0 to 9", ""))


def test_reading_a_pin_needs_neither_service_nor_learning() -> None:
    """The library reads PINs by itself."""
    program = "import sutja, sys; sutja.read_pin([sutja.Ink()] * 4); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"fastapi", "pydantic", "keras", "tensorflow"} & set(loaded)
    assert not [name for name in loaded if name.startswith(("sutja.service", "sutja.learn"))]


def test_what_is_said_of_the_rule_is_what_is_kept() -> None:
    """The page for integrators names the confidence that is really asked for."""
    page = (Path(__file__).parents[1] / "docs" / "pin.md").read_text("utf-8")
    assert f"{100 * PIN_SURE_FROM:g} %" in page
