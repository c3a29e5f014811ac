"""The page about how accurate a reader is, in Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import fill

from sutja.learn.dataset.part import Part
from sutja.learn.evaluate.figures import Figures, Share
from sutja.learn.evaluate.mistakes import Mistake
from sutja.learn.evaluate.numbers import Numbers
from sutja.learn.evaluate.others import Caught, Others
from sutja.learn.evaluate.paper import Paper
from sutja.learn.evaluate.pins import PinFigures, Pins
from sutja.learn.evaluate.record import Measured
from sutja.learn.evaluate.robustness import MIDDLE, PENS_PX, PLACES, SIZES_PX, SPOILT, Cell, Robustness
from sutja.learn.evaluate.targets import targets
from sutja.learn.evaluate.words import TITLES, interval, percent
from sutja.learn.report import prose
from sutja.learn.report.origin import Origin

WIDTH = 120
MARKS = {True: "✓", False: "**✗**"}


def markdown(measured: Measured, origin: Origin, pictures: Mapping[str, str]) -> str:
    """Return the page. `pictures` are the paths of the PNG files by what they show."""
    parts = [*_head(measured, origin), *_asked(measured)]
    if measured.sets:
        parts += [*_digits(measured, pictures), *_slices(measured.slices), *_wrong(measured.mistakes, pictures)]
    if measured.others:
        parts += _others(measured.others, pictures)
    if measured.numbers:
        parts += _numbers(measured.numbers)
    if measured.paper:
        parts += _paper(measured.paper)
    if measured.pins:
        parts += _pins(measured.pins, pictures)
    if measured.robustness:
        parts += _robustness(measured.robustness, pictures)
    return "\n\n".join([*parts, *_method()]) + "\n"


def _head(measured: Measured, origin: Origin) -> Iterator[str]:
    model, thresholds = measured.model, measured.model.thresholds
    yield "# How accurate it is"
    yield _told(prose.MADE[measured.part is Part.TEST].format(command=origin.command, part=measured.part))
    yield _table(
        ("", ""),
        [
            ("bundle", f"`{model.sha256}`"),
            ("date", origin.date),
            ("machine", origin.machine),
            ("software", origin.software),
            ("command", f"`{origin.command}`"),
            ("network", f"{model.network}, {model.parameters:,} parameters, {model.onnx_bytes:,} bytes as ONNX"),
            ("a glyph", f"{model.glyph_ms:.2f} ms, one at a time on one core"),
            ("`not_a_digit`", f"where the probability of no digit is at least {thresholds.no_digit_from:.4f}"),
            ("`digit`", f"else, where the confidence is at least {thresholds.unsure_below:.4f}; below it `unsure`"),
            ("temperature", f"{thresholds.temperature:.4f}"),
        ],
        align="ll",
    )


def _asked(measured: Measured) -> Iterator[str]:
    found = targets(measured)
    yield "## What is asked of it"
    yield f"{sum(target.is_met for target in found)} of {len(found)} are met."
    rows = [(target.what, target.told, target.asked, MARKS[target.is_met]) for target in found]
    yield _table(("", "found", "asked", "met"), rows, align="lrrc")


def _digits(measured: Measured, pictures: Mapping[str, str]) -> Iterator[str]:
    yield "## Digits"
    yield _told(prose.DIGITS)
    head = ("set", "digits", "right", "95 % interval", "likeliest", "accepted", "wrong of these", "unsure", "refused")
    yield _table((*head, "log loss", "calibration error"), [_row(TITLES[n], f) for n, f in measured.sets.items()])
    yield _picture("Coverage against risk", pictures["coverage"])
    yield _picture("Calibration", pictures["calibration"])
    yield _picture("Confusion, by the likeliest digit", pictures["confusion"])


def _row(name: str, each: Figures) -> tuple[str, ...]:
    shares = (each.likeliest, each.accepted, each.wrong, each.unsure, each.refused)
    told = (f"{each.count:,}", percent(each.right.value), interval(each.right), *(percent(s.value) for s in shares))
    return (name, *told, f"{each.log_loss:.4f}", f"{each.calibration_error:.4f}")


def _slices(slices: Mapping[str, Mapping[str, Figures]]) -> Iterator[str]:
    yield "## Slices"
    yield _told(prose.SLICES)
    for name, group in slices.items():
        head = (name, "digits", "right", "95 % interval", "accepted", "wrong of these", "refused")
        yield _table(head, [_short_row(key, each) for key, each in group.items()])


def _short_row(name: str, each: Figures) -> tuple[str, ...]:
    shares = (each.accepted, each.wrong, each.refused)
    told = (percent(share.value) for share in shares)
    return (name, f"{each.count:,}", percent(each.right.value), interval(each.right), *told)


def _wrong(mistakes: Mapping[str, Sequence[Mistake]], pictures: Mapping[str, str]) -> Iterator[str]:
    yield "## Every drawing that stays wrong"
    yield _told(prose.WRONG)
    for name, group in mistakes.items():
        if group:
            yield f"### {TITLES[name]}: {len(group):,}"
            yield _picture(f"What was read wrongly: {TITLES[name]}", pictures[f"wrong {name}"])


def _others(others: Others, pictures: Mapping[str, str]) -> Iterator[str]:
    yield "## What is no digit"
    yield _told(prose.OTHERS)
    groups = {
        "symbols never trained on (w, x)": others.held_out,
        "letters of fonts never trained on": others.letters,
        "of these, as the font has them": others.plain_letters,
    }
    yield _caught("group", groups)
    yield _caught("photographed symbol", others.by_symbol)
    yield _told(prose.AMBIGUOUS)
    yield _caught("ambiguous symbol", others.by_ambiguous)
    yield _told(prose.MADE_UP)
    yield _caught("made up, by a seed", others.made)
    upright = others.uprights
    yield _told(
        f"Of {upright.count:,} plain upright lines {percent(upright.right.value)} are read as 1, "
        f"{percent(upright.accepted.value)} with the verdict `digit`."
    )
    if others.taken:
        yield f"### Taken for a digit with certainty: {len(others.taken):,}"
        yield _picture("What was taken for a digit with certainty", pictures["wrong others"])
    yield "### Letters"
    yield _told(prose.LETTERS)
    yield _caught("font", others.by_font)
    rows = [(font.name, font.package, f"`{font.sha256}`") for font in others.fonts]
    yield _table(("font", "Debian package", "sha-256 of the file"), rows, align="lll")
    yield _caught("letter", others.by_letter)


def _caught(head: str, groups: Mapping[str, Caught]) -> str:
    rows = [
        (
            name,
            f"{each.caught.of:,}",
            percent(each.caught.value),
            interval(each.caught),
            percent(each.refused.value),
            _read_as(each.read_as),
        )
        for name, each in groups.items()
    ]
    return _table((head, "drawings", "caught", "95 % interval", "refused", "else read as"), rows, align="lrrrrl")


def _read_as(counts: Sequence[int]) -> str:
    order = sorted(range(10), key=lambda digit: -counts[digit])
    return ", ".join(f"{digit} ({counts[digit]})" for digit in order if counts[digit])


def _numbers(numbers: Numbers) -> Iterator[str]:
    yield "## Whole numbers"
    yield _told(prose.NUMBERS)
    head = ("numbers", "as inks, right", "95 % interval", "as pictures, right", "95 % interval")
    lengths = {f"{length} digits": length for length in numbers.inks.by_length}
    ways = (numbers.inks, numbers.pictures)
    rows = [("all", *_pair([way.right for way in ways]))]
    rows += [(name, *_pair([way.by_length[length] for way in ways])) for name, length in lengths.items()]
    rows.append(("wrong but sure", *_pair([way.wrong for way in ways])))
    yield _table(head, rows)
    yield _told(
        f"From the bytes of a 12-megapixel photo with ten digits to the number on it: {numbers.photo_ms:.0f} ms."
    )


def _paper(paper: Paper) -> Iterator[str]:
    yield "## Numbers in photos of paper"
    yield _told(prose.PAPER.format(count=next(iter(paper.by_scene.values())).right.of))
    head = ("scene", "4 digits, right", "95 % interval", "1 to 8 digits, right", "95 % interval", "wrong but sure")
    rows = [
        (name, *_pair([each.by_length[4], each.right]), percent(each.wrong.value))
        for name, each in paper.by_scene.items()
    ]
    yield _table(head, rows)


def _pair(shares: Sequence[Share]) -> tuple[str, ...]:
    return tuple(text for share in shares for text in (percent(share.value), interval(share)))


def _pins(pins: Pins, pictures: Mapping[str, str]) -> Iterator[str]:
    yield "## PINs"
    yield _told(prose.PINS.format(count=pins.chosen.right.of))
    yield _picture("Wrongly accepted over asked again", pictures["pins"])
    head = ("accepted from", "right at once", "asked again", "places asked", "wrong at once", "right finally")
    rows = [(f"**{pins.chosen.sure_from:g}** (chosen)", *_pin_row(pins.chosen))]
    rows += [(f"{each.sure_from:g}", *_pin_row(each)) for each in pins.curve]
    yield _table((*head, "wrong finally", "refused to the end"), rows)


def _pin_row(each: PinFigures) -> tuple[str, ...]:
    refused = 1 - each.right_finally.value - each.wrong_finally.value
    shares = (each.wrong.value, each.right_finally.value, each.wrong_finally.value, max(0.0, refused))
    first = (percent(each.right.value), percent(each.asked.value), f"{each.places:.2f}")
    return (*first, *map(percent, shares))


def _robustness(sheet: Robustness, pictures: Mapping[str, str]) -> Iterator[str]:
    count = sheet.cells[0].count
    yield "## Robustness"
    counts = {"sizes": len(SIZES_PX), "pens": len(PENS_PX), "places": len(PLACES), "others": len(SPOILT)}
    yield _told(prose.ROBUSTNESS.format(count=count, cells=len(sheet.cells), **counts))
    yield _picture("Share of right ones in each cell, %", pictures["robustness"])
    wrong = max(sheet.cells, key=lambda cell: cell.wrong / cell.count)
    worst = min(sheet.cells, key=lambda cell: cell.share)
    yield _told(
        f"The worst cell: {percent(worst.share)} right, {_where(worst)}. The most that is wrong with the verdict "
        f"`digit`: {percent(wrong.wrong / count)}, {_where(wrong)}."
    )
    head = ("all sizes and pens", "right", "95 % interval")
    conditions = [(name, sheet.at(name)) for name in (*PLACES, *SPOILT)]
    sizes = [(f"middle, size {size} px", sheet.at(MIDDLE, size_px=size)) for size in SIZES_PX]
    pens = [(f"middle, pen {pen} px", sheet.at(MIDDLE, pen_px=pen)) for pen in PENS_PX]
    rows = [(name, percent(share.value), interval(share)) for name, share in (*conditions, *sizes, *pens)]
    yield _table(head, rows)


def _where(cell: Cell) -> str:
    return f"{cell.condition}, {cell.size_px} px with a pen of {cell.pen_px} px"


def _method() -> Iterator[str]:
    yield "## How it is counted"
    yield "\n".join(each.strip() for each in prose.METHOD)


def _told(text: str) -> str:
    """Return prose in lines of one width, whatever was filled in."""
    return fill(" ".join(text.split()), WIDTH, break_long_words=False, break_on_hyphens=False)


def _picture(words: str, path: str) -> str:
    return f"![{words}]({path})"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], align: str = "") -> str:
    """Return a table; without `align`, "l", "c" or "r" for each column, the first is flush left and the rest right."""
    rules = {"l": "---", "c": ":-:", "r": "--:"}
    signs = align or "l" + "r" * (len(head) - 1)
    lines = [head, [rules[sign] for sign in signs], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
