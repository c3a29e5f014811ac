"""What is asked of sutja, and what was found: ratios are taken within a round, and the median of the rounds counts."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.figures import Measured
from bench.inputs import IN_JSON
from bench.steps import Figures

SERVING = "serving"
LOAD = "16"  # connections at which rates are compared


@dataclass(frozen=True, slots=True)
class Target:
    """A figure, how it is told, and the least or, where it `is_limit`, the greatest that it may be."""

    what: str
    found: float | None
    asked: float
    form: str = "{:.2f}"
    is_limit: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether it is met; None where it was not measured."""
        if self.found is None:
            return None
        return self.found <= self.asked if self.is_limit else self.found >= self.asked

    def row(self) -> tuple[str, str, str, str]:
        """Return it as it stands in the docs."""
        found = "not yet measured" if self.found is None else self.form.format(self.found)
        asked = f"{'at most' if self.is_limit else 'at least'} {self.form.format(self.asked)}"
        return self.what, found, asked, {True: "✓", False: "**✗**", None: ""}[self.is_met]


def targets(measured: Measured) -> list[Target]:
    """Return all of them."""
    return [*_against_flask(measured), *_against_others(measured), *_of_files(measured), *_of_training(measured)]


def _against_flask(measured: Measured) -> list[Target]:
    def times(what: str, figure: str, asked: float, *, ours_first: bool) -> Target:
        found = measured.over(
            SERVING,
            ("sutja", "flask"),
            lambda ours, theirs: ours[figure] / theirs[figure] if ours_first else theirs[figure] / ours[figure],
        )
        return Target(f"{what}, against Flask + Keras", found, asked, "{:.1f} times")

    return [
        times("an ink: throughput", f"ink_{LOAD}_per_s", 100, ours_first=True),
        times("an ink: quicker", "ink_ms", 50, ours_first=False),
        times("a PNG: throughput", f"png_{LOAD}_per_s", 40, ours_first=True),
        times("a PNG: quicker", "png_ms", 30, ours_first=False),
        times("start: sooner", "start_s", 5, ours_first=False),
        times("memory under load: less", "load_pss_mb", 5, ours_first=False),
    ]


def _against_others(measured: Measured) -> list[Target]:
    def rate(kind: str, asked: str) -> Callable[[Figures, Figures], float]:
        return lambda ours, theirs: ours[f"{asked}_{LOAD}_per_s"] / theirs[f"{kind}_{LOAD}_per_s"]

    kinds = {"ink": "an ink", "png": "a PNG"}
    # LitServe gets the picture in JSON: so that neither is spared that, sutja is asked in the same way for it.
    alike = {"ink": ("ink", "an ink"), "png": (IN_JSON, "a PNG in base64 in JSON")}
    litserve = [
        Target(
            f"{title}: throughput, against LitServe + ONNX Runtime",
            measured.over(SERVING, ("sutja", "litserve"), rate(kind, asked)),
            2,
            "{:.1f} times",
        )
        for kind, (asked, title) in alike.items()
    ]
    floors = [
        Target(
            f"{title}: throughput, of what the floors add up to",
            measured.over(SERVING, ("sutja", "empty", "floors"), lambda *runs, kind=kind: of_floors(kind, *runs)),
            0.6,
            "{:.0%}",
        )
        for kind, title in kinds.items()
    ]
    workers = measured.over(SERVING, ("sutja", "workers", "floors"), of_workers)
    return [*litserve, *floors, Target("an ink: two workers, against one", workers, 1.6, "{:.2f} times")]


def of_floors(kind: str, ours: Figures, empty: Figures, floors: Figures) -> float:
    """Return our rate as a share of the rate of someone who takes just as long as all floors together."""
    bare_ms = floors["onnx_ms"] + (floors["decode_ms"] if kind == "png" else 0)
    return ours[f"{kind}_{LOAD}_per_s"] * (1 / empty[f"{kind}_{LOAD}_per_s"] + bare_ms / 1e3)


def of_workers(one: Figures, two: Figures, floors: Figures) -> float:
    """Return by how much two workers are faster than one, on cores of which the client takes its share.

    One worker has a core for itself. What two would do with two cores for themselves is their rate, divided by the
    share of these that the client left them.
    """
    left = (floors["cores"] - two[f"ink_{LOAD}_client_cores"]) / floors["cores"]
    return two[f"ink_{LOAD}_per_s"] / left / one[f"ink_{LOAD}_per_s"]


def _of_files(measured: Measured) -> list[Target]:
    read = measured.middle("reading", "read", "per_s")
    right = measured.over("numbers", ("numbers", "tesseract"), lambda ours, theirs: ours["right"] - theirs["right"])

    def quicker(than: str) -> float | None:
        return measured.over("numbers", ("numbers", than), lambda ours, theirs: theirs["ms"] / ours["ms"])

    image = measured.middle("sizes", "image-size", "mb")
    return [
        Target("`sutja read`: pictures a second", read, 2000, "{:,.0f}"),
        Target(
            "numbers wholly right: more than Tesseract", None if right is None else 100 * right, 0.1, "{:.1f} points"
        ),
        Target(
            "numbers: quicker than Tesseract, a process for each picture, as pytesseract has it",
            quicker("tesseract-each"),
            1,
            "{:.1f} times",
        ),
        Target("numbers: quicker than Tesseract, all in one process", quicker("tesseract"), 1, "{:.1f} times"),
        Target("the serving installation, as the image has it", image, 200, "{:.0f} MB", is_limit=True),
    ]


def _of_training(measured: Measured) -> list[Target]:
    compact, classic = (measured.middle("training", name, "seconds") for name in ("compact", "classic"))
    share = compact / classic if compact and classic else None
    return [Target("`compact` to 99.3 %: share of the time of `classic`", share, 0.5, "{:.2f}", is_limit=True)]
