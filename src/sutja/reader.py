"""The Reader: drawings in, readings out, many at a time.

Owns the session of ONNX Runtime and turns probabilities into verdicts. Does no I/O but what `image` reads for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Self, TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL.Image import Image

from sutja.bundle import Bundle
from sutja.errors import BundleError, InputError
from sutja.image import to_grey
from sutja.ink import Ink, InkImage
from sutja.numbers import marks
from sutja.prepare import prepare
from sutja.reading import Alternative, Box, Glyph, Hint, Item, Number, Probabilities, Reading, Verdict
from sutja.segment import lattice_of

Drawing: TypeAlias = Ink | str | PathLike[str] | bytes | Image | NDArray[np.uint8]
"""What can be read: ink, a path, the bytes of a PNG, JPEG or WebP, a PIL image, or uint8 (H, W[, 3 or 4])."""

BATCH = 64  # more at once does not run faster, and takes more memory
ALTERNATIVE_FLOOR = 0.01
ALTERNATIVE_COUNT = 3
NUMBER_SIDE_PX = 1536  # on which a page of digits is still legible
SHAPE_SHARE = 0.15  # less ink than this is a speck beside a digit, not a second shape


@dataclass(frozen=True, slots=True)
class _Opened:
    """A drawing that was opened: its ink, and what was noticed on the way."""

    ink: Ink | InkImage
    hints: tuple[Hint, ...]


class Reader:
    """Reads one digit from each drawing. Make one and keep it: it is thread-safe."""

    def __init__(self, bundle: Bundle) -> None:
        """Load and warm the model. Raises `BundleError` where it is no model from glyphs to ten probabilities."""
        self.bundle = bundle
        self._session = _session(bundle.onnx)
        self._check()

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

    def read_number(self, drawing: Drawing, length: int | None = None) -> Number:
        """Return all digits of a drawing, from left to right and line after line, each with its box.

        With a `length`, of at least 1, exactly so many marks are taken for digits; where that cannot be, no digit is
        better than `unsure`. Raises `InputError`.
        """
        if length is not None and length < 1:
            raise InputError(f"Expected a length of at least 1. Received {length}.")
        if isinstance(drawing, Ink):
            return self._number(drawing, length, lambda box: box)
        grey = to_grey(drawing, NUMBER_SIDE_PX)
        return self._number(grey.ink, length, grey.outside)

    def _number(self, ink: Ink | InkImage, length: int | None, placed: Callable[[Box], Box]) -> Number:
        lattice = lattice_of(ink)
        glyphs = prepare([piece.drawing for piece in lattice.pieces])
        items = []
        for mark in marks(lattice, self.probabilities(glyphs), self.bundle.card.thresholds, length):
            piece = lattice.pieces[mark.place]
            reading = self._reading(_Opened(piece.drawing, ()), glyphs[mark.place], mark.probabilities, mark.verdict)
            items.append(Item.of(reading, placed(piece.group.box)))
        return Number("".join(str(item.digit) for item in items if item.digit is not None), tuple(items))

    def _read(self, opened: Sequence[_Opened]) -> list[Reading]:
        glyphs = prepare([each.ink for each in opened])
        probabilities = self.probabilities(glyphs)
        verdicts = self.bundle.card.thresholds.verdicts(probabilities)
        rows = zip(opened, glyphs, probabilities[:, :10], verdicts, strict=True)
        return [self._reading(*row) for row in rows]

    def probabilities(self, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (N, 11) float32 for glyphs (N, 28, 28): of each digit and, last, that it is none. Rows sum to 1."""
        parts = [self._run(glyphs[start : start + BATCH]) for start in range(0, len(glyphs), BATCH)]
        whole = np.zeros((len(glyphs), 11), np.float32)
        if parts:
            found = np.concatenate(parts)
            whole[:, : found.shape[1]] = found
        return tempered(whole, self.bundle.card.thresholds.temperature)

    def _run(self, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self._session.run(None, {self._session.get_inputs()[0].name: glyphs[..., None]})[0])

    def _reading(self, opened: _Opened, glyph: Glyph, probabilities: Probabilities, verdict: Verdict) -> Reading:
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

    def _check(self) -> None:
        """Run the model: the first run is the slow one, and shows whether it is a model of this kind."""
        glyphs = np.linspace(0, 1, 3 * 28 * 28, dtype=np.float32).reshape(3, 28, 28)
        for count in (1, 3):
            try:
                found = self._run(glyphs[:count])
            except Exception as error:  # ONNX Runtime's exceptions have no common root but this
                raise BundleError("Expected a model that takes glyphs (N, 28, 28, 1). Received another.") from error
            if found.shape not in ((count, 10), (count, 11)) or not np.allclose(found.sum(1), 1, atol=1e-3):
                raise BundleError(
                    "Expected a model that gives (N, 10) or (N, 11) probabilities. Received other numbers."
                )


def tempered(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return probabilities (N, K) at a temperature: above 1 less sure, below 1 surer (Guo et al., 2017)."""
    powers = np.maximum(probabilities, 0) ** np.float32(1 / temperature)
    return np.asarray(powers / powers.sum(1, keepdims=True))


def _session(onnx: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a glyph takes 0.1 ms: handing it round would take longer
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as above
        raise BundleError("Expected a model that ONNX Runtime can load. Received one that it refuses.") from error


def _open(drawing: Drawing, place: int | None = None) -> _Opened:
    if isinstance(drawing, Ink):
        return _Opened(drawing, (Hint.DOT,) if _is_dot(drawing) else ())
    try:
        grey = to_grey(drawing)
    except InputError as error:
        if place is None:
            raise
        raise type(error)(f"At place {place}: {error}") from error
    return _Opened(grey.ink, grey.hints)


def _is_dot(ink: Ink) -> bool:
    return len({point[:2] for stroke in ink.strokes for point in stroke}) == 1


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
