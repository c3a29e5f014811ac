"""A guest becomes a bundle, measured side by side with the one that ships.

Owns the order of things: fit to some of the calibration part, hold to the original, calibrate on all of it, read the
test half.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sutja._version import __version__
from sutja.bundle import Bundle, Score, draft
from sutja.learn.calibrate import calibrate
from sutja.learn.dataset import Dataset, Mix, mixes, mnist_test
from sutja.learn.evaluate import evaluate, time_ms
from sutja.learn.foreign.fit import Fit, fitted, whole
from sutja.learn.foreign.guest import Guest
from sutja.learn.plan import Diet
from sutja.reader import Reader

FITTING_COUNT = 1000
HOLDING_COUNT = 64

Watch = Callable[[str], None]
"""Called with what is done next."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A bundle with what it scores on MNIST's calibration and test parts, and its median time for one glyph."""

    bundle: Bundle
    calibration: Score
    test: Score
    glyph_ms: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A model from elsewhere as a bundle, how it had to be fitted, and the one that ships."""

    imported: Scored
    fit: Fit
    shipped: Scored


def compared(guest: Guest, file: Path, data: Path, watch: Watch) -> Comparison:
    """Return the bundle of `guest`, which was opened from `file`, not yet saved, beside the shipped one.

    `data` is the folder with MNIST. Raises `BundleError` where the guest reads no digits, and `DataError`.
    """
    _, mix = mixes(data, Diet.MNIST)
    calibration, test = mix.sets["mnist"], mnist_test(data)
    watch(f"finding the scale of its input on {len(calibration[:FITTING_COUNT]):,} digits")
    guest.hold(calibration.glyphs[:HOLDING_COUNT])
    fit = fitted(guest, calibration[:FITTING_COUNT])
    guest.hold(fit.scale.applied(calibration.glyphs[:HOLDING_COUNT]))
    unmeasured = draft(whole(guest, fit), re.sub(r"[^\w.-]+", "-", file.stem), guest.parameters)
    watch(f"choosing its thresholds on {len(calibration):,} digits")
    thresholds = calibrate(Reader(unmeasured), mix)
    watch(f"measuring it on {len(calibration) + len(test):,} digits")
    found = _measured(unmeasured.with_card(thresholds=thresholds), calibration, test)
    scores = {"calibration": found.calibration, "test": found.test}
    bundle = found.bundle.with_card(scores=scores, training=_provenance(guest, file, fit, mix))
    watch("measuring the shipped one")
    return Comparison(replace(found, bundle=bundle), fit, _measured(Bundle.shipped(), calibration, test))


def _measured(bundle: Bundle, calibration: Dataset, test: Dataset) -> Scored:
    reader = Reader(bundle)
    return Scored(bundle, evaluate(reader, calibration), evaluate(reader, test), time_ms(reader, calibration))


def _provenance(guest: Guest, file: Path, fit: Fit, mix: Mix) -> dict[str, Any]:
    return {
        "imported": {
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "format": guest.format,
            "input": fit.scale.name,
            "output": fit.meaning.value,
        },
        "data": {"calibration": mix.digests()},
        "versions": {"sutja": __version__, **{name: version(name) for name in ("keras", "numpy", "onnx")}},
    }
