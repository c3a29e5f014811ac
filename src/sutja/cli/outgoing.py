"""Samples that are taken along: a folder of PNGs, strokes as JSON, and a CSV that says what they are.

The folder gets its name when all of it is written: an export that was stopped leaves nothing.
"""

import csv
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from PIL import Image

from sutja.sample import Label, Sample

TABLE = "samples.csv"
COLUMNS = (
    "path",
    "label",
    "read",
    "confidence",
    "source",
    "consent",
    "created",
    "expires",
    "state",
    "double_of",
    "ink",
    "picture",
)
STEP = 100


def export_into(out: Path, samples: Iterable[Sample], show: Callable[[int], object]) -> int:
    """Write samples into a new folder, for its owner alone, and return how many there were."""
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))  # mode 0700
    try:
        count = _write(partial, samples, show)
        if out.exists():
            out.rmdir()  # it is empty
        partial.rename(out)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return count


def _write(folder: Path, samples: Iterable[Sample], show: Callable[[int], object]) -> int:
    for name in ("glyphs", "inks", "pictures"):
        (folder / name).mkdir()
    count = 0
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for count, sample in enumerate(samples, 1):
            table.writerow(_row(folder, sample))
            if count % STEP == 0:
                show(count)
        file.flush()
        os.fsync(file.fileno())
    if count:
        show(count)
    return count


def _row(folder: Path, sample: Sample) -> dict[str, str | float]:
    glyph = f"glyphs/{sample.id}.png"
    Image.fromarray(sample.glyph).save(folder / glyph)
    ink = picture = ""
    if sample.ink is not None:
        ink = f"inks/{sample.id}.json"
        (folder / ink).write_text(json.dumps(sample.ink.to_json()), "utf-8")
    if sample.picture is not None:
        picture = f"pictures/{sample.id}.png"
        (folder / picture).write_bytes(sample.picture)
    return {
        "path": glyph,
        "label": _text(sample.label),
        "read": _text(sample.read),
        "confidence": "" if sample.confidence is None else round(sample.confidence, 6),
        "source": sample.source,
        "consent": sample.consent,
        "created": sample.created.isoformat(),
        "expires": sample.expires.isoformat(),
        "state": sample.state.value,
        "double_of": sample.double_of or "",
        "ink": ink,
        "picture": picture,
    }


def _text(label: Label) -> str:
    return "none" if label is None else str(label)
