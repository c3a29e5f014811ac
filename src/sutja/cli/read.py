"""`sutja read`: digits out of pictures."""

import csv
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from sutja.errors import InputError
from sutja.reading import Reading, Verdict
from sutja.settings import Settings

BAR_WIDTH = 32
BAR_FROM = 20  # files: fewer are read before a progress bar is seen
COLUMNS = ("file", "digit", "confidence", "verdict", "alternatives", "hints", *(f"p{digit}" for digit in range(10)))


@dataclass(frozen=True, slots=True)
class Row:
    """One file and what was read in it."""

    file: str
    reading: Reading


def read(
    files: Annotated[list[str], typer.Argument(help="PNG, JPEG or WebP pictures of one digit each.", metavar="FILE")],
    bundle: Annotated[
        Path | None, typer.Option(help="Folder of the model to read with. [default: the shipped]")
    ] = None,
    csv_out: Annotated[
        Path | None, typer.Option("--csv", help="Write a CSV file, a row a picture.", metavar="OUT")
    ] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write a JSON file.", metavar="OUT")] = None,
) -> None:
    """Read the digit in each picture.

    One file shows the ten probabilities as bars, several make a table. A file that cannot be read is named on stderr
    and skipped, and the exit code is 1 then; a blank picture is an answer ("empty"), not an error.
    """
    if {str(csv_out), str(json_out)} & set(files):
        raise typer.BadParameter("OUT would overwrite one of the pictures.")
    rows, failures = _read(files, bundle)
    if csv_out:
        _write_csv(rows, csv_out)
    if json_out:
        text = json.dumps([_record(row) for row in rows], indent=1, ensure_ascii=False)
        json_out.write_text(f"{text}\n", "utf-8", "backslashreplace")
    if not (csv_out or json_out):
        typer.echo(_sheet(rows[0]) if len(files) == 1 and rows else _table(rows), nl=bool(rows))
    for out in filter(None, (csv_out, json_out)):
        typer.echo(f"{len(rows)} of {len(files)} files read into {out}")
    if failures:
        raise typer.Exit(1)


def _read(files: list[str], bundle: Path | None) -> tuple[list[Row], int]:
    from sutja.reader import Reader

    reader = Reader.load(bundle or Settings.from_env(os.environ).bundle)
    rows, failures = [], 0
    for file in _with_progress(files):
        try:
            rows.append(Row(file, reader.read(file)))
        except InputError as error:
            typer.echo(f"sutja: {file}: {error}", err=True)
            failures += 1
    return rows, failures


def _with_progress(files: list[str]) -> Iterator[str]:
    if len(files) < BAR_FROM or not sys.stderr.isatty():
        yield from files
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(files, "Reading", console=Console(stderr=True), transient=True)


def _sheet(row: Row) -> str:
    reading = row.reading
    if reading.verdict is Verdict.EMPTY:
        return "empty: nothing is drawn there"
    lines = [_sentence(reading), ""]
    for digit, probability in enumerate(reading.probabilities.tolist()):
        mark = "▸" if digit == reading.digit else " "
        lines.append(f" {mark} {digit} {_share(probability):>6}  {'█' * round(probability * BAR_WIDTH)}".rstrip())
    return "\n".join([*lines, *(f"\n{HINTS[hint]}" for hint in reading.hints)])


def _sentence(reading: Reading) -> str:
    if reading.verdict is Verdict.NOT_A_DIGIT:
        return "not a digit"
    if reading.verdict is Verdict.UNSURE:
        others = " or ".join(str(digit) for digit in (reading.digit, *(a.digit for a in reading.alternatives[:1])))
        return f"{reading.digit}?  {_share(reading.confidence)} sure: {others}?"
    return f"{reading.digit}   {_share(reading.confidence)} sure"


def _share(probability: float) -> str:
    """Return it in percent, never rounded up to certainty."""
    return ">99.9%" if probability > 0.999 else f"{probability:.1%}"


HINTS = {
    "dot": "All of the ink is one spot.",
    "small": "The digit is small in its picture: fewer pixels, less certainty.",
    "edge": "Ink touches the border: part of the digit may be missing.",
    "faint": "The ink hardly differs from the paper.",
}


def _table(rows: list[Row]) -> str:
    width = max((len(row.file) for row in rows), default=0)
    return "\n".join(f"{row.file:{width}}  {_cells(row.reading)}".rstrip() for row in rows)


def _cells(reading: Reading) -> str:
    digit = "-" if reading.digit is None else str(reading.digit)
    confidence = "" if reading.digit is None else _share(reading.confidence)
    return f"{digit}  {confidence:>6}  {reading.verdict:11}  {' '.join(reading.hints)}"


def _record(row: Row) -> dict[str, Any]:
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


def _write_csv(rows: list[Row], out: Path) -> None:
    with out.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            record = _record(row)
            others = " ".join(str(other["digit"]) for other in record["alternatives"])
            cells = (
                row.file,
                record["digit"],
                record["confidence"],
                record["verdict"],
                others,
                " ".join(record["hints"]),
            )
            writer.writerow([*cells, *record["probabilities"].values()])
