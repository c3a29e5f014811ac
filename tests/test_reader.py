import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import oracle
from drawings import DRAWINGS, drawing
from sutja import BundleError, Hint, Ink, InputError, Reader, Verdict, read
from sutja.bundle import Bundle, Thresholds
from sutja.learn.dataset.canvas import picture
from test_prepare import Matrix, moved


@pytest.fixture(scope="module")
def reader() -> Reader:
    """Return a reader with the shipped bundle."""
    return Reader.load()


def pixels(digit: int) -> np.ndarray:
    """Return a digit as a scan: (224, 224) uint8, dark on light."""
    from sutja.prepare import prepare

    return 255 - np.kron((prepare([drawing(digit)])[0] * 255).astype(np.uint8), np.ones((8, 8), np.uint8))


@pytest.mark.parametrize("digit", DRAWINGS)
def test_every_kind_of_drawing_is_read(digit: int, tmp_path: Path) -> None:
    """Ink, array, picture, bytes and path of the same digit are all read as that digit."""
    image = Image.fromarray(pixels(digit))
    image.save(tmp_path / "digit.png")
    data = (tmp_path / "digit.png").read_bytes()
    forms = [drawing(digit), pixels(digit), image, data, tmp_path / "digit.png", str(tmp_path / "digit.png")]
    assert [read(form).digit for form in forms] == [digit] * len(forms)


TILTS = {"left": [[1, -0.17], [0, 1]], "right": [[1, 0.17], [0, 1]], "turned": [[0.985, -0.17], [0.17, 0.985]]}


@pytest.mark.parametrize("matrix", [*TILTS.values(), [[0.8, 0], [0, 1]], [[1, 0], [0, 0.8]]])
@pytest.mark.parametrize("digit", DRAWINGS)
def test_a_digit_stays_that_digit(reader: Reader, digit: int, matrix: Matrix) -> None:
    """Slanted, turned by ten degrees, narrow or low: still that digit."""
    assert reader.read(moved(drawing(digit), matrix)).digit == digit


def test_a_reading_is_consistent(reader: Reader) -> None:
    """Digit, confidence, probabilities and alternatives of a reading tell the same story."""
    for reading in reader.read_many([drawing(digit) for digit in DRAWINGS]):
        assert reading.probabilities.shape == (10,)
        assert reading.probabilities.argmax() == reading.digit
        assert reading.confidence == pytest.approx(reading.probabilities.max())
        assert reading.digit not in [other.digit for other in reading.alternatives]
        assert reading.glyph.shape == (28, 28)
        assert reading.model == reader.bundle.card.sha256


def test_what_ten_probabilities_lack_to_1_is_that_of_no_digit(reader: Reader) -> None:
    """The ten probabilities of a reading sum to 1 less that of no digit, which is the last of the model's eleven."""
    for each in (reader, Reader(oracle.bundle(answer=[0.05] * 10 + [0.5]))):
        reading = each.read(drawing(5))
        [eleven] = each.probabilities(reading.glyph[None])
        assert eleven.sum() == pytest.approx(1, abs=1e-5)
        assert reading.probabilities.sum() == pytest.approx(1 - eleven[10], abs=1e-5)
        np.testing.assert_allclose(reading.probabilities, eleven[:10], atol=1e-6)


def test_a_model_of_ten_probabilities_has_no_doubt_that_it_is_a_digit() -> None:
    """A model from elsewhere that knows digits only reads as ever: it gives nothing to no digit, and refuses none."""
    known = np.eye(10, dtype=np.float32)[[3]] * 0.91 + 0.009
    reader = Reader(oracle.bundle(outputs=10, thresholds=Thresholds(unsure_below=0.5, no_digit_from=0.5)))
    [eleven] = reader.probabilities(oracle.glyphs_of(known))
    np.testing.assert_allclose(eleven, [*known[0], 0], atol=1e-5)
    assert Reader(oracle.bundle(answer=[0.1] * 10, outputs=10)).read(drawing(3)).verdict is not Verdict.NOT_A_DIGIT


def test_no_digit_has_no_digit_and_no_alternatives() -> None:
    """Where the model says so, a drawing is no digit: none is named, and none is offered instead."""
    answer = [0.3] + [0.01] * 9 + [0.61]
    refused = Reader(oracle.bundle(answer, thresholds=Thresholds(0.2, no_digit_from=0.6))).read(drawing(3))
    assert (refused.verdict, refused.digit, refused.alternatives) == (Verdict.NOT_A_DIGIT, None, ())
    read = Reader(oracle.bundle(answer, thresholds=Thresholds(0.2, no_digit_from=0.7))).read(drawing(3))
    assert (read.verdict, read.digit) == (Verdict.DIGIT, 0)
    assert read.confidence == pytest.approx(0.3, abs=1e-5)


def test_an_unsure_reading_names_two() -> None:
    """Between a 4 and a 9 both are named, with their probabilities, likeliest first."""
    answer = [0.001] * 11
    answer[4], answer[9] = 0.52, 0.471
    reading = Reader(oracle.bundle(answer, thresholds=Thresholds(unsure_below=0.8))).read(drawing(4))
    assert (reading.verdict, reading.digit) == (Verdict.UNSURE, 4)
    assert [(other.digit, round(other.probability, 3)) for other in reading.alternatives] == [(9, 0.471)]


@pytest.mark.parametrize("outputs", [10, 11])
def test_the_temperature_of_the_card_makes_more_or_less_sure(outputs: int) -> None:
    """Above 1 a reader is less sure, below 1 surer; the order of the digits stays, and so does the sum."""
    rows = np.random.default_rng(0).dirichlet(np.full(outputs, 0.5), 50).astype(np.float32)
    found = {
        temperature: Reader(
            oracle.bundle(outputs=outputs, thresholds=Thresholds(temperature=temperature))
        ).probabilities(oracle.glyphs_of(rows))
        for temperature in (0.5, 1, 2)
    }
    np.testing.assert_allclose(found[1][:, :outputs], rows, atol=1e-4)
    assert (found[0.5].max(1) > found[1].max(1)).all()
    assert (found[1].max(1) > found[2].max(1)).all()
    for each in found.values():
        np.testing.assert_array_equal(each.argmax(1), rows.argmax(1))
        np.testing.assert_allclose(each.sum(1), 1, atol=1e-5)
    np.testing.assert_allclose(found[2][:, 0] / found[2][:, 1], np.sqrt(found[1][:, 0] / found[1][:, 1]), rtol=1e-3)


def beside(*inks: Ink, gap: float) -> Ink:
    """Return several drawings in a row, so far apart."""
    strokes, right = [], 0.0
    for ink in inks:
        points = np.concatenate([np.array([point[:2] for point in stroke]) for stroke in ink.strokes])
        left, width = points[:, 0].min(), np.ptp(points[:, 0])
        strokes += [[(x - left + right, y) for x, y, *_ in stroke] for stroke in ink.strokes]
        right += width + gap
    return Ink(strokes)


@pytest.mark.parametrize("digit", DRAWINGS)
def test_two_shapes_are_named(reader: Reader, digit: int) -> None:
    """Two digits apart from each other get the hint `two_shapes`, as ink and as a picture; one alone does not."""
    two = beside(drawing(digit), drawing(3), gap=60)
    page = (picture(two, extent_px=240), picture(drawing(digit)))
    assert [Hint.TWO_SHAPES in reading.hints for reading in reader.read_many([two, drawing(digit), *page])] == [
        True,
        False,
        True,
        False,
    ]


def test_a_speck_is_no_second_shape(reader: Reader) -> None:
    """A dot on either side is a slip of the pen, and an equals sign lies in one column: none of them is two shapes."""
    speck, equals = Ink([[(0, 60), (4, 60)]]), Ink([[(0, 0), (60, 0)], [(0, 30), (60, 30)]])
    inks = [beside(drawing(3), speck, gap=40), beside(speck, drawing(3), gap=40), equals, Ink()]
    assert not any(Hint.TWO_SHAPES in reading.hints for reading in reader.read_many(inks))


def test_nothing_drawn_is_empty(reader: Reader) -> None:
    """Neither no ink nor white paper has a digit, and no digit has any probability."""
    for reading in reader.read_many([Ink(), np.full((60, 60), 255, np.uint8)]):
        assert (reading.verdict, reading.digit, reading.confidence) == (Verdict.EMPTY, None, 0)
        assert not reading.probabilities.any()


def test_a_dot_is_not_a_digit(reader: Reader) -> None:
    """A tap is drawn, and is no digit."""
    reading = reader.read(Ink([[(5, 5), (5, 5)]]))
    assert (reading.verdict, reading.digit, reading.hints) == (Verdict.NOT_A_DIGIT, None, (Hint.DOT,))


def test_the_one_that_cannot_be_read_is_named(reader: Reader) -> None:
    """Among many, the place of the drawing that cannot be read stands in the message; alone, it has none."""
    with pytest.raises(InputError, match=r"^At place 1: Expected"):
        reader.read_many([drawing(3), b"no picture"])
    with pytest.raises(InputError, match=r"^Expected"):
        reader.read(b"no picture")


def test_a_repr_shows_what_was_read_not_how(reader: Reader) -> None:
    """The repr of a reading is a line: neither the glyph, which is what someone drew, nor ten numbers."""
    shown = repr(reader.read(drawing(3)))
    assert "digit=3" in shown
    assert "array" not in shown


def test_the_threshold_of_the_card_decides(reader: Reader) -> None:
    """Under a card that asks for more than certainty every digit is unsure, and still named."""
    strict = Reader(reader.bundle.with_card(thresholds=Thresholds(unsure_below=1.01)))
    reading = strict.read(drawing(3))
    assert (reading.verdict, reading.digit) == (Verdict.UNSURE, 3)


def test_a_batch_is_its_parts(reader: Reader) -> None:
    """More than one batch of drawings, read at once, are what each is alone, in order."""
    drawings = [drawing(place % 10) for place in range(130)]
    together = reader.read_many(drawings)
    assert [reading.digit for reading in together] == [place % 10 for place in range(130)]
    assert together[7].confidence == pytest.approx(reader.read(drawings[7]).confidence, abs=1e-5)
    assert reader.read_many([]) == []


def test_threads_may_share_a_reader(reader: Reader) -> None:
    """Eight threads on one reader get each their own answers."""
    with ThreadPoolExecutor(8) as threads:
        digits = list(threads.map(lambda place: reader.read(drawing(place % 10)).digit, range(400)))
    assert digits == [place % 10 for place in range(400)]


@pytest.mark.parametrize("source", [b"", b"no picture", "nowhere.png", np.zeros((4, 4)), None, 7])
def test_what_is_no_drawing_is_refused(reader: Reader, source: object) -> None:
    """Anything that is neither ink nor picture is an `InputError`."""
    with pytest.raises(InputError, match="Expected"):
        reader.read(source)  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [b"", b"no model", Bundle.shipped().onnx[:1000]])
def test_what_is_no_model_is_refused(data: bytes) -> None:
    """Bytes whose hash is right and that are no model of glyphs are still refused."""
    bundle = Bundle.shipped()
    broken = Bundle(data, bundle.with_card(sha256=hashlib.sha256(data).hexdigest()).card)
    with pytest.raises(BundleError, match="Expected a model"):
        Reader(broken)


def model_of(kind: str) -> bytes:
    """Return an ONNX file that loads, and is no model of glyphs."""
    from onnx import TensorProto, helper

    glyph = helper.make_tensor_value_info(
        "glyph", TensorProto.FLOAT, [2 if kind == "two at a time" else "N", 28, 28, 1]
    )
    flat = helper.make_node("Flatten", ["glyph"], ["flat"])
    ends = {
        "784 numbers": [helper.make_node("Softmax", ["flat"], ["out"])],
        "two at a time": [helper.make_node("Softmax", ["flat"], ["out"])],
        "not a number": [helper.make_node("Log", ["flat"], ["log"]), helper.make_node("Sqrt", ["log"], ["out"])],
    }
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, None)
    graph = helper.make_graph([flat, *ends[kind]], kind, [glyph], [out])
    opset = [helper.make_opsetid("", 17)]
    return bytes(helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString())


@pytest.mark.parametrize("kind", ["784 numbers", "two at a time", "not a number"])
def test_another_model_is_refused(kind: str) -> None:
    """A model of the wrong shape, for a fixed batch, or that gives no probabilities does not get to read."""
    data = model_of(kind)
    bundle = Bundle(data, Bundle.shipped().with_card(sha256=hashlib.sha256(data).hexdigest()).card)
    with pytest.raises(BundleError, match="Expected a model"):
        Reader(bundle)


def test_a_picture_of_mode_1_is_read(reader: Reader) -> None:
    """A PIL image of two colours is a picture as well."""
    image = Image.fromarray(pixels(2)).convert("1")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    assert reader.read(stream.getvalue()).digit == 2
