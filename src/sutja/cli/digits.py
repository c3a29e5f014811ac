"""One digit a file, as people, CSV and JSON have it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sutja.cli.outputs import Record
from sutja.reading import Reading, Verdict

BAR_WIDTH = 32
COLUMNS = ("file", "digit", "confidence", "verdict", "alternatives", "hints", *(f"p{digit}" for digit in range(10)))


@dataclass(frozen=True, slots=True)
class Row:
    """One file and what was read in it."""

    file: str
    reading: Reading


def sheet(row: Row) -> str:
    """Return the lines that show one reading: a sentence, ten bars, what is doubtful."""
    reading = row.reading
    if reading.verdict is Verdict.EMPTY:
        return "empty: nothing is drawn there"
    lines = [_sentence(reading), ""]
    for digit, probability in enumerate(reading.probabilities.tolist()):
        mark = "▸" if digit == reading.digit else " "
        lines.append(f" {mark} {digit} {share(probability):>6}  {'█' * round(probability * BAR_WIDTH)}".rstrip())
    return "\n".join([*lines, *(f"\n{HINTS[hint]}" for hint in reading.hints)])


def _sentence(reading: Reading) -> str:
    if reading.verdict is Verdict.NOT_A_DIGIT:
        return "not a digit"
    if reading.verdict is Verdict.UNSURE:
        others = " or ".join(str(digit) for digit in (reading.digit, *(a.digit for a in reading.alternatives[:1])))
        return f"{reading.digit}?  {share(reading.confidence)} sure: {others}?"
    return f"{reading.digit}   {share(reading.confidence)} sure"


def share(probability: float) -> str:
    """Return it in percent, never rounded up to certainty."""
    return ">99.9%" if probability > 0.999 else f"{probability:.1%}"


HINTS = {
    "dot": "All of the ink is one spot.",
    "small": "The digit is small in its picture: fewer pixels, less certainty.",
    "edge": "Ink touches the border: part of the digit may be missing.",
    "faint": "The ink hardly differs from the paper.",
    "thin": "The strokes are hair lines for the size of the digit.",
    "two_shapes": "The ink falls into two parts: if these are several digits, ask with --number.",
}


def line(found: Record, width: int) -> str:
    """Return a row of a table whose column of files is so wide."""
    digit, confidence = ("-", "") if found["digit"] is None else (found["digit"], share(found["confidence"]))
    hints = " ".join(found["hints"])
    return f"{found['file']:{width}}  {digit}  {confidence:>6}  {found['verdict']:11}  {hints}".rstrip()


def record(row: Row) -> Record:
    """Return a reading as JSON has it."""
    reading = row.reading
    return {
        "file": row.file,
        "digit": reading.digit,
        "confidence": round(reading.confidence, 6),
        "verdict": str(reading.verdict),
        "alternatives": [{"digit": a.digit, "probability": round(a.probability, 6)} for a in reading.alternatives],
        "hints": [str(hint) for hint in reading.hints],
        "probabilities": {str(digit): round(p, 6) for digit, p in enumerate(reading.probabilities.tolist())},
        "model": reading.model,
    }


def cells(found: Record) -> Sequence[object]:
    """Return a row of a CSV file, one cell for each of `COLUMNS`."""
    others = " ".join(str(other["digit"]) for other in found["alternatives"])
    first = (found[name] for name in ("file", "digit", "confidence", "verdict"))
    return [*first, others, " ".join(found["hints"]), *found["probabilities"].values()]
