"""Numbers of four digits, read by sutja and by Tesseract, which is told that there are only digits.

They are put together from the pen strokes of the writers to calibrate on, and drawn in black on white. Each reads all
files in one process on one core. Tesseract is asked in each of several ways, and the best of them counts.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
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
SUTJA, TOLD, TESSERACT = "numbers", "numbers-4", "tesseract"
LENGTH = 4
SEED = 11
MODES = {"line": "7", "word": "8", "raw line": "13"}
"""Page segmentation modes of Tesseract for what is one number."""
HEIGHTS_PX = (0, 48)
"""To which the picture is scaled before; 0: not at all. Tesseract reads small letters better than large ones."""


def steps(form: Form) -> list[Step]:
    """Return a step for each reader and round."""
    works: dict[str, Callable[[int], Figures]] = {
        SUTJA: partial(_sutja, None),
        TOLD: partial(_sutja, LENGTH),
        TESSERACT: _tesseract,
    }
    return [
        Step(PART, name, turn, partial(work, form.numbers))
        for turn in range(form.rounds)
        for name, work in works.items()
    ]


def _sutja(length: int | None, count: int) -> Figures:
    files = _written(count)
    reader = Reader.load()
    begun, cpu = time.perf_counter(), time.process_time()
    read = [reader.read_number(file, length=length).digits for file in files.values()]
    return _figures(read, list(files), time.perf_counter() - begun, time.process_time() - cpu)


def _tesseract(count: int) -> Figures:
    program = shutil.which("tesseract")
    if program is None:
        raise MissingError("no tesseract: apt-get install tesseract-ocr")
    files = _written(count)
    every = [_asked(program, files, mode, height) for mode in MODES.values() for height in HEIGHTS_PX]
    return max(every, key=lambda figures: figures["right"])


def _asked(program: str, files: dict[str, Path], mode: str, height: int) -> Figures:
    """Return what one process of Tesseract made of all files."""
    with tempfile.TemporaryDirectory() as folder:
        scaled = [_scaled(file, Path(folder) / file.name, height) if height else file for file in files.values()]
        listed = Path(folder) / "files.txt"
        listed.write_text("\n".join(map(str, scaled)) + "\n", "utf-8")
        command = [program, str(listed), "stdout", "--psm", mode, "-c", "tessedit_char_whitelist=0123456789"]
        environ = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        begun, before = time.perf_counter(), children_s()
        said = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
        seconds, cpu = time.perf_counter() - begun, children_s() - before
    read = ["".join(page.split()) for page in said.split("\f")[: len(files)]]
    return {**_figures(read, list(files), seconds, cpu), "mode": float(mode), "height_px": float(height)}


def _scaled(file: Path, out: Path, height: int) -> Path:
    with Image.open(file) as image:
        image.resize((round(image.width * height / image.height), height), Image.Resampling.LANCZOS).save(out)
    return out


def _figures(read: list[str], wanted: list[str], seconds: float, cpu: float) -> Figures:
    right = sum(said == name.partition("-")[0] for said, name in zip(read, wanted, strict=True))
    each_ms = 1e3 / len(wanted)
    return {"count": len(wanted), "right": right / len(wanted), "ms": each_ms * seconds, "cpu_ms": each_ms * cpu}


def _written(count: int) -> dict[str, Path]:
    """Return the files of so many numbers by what stands in them, with a place behind it."""
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
    return {file.stem: file for file in sorted(folder.glob("*.png"))}
