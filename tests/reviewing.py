"""A store with samples and models in it, for the tests of `/review`: in the process, or behind a real service."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import onnx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from onnx import helper

from drawings import drawing
from sutja import Ink
from sutja.bundle import Bundle, draft
from sutja.prepare import prepare
from sutja.sample import Gift, SampleState
from sutja.secret import secret_of
from sutja.settings import Settings
from sutja.store import Store, upgrade

NAME, PASSWORD = "minji", "correct horse battery"
SAME = {"Sec-Fetch-Site": "same-origin"}
ALIKE = list(range(10))
SWAPPED = [0, 7, 2, 3, 4, 5, 6, 1, 8, 9]
"""A model that takes 1 for 7, and 7 for 1."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client of an application in this process: a browser with its cookies, without its page."""

    app: Any
    http: httpx.AsyncClient
    portal: BlockingPortal

    def request(self, method: str, path: str, **parts: Any) -> httpx.Response:
        return self.portal.call(partial(self.http.request, method, path, **parts))

    def get(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("GET", path, **parts)

    def post(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("POST", path, **parts)

    def log_in(self, password: str = PASSWORD, name: str = NAME) -> httpx.Response:
        return self.post("/api/review/login", json={"name": name, "password": password})


@contextmanager
def asking(app: Any, base_url: str = "http://localhost") -> Iterator[Client]:
    """Give a client that says, as the pages of the application do, that it comes from one of them."""
    with start_blocking_portal() as portal:
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url, headers=SAME)
        yield Client(app, http, portal)
        portal.call(http.aclose)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **parts: float) -> None:
        self.now += timedelta(**parts)


def variant(bundle: Bundle, order: list[int], **training: Any) -> Bundle:
    """Return a model that says `order[digit]` where another says `digit`, with another sha-256 in any case."""
    model = onnx.load_from_string(bundle.onnx)
    [output] = model.graph.output
    last = next(node for node in model.graph.node if output.name in node.output)
    last.output[:] = ["before"]
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array([*order, 10]), "order"))
    model.graph.node.append(helper.make_node("Gather", ["before", "order"], [output.name], axis=1))
    model.doc_string = repr(training)
    made = draft(model.SerializeToString(), "compact", bundle.card.parameters)
    kept = {name: value for name, value in bundle.card.training.items() if name == "history"}
    return made.with_card(thresholds=bundle.card.thresholds, scores=bundle.card.scores, training={**kept, **training})


def judge(store: Store, candidate: str, champion: str, verdict: str, reason: str, numbers: dict[str, Any]) -> None:
    """Have a cycle give its verdict on a candidate beside a champion."""
    cycle = store.cycles.begin("a gate")
    store.cycles.decide(cycle, champion, candidate, verdict, reason, numbers)
    store.cycles.finish(cycle.id, cycle.holder, "rejected")


def compare(store: Store) -> None:
    """Add two candidates beside the shipped champion, one that the gate promotes and one that it rejects."""
    shipped = Bundle.shipped()
    for order, verdict in ((ALIKE, "promote"), (SWAPPED, "reject")):
        sha = store.bundles.add(variant(shipped, order), "cycle:1")
        reasons = [{"code": "better", "ruling": verdict, "words": "drawn digits: 9 fixed, 1 broken.", "numbers": {}}]
        numbers = {"reasons": reasons}
        judge(store, sha, shipped.card.sha256, verdict, "By all checks.", numbers)


def ink(digit: int, place: int = 0) -> Ink:
    """Return one of many inks of a digit, by one hand that trembles: no two are doubles of each other."""
    random = np.random.default_rng((digit, place))
    wide, lean = random.normal(0.9, 0.08), random.normal(0, 0.06)
    shaken = []
    for stroke in drawing(digit).strokes:
        shakes = random.normal(0, 2, (len(stroke), 2))
        shaken.append([(p.x * wide - lean * p.y + dx, p.y + dy) for p, (dx, dy) in zip(stroke, shakes, strict=True)])
    return Ink(shaken)


def gift(digit: int, place: int = 0, **parts: Any) -> Gift:
    """Return a drawing of a digit that was read as such, unless `parts` say otherwise."""
    drawn = parts.get("ink") or ink(digit, place)
    glyph = np.rint(prepare([drawn])[0] * 255).astype(np.uint8)
    said = {"label": digit, "read": digit, "confidence": 0.999, "bundle": "a" * 64, "source": "key:kiosk"}
    return Gift(**{"glyph": glyph, "ink": drawn, "consent": "1", **said, **parts})


def opened(home: Path, clock: Clock | None = None, shipped: Bundle | None = None) -> Store:
    """Return a store of its own in a folder, which has one operator."""
    url = Settings(home=home).database
    upgrade(url)
    store = Store.open(url, secret=secret_of(home), clock=clock or Clock(), shipped=shipped)
    store.operators.add(NAME, PASSWORD)
    return store


@dataclass
class Filled:
    """The ids of samples that were given, by the queue in which they wait."""

    quarantined: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    sure: list[str] = field(default_factory=list)


def fill(store: Store, count: int = 5) -> Filled:
    """Give samples of each kind, so many, from several sources."""
    filled = Filled()
    for place in range(count):
        source = f"visitor:v{place}"
        filled.quarantined.append(store.samples.give(gift(7, place, label=1, source=source)).sample)
        filled.disputed.append(store.samples.give(gift(4, place, read=9, source=source, confidence=0.999)).sample)
        filled.doubtful.append(store.samples.give(gift(5, place, confidence=0.6, source=source)).sample)
        filled.sure.append(store.samples.give(gift(3, place, source=source)).sample)
    store.samples.move(filled.quarantined, SampleState.QUARANTINED, "cycle:1")
    return filled
