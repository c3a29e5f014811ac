"""Writes what was measured into a folder: accuracy.md, and beside it accuracy/ with its pictures and all figures."""

import json
from dataclasses import asdict
from pathlib import Path

from sutja.learn.evaluate.record import Measured
from sutja.learn.report.charts import draw_calibration, draw_confusions, draw_coverage, draw_pins, draw_robustness
from sutja.learn.report.gallery import draw_gallery
from sutja.learn.report.markdown import markdown
from sutja.learn.report.origin import Origin

PAGE_NAME, FOLDER_NAME, FIGURES_NAME = "accuracy.md", "accuracy", "figures.json"
GALLERY_LIMIT = 200
"""A model that reads hardly anything would need a picture without end."""


def write(measured: Measured, origin: Origin, folder: Path) -> Path:
    """Write page, pictures and figures, the page last, and return where it is. Raises `OSError`."""
    beside = folder / FOLDER_NAME
    beside.mkdir(parents=True, exist_ok=True)
    pictures = _pictures(measured, beside)
    record = {"origin": asdict(origin), **measured.to_json()}
    (beside / FIGURES_NAME).write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    page = folder / PAGE_NAME
    page.write_text(
        markdown(measured, origin, {name: f"{FOLDER_NAME}/{file}" for name, file in pictures.items()}), "utf-8"
    )
    return page


def _pictures(measured: Measured, folder: Path) -> dict[str, str]:
    """Draw what there is to draw, and return the name of each picture's file."""
    made = {}
    if measured.curves:
        draw_coverage(measured.curves, measured.sets, folder / "coverage.png")
        draw_calibration(measured.curves, folder / "calibration.png")
        draw_confusions(measured.curves, folder / "confusion.png")
        made = {name: f"{name}.png" for name in ("coverage", "calibration", "confusion")}
    if measured.robustness:
        draw_robustness(measured.robustness, folder / "robustness.png")
        made["robustness"] = "robustness.png"
    if measured.pins:
        draw_pins(measured.pins, folder / "pins.png")
        made["pins"] = "pins.png"
    taken = {"others": measured.others.taken} if measured.others else {}
    for name, mistakes in {**measured.mistakes, **taken}.items():
        if mistakes:
            made[f"wrong {name}"] = f"wrong-{name}.png"
            draw_gallery(mistakes[:GALLERY_LIMIT], folder / made[f"wrong {name}"])
    return made
