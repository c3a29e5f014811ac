"""One number a file, as people, CSV and JSON have it."""

import csv
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

from sutja.cli.digits import share
from sutja.reading import Item, Number, Verdict

COLUMNS = ("file", "digits", "verdict", "confidence", "items")


@dataclass(frozen=True, slots=True)
class Row:
    """One file and the number that was read in it."""

    file: str
    number: Number

    @property
    def digits(self) -> list[Item]:
        """The marks that were read as digits."""
        return [item for item in self.number.items if item.digit is not None]

    @property
    def verdict(self) -> Verdict:
        """The verdict on the number: that of its least sure digit."""
        if not self.number.items:
            return Verdict.EMPTY
        if not self.digits:
            return Verdict.NOT_A_DIGIT
        is_sure = all(item.verdict is Verdict.DIGIT for item in self.digits)
        return Verdict.DIGIT if is_sure else Verdict.UNSURE

    @property
    def confidence(self) -> float:
        """The confidence of the least sure digit; 0 where there is none."""
        return min((item.confidence for item in self.digits), default=0.0)


def sheet(row: Row) -> str:
    """Return the lines that show one number: its digits, and each mark with its box."""
    if row.verdict is Verdict.EMPTY:
        return "empty: nothing is drawn there"
    head = f"{row.number.digits}{'?' if row.verdict is Verdict.UNSURE else ''}" if row.digits else "not a number"
    return "\n".join([head, "", *map(_line, row.number.items)])


def _line(item: Item) -> str:
    left, top, width, height = (round(value) for value in astuple(item.box))
    place = f"{width}x{height} at {left}, {top}"
    if item.digit is None:
        return f"   -  {'':>6}  {item.verdict:11}  {place}"
    others = " or ".join(str(digit) for digit in (item.digit, *(other.digit for other in item.alternatives[:1])))
    doubt = f"  {others}?" if item.verdict is Verdict.UNSURE and item.alternatives else ""
    return f"   {item.digit}  {share(item.confidence):>6}  {item.verdict:11}  {place}{doubt}"


def table(rows: list[Row]) -> str:
    """Return a line for each file."""
    width = max((len(row.file) for row in rows), default=0)
    digits = max((len(row.number.digits) for row in rows), default=0)
    return "\n".join(f"{row.file:{width}}  {row.number.digits or '-':{digits}}  {_cells(row)}".rstrip() for row in rows)


def _cells(row: Row) -> str:
    return f"{share(row.confidence) if row.digits else '':>6}  {row.verdict}"


def record(row: Row) -> dict[str, Any]:
    """Return a number as JSON has it; a box is left, top, width and height in pixels."""
    return {
        "file": row.file,
        "digits": row.number.digits,
        "verdict": str(row.verdict),
        "confidence": round(row.confidence, 6),
        "items": [
            {
                "digit": item.digit,
                "confidence": round(item.confidence, 6),
                "verdict": str(item.verdict),
                "box": {name: round(value, 1) for name, value in asdict(item.box).items()},
            }
            for item in row.number.items
        ],
    }


def write_csv(rows: list[Row], out: Path) -> None:
    """Write a row for each file; a mark is written digit:confidence:verdict:left,top,width,height."""
    with out.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            found = record(row)
            marks = " ".join(
                f"{item['digit']}:{item['confidence']}:{item['verdict']}:{','.join(map(str, item['box'].values()))}"
                for item in found["items"]
            )
            writer.writerow([row.file, found["digits"], found["verdict"], found["confidence"], marks])
