"""docs/performance.md: what stands between its markers is written from the figures, and from nothing else."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.marked import put

from bench import plots
from bench.figures import FILE, Measured
from bench.form import LONG
from bench.runner import Run
from bench.serving import FLOORS
from bench.subjects import SUBJECTS
from bench.targets import targets

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
FIGURES = "figures"
KINDS = {"ink": "an ink", "png": "a PNG", "batch": "64 inks"}
NUMBERS = {
    "numbers": "sutja",
    "numbers-4": "sutja, told that there are four",
    "tesseract": "Tesseract, digits only, all in one process",
    "tesseract-each": "Tesseract, digits only, a process for each picture",
}
SIZES = {
    "serving": "sutja, to serve",
    "image": "sutja, to serve, as the image has it (`deploy/slim`)",
    "learning": "sutja, to train",
    "litserve": "LitServe",
    "ray": "Ray Serve",
}
SERVING = "serving"


def keep(runs: Iterable[Run], file: Path = FILE, page: Path = PAGE) -> list[str]:
    """Take what whole parts found into the figures, and write the page; return what is missing, and why.

    What is missing never takes the place of what was measured before: then all earlier figures of the part stay.
    """
    measured, missing, is_new = Measured.load(file), [], False
    for run in runs:
        lost = measured.lost(run.part, run.found)
        missing += [f"{each.part}: {each.name}{each.note}: {each.missing}" for each in run.found if each.missing]
        missing += [f"{run.part}: the figures of before stay, since they have {', '.join(lost)}"] if lost else []
        if not lost:
            measured.add(run.part, run.origin, run.found)
            is_new = True
    if is_new:
        measured.save(file)  # first: the page can be written anew from it
        write(measured, page)
    return missing


def write(measured: Measured | None = None, page: Path = PAGE) -> None:
    """Write the page and its plots. Raises `ValueError` where the page has lost its markers."""
    measured = measured or Measured.load()
    put(page, FIGURES, told(measured, plots.draw(measured, page.with_suffix(""))))


def told(measured: Measured, drawn: Sequence[str] = ()) -> str:
    """Return all that stands between the markers; `drawn` are the plots by their paths."""
    parts = (
        (
            "Servers",
            SERVING,
            [*_servers(measured), *(f"![{Path(path).stem}, as in the tables]({path})\n" for path in drawn)],
        ),
        ("The floors", SERVING, _floors(measured)),
        ("Files", "reading", _files(measured)),
        ("Numbers of four digits", "numbers", _numbers(measured)),
        ("Installations", "sizes", _sizes(measured)),
        ("Training", "training", _training(measured)),
    )
    asked = ["## What is asked", "", *_asked(measured)]
    lines = [line for title, part, rows in parts for line in ("", f"## {title}", "", *_measured(measured, part, rows))]
    return "\n".join([*asked, *lines]).rstrip("\n")


def _measured(measured: Measured, part: str, rows: list[str]) -> list[str]:
    """Return on what a part was measured, and its rows; or that it was not."""
    found = measured.origins.get(part)
    if found is None:
        return ["Not yet measured."]
    where = f"{found['date']}, {found['machine']}, load average before it {found['load']}"
    return [f"{where}; sutja {found['sutja']}; {found['software']}; {found['peers']}.", "", *rows]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _asked(measured: Measured) -> list[str]:
    return _table(("", "found", "asked", "met"), [target.row() for target in targets(measured)])


def _row(
    measured: Measured, part: str, name: str, title: str, figures: Sequence[str], form: str | Sequence[str]
) -> list[str]:
    """Return a title and the medians of figures; where it was not measured, why, in the first cell of these.

    The title says in how many rounds it was measured, where that is not all of them.
    """
    found = measured.of(part, name)
    if not found.runs:
        return [title, found.missing] + [""] * (len(figures) - 1)
    forms = [form] * len(figures) if isinstance(form, str) else form
    cells = [_said(measured.middle(part, name, figure), each) for figure, each in zip(figures, forms, strict=True)]
    return [title + found.note, *cells]


def _said(value: float | None, form: str) -> str:
    if value is None:
        return ""
    return form.format(value) if value < 100 else f"{value:,.0f}"


def _servers(measured: Measured) -> list[str]:
    loads = [(kind, connections) for connections in LONG.connections for kind in KINDS]
    heads = [f"{KINDS[kind]}, {connections}" for kind, connections in loads]

    def table(title: str, head: Sequence[str], figures: Sequence[str], form: str) -> list[str]:
        rows = [_row(measured, SERVING, each.name, each.title, figures, form) for each in SUBJECTS]
        return [f"{title}:", "", *_table(("", *head), rows), ""]

    names = [f"{kind}_{connections}" for kind, connections in loads]
    memory = ("rest_pss_mb", "load_pss_mb", "rest_rss_mb", "load_rss_mb")
    return [
        *table("From the start to the first answer, in s", ["start"], ["start_s"], "{:.2f}"),
        *table(
            "Memory in MB", ["at rest, PSS", "under load, PSS", "at rest, RSS", "under load, RSS"], memory, "{:.0f}"
        ),
        *table(
            "One client, in ms: median, and what 99 of 100 do not exceed",
            [f"{title}{more}" for title in KINDS.values() for more in ("", ", 99 %")],
            [f"{kind}{more}" for kind in KINDS for more in ("_ms", "_99_ms")],
            "{:.2f}",
        ),
        *table("Requests a second, by connections", heads, [f"{name}_per_s" for name in names], "{:.1f}"),
        *table("What 99 of 100 do not exceed then, in ms", heads, [f"{name}_99_ms" for name in names], "{:.1f}"),
        *table("CPU time of the server for a request, in ms", heads, [f"{name}_cpu_ms" for name in names], "{:.2f}"),
        *table("Cores that the client took", heads, [f"{name}_client_cores" for name in names], "{:.2f}"),
        *table("Requests that were refused", heads, [f"{name}_refused" for name in names], "{:.0f}"),
    ]


def _floors(measured: Measured) -> list[str]:
    head = ("", "decode of the PNG", "run of the model", "run on 64")
    figures = ("decode_ms", "onnx_ms", "onnx_batch_ms")
    return ["In ms, on one core:", "", *_table(head, [_row(measured, SERVING, FLOORS, "bare", figures, "{:.2f}")])]


def _files(measured: Measured) -> list[str]:
    head = ("", "pictures", "a second", "seconds in all", "CPU seconds")
    figures = ("pictures", "per_s", "seconds", "cpu_s")
    return _table(head, [_row(measured, "reading", "read", "`sutja read`", figures, "{:.1f}")])


def _numbers(measured: Measured) -> list[str]:
    figures, forms = ("count", "right", "ms", "cpu_ms"), ("{:.0f}", "{:.1%}", "{:.1f}", "{:.1f}")
    rows = [_row(measured, "numbers", name, title, figures, forms) for name, title in NUMBERS.items()]
    return _table(("", "numbers", "wholly right", "ms each", "CPU ms each"), rows)


def _sizes(measured: Measured) -> list[str]:
    rows = [_row(measured, "sizes", f"{name}-size", title, ["mb"], "{:.0f}") for name, title in SIZES.items()]
    return _table(("", "site-packages in MB"), rows)


def _training(measured: Measured) -> list[str]:
    figures = ("seconds", "cpu_s", "epochs")
    rows = [_row(measured, "training", name, f"`{name}`", figures, "{:.0f}") for name in ("compact", "classic")]
    return _table(("to 99.3 % of the validation split", "seconds", "CPU seconds", "epochs"), rows)
