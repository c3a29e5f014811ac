"""The bench: it measures what it says, goes on where it was stopped, and the page in the docs is what it found."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from bench import client, page, runner, serving
from bench.figures import Measured
from bench.form import QUICK
from bench.inputs import REQUESTS
from bench.steps import Found, MissingError, Step
from bench.subjects import Subject
from bench.targets import of_floors, of_workers, targets

ROOT = Path(__file__).resolve().parent.parent
ORIGIN = dict.fromkeys(("date", "machine", "software", "peers"), "")


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
    assert set(ours) == set(empty)
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


def test_a_stopped_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was measured before a stop is not measured again; a whole part leaves nothing to go on with."""
    monkeypatch.setattr(runner, "FOLDER", tmp_path)
    runs: list[str] = []
    is_stopped = True

    def work(name: str) -> dict[str, float]:
        if name == "b" and is_stopped:
            raise KeyboardInterrupt
        runs.append(name)
        return {"per_s": float(len(runs))}

    steps = [Step("part", name, turn, lambda name=name: work(name)) for name in "ab" for turn in (0, 1)]
    with pytest.raises(KeyboardInterrupt):
        runner.run(steps, {"part"})
    is_stopped = False
    found = {each.name: each.runs for each in runner.run(steps, {"part"})}
    assert runs == ["a", "b", "a", "b"]  # in turn
    assert found == {"a": [{"per_s": 1.0}, {"per_s": 3.0}], "b": [{"per_s": 2.0}, {"per_s": 4.0}]}
    assert not list(tmp_path.iterdir())


def test_what_is_not_there_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not start has its last word in its row, and the others are measured all the same."""
    monkeypatch.setattr(serving, "FOLDER", tmp_path)
    broken = Subject("flask", "Flask", ("{python}", "-c", "raise SystemExit('no such thing')"))
    with pytest.raises(MissingError, match="no such thing"), serving.running(broken) as server:
        serving._started(server)
    measured = Measured()
    measured.add([Found("serving", "flask", missing="no such thing")], ORIGIN)
    rows = [line for line in page.told(measured).splitlines() if line.startswith("| Flask + Keras, Gunicorn ")]
    assert rows
    assert all("no such thing" in row for row in rows)


def run(per_s: float) -> dict[str, float]:
    """Return figures of a server that is as quick to start and as small as it is fast."""
    rates = dict.fromkeys(("ink_16_per_s", "png_16_per_s"), per_s)
    return rates | dict.fromkeys(("ink_ms", "png_ms", "start_s", "load_pss_mb"), 1 / per_s)


def test_ratios_are_taken_within_a_round() -> None:
    """A machine that is ten times slower in one round leaves the ratio as it is; nothing measured, nothing met."""
    measured = Measured()
    rates = {"sutja": (3000.0, 330.0, 3600.0), "flask": (30.0, 3.0, 30.0)}
    measured.add([Found("serving", name, [run(rate) for rate in each]) for name, each in rates.items()], ORIGIN)
    throughput, latency = targets(measured)[:2]
    assert (throughput.found, throughput.asked, throughput.is_met) == (pytest.approx(110), 100, True)
    assert (latency.found, latency.asked, latency.is_met) == (pytest.approx(110), 50, True)
    assert {target.is_met for target in targets(Measured())} == {None}


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
