"""Drawings that are to come in, found in a folder, in a CSV, or in what `sutja samples export` wrote.

Owns which file is taken of each, its label, and what an export says of where it came from. Reads no drawing.
"""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sutja.cli.outgoing import TABLE
from sutja.errors import DataError
from sutja.sample import SOURCE, Label, SampleState

NONE = "none"
LABELS: dict[str, Label] = {**{str(digit): digit for digit in range(10)}, NONE: None, "": None}
ENDINGS = {".png", ".jpg", ".jpeg", ".webp"}
ORIGIN = {"source", "consent", "expires", "state"}
"""A CSV with these columns is an export."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What an export says of a sample: its id, who gave it, under which consent, until when, what became of it."""

    sample: str
    source: str
    consent: str
    expires: datetime
    state: SampleState


@dataclass(frozen=True, slots=True)
class Found:
    """A drawing that is to come in: a picture, or a JSON file of strokes; with its `origin` where that is an export."""

    path: Path
    label: Label
    writer: str = ""
    origin: Origin | None = None


def found_in(place: Path) -> list[Found]:
    """Return what a folder or a CSV names. Raises `DataError` where there is nothing, or a label makes no sense."""
    table = place / TABLE if place.is_dir() else place
    found = _found_in_folder(place) if place.is_dir() and not table.is_file() else _found_in_csv(table)
    if not found:
        raise DataError(
            f"Expected {place} to have folders 0 to 9 or none, files such as 7-anna.png, or to be a CSV with the "
            "columns path and label. Received no picture at all."
        )
    return found


def _found_in_folder(folder: Path) -> list[Found]:
    pictures = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in ENDINGS and path.is_file()]
    found = []
    for path in pictures:
        [first, *rest] = path.relative_to(folder).parts
        name = first if rest else path.stem.partition("-")[0].partition("_")[0]
        if name.lower() not in LABELS or not name:
            raise DataError(
                f"Expected {path} to lie in a folder 0 to 9 or none, or to begin so. Received another name."
            )
        found.append(Found(path, LABELS[name.lower()]))
    return found


def _found_in_csv(table: Path) -> list[Found]:
    if not table.is_file():
        raise DataError(f"Expected {table} to be a folder or a CSV file. Received no such thing.")
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"path", "label"} <= set(rows.fieldnames or ()):
                raise DataError(f"Expected {table} to have the columns path and label. Received others.")
            is_export = set(rows.fieldnames or ()) >= ORIGIN
            return [_found_in_row(table, rows.line_num, row, is_export=is_export) for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"Expected {table} to be a CSV file in UTF-8. Received something else.") from error


def _found_in_row(table: Path, line: int, row: dict[str, str | None], *, is_export: bool) -> Found:
    name, label = row.get("ink") or row.get("picture") or row["path"], (row["label"] or "").strip().lower()
    if not name or label not in LABELS:
        raise DataError(f"Expected line {line} of {table} to have a path and a label, 0 to 9 or none. Received others.")
    if not is_export:
        return Found(table.parent / name, LABELS[label], (row.get("writer") or "").strip())
    return Found(table.parent / name, LABELS[label], origin=_origin_of(table, line, row))


def _origin_of(table: Path, line: int, row: dict[str, str | None]) -> Origin:
    source, consent, expires, state = (row[name] or "" for name in ("source", "consent", "expires", "state"))
    if SOURCE.fullmatch(source) and consent and state in set(SampleState) and (moment := _moment(expires)):
        return Origin(Path(row["path"] or "").stem, source, consent, moment, SampleState(state))
    raise DataError(
        f"Expected line {line} of {table} to have source, consent, expires and state, as an export has them. Received "
        "others."
    )


def _moment(text: str) -> datetime | None:
    """Return a time that says its zone, or None."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment
