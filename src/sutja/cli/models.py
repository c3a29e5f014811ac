"""`sutja models`: bundles, and where they come from; `champions` has those of the store."""

import os
import shlex
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from sutja.cli.extras import expect
from sutja.errors import BundleError
from sutja.settings import Settings

if TYPE_CHECKING:
    from sutja.learn.foreign.compare import Comparison, Scored

app = typer.Typer(help="Say which model reads, and bring in one that was trained elsewhere.", no_args_is_help=True)


@app.callback()
def models() -> None:
    """Say which model reads, and bring in one that was trained elsewhere."""


@app.command("import")
def bring(
    file: Annotated[
        Path, typer.Argument(help="A whole model: .h5 or .keras of Keras 2 or 3, or .onnx.", metavar="FILE")
    ],
    out: Annotated[Path | None, typer.Option(help="New folder for the bundle. [default: runs/NAME]")] = None,
) -> None:
    """Make a bundle of a model that was trained elsewhere, and compare it with the shipped one.

    It takes 28x28, 28x28x1, 1x28x28 or 784 numbers for a digit and gives ten, of 0 to 9, or eleven with "no digit"
    last. What scale it wants (0 to 1, 0 to 255, -1 to 1, standardised; ink bright or dark) is found by trying; logits
    get a softmax. Its thresholds are chosen on MNIST's calibration part. No code in the file is ever run.

    MNIST is looked for in SUTJA_DATA and downloaded where it is missing (11 MB). Then read with it:
    sutja serve --bundle FOLDER.
    """
    expect("learn")
    folder = out or Path("runs") / file.stem
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BundleError(
            f"Expected {folder} to be a new folder. Received one with something in it: name another --out."
        )
    try:
        comparison = _compared(file)
    except KeyboardInterrupt:
        typer.echo("sutja: stopped by Ctrl-C; nothing is written", err=True)
        raise typer.Exit(130) from None
    comparison.imported.bundle.save(folder)
    typer.echo(_sheet(comparison, folder))


def _compared(file: Path) -> "Comparison":
    from sutja.cli.progress import Downloads, Steps, natives_into
    from sutja.learn import sources
    from sutja.learn.foreign.compare import compared
    from sutja.learn.foreign.guest import is_keras

    opener = "keras_file" if is_keras(file) else "onnx_file"
    data = Settings.from_env(os.environ).data
    with Downloads(sys.stderr) as downloads:
        sources.gather((*sources.MNIST_TRAINING, *sources.MNIST_TEST), data, downloads.show)
    with (
        TemporaryDirectory(prefix="sutja-") as folder,
        natives_into(Path(folder) / "natives.log") as stderr,
        Steps(stderr) as steps,
    ):
        steps.show(f"opening {file.name}")
        # TensorFlow takes seconds to import, and only Keras' files need it.
        guest = import_module(f"sutja.learn.foreign.{opener}").opened(file)
        return compared(guest, file, data, steps.show)


def _sheet(comparison: "Comparison", folder: Path) -> str:
    imported, fit, shipped = comparison.imported, comparison.fit, comparison.shipped
    columns = [_column("imported", imported), _column("shipped", shipped)]
    widths = [max(map(len, column)) for column in columns]
    rows = [
        f"{name:18}  {one:>{widths[0]}}  {other:>{widths[1]}}" for name, one, other in zip(ROWS, *columns, strict=True)
    ]
    place = shlex.quote(str(folder))
    lines = [
        *rows,
        "",
        f"input   {fit.scale.name} (so {fit.accuracy:.1%} of {fit.count:,} digits are read rightly)",
        f"output  {fit.meaning.value}",
        *_doubts(imported),
        f"written to {folder}; read with it:",
        f"  SUTJA_BUNDLE={place} sutja serve",
        f"  sutja read --bundle {place} FILE",
    ]
    return "\n".join(lines)


def _doubts(imported: "Scored") -> list[str]:
    promised, test = imported.bundle.card.thresholds.promised_error, imported.test
    if not test.accepted:
        return [f"No threshold leaves at most {promised:.1%} wrong: every reading will be unsure."]
    if test.accepted_error > promised:
        return [f"More is wrong than the {promised:.1%} fitted: it may have learnt from the calibration part itself."]
    return []


ROWS = (
    "",
    "network",
    "parameters",
    "bytes",
    "MNIST calibration",
    "MNIST test",
    "  verdict digit",
    "  wrong of these",
    "ms a glyph",
)


def _column(title: str, measured: "Scored") -> list[str]:
    bundle, test = measured.bundle, measured.test
    return [
        title,
        bundle.card.network,
        f"{bundle.card.parameters:,}",
        f"{len(bundle.onnx):,}",
        f"{measured.calibration.accuracy:.2%}",
        f"{test.accuracy:.2%}",
        f"{test.accepted:.2%}",
        f"{test.accepted_error:.2%}" if test.accepted else "-",
        f"{measured.glyph_ms:.2f}",
    ]
