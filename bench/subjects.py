"""Who is measured: each one server, started as its own documentation starts it, on a port that it is given.

All serve the same model. The peers do with a drawing what such projects usually do, which is less than sutja does: see
`peers/glyphs.py`. Each is one process that reads, as sutja is, but for what its makers put around that.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.environments import FLASK, LITSERVE, RAY, SHIPPED, Environment, keras_model
from bench.inputs import IN_JSON, JSON_REQUESTS, REQUESTS

PROGRAMS = Path(__file__).parent / "peers"
SUTJA = ("{python}", "-m", "sutja", "serve", "--port", "{port}")
UVICORN = ("{python}", "-m", "uvicorn", "--log-level", "warning", "--app-dir", str(PROGRAMS), "--port", "{port}")
GUNICORN = ("{python}", "-m", "gunicorn", "--threads", "8", "--bind", "127.0.0.1:{port}", "--chdir", str(PROGRAMS))
RAY_SERVE = ("{python}", str(PROGRAMS / "ray_onnx.py"), "{port}")
RAY_ENVIRON = {
    "PYTHONPATH": str(PROGRAMS),  # for the replica, which is another process
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "token",  # Ray listens on every address
    "RAY_AUTH_TOKEN": os.urandom(32).hex(),
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",  # on a busy machine the 5 s of the default are not enough
}
HAPROXY_ENVIRON = {
    "RAY_SERVE_ENABLE_HA_PROXY": "1",
    "RAY_SERVE_THROUGHPUT_OPTIMIZED": "1",
    "RAY_SERVE_HAPROXY_CONFIG_FILE_LOC": "{home}/haproxy.cfg",
    "RAY_SERVE_HAPROXY_SOCKET_PATH": "{home}/haproxy.sock",
    "RAY_SERVE_HAPROXY_SERVER_STATE_BASE": "{home}",
    "RAY_SERVE_HAPROXY_SERVER_STATE_FILE": "{home}/haproxy.state",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A server: the name by which --only finds it, its title in the docs, and how it is started and asked."""

    name: str
    title: str
    command: tuple[str, ...]
    environment: Environment | None = None
    has_keras: bool = False
    requests: Mapping[str, bytes] = field(default_factory=lambda: REQUESTS)
    more: Mapping[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Install what it needs, and make its model, unless they are there. Raises `MissingError`."""
        if self.environment:
            self.environment.python()
        if self.has_keras:
            keras_model()

    def words(self, port: int) -> list[str]:
        """Return the command. What it needs is installed first. Raises `MissingError`."""
        python = self.environment.python() if self.environment else sys.executable
        return [word.format(python=python, port=port) for word in self.command]

    def environ(self, home: Path) -> dict[str, str]:
        """Return what the command finds in its environment; `home` is an empty folder. Raises `MissingError`."""
        model = keras_model() if self.has_keras else SHIPPED
        own = {"SUTJA_HOME": str(home), "BENCH_MODEL": str(model), "TF_CPP_MIN_LOG_LEVEL": "3"}
        return {**os.environ, **own, **{name: value.format(home=home) for name, value in self.more.items()}}


SUBJECTS = (
    Subject("sutja", "sutja", SUTJA, requests={**REQUESTS, IN_JSON: JSON_REQUESTS["png"]}),
    Subject("flask", "Flask + Keras, Gunicorn", (*GUNICORN, "flask_keras:app"), FLASK, has_keras=True),
    Subject("fastapi", "FastAPI + Keras, Uvicorn", (*UVICORN, "fastapi_keras:app"), has_keras=True),
    Subject(
        "litserve",
        "LitServe + ONNX Runtime",
        ("{python}", str(PROGRAMS / "litserve_onnx.py"), "{port}"),
        LITSERVE,
        requests=JSON_REQUESTS,
    ),
    Subject("ray", "Ray Serve + ONNX Runtime", RAY_SERVE, RAY, more=RAY_ENVIRON),
    Subject(
        "ray-haproxy",
        "Ray Serve, HAProxy, ONNX Runtime",
        RAY_SERVE,
        RAY,
        more={**RAY_ENVIRON, **HAPROXY_ENVIRON},
    ),
    Subject("workers", "sutja, two workers", (*SUTJA, "--workers", "2")),
    Subject("empty", "floor: an empty FastAPI endpoint", (*UVICORN, "empty:app")),
)
