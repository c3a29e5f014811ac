"""Several workers: as one service to whoever asks, measures, promotes, kills or stops them."""

import contextlib
import hashlib
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import onnx
import pytest
from onnx import numpy_helper
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric

from asking import JSON, SEVEN, Client
from serving import SERVE, Serving, serving
from sutja.bundle import Bundle
from sutja.keeping import opened
from sutja.service.doors.rates import Rates
from sutja.service.watch.sums import Sums, summed
from sutja.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
WORKERS = 2
CONNECTIONS = 8
AGAIN_S = 15.0
"""A worker that died is there again within this time, on a busy machine too."""
FOLLOWS_S = 5.0
CALM_S = 0.15
"""After it a worker that a busy machine kept from its turn has had it."""
GIFT = json.dumps({"strokes": [[[24, 12], [78, 12], [44, 94]]], "label": 7, "read": 7, "consent": True}).encode()


@contextlib.contextmanager
def together(monkeypatch: pytest.MonkeyPatch, home: Path, **settings: str) -> Iterator[Serving]:
    """Serve by two workers."""
    given = {"SUTJA_HOME": str(home), "SUTJA_WORKERS": str(WORKERS), "SUTJA_LIMIT_VISITOR": "1000000", **settings}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with serving() as service:
        yield service


@contextlib.contextmanager
def connected(service: Serving, count: int) -> Iterator[list[http.client.HTTPConnection]]:
    """Give connections that are kept, each of which was answered once; they come one after the other."""
    lines = [http.client.HTTPConnection(service.url.removeprefix("http://"), timeout=20) for _ in range(count)]
    try:
        for line in lines:
            ask(line)
            time.sleep(CALM_S)
        yield lines
    finally:
        for line in lines:
            line.close()


def ask(line: http.client.HTTPConnection) -> str:
    """Ask once for a reading; return which model answered."""
    line.request("POST", "/predict", SEVEN, JSON)
    answer = line.getresponse()
    body = json.loads(answer.read())
    assert answer.status == 200, body
    assert body["digit"] == 7
    return str(body["model"])


def below(pid: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = file.read_text("utf-8", "replace").rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(file.parent.name))
    return sorted(found)


def wait_for(is_so: Callable[[], bool], limit_s: float = AGAIN_S) -> None:
    """Wait until something is so."""
    until = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def broken(lines: list[http.client.HTTPConnection]) -> int:
    """Return how many connections are no more."""
    count = 0
    for line in lines:
        try:
            ask(line)
        except (OSError, http.client.HTTPException):
            count += 1
    return count


def test_a_worker_that_is_killed_is_replaced_and_nothing_else_is_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What was under way on it is lost, one request a connection; all others are answered, and it comes back.

    Half of the clients keep their connections, so that the others wait to be taken when it is killed.
    """
    with together(monkeypatch, tmp_path) as service:
        clients = [Client(service, keeps=number % 2 == 0) for number in range(CONNECTIONS)]
        for client in clients:
            client.start()
        time.sleep(0.3)
        before = below(service.process.pid)
        os.kill(before[0], signal.SIGKILL)
        wait_for(lambda: len(set(below(service.process.pid)) - set(before)) == 1)
        wait_for(lambda: len(below(service.process.pid)) == WORKERS)
        time.sleep(0.5)
        service.process.terminate()
        said = service.process.communicate(timeout=20)
        for client in clients:
            client.join(20)
    errors = [error for client in clients for error in client.errors]
    assert service.process.returncode == 0
    assert sum(client.lost for client in clients) == len(errors) <= CONNECTIONS - 2, errors
    assert sum(client.answered for client in clients) > 10 * CONNECTIONS
    assert said[0] == ""
    [line] = said[1].splitlines()
    assert "It ended with the status -9." in line


def test_metrics_are_those_of_all_workers_and_never_fall(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also where one is killed, and half of the connections with it, or about so many on a busy machine, since they are
    shared evenly. And whoever asks slowly for metrics keeps nobody else from them.
    """
    with together(monkeypatch, tmp_path, SUTJA_METRICS_PORT="0") as service, connected(service, CONNECTIONS) as lines:
        assert service.process.stdout
        url = service.process.stdout.readline().split()[-1]

        def value(series: str) -> float:
            text = httpx.get(url, timeout=20).raise_for_status().text
            return float(next(line for line in text.splitlines() if line.startswith(series + " ")).split()[-1])

        asked = 'sutja_requests_total{method="POST",route="/predict",status="200"}'
        timed = 'sutja_request_seconds_bucket{le="+Inf",route="/predict",status="2xx"}'
        assert (value(asked), value(timed), value("sutja_confidence_count")) == (8, 8, 8)
        assert [value(f"sutja_{each}") for each in ("ready", "store_up", "stopping", "requests_busy")] == [1, 1, 0, 0]
        assert value(f'sutja_bundle_info{{network="compact",sha="{Bundle.shipped().card.sha256[:12]}"}}') == 1
        before = below(service.process.pid)
        os.kill(before[0], signal.SIGKILL)
        wait_for(lambda: len(set(below(service.process.pid)) & set(before)) == 1)
        with socket.create_connection(("127.0.0.1", int(re.findall(r":(\d+)/", url)[0]))):
            assert value(asked) == 8
        lost = broken(lines)
        assert 2 <= lost <= 6
        assert value(asked) == 8 + CONNECTIONS - lost


def test_all_workers_follow_the_champion_of_one_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Within five seconds; and what is given to any of them is in that store, each once."""
    model = onnx.load_from_string(Bundle.shipped().onnx)
    kernel = next(each for each in model.graph.initializer if len(each.dims) == 4)
    kernel.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(kernel) * 1.001, kernel.name))
    data = model.SerializeToString()
    new = replace(Bundle.shipped(), onnx=data).with_card(sha256=hashlib.sha256(data).hexdigest())
    with (
        together(monkeypatch, tmp_path) as service,
        connected(service, CONNECTIONS) as lines,
        opened(Settings(home=tmp_path)) as store,
    ):
        store.bundles.promote(store.bundles.add(new, "import"), 1, "somebody", "by hand")
        wait_for(lambda: {ask(line) for line in lines} == {new.card.sha256}, FOLLOWS_S)
        for line in lines:
            line.request("POST", "/samples", GIFT, {**JSON, "Sec-Fetch-Site": "same-origin"})
            answer = line.getresponse()
            assert (answer.status, "receipt" in json.loads(answer.read())) == (201, True)
    with contextlib.closing(sqlite3.connect(tmp_path / "sutja.db")) as file:
        assert file.execute("SELECT count(*) FROM samples").fetchone() == (CONNECTIONS,)


def test_limits_are_divided_by_the_workers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All of them together let as many readings through as one would."""
    visitor = {**JSON, "Sec-Fetch-Site": "same-origin", "Host": "sutja.example"}
    public = {"SUTJA_HOSTS": "sutja.example", "SUTJA_LIMIT_VISITOR": "10"}
    with together(monkeypatch, tmp_path, **public) as service:
        lines = [http.client.HTTPConnection(service.url.removeprefix("http://")) for _ in range(CONNECTIONS)]
        for line in lines:
            line.connect()
            time.sleep(CALM_S)
        taken = []
        for line in 6 * lines:
            line.request("POST", "/predict", SEVEN, visitor)
            answer = line.getresponse()
            answer.read()
            taken.append(answer.status)
        for line in lines:
            line.close()
    assert 10 <= taken.count(200) <= 12  # two more where a minute ends meanwhile
    assert taken.count(200) + taken.count(429) == len(taken)
    assert Rates(Settings(limit_visitor=10, workers=3), None)._visitor.amount == 4
    assert Settings(workers=64).share(1) == 1


def test_one_process_learns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And is stopped with the service."""
    script = tmp_path / "serve.py"
    learns = f"open({str(tmp_path / 'begun')!r}, 'a').write('x'); import time; time.sleep(60)"
    script.write_text(
        "import sys\nfrom sutja.cli import main\nfrom sutja.service import learning\n"
        f"learning.COMMAND = (sys.executable, '-c', {learns!r})\nmain()\n"
    )
    with opened(Settings(home=tmp_path)) as store:
        from databases import gift

        store.samples.give(gift(1))
    for name, value in {"SUTJA_HOME": str(tmp_path), "SUTJA_LEARN_NEW": "1", "SUTJA_LEARN_LOOK": "1"}.items():
        monkeypatch.setenv(name, value)
    with serving([sys.executable, str(script), "serve", "--learn", "--workers", "2"]) as service:
        wait_for((tmp_path / "begun").exists)
        time.sleep(1.5)
        learning = [each for worker in below(service.process.pid) for each in below(worker)]
        service.process.terminate()
        assert service.process.communicate(timeout=20) == ("", "")
    assert (tmp_path / "begun").read_text() == "x"
    assert len(learning) == 1
    with pytest.raises(ProcessLookupError):
        os.kill(learning[0], 0)


def test_workers_stop_where_their_supervisor_is_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """So that whoever starts the service anew finds its port free."""
    with together(monkeypatch, tmp_path) as service:
        workers = below(service.process.pid)
        assert len(workers) == WORKERS
        service.process.kill()
        service.process.communicate()
        wait_for(lambda: not any(Path(f"/proc/{each}").exists() for each in workers))
        with pytest.raises(httpx.ConnectError):
            httpx.get(service.url + "/health")


def test_signals_to_a_worker_alone_are_not_minded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A terminal sends Ctrl-C to all processes, systemd SIGTERM: were each to stop by itself, the last ones to come
    would find nobody. The second signal to the supervisor ends all at once.
    """
    with together(monkeypatch, tmp_path) as service:
        workers = below(service.process.pid)
        for worker in workers:
            os.kill(worker, signal.SIGTERM)
            os.kill(worker, signal.SIGINT)
        time.sleep(0.5)
        assert below(service.process.pid) == workers
        assert httpx.get(service.url + "/readyz").status_code == 200
        os.kill(workers[0], signal.SIGSTOP)  # one that hangs keeps nobody from the others
        try:
            assert [httpx.get(service.url + "/health").status_code for _ in range(40)] == [200] * 40
        finally:
            os.kill(workers[0], signal.SIGCONT)
        with socket.create_connection(("127.0.0.1", int(service.url.rsplit(":", 1)[1]))) as line:
            line.sendall(b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")
            time.sleep(0.3)
            service.process.terminate()
            time.sleep(0.5)
            assert service.process.poll() is None
            service.process.terminate()
            assert service.process.wait(5) == -signal.SIGTERM
        wait_for(lambda: not any(Path(f"/proc/{each}").exists() for each in workers), 5)


def test_one_worker_is_no_other_process() -> None:
    """Whoever asks for no more has none, and nothing of what keeps several."""
    with serving() as service:
        assert below(service.process.pid) == []
    program = (
        "import sys; from sutja.service import create_app, run; "
        "print({'wsgiref', 'sutja.service.workers', 'sutja.service.worker'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.parametrize(
    ("options", "said"), [(["--bundle", "/nowhere"], "bundle"), (["--learn"], "SUTJA_DATABASE_URL=none")]
)
def test_why_workers_cannot_begin_is_said_once(options: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the service as a whole, in the words that one process would use."""
    monkeypatch.setenv("SUTJA_DATABASE_URL", "none")
    command = [*SERVE, "--port", "0", "--workers", "2", *options]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


def found(*metrics: Metric) -> dict[str, float]:
    """Return the value of each series."""
    samples = [sample for metric in metrics for sample in metric.samples]
    return {f"{each.name}{''.join(map(str, each.labels.values()))}": each.value for each in samples}


def of_one(busy: int, ready: int, sha: str, asked: dict[str, int]) -> list[Metric]:
    """Return metrics of one process."""
    counter = CounterMetricFamily("asked", "", labels=["route"])
    for route, count in asked.items():
        counter.add_metric([route], count)
    return [
        GaugeMetricFamily("sutja_requests_busy", "", busy),
        GaugeMetricFamily("sutja_ready", "", ready),
        GaugeMetricFamily("sutja_stopping", "", 1 - ready),
        InfoMetricFamily("sutja_bundle", "", {"sha": sha}),
        counter,
    ]


def test_sums_are_what_they_are_of_each() -> None:
    """Counts add up, the service is ready if all are and stops if any does, and each bundle that reads is told."""
    one, other = of_one(3, 1, "a", {"/predict": 5, "/pin": 1}), of_one(4, 0, "b", {"/predict": 7, "/read": 2})
    assert found(*summed([one, other])) == {
        "sutja_requests_busy": 7,
        "sutja_ready": 0,
        "sutja_stopping": 1,
        "sutja_bundle_infoa": 1,
        "sutja_bundle_infob": 1,
        "asked_total/predict": 12,
        "asked_total/pin": 1,
        "asked_total/read": 2,
    }


def test_what_a_process_counted_outlives_it() -> None:
    """Its counts stay, and what was so just then does not."""
    sums = Sums(lambda: [of_one(4, 1, "a", {"/predict": 1})])
    sums.lose(of_one(9, 0, "b", {"/predict": 10, "/read": 1}))
    sums.lose(of_one(9, 0, "b", {"/predict": 20}))
    told = found(*sums.collect())
    assert (told["asked_total/predict"], told["asked_total/read"]) == (31, 1)
    assert (told["sutja_requests_busy"], told["sutja_ready"], "sutja_bundle_infob" in told) == (4, 1, False)
