"""Sums: the metrics of several processes as one, and who gives them out. Loaded where a port for them is set.

What is counted is added up, also what a process counted that is gone, so that no count ever falls. Of what is merely so
just now, each has its way to be told of all of them.
"""

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

ADDED = frozenset(
    {
        "sutja_requests_busy",
        "sutja_pictures_waiting",
        "process_virtual_memory_bytes",
        "process_resident_memory_bytes",
        "process_open_fds",
    }
)
"""Of these the sum is told."""
LEAST = frozenset({"sutja_ready", "sutja_store_up", "sutja_disk_free_bytes", "process_start_time_seconds"})
"""Of these the least; of all others the most."""
ASKED_S = 1.0
"""Who asks does so at once, within this time, and takes the answer within as much again."""
_COUNTED = frozenset({"counter", "histogram"})
_HEAD_MAX_BYTES = 16_384


class Sums(Collector):
    """What several processes count, as one: they are asked whenever somebody asks."""

    def __init__(self, ask: Callable[[], Iterable[Iterable[Metric]]]) -> None:
        """Sum what `ask` returns, the metrics of each process."""
        self._ask = ask
        self._lost: list[Metric] = []

    def describe(self) -> Iterable[Metric]:
        """Name nothing ahead: what there is depends on the processes."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Ask, and return the sums."""
        return summed([*self._ask(), self._lost])

    def lose(self, metrics: Iterable[Metric]) -> None:
        """Keep what a process has counted that is gone."""
        self._lost = summed([self._lost, [metric for metric in metrics if metric.type in _COUNTED]])


class Summed(WSGIServer):
    """Gives out the metrics of several processes by the one thread of whoever has more to do than that."""

    timeout = 0  # somebody is there by the time that it is called

    def __init__(self, address: tuple[str, int], ask: Callable[[], Iterable[Iterable[Metric]]]) -> None:
        """Listen; `ask` returns the metrics of each process. Raises `OSError`."""
        super().__init__(address, _Quiet)
        self._sums = Sums(ask)
        registry = CollectorRegistry()
        registry.register(self._sums)
        self.set_app(make_wsgi_app(registry))

    def lose(self, metrics: Iterable[Metric]) -> None:
        """Keep what a process has counted that is gone."""
        self._sums.lose(metrics)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Take only who asks at once: nobody holds up the rest by asking slowly."""
        request.settimeout(ASKED_S)
        with suppress(OSError):
            return b"\r\n\r\n" in request.recv(_HEAD_MAX_BYTES, socket.MSG_PEEK)
        return False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of somebody who did not wait for the answer."""


class _Quiet(WSGIRequestHandler):
    """Says nothing of those who ask."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # as the library has it
        """Say nothing."""


def summed(parts: Iterable[Iterable[Metric]]) -> list[Metric]:
    """Return the metrics of several processes as those of one."""
    sums: dict[str, Metric] = {}
    values: dict[str, dict[tuple[str, ...], list[float]]] = {}
    for metric in (metric for part in parts for metric in part):
        sums.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
        for sample in metric.samples:
            key = (sample.name, *(text for label in sample.labels.items() for text in label))
            values.setdefault(metric.name, {}).setdefault(key, []).append(sample.value)
    for name, metric in sums.items():
        add = _way(metric)
        for (series, *labels), found in values.get(name, {}).items():
            metric.add_sample(series, dict(zip(labels[::2], labels[1::2], strict=True)), add(found))
    return list(sums.values())


def _way(metric: Metric) -> Callable[[Iterable[float]], float]:
    if metric.type in _COUNTED or metric.name in ADDED:
        return sum
    return min if metric.name in LEAST else max
