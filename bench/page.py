"""docs/performance.md: what stands between its markers is written from the figures, and from nothing else."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.marked import put

from bench import plots
from bench.environments import FLASK, LITSERVE, RAY
from bench.figures import Measured
from bench.form import LONG
from bench.origin import origin, program_version
from bench.serving import FLOORS
from bench.steps import Found
from bench.subjects import SUBJECTS
from bench.targets import targets

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
FIGURES = "figures"
KINDS = {"ink": "an ink", "png": "a PNG", "batch": "64 inks"}
NUMBERS = {"numbers": "sutja", "numbers-4": "sutja, told that there are four", "tesseract": "Tesseract, digits only"}
SIZES = {"serving": "sutja, to serve", "learning": "sutja, to train", "litserve": "LitServe", "ray": "Ray Serve"}
SERVING = "serving"


def keep(found: list[Found]) -> None:
    """Take what whole parts found into the figures, and write the page."""
    if found:
        measured = Measured.load()
        measured.add(found, _origin())
        measured.save()
        write(measured)


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


def _origin() -> dict[str, str]:
    peers = [each.versions() for each in (FLASK, LITSERVE, RAY) if each.is_there]
    return {**origin(), "peers": ", ".join([*peers, *program_version("tesseract")])}


def _measured(measured: Measured, part: str, rows: list[str]) -> list[str]:
    """Return on what a part was measured, and its rows; or that it was not."""
    found = measured.origins.get(part)
    if found is None:
        return ["Not yet measured."]
    return [f"{found['date']}, {found['machine']}; {found['software']}; {found['peers']}.", "", *rows]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _asked(measured: Measured) -> list[str]:
    return _table(("", "found", "asked", "met"), [target.row() for target in targets(measured)])


def _cells(measured: Measured, part: str, name: str, figures: Sequence[str], form: str) -> list[str]:
    """Return the medians of figures; where it was not measured, why, in the first cell."""
    found = measured.of(part, name)
    if not found.runs:
        return [found.missing] + [""] * (len(figures) - 1)
    return [_said(measured.middle(part, name, figure), form) for figure in figures]


def _said(value: float | None, form: str) -> str:
    if value is None:
        return ""
    return form.format(value) if value < 100 else f"{value:,.0f}"


def _servers(measured: Measured) -> list[str]:
    loads = [(kind, connections) for connections in LONG.connections for kind in KINDS]
    heads = [f"{KINDS[kind]}, {connections}" for kind, connections in loads]

    def table(title: str, head: Sequence[str], figures: Sequence[str], form: str) -> list[str]:
        rows = [[each.title, *_cells(measured, SERVING, each.name, figures, form)] for each in SUBJECTS]
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
    cells = _cells(measured, SERVING, FLOORS, figures, "{:.2f}")
    return ["In ms, on one core:", "", *_table(head, [["bare", *cells]])]


def _files(measured: Measured) -> list[str]:
    head = ("", "pictures", "a second", "seconds in all", "CPU seconds")
    cells = _cells(measured, "reading", "read", ("pictures", "per_s", "seconds", "cpu_s"), "{:.1f}")
    return _table(head, [["`sutja read`", *cells]])


def _numbers(measured: Measured) -> list[str]:
    rows = []
    for name, title in NUMBERS.items():
        count, *times = _cells(measured, "numbers", name, ("count", "ms", "cpu_ms"), "{:.1f}")
        right = measured.middle("numbers", name, "right")
        rows.append([title, count, "" if right is None else f"{right:.1%}", *times])
    return _table(("", "numbers", "wholly right", "ms each", "CPU ms each"), rows)


def _sizes(measured: Measured) -> list[str]:
    rows = [[title, *_cells(measured, "sizes", f"{name}-size", ["mb"], "{:.0f}")] for name, title in SIZES.items()]
    return _table(("", "site-packages in MB"), rows)


def _training(measured: Measured) -> list[str]:
    figures = ("seconds", "cpu_s", "epochs")
    rows = [[f"`{name}`", *_cells(measured, "training", name, figures, "{:.0f}")] for name in ("compact", "classic")]
    return _table(("to 99.3 % of the validation split", "seconds", "CPU seconds", "epochs"), rows)
