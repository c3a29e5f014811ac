"""Drawings that are brought in: found in a folder or a CSV, read, prepared, and given in batches.

Each batch is one transaction, and each drawing has a key that follows from its content: whatever ends an import, the
same one goes on where that was.
"""

import csv
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from sutja.errors import DataError, InputError
from sutja.gift import gift_of
from sutja.ink import Ink
from sutja.reader import Reader
from sutja.sample import SOURCE, Gift, Label
from sutja.store import Store

BATCH = 64
NONE = "none"
LABELS: dict[str, Label] = {**{str(digit): digit for digit in range(10)}, NONE: None, "": None}
CONSENT_MAX = 64
WRITER = re.compile(r"[A-Za-z0-9_-]{1,32}")
ENDINGS = {".png", ".jpg", ".jpeg", ".webp"}
FILE_BYTES_MAX = 10_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A drawing that is to come in: a picture, or a JSON file of strokes."""

    path: Path
    label: Label
    writer: str = ""


def found_in(place: Path) -> list[Found]:
    """Return what a folder or a CSV names. Raises `DataError` where there is nothing, or a label makes no sense."""
    found = _found_in_folder(place) if place.is_dir() else _found_in_csv(place)
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
            return [_found_in_row(table, rows.line_num, row) for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"Expected {table} to be a CSV file in UTF-8. Received something else.") from error


def _found_in_row(table: Path, line: int, row: dict[str, str | None]) -> Found:
    name, label = row["ink"] if row.get("ink") else row["path"], (row["label"] or "").strip().lower()
    if not name or label not in LABELS:
        raise DataError(f"Expected line {line} of {table} to have a path and a label, 0 to 9 or none. Received others.")
    return Found(table.parent / name, LABELS[label], (row.get("writer") or "").strip())


class Incoming:
    """An import: what of it is done."""

    def __init__(self, found: Sequence[Found], source: str, consent: str) -> None:
        """Bring in under `import:SOURCE`, or `import:SOURCE.WRITER` where writers are known. Raises `InputError`."""
        self._found, self._source, self._consent = found, f"import:{source}", consent
        if not SOURCE.fullmatch(self._source):
            raise InputError("Expected --source to be letters, figures, and . _ - alone. Received something else.")
        if not 1 <= len(consent) <= CONSENT_MAX:
            raise InputError(f"Expected --consent to be a version of 1 to {CONSENT_MAX} characters. Received another.")
        self.kept, self.doubles, self.known, self.skipped = 0, 0, 0, 0

    def give_to(self, store: Store, show: Callable[[int, int], object]) -> None:
        """Give all to a store, batch by batch; `show` is told how far it is. Raises `StoreError`."""
        reader = Reader(store.bundles.load(store.bundles.active().sha))
        for start in range(0, len(self._found), BATCH):
            gifts = [gift for each in self._found[start : start + BATCH] if (gift := self._gift(reader, each))]
            for receipt in store.samples.give_all(gifts):
                self.kept += receipt.is_new
                self.doubles += receipt.is_new and receipt.double_of is not None
                self.known += not receipt.is_new
            show(min(start + BATCH, len(self._found)), len(self._found))

    def sheet(self) -> str:
        """Return how much came in, in one line."""
        doubles = f" ({self.doubles:,} of them doubles, which count once)" if self.doubles else ""
        return f"{self.kept:,} kept{doubles}, {self.known:,} were there already, {self.skipped:,} left out"

    def _gift(self, reader: Reader, found: Found) -> Gift | None:
        """Return what is kept of one file; None, after saying why, where that is nothing."""
        source = f"{self._source}.{_named(found.writer)}" if found.writer else self._source
        try:
            data = _bytes_of(found.path)
            drawing = _ink_of(data) if found.path.suffix.lower() == ".json" else data
            reading = reader.read(drawing)
            # What another model reads in it makes another gift, which is a double of the first.
            parts = (hashlib.sha256(data).hexdigest(), str(found.label), self._consent, reading.model)
            key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
            return gift_of(drawing, found.label, reading, source=source, consent=self._consent, key=key)
        except InputError as error:
            self.skipped += 1
            typer.echo(f"sutja: {found.path}: {error}", err=True)
            return None


def _named(writer: str) -> str:
    """Return a writer as a source can have them: names in other letters, and long ones, by a hash."""
    return writer if WRITER.fullmatch(writer) else hashlib.sha256(writer.encode()).hexdigest()[:16]


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        raise InputError("Expected a file that can be read. Received a path that cannot be.") from error


def _ink_of(data: bytes) -> Ink:
    try:
        return Ink.from_json(json.loads(data))
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("Expected strokes as JSON. Received something else.") from error
