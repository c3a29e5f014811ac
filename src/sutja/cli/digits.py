"""One digit a file, as people, CSV and JSON have it."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def table(rows: list[Row]) -> str:
    """Return a line for each file."""
    width = max((len(row.file) for row in rows), default=0)
    return "\n".join(f"{row.file:{width}}  {_cells(row.reading)}".rstrip() for row in rows)


def _cells(reading: Reading) -> str:
    digit = "-" if reading.digit is None else str(reading.digit)
    confidence = "" if reading.digit is None else share(reading.confidence)
    return f"{digit}  {confidence:>6}  {reading.verdict:11}  {' '.join(reading.hints)}"


def record(row: Row) -> dict[str, Any]:
    """Return a reading as JSON has it."""
    reading = row.reading
    return {
        "file": row.file,
        "digit": reading.digit,
        "confidence": round(reading.confidence, 6),
        "verdict": str(reading.verdict),
        "alternatives": [{"digit": a.digit, "probability": round(a.probability, 6)} for a in reading.alternatives],
        "hints": [str(hint) for hint in reading.hints],
        "probabilities": {str(digit): round(float(p), 6) for digit, p in enumerate(reading.probabilities)},
        "model": reading.model,
    }


def write_csv(rows: list[Row], out: Path) -> None:
    """Write a row for each file."""
    with out.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            found = record(row)
            others = " ".join(str(other["digit"]) for other in found["alternatives"])
            cells = (
                row.file,
                found["digit"],
                found["confidence"],
                found["verdict"],
                others,
                " ".join(found["hints"]),
            )
            writer.writerow([*cells, *found["probabilities"].values()])
