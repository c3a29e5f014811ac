"""What listens: nothing but the service's port on other than this machine's own addresses, whatever runs beside it."""

import os
import socket
import sys
import time
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import httpx
import pytest
from tools import beside

from serving import SERVE, serving
from sutja.learn.tracking import Place as Tracked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no /proc: only Linux has it")
LISTENING = "0A"
Place = tuple[IPv4Address | IPv6Address, int]


def family(pid: int) -> list[int]:
    """Return a process and all that it started, and what those started."""
    children = [
        int(child) for each in Path(f"/proc/{pid}/task").iterdir() for child in (each / "children").read_text().split()
    ]
    return [pid, *(name for child in children for name in family(child))]


def listening(pid: int) -> set[Place]:
    """Return where a process and its family listen for TCP."""
    found: set[Place] = set()
    for each in family(pid):
        links = (str(link.readlink()) for link in Path(f"/proc/{each}/fd").iterdir() if link.is_symlink())
        mine = {link[8:-1] for link in links if link.startswith("socket:[")}
        for table in ("tcp", "tcp6"):
            for row in Path(f"/proc/{each}/net/{table}").read_text().splitlines()[1:]:
                cells = row.split()
                if cells[3] == LISTENING and cells[9] in mine:
                    found.add(place_of(cells[1]))
    return found


def place_of(text: str) -> Place:
    """Return an address and a port as the kernel writes them: words of 32 bits, each in the order of this machine."""
    address, _, port = text.partition(":")
    words = [int(address[start : start + 8], 16).to_bytes(4, sys.byteorder) for start in range(0, len(address), 8)]
    return ip_address(b"".join(words)), int(port, 16)


def test_a_listener_is_found() -> None:
    """What is looked for is found: of a socket of each kind, where it listens."""
    for kind, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"), (socket.AF_INET, "0.0.0.0")):  # noqa: S104
        with socket.create_server((host, 0), family=kind) as listener:
            assert (ip_address(host), listener.getsockname()[1]) in listening(os.getpid())


def test_nothing_but_the_service_listens_to_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Law: with metrics and learning beside it, the only port for others is the one that was asked for."""
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path))
    monkeypatch.setenv("SUTJA_METRICS_PORT", "0")
    with serving([*SERVE, "--host", "0.0.0.0", "--learn"]) as service:  # noqa: S104  # seen from here
        port = int(service.url.rpartition(":")[2].rstrip(","))
        here = {"Sec-Fetch-Site": "same-origin"}
        answer = httpx.post(f"http://127.0.0.1:{port}/predict", json={"strokes": [[[1, 1], [1, 9]]]}, headers=here)
        assert answer.status_code == 200
        time.sleep(1)
        found = listening(service.process.pid)
    assert {place for place in found if not place[0].is_loopback} == {(ip_address("0.0.0.0"), port)}  # noqa: S104
    assert len(found) == 2, "and the metrics, for this machine"


def test_what_runs_beside_it_is_for_this_machine_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Law: the pages of MLflow and Airflow are told to listen on its own address; Airflow's logs are not served."""
    assert ip_address(beside.HOST).is_loopback
    told = beside.airflow_environment(tmp_path, 8080)
    assert told["AIRFLOW__API__HOST"] == beside.HOST
    assert "--skip-serve-logs" in beside.STARTER
    started: list[list[str]] = []
    monkeypatch.setattr(beside, "prepare", lambda _: None)
    monkeypatch.setattr(beside, "install", lambda *_: None)  # of some hundred megabytes
    monkeypatch.setattr(beside.os, "execve", lambda _, command, __: started.append(command))
    beside.run_mlflow(Tracked(tmp_path / "mlflow", ""), 5001)
    assert started[0][started[0].index("--host") + 1] == beside.HOST
