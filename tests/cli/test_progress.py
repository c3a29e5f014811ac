import io

from sutja.cli.progress import Counts, Downloads, Epochs, Steps
from sutja.learn.plan import Measure, Tick


class Terminal(io.StringIO):
    """A terminal that remembers what was shown."""

    def isatty(self) -> bool:
        return True


def ticks() -> list[Tick]:
    measure = Measure(0.5, 0.9)
    return [Tick(0, 3, 1, 2, measure), Tick(0, 3, 2, 2, measure, Measure(0.4, 0.95), is_best=True)]


def test_a_download_moves_a_bar(monkeypatch) -> None:
    """On a terminal a download shows the name of the file, a bar and how much is here."""
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    with Downloads(terminal) as downloads:
        downloads.show("digits.gz", 500_000, 1_000_000)
    assert "digits.gz" in terminal.getvalue()
    assert "0.5/1.0 MB" in terminal.getvalue()


def test_an_epoch_moves_a_bar_and_leaves_a_line(monkeypatch) -> None:
    """On a terminal the epoch under way has a bar; each that is over leaves a line with what it came to."""
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    with Epochs(terminal) as bars:
        for tick in ticks():
            bars.show(tick)
    assert "━" in terminal.getvalue()
    assert "calibration loss 0.4000 95.00%  best so far" in terminal.getvalue()


def test_without_a_terminal_there_are_lines_only() -> None:
    """In a log there are no bars, no escapes and no empty lines: a line for each file and for each epoch."""
    stream = io.StringIO()
    with Downloads(stream) as downloads:
        downloads.show("digits.gz", 1, 2)
        downloads.show("digits.gz", 2, 2)
    with Epochs(stream) as bars:
        for tick in ticks():
            bars.show(tick)
    assert [line.split()[0] for line in stream.getvalue().splitlines()] == ["downloading", "epoch"]
    assert "\x1b" not in stream.getvalue()


def test_counts_leave_a_line_when_they_are_over(monkeypatch) -> None:
    """On a terminal what is being read has a bar that tells how much of how much; what was read leaves a line."""
    monkeypatch.setenv("TERM", "xterm")
    terminal, log = Terminal(), io.StringIO()
    for stream in (terminal, log):
        with Counts(stream) as counts:
            for done in (0, 1_500, 3_000):
                counts.show("pens", done, 3_000)
    assert "0 of 3,000" in terminal.getvalue()
    assert log.getvalue() == "pens: 3,000 done\n"


def test_a_step_moves_on_a_terminal_and_is_a_line_elsewhere(monkeypatch) -> None:
    """What is being done is seen on a terminal while it is, and told once in a log, whatever it is called."""
    monkeypatch.setenv("TERM", "xterm")
    terminal, stream = Terminal(), io.StringIO()
    for out in (terminal, stream):
        with Steps(out) as steps:
            steps.show("opening [bold]model.h5")
    assert "opening [bold]model.h5" in terminal.getvalue()
    assert stream.getvalue() == "opening [bold]model.h5\n"
