"""`sutja evaluate`: how good a bundle is, on digits that it never saw and on what is no digit."""

import json
import os
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sutja.cli.extras import expect
from sutja.settings import Settings

if TYPE_CHECKING:
    from sutja.learn.evaluate import Measured, Section


class Measurable(StrEnum):
    """The parts of the data that can be measured on."""

    CALIBRATION = "calibration"
    TEST = "test"


def evaluate(
    bundle: Annotated[
        Path | None, typer.Argument(help="Folder of the bundle. [default: SUTJA_BUNDLE, else the shipped one]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write accuracy.md and accuracy/, with pictures and all figures, there.")
    ] = None,
    part: Annotated[
        Measurable, typer.Option(help="What to measure on; whoever chooses anything by it takes calibration.")
    ] = Measurable.TEST,
    only: Annotated[
        str | None,
        typer.Option(
            help="Some of mnist, pens, photographs, others, numbers, paper, pins, robustness, with commas. "
            "[default: all]"
        ),
    ] = None,
) -> None:
    """Measure a bundle: digits of three kinds, what is no digit, numbers, PINs, photos of paper, and robustness.

    Prints the most important figures, each beside what is asked of it. The data sets are looked for in SUTJA_DATA and
    downloaded where they are missing (30 MB). It takes some minutes.
    """
    expect("learn")
    try:
        measured = _measured(bundle, part, _sections(only))
    except KeyboardInterrupt:
        typer.echo("sutja: stopped by Ctrl-C; nothing is written", err=True)
        raise typer.Exit(130) from None
    if out is not None:
        from sutja.learn.report import Origin, write

        page = write(measured, Origin.here(shlex.join(["sutja", *sys.argv[1:]])), out)
        typer.echo(f"written to {page}", err=True)
    if as_json:
        typer.echo(json.dumps(measured.to_json(), indent=1))
    else:
        from sutja.learn.evaluate.sheet import sheet

        typer.echo(sheet(measured))


def _sections(only: str | None) -> "list[Section]":
    from sutja.learn.evaluate import Section

    if only is None:
        return list(Section)
    chosen = {word.strip() for word in only.split(",")}
    if unknown := chosen - {str(section) for section in Section}:
        raise typer.BadParameter(f"--only knows {', '.join(Section)}. Received {', '.join(sorted(unknown))}.")
    return [section for section in Section if section in chosen]


def _measured(bundle: Path | None, chosen: Measurable, sections: "list[Section]") -> "Measured":
    from sutja.cli.progress import Counts, Downloads
    from sutja.learn import sources
    from sutja.learn.dataset import Part
    from sutja.learn.evaluate import archives, measure
    from sutja.reader import Reader

    settings = Settings.from_env(os.environ)
    reader, part = Reader.load(bundle or settings.bundle), Part(chosen)
    with Downloads(sys.stderr) as downloads:
        sources.gather(archives(sections, part), settings.data, downloads.show)
    with Counts(sys.stderr) as counts:
        return measure(reader, settings.data, part, sections, counts.show)
