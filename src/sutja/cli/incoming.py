"""Drawings that are brought in: read, prepared, and given in batches.

Each batch is one transaction, and each drawing has a key that follows from its content: whatever ends an import, the
same one goes on where that was. Owns what of an export comes back: nothing that was refused, that is over, or of a PIN.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import typer

from sutja.cli.finding import Found, Origin
from sutja.errors import InputError
from sutja.gift import gift_of
from sutja.ink import Ink
from sutja.reader import Reader
from sutja.sample import PIN_SOURCE, SOURCE, Gift, SampleState
from sutja.store import Store

BATCH = 64
CONSENT_MAX = 64
WRITER = re.compile(r"[A-Za-z0-9_-]{1,32}")
FILE_BYTES_MAX = 10_000_000


class Incoming:
    """An import: what of it is done."""

    def __init__(self, found: Sequence[Found], source: str, consent: str) -> None:
        """Bring in under `import:SOURCE`, or `import:SOURCE.WRITER` where writers are known.

        What has an origin keeps its source and its consent, whatever is said here. Raises `InputError`.
        """
        self._found, self._source, self._consent = found, f"import:{source}", consent
        if source and not SOURCE.fullmatch(self._source):
            raise InputError("Expected --source to be letters, figures, and . _ - alone. Received something else.")
        if len(consent) > CONSENT_MAX:
            raise InputError(f"Expected --consent to be a version of 1 to {CONSENT_MAX} characters. Received another.")
        self.kept, self.doubles, self.known, self.skipped, self.over = 0, 0, 0, 0, 0

    def give_to(self, store: Store, show: Callable[[int, int], object]) -> None:
        """Give all to a store, batch by batch; `show` is told how far it is. Raises `StoreError`."""
        reader = Reader(store.bundles.load(store.bundles.active().sha))
        for start in range(0, len(self._found), BATCH):
            some = self._wanted(store, self._found[start : start + BATCH])
            gifts = [gift for each in some if (gift := self._gift(reader, each))]
            for receipt in store.samples.give_all(gifts):
                self.kept += receipt.is_new
                self.doubles += receipt.is_new and receipt.double_of is not None
                self.known += not receipt.is_new
            show(min(start + BATCH, len(self._found)), len(self._found))

    def sheet(self) -> str:
        """Return how much came in, in one line."""
        doubles = f" ({self.doubles:,} of them doubles, which count once)" if self.doubles else ""
        over = f"; {self.over:,} rejected, past their time or of PINs stay out" if self.over else ""
        return f"{self.kept:,} kept{doubles}, {self.known:,} were there already, {self.skipped:,} left out{over}"

    def _wanted(self, store: Store, some: Sequence[Found]) -> Iterator[Found]:
        """Yield what is to come in, without samples of an export that may not, or that the store still has."""
        for found in some:
            if found.origin is None:
                yield found
            elif _is_over(found.origin, store.clock()):
                self.over += 1
            elif store.samples.get(found.origin.sample) is not None:
                self.known += 1
            else:
                yield found

    def _gift(self, reader: Reader, found: Found) -> Gift | None:
        """Return what is kept of one file; None, after saying why, where that is nothing."""
        source, consent, expires = self._of(found)
        try:
            data = _bytes_of(found.path)
            drawing = _ink_of(data) if found.path.suffix.lower() == ".json" else data
            reading = reader.read(drawing)
            # What another model reads in it makes another gift, which is a double of the first.
            parts = (hashlib.sha256(data).hexdigest(), str(found.label), consent, reading.model)
            key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
            gift = gift_of(drawing, found.label, reading, source=source, consent=consent, key=key)
            return replace(gift, expires=expires)
        except InputError as error:
            self.skipped += 1
            typer.echo(f"sutja: {found.path}: {error}", err=True)
            return None

    def _of(self, found: Found) -> tuple[str, str, datetime | None]:
        """Return under which source and consent a drawing comes in, and when it is to be deleted at the latest."""
        if found.origin is not None:
            return found.origin.source, found.origin.consent, found.origin.expires
        source = f"{self._source}.{_named(found.writer)}" if found.writer else self._source
        return source, self._consent, None


def _is_over(origin: Origin, now: datetime) -> bool:
    return origin.state == SampleState.REJECTED or origin.expires <= now or origin.source == PIN_SOURCE


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
