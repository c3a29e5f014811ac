"""`/livez` and `/readyz`: whoever balances load learns whether to send requests, and nobody waits for a store."""

import signal
import socket
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from reviewing import asking
from serving import serving
from sutja.errors import ClockError, UnavailableError
from sutja.reader import Reader
from sutja.service import create_app
from sutja.service.watch import condition
from sutja.service.watch.condition import Examiner, SelfTest, StoreProbe
from sutja.settings import Settings
from sutja.store import Store, upgrade, utc_now
from unfit import unfit

SEVEN = {"strokes": [[[24, 12], [78, 12], [44, 94]]]}
GIFT = {**SEVEN, "label": 7, "consent": True}
SECRET = bytes(range(32))
# A service that keeps the one journal or the other, whichever SQLite there is.
WITH_JOURNAL = """
from sutja.cli import main
from sutja.store import engine

engine.has_wal_fault = lambda _: {}
main()
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a store in a file."""
    url = f"sqlite:///{tmp_path / 'sutja.db'}"
    upgrade(url)
    with Store.open(url, secret=SECRET) as store:
        yield store


def test_a_service_that_is_well_is_ready(client: httpx.Client) -> None:
    """It answers, reads, keeps what is given, and says how much disk is left; nobody keeps the answer."""
    assert client.get("/livez").json() == {"status": "alive"}
    answer = client.get("/readyz")
    said = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert said.pop("disk_free_mb") > 0
    assert [each for each in said.pop("warnings") if "SQLite" not in each] == []
    model = client.get("/model/card").json()["sha256"]
    assert said == {"status": "ready", "samples": True, "store": "up", "model": model}


def test_strangers_learn_nothing_of_the_machine(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: where others can ask, `/readyz` says whether it is up, and neither what runs there nor how much is free."""
    monkeypatch.setattr(condition, "DISK_LOW", 1.0)
    for hosts, is_told in (((), True), (("sutja.example",), False)):
        with asking(create_app(Settings(home=tmp_path, hosts=hosts), store)) as client:
            said = client.get("/readyz").json()
        assert (said["status"], said["store"]) == ("ready", "up")
        assert (said["disk_free_mb"] is not None, said["warnings"] != []) == (is_told, is_told)


def test_a_store_that_is_away_leaves_reading_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another holds the lock the service stays ready without samples, reads on, and is whole again afterwards;
    no answer about it takes much longer than a second.
    """
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path))
    with serving() as service, httpx.Client(base_url=service.url) as client:
        with closing(sqlite3.connect(tmp_path / "sutja.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            start = time.monotonic()
            said = client.get("/readyz")
            assert time.monotonic() - start < 2.5
            assert said.status_code == 200
            assert (said.json()["samples"], said.json()["store"]) == (False, "away")
            assert client.post("/predict", json=SEVEN).json()["digit"] == 7
            assert client.get("/livez").status_code == 200
        until = time.monotonic() + 10
        while not client.get("/readyz").json()["samples"]:
            assert time.monotonic() < until
            time.sleep(0.2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no file that is open")
@pytest.mark.parametrize("has_fault", [False, True], ids=["wal", "delete"])
def test_a_file_that_is_deleted_is_away_until_a_copy_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_fault: bool
) -> None:
    """Law: nothing is acknowledged that is not kept, whoever looks after the service is told, reading goes on, and a
    good copy by its name ends it without a restart.
    """
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path))
    file = tmp_path / "sutja.db"
    metrics = free_port()
    monkeypatch.setenv("SUTJA_METRICS_PORT", str(metrics))
    command = [sys.executable, "-c", WITH_JOURNAL.format(has_fault), "serve"]
    with serving(command) as service, httpx.Client(base_url=service.url) as client:
        assert client.post("/samples", json=GIFT).status_code == 201
        with closing(sqlite3.connect(file)) as whence, closing(sqlite3.connect(tmp_path / "copy")) as whither:
            whence.backup(whither)
            whither.execute("PRAGMA journal_mode = DELETE")
        for path in tmp_path.glob("sutja.db*"):
            path.unlink()
        assert client.post("/samples", json=GIFT).status_code == 503
        wait_until(lambda: client.get("/readyz").json()["store"] == "away")
        assert client.get("/readyz").json()["samples"] is False
        wait_until(lambda: "sutja_store_up 0" in httpx.get(f"http://127.0.0.1:{metrics}/metrics").text)
        assert client.post("/predict", json=SEVEN).json()["digit"] == 7
        assert not file.exists()
        (tmp_path / "copy").rename(file)
        assert client.post("/samples", json=GIFT).status_code == 201
        wait_until(lambda: client.get("/readyz").json()["store"] == "up")
    with closing(sqlite3.connect(file)) as kept:
        assert kept.execute("SELECT count(*) FROM samples").fetchone() == (2,)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_service_without_a_store_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was set to keep nothing, and reads."""
    monkeypatch.setenv("SUTJA_DATABASE_URL", "none")
    with serving() as service:
        said = httpx.get(service.url + "/readyz")
    assert said.status_code == 200
    assert {name: said.json()[name] for name in ("samples", "store", "disk_free_mb", "warnings")} == {
        "samples": False,
        "store": "none",
        "disk_free_mb": None,
        "warnings": [],
    }


def test_a_service_that_is_told_to_stop_is_not_ready() -> None:
    """Whoever holds a connection learns it by a problem, while what was begun is finished."""
    with serving() as service:
        host, port = service.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n")
            time.sleep(0.3)
            service.process.send_signal(signal.SIGSTOP)
            service.process.send_signal(signal.SIGTERM)
            line.sendall(b"\r\n")  # both wait until it goes on: the signal is taken first
            service.process.send_signal(signal.SIGCONT)
            answer = line.makefile("rb").read().decode()
        service.process.communicate(timeout=20)
    assert answer.startswith("HTTP/1.1 503 ")
    assert "application/problem+json" in answer
    assert "stopping" in answer


def test_a_model_that_reads_nothing_is_not_ready(store: Store, tmp_path: Path) -> None:
    """Neither loading nor answering proves that it reads: ten plain digits do, once for each model."""
    examiner = Examiner(Settings(home=tmp_path), store)
    assert examiner.look(Reader.load()).is_ready
    assert not examiner.look(Reader(unfit())).is_ready


def test_the_self_test_runs_once_for_each_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking often costs nothing; a new champion is tested anew."""
    seen: list[Reader] = []
    monkeypatch.setattr(condition, "self_test", seen.append)
    test, first, second = SelfTest(), Reader.load(), Reader.load()
    assert [test.passes(each) for each in (first, first, second, second)] == [True] * 4
    assert seen == [first, second]


def test_a_store_that_hangs_is_asked_once() -> None:
    """However many ask, one thread waits for the store, and each gets an answer in time."""
    is_over, asked = threading.Event(), []

    def ping() -> None:
        asked.append(1)
        is_over.wait(20)

    probe = StoreProbe(ping, limit_s=0.1, fresh_s=0)
    start = time.monotonic()
    assert [probe.look() for _ in range(5)] == [False] * 5
    assert time.monotonic() - start < 5
    assert len(asked) == 1
    is_over.set()
    assert probe.look()


def test_the_answer_of_a_store_is_shared() -> None:
    """Whoever asks the service often does not ask the store often."""
    asked: list[int] = []
    probe = StoreProbe(lambda: asked.append(1))
    assert all(probe.look() for _ in range(100))
    assert len(asked) <= 2


@pytest.mark.parametrize("error", [UnavailableError("away"), ValueError("of no kind that is known")])
def test_a_store_that_fails_is_away(error: Exception) -> None:
    """Whatever it raises."""

    def ping() -> None:
        raise error

    assert not StoreProbe(ping).look()


def test_a_full_disk_is_said(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below five percent an operator has to know; the service stays ready."""
    monkeypatch.setattr(condition, "DISK_LOW", 1.0)
    found = Examiner(Settings(home=tmp_path), store).look(Reader.load())
    assert found.is_ready
    assert "disk" in found.warnings[-1]


def test_a_clock_that_jumped_is_said(tmp_path: Path) -> None:
    """Law: nothing expires then, an operator is told how it goes on, and reading does."""
    url, now = f"sqlite:///{tmp_path / 'sutja.db'}", [utc_now()]
    upgrade(url)
    with Store.open(url, secret=SECRET, clock=lambda: now[0]) as store:
        store.samples.purge_expired()
        now[0] += timedelta(days=1000)
        with pytest.raises(ClockError):
            store.samples.purge_expired()
        found = Examiner(Settings(home=tmp_path), store).look(Reader.load())
    assert (found.is_ready, found.is_clock_ahead) == (True, True)
    assert "--trust-clock" in found.warnings[-1]
