"""Files as rows: what is asked of each of them, and what came of it.

Owns what another process has to be told so that it can read a part of the files. Knows neither processes nor outputs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from sutja.cli import digits, numerals
from sutja.cli.outputs import Record
from sutja.errors import InputError
from sutja.reader import Reader
from sutja.reading import Number, Reading


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of each file: to read all of its digits or one, by the bundle in a folder or the shipped one."""

    bundle: Path | None
    is_number: bool = False
    length: int | None = None

    @property
    def kind(self) -> ModuleType:
        """The module that knows such rows."""
        return numerals if self.is_number else digits

    def sheet(self, file: str) -> str:
        """Return the lines that show all of one file. Raises `InputError`."""
        [answer] = self._answers([file])
        if isinstance(answer, InputError):
            raise InputError(f"{file}: {answer}") from answer
        return str(self.kind.sheet(self.kind.Row(file, answer)))

    def rows(self, files: Sequence[str]) -> list[Record | str]:
        """Return the row of each file, or in words why there is none."""
        answers = zip(files, self._answers(files), strict=True)
        return [
            f"{file}: {answer}" if isinstance(answer, InputError) else self.kind.record(self.kind.Row(file, answer))
            for file, answer in answers
        ]

    def _answers(self, files: Sequence[str]) -> Sequence[Reading | Number | InputError]:
        reader = _reader(self.bundle)
        return [_number(reader, file, self.length) for file in files] if self.is_number else reader.read_each(files)


@cache
def _reader(bundle: Path | None) -> Reader:
    return Reader.load(bundle)


def _number(reader: Reader, file: str, length: int | None) -> Number | InputError:
    try:
        return reader.read_number(file, length)
    except InputError as error:
        return error
