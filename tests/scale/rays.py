"""Nodes of Ray, as their operators start them, and the service on them."""

import os
import secrets
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RAY, SERVE = (Path(sys.executable).with_name(name) for name in ("ray", "serve"))
WAIT_S = 600.0
MARK = "STARTED_BY_TEST"
"""Stands in the environment of all that a command started, whichever process group it is in."""
# What docs/scaling.md tells operators to set on every machine, before Ray starts there.
ENVIRON = {
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": "7" * 64,
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_SERVE_ENABLE_HA_PROXY": "1",
    "RAY_SERVE_THROUGHPUT_OPTIMIZED": "1",
    "RAY_SERVE_HAPROXY_LOG_TARGET": "127.0.0.1:9",
    # However busy the machine is:
    "RAY_agent_register_timeout_ms": "300000",
    "RAY_raylet_start_wait_time_s": "300",
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "300",
    "SUTJA_DATABASE_URL": "none",
    "SUTJA_LIMIT_VISITOR": "1000000",
}
HEAD = ("--head", "--include-dashboard=false")
SMALL = ("--object-store-memory=100000000", "--disable-usage-stats", "--block")


def node(address: str, *options: str, cpus: int = 1) -> list[str]:
    """Return the command that starts a node, and runs as long as it does."""
    return [str(RAY), "start", f"--node-ip-address={address}", f"--num-cpus={cpus}", *SMALL, *options]


def service(config: Path, *options: str) -> list[str]:
    """Return the command that serves by a file, and tries again where Ray gives up.

    It does so where a proxy takes a minute to start, as on a busy machine.
    """
    return ["sh", "-c", f"until {shlex.join([str(SERVE), 'run', *options, str(config)])}; do sleep 1; done"]


@contextmanager
def running(command: Sequence[str], log: Path, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command beside; in the end it is asked to stop, as is all that it started."""
    mark = secrets.token_hex(16)
    everything = {**os.environ, **ENVIRON, **environ, MARK: mark}
    with (
        log.open("wb") as said,
        subprocess.Popen(command, env=everything, stdout=said, stderr=said, start_new_session=True) as process,
    ):
        try:
            yield process
        finally:
            for number, patience_s in ((signal.SIGTERM, 5), (signal.SIGKILL, 20)):
                with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                    os.killpg(process.pid, number)
                    process.wait(patience_s)
            _end_left_over(mark)


def _end_left_over(mark: str) -> None:
    """End what left the process group, as Serve's HAProxy does, which would keep its ports."""
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"{MARK}={mark}".encode() in environ.read_bytes().split(b"\0"):
                os.kill(int(environ.parent.name), signal.SIGKILL)


def wait(is_so: Callable[[], bool], log: Path | None = None) -> None:
    """Wait until something is so."""
    until = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < until, log.read_text(errors="replace") if log else "it never came about"
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Tell whether there is somebody who takes requests."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
