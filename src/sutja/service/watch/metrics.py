"""Metrics: the one place that knows Prometheus. Loaded where a port for them is set.

Owns their names. No label ever holds what a client chose: routes are templates, and all others are lists of ours.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from sutja.reading import Reading
from sutja.service.capacity import Load
from sutja.service.watch.condition import Condition
from sutja.service.watch.meter import DriftPoint, Meter

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CONFIDENCES = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)
SHA_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a service is just now. `is_champion_refused` is None where no champion of a store is followed."""

    condition: Condition
    bundle: str
    network: str
    load: Load
    waiting: int
    is_champion_refused: bool | None


class Metrics(Meter):
    """Counts what happens; `registry` gives it out, with what `look` finds at that moment."""

    def __init__(self, look: Callable[[], Snapshot]) -> None:
        """Make all metrics, with nothing counted."""
        disable_created_metrics()  # type: ignore[no-untyped-call]  # nobody asks when a counter was made, and it doubles them
        own = self.registry = CollectorRegistry()
        self._requests = Counter("sutja_requests", "Requests answered.", ["route", "method", "status"], registry=own)
        self._seconds = Histogram(
            "sutja_request_seconds",
            "From the first byte of a request's head to the last of its answer; those of PINs are not timed.",
            ["route", "status"],
            buckets=SECONDS,
            registry=own,
        )
        self._verdicts = Counter("sutja_verdicts", "Readings by verdict, but for PINs.", ["verdict"], registry=own)
        self._confidences = Histogram(
            "sutja_confidence", "Confidence of what was read, but for PINs.", buckets=CONFIDENCES, registry=own
        )
        self._given = Counter("sutja_samples_given", "Samples given and kept.", registry=own)
        self._swaps = Counter("sutja_swaps", "Changes of the model that reads.", registry=own)
        self._psi = Gauge(
            "sutja_drift_psi", "Population stability index of the last days.", ["kind", "feature"], registry=own
        )
        self._alarm = Gauge("sutja_drift_alarm", "Whether any feature has drifted.", registry=own)
        ProcessCollector(registry=own)
        own.register(_Now(look))

    def answered(self, route: str, method: str, status: int, seconds: float | None) -> None:
        """Count a request, and time it where it may be."""
        self._requests.labels(route, method, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(route, f"{status // 100}xx").observe(seconds)

    def read(self, readings: Iterable[Reading]) -> None:
        """Count verdicts and confidences."""
        for reading in readings:
            self._verdicts.labels(reading.verdict.value).inc()
            self._confidences.observe(reading.confidence)

    def given(self) -> None:
        """Count a sample."""
        self._given.inc()

    def swapped(self) -> None:
        """Count a change of the model."""
        self._swaps.inc()

    def drifted(self, points: Iterable[DriftPoint]) -> None:
        """Show how far what comes in has drifted."""
        found = list(points)
        self._psi.clear()
        for point in found:
            self._psi.labels(point.kind, point.feature).set(point.psi)
        self._alarm.set(any(point.is_alarming for point in found))


class _Now(Collector):
    """What is looked up when somebody asks, in the thread of whoever does."""

    def __init__(self, look: Callable[[], Snapshot]) -> None:
        self._look = look

    def describe(self) -> Iterable[Metric]:
        """Name nothing ahead: what there is depends on the service."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Look, and yield what was found."""
        now = self._look()
        state, disk = now.condition, now.condition.disk
        labels = {"sha": now.bundle[:SHA_LENGTH], "network": now.network}
        yield InfoMetricFamily("sutja_bundle", "The bundle that reads.", value=labels)
        yield _gauge("sutja_ready", "Whether requests may be sent here.", state.is_ready)
        yield _gauge("sutja_stopping", "Whether it was told to stop.", state.is_stopping)
        yield _gauge("sutja_requests_busy", "Requests under way.", now.load.busy)
        yield _gauge("sutja_pictures_waiting", "Pictures that wait for their turn.", now.waiting)
        yield CounterMetricFamily("sutja_refused", "Requests turned away because it was full.", now.load.refused)
        yield CounterMetricFamily("sutja_cut", "Clients cut off because they were too slow.", now.load.cut)
        if now.is_champion_refused is not None:
            told = "Whether the store's champion is unfit to serve, so that the one before goes on."
            yield _gauge("sutja_champion_refused", told, now.is_champion_refused)
        if state.is_store_up is not None:
            yield _gauge("sutja_store_up", "Whether the store takes a writer within a second.", state.is_store_up)
            yield _gauge("sutja_clock_ahead", "Whether nothing expires since the clock jumped.", state.is_clock_ahead)
        if disk is not None:
            yield _gauge("sutja_disk_free_bytes", "Free on the disk of the store.", disk.free_bytes)
            yield _gauge("sutja_disk_size_bytes", "Size of the disk of the store.", disk.total_bytes)


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=float(value))
