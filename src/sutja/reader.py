"""The Reader: drawings in, readings out, many at a time.

Owns the session of ONNX Runtime and turns probabilities into verdicts. Does no I/O but what `image` reads for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from os import PathLike
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from sutja.bundle import NOTHING, Bundle
from sutja.errors import BundleError, InputError
from sutja.explanation import Explanation, explained
from sutja.image import to_grey
from sutja.ink import Ink, InkImage
from sutja.numbers import are_digits, marks
from sutja.pin import PIN_LENGTH, PIN_SURE_FROM, Pin, Rewrite, decide
from sutja.prepare import prepare
from sutja.reading import Alternative, Box, Glyph, Hint, Item, Number, Probabilities, Reading, Verdict
from sutja.runtime import onnxruntime
from sutja.segment import Lattice, Sheet, lattice_of

Drawing: TypeAlias = Ink | str | PathLike[str] | bytes | Image | NDArray[np.uint8]
"""What can be read: ink, a path, the bytes of a PNG, JPEG or WebP, a PIL image, or uint8 (H, W[, 3 or 4])."""

BATCH = 64  # more at once does not run faster, and takes more memory
ALTERNATIVE_FLOOR = 0.01
ALTERNATIVE_COUNT = 3
NUMBER_SIDE_PX = 1536  # on which a page of digits is still legible
LENGTH_MAX = 64  # digits of a number whose count is given
SHAPE_SHARE = 0.15  # less ink than this is a speck beside a digit, not a second shape


@dataclass(frozen=True, slots=True)
class _Opened:
    """A drawing that was opened: its glyph, and what was noticed on the way."""

    glyph: Glyph
    hints: tuple[Hint, ...]


class Reader:
    """Reads one digit from each drawing. Make one and keep it: it is thread-safe."""

    def __init__(self, bundle: Bundle) -> None:
        """Load and warm the model. Raises `BundleError` where it is no model from glyphs to ten probabilities."""
        self.bundle = bundle
        self._session = _session(bundle.onnx)
        self._input = next((each.name for each in self._session.get_inputs()), "")
        _check(self._run)

    @classmethod
    def load(cls, path: str | PathLike[str] | None = None) -> Self:
        """Return a reader with the bundle in the folder `path`, or with the shipped one. Raises `BundleError`."""
        return cls(Bundle.shipped() if path is None else Bundle.load(path))

    def read(self, drawing: Drawing) -> Reading:
        """Return what one drawing says. Raises `InputError`."""
        [reading] = self._read([_open(drawing)])
        return reading

    def read_many(self, drawings: Sequence[Drawing]) -> list[Reading]:
        """Return what each drawing says, in order. Raises `InputError`, with its place, where one cannot be read."""
        opened = [_open(drawing, place) for place, drawing in enumerate(drawings)]
        return self._read(opened)

    def read_each(self, drawings: Sequence[Drawing]) -> list[Reading | InputError]:
        """Return what each drawing says, in order, or why it cannot be read."""
        opened = [_tried(drawing) for drawing in drawings]
        readings = iter(self._read([each for each in opened if isinstance(each, _Opened)]))
        return [each if isinstance(each, InputError) else next(readings) for each in opened]

    def explain(self, drawing: Drawing) -> Explanation:
        """Return what one drawing says, and which of its ink decided that. Raises `InputError`."""
        return explained(self.read(drawing), self.probabilities)

    def read_number(self, drawing: Drawing, length: int | None = None) -> Number:
        """Return all digits of a drawing, from left to right and line after line, each with its box.

        With a `length`, from 1 to 64, exactly so many marks are taken for digits; where that cannot be, no digit is
        better than `unsure`. Raises `InputError`.
        """
        if length is not None and not 1 <= length <= LENGTH_MAX:
            raise InputError(f"Expected a length from 1 to {LENGTH_MAX}. Received {length}.")
        if isinstance(drawing, Ink):
            return self._number(drawing, length, lambda box: box)
        grey = to_grey(drawing, NUMBER_SIDE_PX, is_sheet=True)
        return self._number(grey.ink, length, grey.outside)

    def read_pin(
        self, drawings: Drawing | Sequence[Drawing], length: int = PIN_LENGTH, sure_from: float = PIN_SURE_FROM
    ) -> Pin | Rewrite:
        """Return the PIN of one drawing for each digit, or of one that holds them all; or the places to write again.

        A PIN is accepted where it is at least `sure_from` sure that all of its digits are right. All places are to be
        written again where there are not just `length` digits. Raises `InputError`.
        """
        if isinstance(drawings, Sequence) and not isinstance(drawings, (str, bytes)):
            readings = self.read_many(drawings)
        else:
            readings = self._places(drawings, length)
        does_accept = self.bundle.card.thresholds.unsure_below < NOTHING  # else no digit of this model is ever sure
        return decide(readings, length, sure_from if does_accept else NOTHING)

    def _places(self, drawing: Drawing, length: int) -> list[Reading]:
        """Return a reading for each digit of a drawing that, uncounted, has just `length` marks; else none.

        How sure they are is told best by those ways to cut it that give `length` digits. But these alone would find
        four digits among three as well.
        """
        ink = drawing if isinstance(drawing, Ink) else to_grey(drawing, NUMBER_SIDE_PX, is_sheet=True).ink
        seen, counted = (self._number(ink, wanted, lambda box: box).items for wanted in (None, max(1, length)))
        if not len(seen) == len(counted) == length:
            return []
        return [each if mark.digit is not None else mark for mark, each in zip(seen, counted, strict=True)]

    def _number(self, ink: Ink | InkImage, length: int | None, placed: Callable[[Box], Box]) -> Number:
        lattice, glyphs, probabilities = self._lattice(ink, length or 0)
        items = []
        for mark in marks(lattice, probabilities, self.bundle.card.thresholds, length):
            piece = lattice.pieces[mark.place]
            reading = self._reading(_Opened(glyphs[mark.place], ()), mark.probabilities, mark.verdict)
            items.append(Item.of(reading, placed(piece.group.box)))
        return Number("".join(str(item.digit) for item in items if item.digit is not None), tuple(items))

    def _lattice(self, ink: Ink | InkImage, length: int) -> tuple[Lattice, NDArray[np.float32], NDArray[np.float32]]:
        """Return the pieces of a drawing, their glyphs and their probabilities.

        The components of a picture are read before any is cut, and what is a digit by itself is left as it is unless
        that leaves too few pieces for a number of that length.
        """
        if isinstance(ink, Ink):
            lattice = lattice_of(ink)
            return lattice, *self._scored([piece.drawing for piece in lattice.pieces])
        sheet = Sheet(ink)
        wholes = self._scored(sheet.wholes)
        lattice = sheet.lattice(are_digits(wholes[1]))
        if lattice.size < length:
            lattice = Sheet(ink).lattice([False] * len(sheet.wholes))
        rest = self._scored([piece.drawing for piece in lattice.pieces if piece.whole is None])
        cut = count(len(sheet.wholes))
        rows = [next(cut) if piece.whole is None else piece.whole for piece in lattice.pieces]
        glyphs, probabilities = (np.concatenate(both)[rows] for both in zip(wholes, rest, strict=True))
        return lattice, glyphs, probabilities

    def _scored(self, drawings: Sequence[Ink | InkImage]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        glyphs = prepare(drawings)
        return glyphs, self.probabilities(glyphs)

    def _read(self, opened: Sequence[_Opened]) -> list[Reading]:
        probabilities = self.probabilities(np.array([each.glyph for each in opened]).reshape(-1, 28, 28))
        verdicts = self.bundle.card.thresholds.verdicts(probabilities)
        rows = zip(opened, probabilities[:, :10], verdicts, strict=True)
        return [self._reading(*row) for row in rows]

    def probabilities(self, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (N, 11) float32 for glyphs (N, 28, 28): of each digit and, last, that it is none. Rows sum to 1."""
        parts = [self._run(glyphs[start : start + BATCH]) for start in range(0, len(glyphs), BATCH)]
        whole = np.zeros((len(glyphs), 11), np.float32)
        if parts:
            found = np.concatenate(parts)
            whole[:, : found.shape[1]] = found
        return tempered(whole, self.bundle.card.thresholds.temperature)

    @property
    def knows_no_digit(self) -> bool:
        """Whether the model has an eleventh output, for what is no digit; one from elsewhere may have ten."""
        return bool(self._session.get_outputs()[0].shape[-1] == 11)

    def _run(self, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self._session.run(None, {self._input: glyphs[..., None]})[0])

    def _reading(self, opened: _Opened, probabilities: Probabilities, verdict: Verdict) -> Reading:
        glyph = opened.glyph
        if not glyph.any():
            verdict, probabilities = Verdict.EMPTY, np.zeros(10, np.float32)
        elif Hint.DOT in opened.hints:
            verdict = Verdict.NOT_A_DIGIT
        ranking = [int(digit) for digit in np.argsort(-probabilities, kind="stable")]
        is_read = verdict in (Verdict.DIGIT, Verdict.UNSURE)
        return Reading(
            digit=ranking[0] if is_read else None,
            confidence=float(probabilities.max()),
            probabilities=probabilities,
            verdict=verdict,
            alternatives=_alternatives(ranking[1:], probabilities) if is_read else (),
            hints=(*opened.hints, *_hints(glyph)),
            glyph=glyph,
            model=self.bundle.card.sha256,
        )


def tempered(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return probabilities (N, K) at a temperature: above 1 less sure, below 1 surer (Guo et al., 2017)."""
    powers = np.maximum(probabilities, 0) ** np.float32(1 / temperature)
    return np.asarray(powers / powers.sum(1, keepdims=True))


def _session(onnx: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a glyph takes 0.1 ms: handing it round would take longer
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it never gives back what the largest batch took, and is no quicker here
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as above
        raise BundleError("Expected a model that ONNX Runtime can load. Received one that it refuses.") from error


def _check(run: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> None:
    """Run a model: the first run is the slow one, and shows whether it is a model of this kind."""
    glyphs = np.linspace(0, 1, 3 * 28 * 28, dtype=np.float32).reshape(3, 28, 28)
    for size in (1, 3):
        try:
            found = run(glyphs[:size])
        except Exception as error:  # ONNX Runtime's exceptions have no common root but this
            raise BundleError("Expected a model that takes glyphs (N, 28, 28, 1). Received another.") from error
        if found.shape not in ((size, 10), (size, 11)) or not np.allclose(found.sum(1), 1, atol=1e-3):
            raise BundleError("Expected a model that gives (N, 10) or (N, 11) probabilities. Received other numbers.")


def _open(drawing: Drawing, place: int | None = None) -> _Opened:
    if isinstance(drawing, Ink):
        return _Opened(prepare([drawing])[0], (Hint.DOT,) if _is_dot(drawing) else ())
    try:
        grey = to_grey(drawing)
    except InputError as error:
        if place is None:
            raise
        raise type(error)(f"At place {place}: {error}") from error
    return _Opened(prepare([grey.part])[0], grey.hints)  # at once: ink takes a hundred times the memory of its glyph


def _tried(drawing: Drawing) -> _Opened | InputError:
    try:
        return _open(drawing)
    except InputError as error:
        return error


def _is_dot(ink: Ink) -> bool:
    places = (point[:2] for stroke in ink.strokes for point in stroke)
    first = next(places, None)
    return first is not None and all(place == first for place in places)


def _hints(glyph: Glyph) -> tuple[Hint, ...]:
    """Say whether columns without ink part the glyph in two, of which either has its share of the ink."""
    columns = glyph.sum(0)
    total = float(columns.sum())
    if total == 0:
        return ()
    shares = np.cumsum(columns) / total
    is_gap = (columns == 0) & (shares > SHAPE_SHARE) & (shares < 1 - SHAPE_SHARE)
    return (Hint.TWO_SHAPES,) if is_gap.any() else ()


def _alternatives(ranking: Sequence[int], probabilities: Probabilities) -> tuple[Alternative, ...]:
    likely = [digit for digit in ranking if probabilities[digit] >= ALTERNATIVE_FLOOR]
    return tuple(Alternative(digit, float(probabilities[digit])) for digit in likely[:ALTERNATIVE_COUNT])
