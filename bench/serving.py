"""Servers side by side: each is started, warmed, loaded and stopped, one after the other, round after round."""

import contextlib
import json
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench import client, floors, processes
from bench.form import Form
from bench.runner import FOLDER
from bench.steps import Figures, MissingError, Step
from bench.subjects import SUBJECTS, Subject

PART = "serving"
FLOORS = "floors"
START_S = 300.0
REST_S = 1.0
AGAIN_S = 0.005


@dataclass(frozen=True, slots=True)
class Running:
    """A server that was started at `begun`, by the clock that counts on."""

    subject: Subject
    port: int
    process: subprocess.Popen[bytes]
    begun: float
    log: Path


def steps(form: Form) -> list[Step]:
    """Return a step for each server and round, and for the floors that take no server."""

    def of(turn: int) -> list[Step]:
        servers = [Step(PART, each.name, turn, partial(measured, each, form), each.prepare) for each in SUBJECTS]
        return [*servers, Step(PART, FLOORS, turn, partial(floors.measured, form.alone_s))]

    return [step for turn in range(form.rounds) for step in of(turn)]


def measured(subject: Subject, form: Form) -> Figures:
    """Return the figures of one server, from its start to its stop. Raises `MissingError`."""
    with running(subject) as server:
        try:
            return _measured(server, form)
        except OSError as error:
            raise MissingError(f"stopped to answer: {type(error).__name__}") from error


def _measured(server: Running, form: Form) -> Figures:
    figures = {"start_s": _started(server)}
    time.sleep(min(REST_S, form.load_s))
    rest = processes.memory(server.process.pid)
    figures |= {"rest_pss_mb": rest.pss_mb, "rest_rss_mb": rest.rss_mb}
    _expect_sevens(server)
    loaded = [rest]
    for kind, request in server.subject.requests.items():
        client.load(server.port, request, 1, form.warm_s)
        figures |= _alone(server, kind, form.alone_s)
        for connections in form.connections:
            figures |= _loaded(server, kind, connections, form.load_s, loaded)
    figures["load_pss_mb"] = max(each.pss_mb for each in loaded)
    figures["load_rss_mb"] = max(each.rss_mb for each in loaded)
    return figures


@contextlib.contextmanager
def running(subject: Subject) -> Iterator[Running]:
    """Start a server with a home of its own, and stop it with all that it started. Raises `MissingError`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    log = FOLDER / f"{subject.name}.log"
    # What still writes there, although it was killed, must not end the measuring.
    home_folder = tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
    with home_folder as home, log.open("wb") as output:
        port = _free_port()
        words, environ = subject.words(port), subject.environ(Path(home))
        begun = time.perf_counter()
        process = subprocess.Popen(words, env=environ, cwd=home, stdout=output, stderr=output, start_new_session=True)
        try:
            yield Running(subject, port, process, begun, log)
        finally:
            processes.stop(process.pid)
            process.wait()


def _started(server: Running) -> float:
    """Return how long it took from the start to the first answer. Raises `MissingError` where none comes."""
    while time.perf_counter() < server.begun + START_S:
        with contextlib.suppress(OSError):
            if client.ask(server.port, server.subject.requests["ink"]).is_good:
                return time.perf_counter() - server.begun
        if server.process.poll() is not None:
            break
        time.sleep(AGAIN_S)
    lines = server.log.read_text("utf-8", "replace").split("\n")
    said = [line.strip(" │") for line in lines if line.strip(" │╭╰╮╯─")]
    raise MissingError(f"does not start: {said[-1][:120] if said else 'no answer'}")


def _expect_sevens(server: Running) -> None:
    """Raise `MissingError` where anything is read but the seven that is drawn."""
    for kind, request in server.subject.requests.items():
        answer = client.ask(server.port, request)
        digits = set(_digits(json.loads(answer.content))) if answer.is_good else set()
        if digits != {7}:
            raise MissingError(f"does not read the {kind}: {sorted(map(str, digits)) or answer.head[9:12].decode()}")


def _digits(answer: Any) -> Iterator[Any]:
    if isinstance(answer, dict) and "digit" in answer:
        yield answer["digit"]
    elif isinstance(answer, (dict, list)):
        for part in answer.values() if isinstance(answer, dict) else answer:
            yield from _digits(part)


def _alone(server: Running, kind: str, seconds: float) -> Figures:
    found = client.load(server.port, server.subject.requests[kind], 1, seconds)
    took = _took(found)
    return {f"{kind}_ms": 1e3 * statistics.median(took), f"{kind}_99_ms": 1e3 * took[int(0.99 * (len(took) - 1))]}


def _loaded(server: Running, kind: str, connections: int, seconds: float, loaded: list[processes.Memory]) -> Figures:
    """Return what so many connections found; note the memory at their end."""
    pid = server.process.pid
    before, after = processes.cpu_s(pid), []

    def at_end() -> None:
        after.append(processes.cpu_s(pid))
        loaded.append(processes.memory(pid))

    found = client.load(server.port, server.subject.requests[kind], connections, seconds, at_end)
    count, name = len(found.took_s), f"{kind}_{connections}"
    took = _took(found)
    return {
        f"{name}_per_s": count / found.seconds,
        f"{name}_99_ms": 1e3 * took[int(0.99 * (len(took) - 1))],
        f"{name}_refused": found.refused,
        f"{name}_cpu_ms": 1e3 * (after[0] - before) / max(1, count),
        f"{name}_client_cores": found.cpu_s / found.seconds,
    }


def _took(found: client.Load) -> list[float]:
    """Return how long the answers took, the quickest first. Raises `MissingError` where there was none."""
    if not found.took_s:
        raise MissingError("does not answer")
    return sorted(found.took_s)


def _free_port() -> int:
    with socket.create_server((client.HOST, 0)) as probe:
        return int(probe.getsockname()[1])
