"""The bench: it measures what it says, goes on where it was stopped, and the page in the docs is what it found."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from bench import __main__ as command
from bench import client, environments, numbers, page, processes, runner, serving, sizes
from bench.environments import Environment
from bench.figures import Measured
from bench.form import QUICK
from bench.inputs import IN_JSON, REQUESTS
from bench.steps import Found, MissingError, Step
from bench.subjects import Subject
from bench.targets import of_floors, of_workers, targets

ROOT = Path(__file__).resolve().parent.parent
ORIGIN = dict.fromkeys(("date", "machine", "sutja", "software", "peers"), "") | {"load": "0.1"}


@pytest.fixture(scope="module")
def quick() -> dict[str, dict[str, float]]:
    """Return the medians of a quick run of sutja and of the floors."""
    command = [sys.executable, "-m", "bench", "--quick", "--json"]
    command += [word for name in ("sutja", "empty", "floors") for word in ("--only", name)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, cwd=ROOT)
    return {
        name: {figure: values[1] for figure, values in each.items()} for name, each in json.loads(ran.stdout).items()
    }


def test_sutja_is_measured_beside_the_floors(quick: dict[str, dict[str, float]]) -> None:
    """Start, memory, latency and throughput of each kind are found, and nothing beats a server that does nothing."""
    ours, empty = quick["sutja"], quick["empty"]
    assert {figure for figure in ours if not figure.startswith(IN_JSON)} == set(empty)
    assert ours[f"{IN_JSON}_16_per_s"] > 0
    assert {f"{kind}_{load}_per_s" for kind in REQUESTS for load in QUICK.connections} < set(ours)
    # Nobody need be refused, and CPU time is counted in steps of 10 ms, of which a short load may take none.
    assert all(value > 0 for name, value in ours.items() if not name.endswith(("_refused", "_cpu_ms")))
    assert all(ours[f"{kind}_ms"] > empty[f"{kind}_ms"] for kind in REQUESTS)
    assert ours["rest_pss_mb"] <= ours["load_pss_mb"] < ours["load_rss_mb"]
    assert of_floors("png", ours, empty, quick["floors"]) > 0


class Moody(BaseHTTPRequestHandler):
    """Answers in turn: well, in two pieces of which one is chunked, with a refusal, and well on a line that ends."""

    protocol_version = "HTTP/1.1"
    turn = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        kind, Moody.turn = Moody.turn % 4, Moody.turn + 1
        self.send_response(503 if kind == 2 else 200)
        if kind == 2:
            self.send_header("Retry-After", "0")
        if kind == 1:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", "2")
        if kind == 3:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"2\r\nok\r\n0\r\n\r\n" if kind == 1 else b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def moody() -> Iterator[int]:
    """Return the port of a server that answers in many ways."""
    Moody.turn = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Moody) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_the_client_counts_what_was_answered_well(moody: int) -> None:
    """Of four kinds of answers three are good, on lines that stay and that end; a refusal is counted apart."""
    assert [client.ask(moody, REQUESTS["ink"]).content for _ in range(4)] == [b"ok"] * 4
    Moody.turn = 0
    ended = []
    found = client.load(moody, REQUESTS["batch"], 3, 0.5, lambda: ended.append(Moody.turn))
    good = len(found.took_s)
    assert good > 30
    assert abs(good + found.refused - ended[0]) <= 3
    assert found.refused == pytest.approx(good / 3, abs=3)
    assert 0 < found.cpu_s < 1
    assert min(found.took_s) > 0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the runner keeps what it has found so far."""
    monkeypatch.setattr(runner, "FOLDER", tmp_path)
    return tmp_path


def found_by(steps: list[Step], **origin: str) -> dict[str, Found]:
    """Run the steps of a part that is kept; return what they found, by name."""
    [done] = runner.run(steps, {"part"}, ORIGIN | origin)
    return {each.name: each for each in done.found}


def test_a_stopped_run_goes_on(folder: Path) -> None:
    """What was measured before a stop is not measured again; once it is where it belongs nothing is left of it."""
    runs: list[str] = []
    is_stopped = True

    def work(name: str) -> dict[str, float]:
        if name == "b" and is_stopped:
            raise KeyboardInterrupt
        runs.append(name)
        return {"per_s": float(len(runs))}

    steps = [Step("part", name, turn, lambda name=name: work(name)) for name in "ab" for turn in (0, 1)]
    with pytest.raises(KeyboardInterrupt):
        found_by(steps)
    is_stopped = False
    found = {name: each.runs for name, each in found_by(steps).items()}
    assert runs == ["a", "b", "a", "b"]  # in turn
    assert found == {"a": {0: {"per_s": 1.0}, 1: {"per_s": 3.0}}, "b": {0: {"per_s": 2.0}, 1: {"per_s": 4.0}}}
    assert found_by(steps)["a"].runs == found["a"], "what was not put away yet is still there"
    assert len(runs) == 4
    runner.forget(["part"])
    assert not list(folder.iterdir())


def test_what_goes_on_is_what_was_begun(folder: Path) -> None:
    """A commit meanwhile costs nothing and is not named; the busier hour is told; other versions begin anew."""
    turns: list[int] = []
    steps = [Step("part", "a", 0, lambda: {"turns": float(turns.append(0) or len(turns))})]
    found_by(steps, sutja="one", date="2026-01-01", load="0.2")
    with (folder / "part.jsonl").open("a") as file:
        file.write('{"part": "pa')  # a power cut
    [again] = runner.run(steps, {"part"}, ORIGIN | {"sutja": "two", "date": "2026-01-02", "load": "3.0"})
    assert (again.origin["sutja"], again.origin["date"], again.origin["load"]) == ("one", "2026-01-01", "3.0")
    assert again.found[0].runs == {0: {"turns": 1.0}}
    assert found_by(steps, software="newer")["a"].runs == {0: {"turns": 2.0}}


def test_the_code_that_is_measured_is_what_counts(tmp_path: Path) -> None:
    """Law: the digest follows src with the bundle and bench, but neither docs nor what tells the figures."""
    for name in (
        "src/sutja/shipped/model.onnx",
        "bench/client.py",
        "bench/page.py",
        "docs/a.md",
        "bench/__pycache__/a",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a", "utf-8")
    before = runner.digest(tmp_path)
    for name in ("bench/page.py", "docs/a.md", "bench/__pycache__/a"):
        (tmp_path / name).write_text("b", "utf-8")
        assert runner.digest(tmp_path) == before
    for name in ("src/sutja/shipped/model.onnx", "bench/client.py"):
        (tmp_path / name).write_text("b", "utf-8")
        assert runner.digest(tmp_path) != before
        before = runner.digest(tmp_path)


def test_what_failed_is_tried_again_and_ends_nothing_else(folder: Path) -> None:
    """Law: whatever one step's trouble is, the others are measured, and the same command tries that one again."""
    troubles: list[Exception] = [
        OSError(39, "Directory not empty"),
        MissingError("does not start"),
        ValueError("no JSON"),
    ]

    def work() -> dict[str, float]:
        if troubles:
            raise troubles.pop()
        return {"per_s": 1.0}

    steps = [Step("part", "a", turn, work) for turn in range(3)] + [Step("part", "b", 0, lambda: {"per_s": 2.0})]
    found = found_by(steps)
    assert (found["a"].runs, found["a"].rounds, found["a"].missing) == (
        {},
        3,
        "OSError: [Errno 39] Directory not empty",
    )
    assert found["b"].runs == {0: {"per_s": 2.0}}
    assert found_by(steps)["a"] == Found("part", "a", {turn: {"per_s": 1.0} for turn in range(3)}, 3)


def test_nothing_is_measured_before_all_is_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: what a kept part needs is made before its first step; where it cannot be had, one is told what to do."""
    measured: list[str] = []

    def absent() -> None:
        raise MissingError("no pen strokes: point SUTJA_DATA at a folder that has it")

    steps = [
        Step("part", "a", 0, lambda: {"n": float(len(measured.append("a") or measured))}),
        Step("part", "b", 0, dict, absent),
    ]
    with pytest.raises(SystemExit, match="part: b: no pen strokes: point SUTJA_DATA"):
        command.measured(steps, {"part"}, is_json=False)
    assert not measured
    assert runner.prepare(serving.steps(QUICK)[:1]) == []
    monkeypatch.setenv("SUTJA_DATA", str(folder / "nothing"))
    monkeypatch.setattr("sutja.learn.sources._fetch", lambda *_: (_ for _ in ()).throw(OSError("no network")))
    monkeypatch.setattr(numbers, "FOLDER", folder)
    [said] = runner.prepare(numbers.steps(QUICK)[:1])
    assert "SUTJA_DATA" in said


def test_what_is_missing_never_replaces_what_was_measured(tmp_path: Path) -> None:
    """Law: figures of before stay where there are none now; a gap where there were none is shown; both are told."""
    copy, file = tmp_path / page.PAGE.name, tmp_path / "figures.json"
    copy.write_text(page.PAGE.read_text("utf-8"), "utf-8")

    def kept(*found: Found) -> tuple[list[str], Measured]:
        return page.keep([runner.Run("reading", ORIGIN, list(found))], file, copy), Measured.load(file)

    gone = Found("reading", "read", rounds=5, missing="no pen strokes")
    missing, measured = kept(gone)
    assert missing == ["reading: read: no pen strokes"]
    assert "| `sutja read` | no pen strokes |" in copy.read_text("utf-8")
    figures = {"pictures": 10.0, "per_s": 5.0, "seconds": 2.0, "cpu_s": 4.0}
    some = Found("reading", "read", dict.fromkeys((0, 1, 3, 4), figures), 5, "sutja ended with 1")
    missing, measured = kept(some)
    assert missing == ["reading: read (4 of 5 rounds): sutja ended with 1"]
    assert "| `sutja read` (4 of 5 rounds) | 10.0 |" in copy.read_text("utf-8")
    assert measured.of("reading", "read") == some
    missing, measured = kept(gone)
    assert "figures of before stay" in missing[-1]
    assert measured.of("reading", "read") == some


def test_figures_are_saved_before_the_page_is_written(tmp_path: Path) -> None:
    """Law: a page that cannot be written costs no figures."""
    copy, file = tmp_path / page.PAGE.name, tmp_path / "figures.json"
    copy.write_text("without markers", "utf-8")
    figures = dict.fromkeys(("pictures", "per_s", "seconds", "cpu_s"), 5.0)
    with pytest.raises(ValueError, match="end of figures"):
        page.keep([runner.Run("reading", ORIGIN, [Found("reading", "read", {0: figures}, 1)])], file, copy)
    assert Measured.load(file).of("reading", "read").runs == {0: figures}


def test_who_does_not_end_is_gone_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: after a stop nothing of a server runs; what it left behind ends nothing."""
    monkeypatch.setattr(processes, "STOP_S", 0.2)
    monkeypatch.setattr(serving, "FOLDER", tmp_path)
    stays = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", stays], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        processes.stop(process.pid)
        assert not processes.tree(process.pid)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.rmdir", lambda *_, **__: (_ for _ in ()).throw(OSError(39, "Directory not empty")))
        with serving.running(Subject("x", "X", ("{python}", "-c", "pass"))):
            pass


def test_the_image_is_measured_as_it_is_slimmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: what the target is held against has been through deploy/slim, and the environment stays whole."""
    environment = Environment("serving", ())
    monkeypatch.setattr(environments, "PEERS", tmp_path)
    monkeypatch.setattr(sizes, "PEERS", tmp_path)
    monkeypatch.setattr(sizes, "SERVING", environment)
    monkeypatch.setattr(Environment, "python", lambda _: "python")
    packages = tmp_path / "serving" / "lib" / "python3.13" / "site-packages"
    for name in (
        "onnxruntime/capi/libonnxruntime.so.1",
        "onnxruntime/tools/a.py",
        "numpy/tests/a.py",
        "sqlalchemy/a.py",
    ):
        (packages / name).parent.mkdir(parents=True, exist_ok=True)
        (packages / name).write_bytes(bytes(1_000_000))
    assert [sizes.measured(environment)["mb"], sizes.slimmed()["mb"]] == [4, 1]
    assert sizes.measured(environment)["mb"] == 4
    measured = Measured()
    measured.add("sizes", ORIGIN, [Found("sizes", each, {0: {"mb": mb}}, 1) for each, mb in SIZED.items()])
    [target] = [each for each in targets(measured) if "installation" in each.what]
    assert (target.found, target.is_met) == (180, True)


SIZED = {"serving-size": 274.0, "image-size": 180.0}
TESSERACT = """#!/bin/sh
# Takes 50 ms to start, and 10 ms for each picture.
sleep 0.05
for picture in $(case "$1" in *.txt) cat "$1" ;; *) echo "$1" ;; esac); do
    sleep 0.01
    basename "$picture" | cut -c 1-4
    printf '\f'
done
"""


def test_tesseract_is_asked_in_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: its start is part of each picture where each has a process, and of none where one process reads all."""
    program = tmp_path / "tesseract"
    program.write_text(TESSERACT, "utf-8")
    program.chmod(0o755)
    files = [tmp_path / f"{1000 + place}-{place:04}.png" for place in range(20)]
    monkeypatch.setattr(numbers, "_written", lambda _: files)
    monkeypatch.setattr(numbers, "_best", lambda _: numbers.Way(str(program), "7", 0))
    one, each = numbers._in_one(20), numbers._in_each(20)
    assert one["right"] == each["right"] == 1
    assert one["ms"] >= 8
    assert each["ms"] >= max(60, one["ms"])
    measured = Measured()
    rates = {"numbers": 20.0, "tesseract": 10.0, "tesseract-each": 80.0}
    measured.add(
        "numbers", ORIGIN, [Found("numbers", name, {0: {"ms": ms, "right": 0.9}}, 1) for name, ms in rates.items()]
    )
    assert {each.what: each.found for each in targets(measured) if "quicker than" in each.what} == {
        "numbers: quicker than Tesseract, a process for each picture, as pytesseract has it": 4,
        "numbers: quicker than Tesseract, all in one process": 0.5,
    }


@pytest.mark.usefixtures("folder")
def test_a_busy_machine_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Law: others that run are told at the start, and stand beside the figures."""
    for busy, is_told in ((0.4, False), (3.2, True)):
        monkeypatch.setattr(command, "load_average", lambda busy=busy: busy)
        command.measured([Step("part", "a", 0, lambda: {"per_s": 1.0})], set(), is_json=True)
        assert ("load average" in capsys.readouterr().err) == is_told
    measured = Measured()
    measured.add("reading", ORIGIN | {"load": "3.2"}, [Found("reading", "read", missing="no")])
    assert "load average before it 3.2" in page.told(measured)


def test_what_is_not_there_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not start has its last word in its row, and the others are measured all the same."""
    monkeypatch.setattr(serving, "FOLDER", tmp_path)
    broken = Subject("flask", "Flask", ("{python}", "-c", "raise SystemExit('no such thing')"))
    with pytest.raises(MissingError, match="no such thing"), serving.running(broken) as server:
        serving._started(server)
    measured = Measured()
    measured.add("serving", ORIGIN, [Found("serving", "flask", missing="no such thing")])
    rows = [line for line in page.told(measured).splitlines() if line.startswith("| Flask + Keras, Gunicorn ")]
    assert rows
    assert all("no such thing" in row for row in rows)


def run(per_s: float) -> dict[str, float]:
    """Return figures of a server that is as quick to start and as small as it is fast."""
    rates = dict.fromkeys(("ink_16_per_s", "png_16_per_s"), per_s)
    return rates | dict.fromkeys(("ink_ms", "png_ms", "start_s", "load_pss_mb"), 1 / per_s)


def runs(*rates: float) -> dict[int, dict[str, float]]:
    """Return the runs of such a server, by their turn."""
    return {turn: run(per_s) for turn, per_s in enumerate(rates)}


def test_ratios_are_taken_within_a_round() -> None:
    """A machine that is ten times slower in one round leaves the ratio as it is; nothing measured, nothing met."""
    measured = Measured()
    rates = {"sutja": (3000.0, 330.0, 3600.0), "flask": (30.0, 3.0, 30.0)}
    measured.add("serving", ORIGIN, [Found("serving", name, runs(*each), 3) for name, each in rates.items()])
    throughput, latency = targets(measured)[:2]
    assert (throughput.found, throughput.asked, throughput.is_met) == (pytest.approx(110), 100, True)
    assert (latency.found, latency.asked, latency.is_met) == (pytest.approx(110), 50, True)
    assert {target.is_met for target in targets(Measured())} == {None}


def test_rounds_are_paired_by_their_turn() -> None:
    """A server that failed in one round is compared in the others alone, each with what was measured in it."""
    measured = Measured()
    theirs = runs(30.0, 3.0, 30.0)
    del theirs[0]
    found = [Found("serving", "sutja", runs(3000.0, 300.0, 3000.0), 3), Found("serving", "flask", theirs, 3, "no")]
    measured.add("serving", ORIGIN, found)
    assert targets(measured)[0].found == pytest.approx(100)
    assert found[1].note == " (2 of 3 rounds)"


def test_the_share_of_the_client_is_counted() -> None:
    """Two workers that are 1.2 times as fast on two cores, of which the client takes half a one, make 1.6."""
    two = {"ink_16_per_s": 1200.0, "ink_16_client_cores": 0.5}
    assert of_workers({"ink_16_per_s": 1000.0}, two, {"cores": 2.0}) == pytest.approx(1.6)


def test_the_page_is_what_was_found(tmp_path: Path) -> None:
    """docs/performance.md holds what its figures say, and nothing that somebody wrote between its markers."""
    copy = tmp_path / page.PAGE.name
    copy.write_text(page.PAGE.read_text("utf-8"), "utf-8")
    page.write(Measured.load(), copy)
    assert copy.read_text("utf-8") == page.PAGE.read_text("utf-8")
