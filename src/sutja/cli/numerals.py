"""One number a file, as people, CSV and JSON have it."""

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass

from sutja.cli.digits import share
from sutja.cli.outputs import Record
from sutja.reading import Item, Number, Verdict

COLUMNS = ("file", "digits", "verdict", "confidence", "items")
DIGITS_WIDTH = 8  # of a column of digits; longer ones move what follows


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


def line(found: Record, width: int) -> str:
    """Return a row of a table whose column of files is so wide."""
    confidence = share(found["confidence"]) if found["digits"] else ""
    return f"{found['file']:{width}}  {found['digits'] or '-':{DIGITS_WIDTH}}  {confidence:>6}  {found['verdict']}"


def record(row: Row) -> Record:
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


def cells(found: Record) -> Sequence[object]:
    """Return a row of a CSV file; a mark is written digit:confidence:verdict:left,top,width,height."""
    marks = " ".join(
        f"{item['digit']}:{item['confidence']}:{item['verdict']}:{','.join(map(str, item['box'].values()))}"
        for item in found["items"]
    )
    return [found["file"], found["digits"], found["verdict"], found["confidence"], marks]
