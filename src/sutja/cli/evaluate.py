"""`sutja evaluate`: what a bundle scores on digits that it never saw."""

import json
import math
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sutja.settings import Settings

if TYPE_CHECKING:
    from sutja.bundle import Bundle, Score


def evaluate(
    bundle: Annotated[Path | None, typer.Argument(help="Folder of the bundle. [default: the shipped one]")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON.")] = False,
) -> None:
    """Measure a bundle on MNIST's 10,000 test digits.

    The digits are looked for in SUTJA_DATA and downloaded where they are missing (11 MB). Needs no Keras.
    """
    from sutja.cli.progress import Downloads
    from sutja.learn import sources
    from sutja.learn.dataset import mnist_test
    from sutja.learn.evaluate import evaluate as measure
    from sutja.learn.evaluate import time_ms
    from sutja.reader import Reader

    settings = Settings.from_env(os.environ)
    reader, folder = Reader.load(bundle or settings.bundle), settings.data
    with Downloads(sys.stderr) as downloads:
        sources.gather(sources.MNIST_TEST, folder, downloads.show)
    data = mnist_test(folder)
    score, glyph_ms = measure(reader, data), time_ms(reader, data)
    if as_json:
        typer.echo(json.dumps({"mnist-test": asdict(score), "glyph_ms": glyph_ms}, indent=1))
    else:
        typer.echo(_sheet(reader.bundle, score, glyph_ms))


def _sheet(bundle: "Bundle", score: "Score", glyph_ms: float) -> str:
    low, high = _interval(score.accuracy, score.count)
    card = bundle.card
    wrong = score.count - round(score.accuracy * score.count)
    recalls = [f"{digit} {row[digit] / max(1, sum(row)):.2%}" for digit, row in enumerate(score.confusion)]
    return "\n".join(
        [
            f"{card.network}, {card.parameters:,} parameters, {len(bundle.onnx):,} bytes, sha-256 {card.sha256[:12]}",
            f"MNIST test    {score.accuracy:.2%} right, {wrong} of {score.count:,} wrong",
            f"              95 % interval {low:.2%} to {high:.2%}",
            f"verdict digit {score.accepted:.2%} of them, {score.accepted_error:.2%} of these wrong",
            f"log loss      {score.log_loss:.4f}",
            f"speed         {glyph_ms:.2f} ms a glyph, one at a time on one core",
            f"by digit      {'  '.join(recalls[:5])}",
            f"              {'  '.join(recalls[5:])}",
        ]
    )


def _interval(share: float, count: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share (Wilson 1927, "Probable inference", JASA 22)."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return middle - reach, middle + reach
