"""Numbers of four digits, read by sutja and by Tesseract, which is told that there are only digits.

They are put together from the pen strokes of the writers to calibrate on, and drawn in black on white. Each reader has
one core. Tesseract is asked in each of several ways, and the best of them is measured: as one process for all pictures,
and as a process for each of them, which is what pytesseract starts.

The first picture is not counted where one process reads all of them: by then it has started and loaded its model, be it
Tesseract's or ours. Where there is a process for each picture, its start is part of each.
"""

import functools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from bench.form import Form
from bench.reading import children_s, strokes
from bench.runner import FOLDER
from bench.steps import Figures, MissingError, Step
from sutja.ink import Ink
from sutja.learn.dataset import Part
from sutja.learn.dataset.numbers import picture, written
from sutja.reader import Reader

PART = "numbers"
SUTJA, TOLD, TESSERACT, EACH = "numbers", "numbers-4", "tesseract", "tesseract-each"
LENGTH = 4
SEED = 11
MODES = {"line": "7", "word": "8", "raw line": "13"}
"""Page segmentation modes of Tesseract for what is one number."""
HEIGHTS_PX = (0, 48)
"""To which the picture is scaled before; 0: not at all. Tesseract reads small letters better than large ones."""
ENVIRON = {"OMP_THREAD_LIMIT": "1"}  # one core


@dataclass(frozen=True, slots=True)
class Way:
    """A way in which Tesseract is asked."""

    program: str
    mode: str
    height_px: int

    def command(self, of: Path) -> list[str]:
        """Return what reads a picture, or all that a list names."""
        return [self.program, str(of), "stdout", "--psm", self.mode, "-c", "tessedit_char_whitelist=0123456789"]

    def read(self, pictures: Sequence[Path], folder: Path) -> list[str]:
        """Return what one process makes of all pictures; the folder takes their list."""
        listed = folder / "files.txt"
        listed.write_text("\n".join(map(str, pictures)) + "\n", "utf-8")
        return ["".join(page.split()) for page in _said(self.command(listed)).split("\f")[: len(pictures)]]

    @contextmanager
    def scaled(self, files: Sequence[Path]) -> Iterator[tuple[list[Path], Path]]:
        """Yield the pictures as they are asked for, and a folder of their own."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            yield (
                [_scaled(file, folder / file.name, self.height_px) if self.height_px else file for file in files],
                folder,
            )


def steps(form: Form) -> list[Step]:
    """Return a step for each reader and round."""
    works: dict[str, tuple[Callable[[int], Figures], Callable[[int], object]]] = {
        SUTJA: (partial(_sutja, None), _written),
        TOLD: (partial(_sutja, LENGTH), _written),
        TESSERACT: (_in_one, _best),
        EACH: (_in_each, _best),
    }
    return [
        Step(PART, name, turn, partial(work, form.numbers), partial(prepare, form.numbers))
        for turn in range(form.rounds)
        for name, (work, prepare) in works.items()
    ]


def _sutja(length: int | None, count: int) -> Figures:
    files = _written(count)
    reader = Reader.load()
    first, *others = files
    read = [reader.read_number(first, length=length).digits]
    begun, cpu = time.perf_counter(), time.process_time()
    read += [reader.read_number(file, length=length).digits for file in others]
    return _figures(read, files, time.perf_counter() - begun, time.process_time() - cpu, len(others))


def _in_one(count: int) -> Figures:
    """Return what each further picture takes a process that has read one."""
    files, way = _written(count), _best(count)
    with way.scaled(files) as (pictures, folder):
        _, start_s, start_cpu_s = _timed(lambda: way.read(pictures[:1], folder))
        read, seconds, cpu = _timed(lambda: way.read(pictures, folder))
    return _figures(read, files, seconds - start_s, cpu - start_cpu_s, len(files) - 1) | _told(way)


def _in_each(count: int) -> Figures:
    """Return what each picture takes where it is read by a process of its own."""
    files, way = _written(count), _best(count)
    with way.scaled(files) as (pictures, _):
        read, seconds, cpu = _timed(lambda: ["".join(_said(way.command(each)).split()) for each in pictures])
    return _figures(read, files, seconds, cpu, len(files)) | _told(way)


def _timed(work: Callable[[], list[str]]) -> tuple[list[str], float, float]:
    """Return what was read, and the time and the CPU time of the programs that did so, in seconds."""
    begun, before = time.perf_counter(), children_s()
    read = work()
    return read, time.perf_counter() - begun, children_s() - before


def _said(command: list[str]) -> str:
    return subprocess.run(command, env={**os.environ, **ENVIRON}, capture_output=True, text=True, check=True).stdout


@functools.cache
def _best(count: int) -> Way:
    """Return the way in which Tesseract reads most of so many numbers: always the same. Raises `MissingError`."""
    program = shutil.which("tesseract")
    if program is None:
        raise MissingError("no tesseract: apt-get install tesseract-ocr")
    files = _written(count)

    def right(way: Way) -> float:
        with way.scaled(files) as (pictures, folder):
            return _right(way.read(pictures, folder), files)

    return max((Way(program, mode, height) for mode in MODES.values() for height in HEIGHTS_PX), key=right)


def _told(way: Way) -> Figures:
    return {"mode": float(way.mode), "height_px": float(way.height_px)}


def _scaled(file: Path, out: Path, height: int) -> Path:
    with Image.open(file) as image:
        image.resize((round(image.width * height / image.height), height), Image.Resampling.LANCZOS).save(out)
    return out


def _figures(read: list[str], files: list[Path], seconds: float, cpu_s: float, timed: int) -> Figures:
    """Return the figures of what was read; the times are those of so many pictures."""
    each_ms = 1e3 / timed
    return {"count": len(files), "right": _right(read, files), "ms": each_ms * seconds, "cpu_ms": each_ms * cpu_s}


def _right(read: list[str], files: list[Path]) -> float:
    return sum(said == file.stem.partition("-")[0] for said, file in zip(read, files, strict=True)) / len(files)


def _written(count: int) -> list[Path]:
    """Return the files of so many numbers, each named by what stands in it, and a place. They are made once."""
    folder = FOLDER / f"numbers-{count}"
    if not folder.exists():
        by_writer: dict[int, list[tuple[Ink, int]]] = {}
        for each in strokes(Part.CALIBRATION):
            by_writer.setdefault(each.writer, []).append((each.ink, each.label))
        partial_folder = folder.with_suffix(".part")
        partial_folder.mkdir(parents=True, exist_ok=True)
        for place, number in enumerate(written(by_writer, count, SEED, lengths=(LENGTH,))):
            Image.fromarray(picture(number)).save(partial_folder / f"{number.digits}-{place:04}.png")
        partial_folder.rename(folder)
    return sorted(folder.glob("*.png"))
