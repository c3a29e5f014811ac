"""All that is measured, on small sets and, where there are any, on real ones."""

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from drawings import DRAWINGS, drawing
from packing import unipen
from sutja import Reader
from sutja.bundle import Bundle, Thresholds
from sutja.learn import sources
from sutja.learn.dataset import Dataset, Part, lettering, letters, mnist_test
from sutja.learn.dataset.canvas import picture
from sutja.learn.dataset.paper import SCENES
from sutja.learn.dataset.pendigits import pendigits
from sutja.learn.evaluate import (
    Section,
    archives,
    evaluate,
    kinds,
    measure,
    numbers,
    others,
    paper,
    pins,
    record,
    robustness,
    time_ms,
)
from sutja.learn.evaluate.answers import of_drawings
from sutja.learn.evaluate.figures import figures
from sutja.learn.evaluate.kinds import pens
from sutja.learn.evaluate.robustness import sample
from sutja.learn.report import Origin, write
from sutja.prepare import prepare

SILENT = lambda name, done, total: None  # noqa: E731  # nobody watches


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    """Return the ten drawings, the last two under wrong labels."""
    return Dataset(prepare([drawing(digit) for digit in DRAWINGS]), np.array([0, 1, 2, 3, 4, 5, 6, 7, 3, 3]))


def accepting(unsure_below: float = 0.0) -> Reader:
    """Return the shipped reader, which accepts what is at least so sure."""
    return Reader(Bundle.shipped().with_card(thresholds=Thresholds(unsure_below=unsure_below)))


def test_a_score_counts(drawn: Dataset) -> None:
    """Accuracy, confusion and the share of wrong ones among the accepted are what counting gives."""
    score = evaluate(accepting(), drawn)
    assert (score.count, score.accuracy, score.accepted) == (10, 0.8, 1.0)
    assert score.accepted_error == pytest.approx(0.2)
    assert (score.confusion[3][3], score.confusion[3][8], score.confusion[3][9]) == (1, 1, 1)
    assert sum(map(sum, score.confusion)) == 10


def test_a_glyph_takes_time(drawn: Dataset) -> None:
    """The time for a glyph is more than nothing and less than a second."""
    assert 0 < time_ms(Reader.load(), drawn, runs=5) < 1000


@pytest.fixture
def small(mixed_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder with small sets of all kinds, of which little is shown; each writer wrote all ten digits."""
    text = unipen((digit, writer, strokes) for writer in range(1, 31) for digit, strokes in DRAWINGS.items())
    (mixed_data / sources.PENDIGITS.path).write_bytes(text)
    monkeypatch.setattr(sources, "PENDIGITS", replace(sources.PENDIGITS, sha256=hashlib.sha256(text).hexdigest()))
    monkeypatch.setattr(sources, "FONTS_TEST", letters._ARCHIVES[Part.TEST])
    monkeypatch.setattr(lettering, "SLANTS_DEG", (0, 8))
    monkeypatch.setattr(lettering, "WEIGHTS_PX", (0,))
    monkeypatch.setattr(others, "MADE_COUNT", 10)
    monkeypatch.setattr(kinds, "TREMORS", (0.02,))
    monkeypatch.setattr(robustness, "SAMPLE", 2)
    monkeypatch.setattr(numbers, "NUMBER_COUNT", 12)
    monkeypatch.setattr(numbers, "PHOTO_RUNS", 1)
    monkeypatch.setattr(paper, "PHOTO_COUNT", 4)
    monkeypatch.setattr(paper, "SCENES", {name: SCENES[name] for name in ("plain", "all, squared")})
    monkeypatch.setattr(pins, "PIN_COUNT", 20)
    monkeypatch.setattr(robustness, "SIZES_PX", (180,))
    for section in (
        record,
        robustness,
        numbers,
        paper,
    ):  # to begin processes would take longer
        monkeypatch.setattr(section, "spread", lambda reader, work, tasks: (work(reader, task) for task in tasks))
    return mixed_data


def test_all_is_measured_and_written(small: Path, tmp_path: Path) -> None:
    """Every section leaves its figures; page, pictures and JSON hold them, and the page names each picture."""
    seen: dict[str, tuple[int, int]] = {}
    found = measure(
        Reader.load(), small, Part.TEST, list(Section), lambda name, done, total: seen.update({name: (done, total)})
    )
    assert all(done == total > 0 for done, total in seen.values())
    assert found.sets["mnist"].count == 297
    penned = pendigits(small, Part.TEST)
    assert found.sets["strokes"].count == found.sets["pen_18px"].count == len(penned)
    assert found.sets["together"].count == 297 + len(penned) + found.sets["photographs"].count
    assert set(found.slices["writer, strokes"]) == {str(each.writer) for each in penned}
    assert len(found.robustness.cells) == 72
    page = write(found, Origin.here("sutja evaluate"), tmp_path)
    text = page.read_text("utf-8")
    named = set(re.findall(r"\]\((\S+)\)", text))
    assert named == {f"accuracy/{file.name}" for file in (tmp_path / "accuracy").glob("*.png")}
    assert text.index(found.model.sha256) < text.index("## What is asked of it")
    told = json.loads((tmp_path / "accuracy" / "figures.json").read_text("utf-8"))
    assert told["sets"]["mnist"]["right"]["value"] == found.sets["mnist"].right.value
    assert len(told["mistakes"]["strokes"]) == len(found.mistakes["strokes"])
    assert len(told["others"]["taken"]) == len(found.others.taken)
    assert sum(each["of"] for each in told["numbers"]["inks"]["by_length"].values()) == 12
    assert told["pins"]["chosen"]["right"]["of"] == 20
    assert {name: each["right"]["of"] for name, each in told["paper"]["by_scene"].items()} == {
        "plain": 4,
        "all, squared": 4,
    }
    assert "| all, squared | " in text


def test_the_same_is_measured_twice(small: Path) -> None:
    """What is made up is made by seeds: all figures but the time come out the same again."""
    sections = [Section.PENS, Section.OTHERS]
    first, again = (measure(Reader.load(), small, Part.TEST, sections, SILENT) for _ in range(2))
    still = replace(first.model, glyph_ms=0)
    seen = [replace(each, model=still, mistakes={}, others=replace(each.others, taken=())) for each in (first, again)]
    assert seen[0] == seen[1]


def test_ten_outputs_are_measured_too(small: Path) -> None:
    """A model that knows no "no digit" refuses no letter by itself, and is no error."""
    import oracle

    bundle = oracle.bundle(answer=[0.9] + [0.1 / 9] * 9, outputs=10, thresholds=Thresholds(unsure_below=0.5))
    found = measure(Reader(bundle), small, Part.TEST, [Section.OTHERS, Section.PENS], SILENT)
    assert (found.others.letters.caught.value, found.others.letters.read_as[0]) == (0, found.others.letters.caught.of)
    labels = [each.label for each in pendigits(small, Part.TEST)]
    assert found.sets["strokes"].right.value == pytest.approx(labels.count(0) / len(labels))


def test_what_is_wrong_is_kept(small: Path) -> None:
    """Each stroke drawing that is not read rightly is among the mistakes, with its picture and its writer."""
    kind = pens(accepting(), small, Part.TEST)
    wrong = int((~kind.answers.is_right).sum())
    assert len(kind.mistakes) == wrong
    silent = pens(Reader(Bundle.shipped().with_card(thresholds=Thresholds(no_digit_from=0.0))), small, Part.TEST)
    penned = pendigits(small, Part.TEST)
    assert len(silent.mistakes) == len(penned)
    assert {each.note for each in silent.mistakes} == {f"writer {each.writer}" for each in penned}
    assert silent.mistakes[0].picture.min() < 128 < silent.mistakes[0].picture.max()


def test_each_section_names_its_data() -> None:
    """What a section reads is gathered, once, and of MNIST only the half that is read."""
    assert archives([Section.PENS, Section.ROBUSTNESS], Part.TEST) == [sources.PENDIGITS]
    assert archives([Section.MNIST], Part.CALIBRATION) == list(sources.MNIST_TRAINING)
    everything = archives(list(Section), Part.TEST)
    assert len(everything) == len(set(everything))
    assert set(sources.FONTS_TEST) <= set(everything)
    assert not set(sources.FONTS_TRAINING) & set(everything)


def test_the_shipped_bundle_scores_what_its_card_says(real_data: Path) -> None:
    """On MNIST's test half the card's score comes out again; `sutja evaluate` is held to it in tests/cli."""
    reader = Reader.load()
    score, card = evaluate(reader, mnist_test(real_data)), reader.bundle.card.scores["test"]
    assert (score.accuracy, score.accepted, score.log_loss) == pytest.approx(
        (card.accuracy, card.accepted, card.log_loss), abs=1e-6
    )
    assert score.accuracy >= 0.993


def test_real_writers_are_read(real_data: Path) -> None:
    """Of a few real drawings by each calibration writer nine in ten and more are read, as strokes and as pictures."""
    if not (real_data / sources.PENDIGITS.path).exists():
        pytest.skip("no public data sets: SUTJA_DATA has no pendigits/")
    penned = sample(pendigits(real_data, Part.CALIBRATION), 100)
    drawings = [each.ink for each in penned] + [picture(each.ink) for each in penned]
    found = figures(of_drawings(Reader.load(), drawings, [each.label for each in penned] * 2))
    assert found.right.value > 0.9
    assert found.wrong.value < 0.02
