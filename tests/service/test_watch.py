"""Logs, metrics, dashboard and alerts: they tell how the service is, and nothing of what was drawn, read or sent."""

import json
import logging
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import promql_parser
import pytest
import yaml
from starlette.types import Receive, Scope, Send

from databases import gift
from serving import Serving, serving
from sutja.bundle import Bundle
from sutja.errors import BundleError
from sutja.keeping import opened
from sutja.service import create_app
from sutja.service.watch import logs
from sutja.service.watch.lines import FIELDS
from sutja.service.watch.logs import LogKind
from sutja.service.watch.meter import Meter
from sutja.service.watch.requests import Watched
from sutja.settings import Settings
from unfit import unfit

WATCHING = Path(__file__).parents[2] / "deploy" / "watching"
SEVEN = {"strokes": [[[24, 12], [78, 12], [44, 94]]]}
ID = "0123456789abcdef" * 2
CANARY = "c4n4ry"
SILENT = {"at", "level", "logger", "event", "request", "route", "method", "status"}


@dataclass(frozen=True, slots=True)
class WatchedService:
    """A service with its metrics."""

    service: Serving
    metrics: str

    def scraped(self) -> str:
        """Return what Prometheus would get."""
        return httpx.get(self.metrics).raise_for_status().text

    def value(self, series: str) -> float:
        """Return the value of a series."""
        return float(next(line for line in self.scraped().splitlines() if line.startswith(series + " ")).split()[-1])

    def wait_for(self, series: str, value: float) -> None:
        """Wait until a series has a value."""
        until = time.monotonic() + 15
        while not any(line == f"{series} {value}" for line in self.scraped().splitlines()):
            assert time.monotonic() < until, series
            time.sleep(0.1)


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, home: Path, **settings: str) -> Iterator[WatchedService]:
    """Serve with metrics on a free port."""
    for name, value in {"SUTJA_HOME": str(home), "SUTJA_METRICS_PORT": "0", **settings}.items():
        monkeypatch.setenv(name, value)
    with serving() as service:
        assert service.process.stdout is not None
        yield WatchedService(service, service.process.stdout.readline().split()[-1])


def ask_all(client: httpx.Client) -> None:
    """Ask for what there is, with a canary wherever a client can put one."""
    headers = {"X-Canary": CANARY, "User-Agent": CANARY, "X-Request-Id": CANARY, "Cookie": CANARY}
    client.headers.update(headers)
    assert client.post(f"/predict?{CANARY}", json=SEVEN).status_code == 200
    assert client.post("/predict/batch", json={"inks": [SEVEN["strokes"], []]}).status_code == 200
    assert client.post("/read", json=SEVEN).status_code == 200
    assert client.post("/predict", json={"strokes": [[CANARY]]}).status_code == 422
    assert client.get(f"/{CANARY}").status_code == 404
    assert client.request("DELETE", f"/samples/{CANARY}").status_code in {401, 403, 404}
    assert client.request(CANARY, "/predict").status_code in {400, 405}
    assert client.post("/pin", json={"inks": [SEVEN["strokes"]] * 4}).status_code == 200
    assert client.post(f"/pin?{CANARY}", json={"inks": CANARY}, headers={"X-Request-Id": ID}).status_code == 422
    assert client.get("/health", headers={"X-Request-Id": ID}).headers.get("x-request-id") in {ID, None}


def ended(service: Serving) -> str:
    """Return what a service said on its standard error until it was told to stop."""
    service.process.terminate()
    return service.process.communicate(timeout=20)[1]


def test_the_log_has_a_line_for_each_request_and_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each the template of its route, method, status, time, sizes and the model; of PINs not even these."""
    monkeypatch.setenv("SUTJA_LOG", "json")
    with serving() as service:
        with httpx.Client(base_url=service.url) as client:
            ask_all(client)
        said = ended(service)
    lines = [json.loads(line) for line in said.splitlines()]
    assert CANARY not in said
    assert all(set(line) <= set(FIELDS) for line in lines)
    told = [(line["method"], line["route"], line["status"]) for line in lines if line["event"] == "request"]
    assert told[:3] == [("POST", "/predict", 200), ("POST", "/predict/batch", 200), ("POST", "/read", 200)]
    assert ("GET", "none", 404) in told
    assert any(route == "/samples/{receipt}" for _, route, _ in told)
    pins = [line for line in lines if line.get("route") == "/pin"]
    assert [(line["status"], set(line)) for line in pins] == [(200, SILENT), (422, SILENT)]
    first, last = lines[0], lines[-1]
    assert last["request"] == ID
    assert first["bytes_in"] == len(json.dumps(SEVEN, separators=(",", ":")))
    assert first["bytes_out"] > 100
    assert 0 < first["ms"] < 1e4
    assert first["bundle"] == Bundle.shipped().card.sha256[:12]


def test_the_id_of_a_request_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that a proxy made is taken, one that could hold anything is not, and never that of a PIN."""
    monkeypatch.setenv("SUTJA_LOG", "json")
    with serving() as service, httpx.Client(base_url=service.url) as client:

        def id_for(given: str, path: str = "/health") -> str:
            return client.get(path, headers={"X-Request-Id": given}).headers["x-request-id"]

        assert id_for(ID) == ID
        for given in (ID.upper(), ID[1:], ID + "0", "7391", ""):
            found = id_for(given)
            assert re.fullmatch("[0-9a-f]{32}", found)
            assert found != given
        assert id_for(ID, "/pin") != ID
        assert id_for("") != id_for("")


@pytest.mark.parametrize("kind", ["text", "none"])
def test_other_logs_say_nothing_of_requests(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the answers bear no ids, for there is no line that one could be looked up in."""
    monkeypatch.setenv("SUTJA_LOG", kind)
    with serving() as service:
        with httpx.Client(base_url=service.url) as client:
            ask_all(client)
            assert "x-request-id" not in client.get("/health").headers
        assert ended(service) == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_log_that_cannot_be_written_fails_no_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A disk that is full of logs is no reason not to read."""
    monkeypatch.setenv("SUTJA_LOG", "json")
    script = tmp_path / "full.sh"
    script.write_text(f'exec "{sys.executable}" -m sutja serve "$@" 2> /dev/full\n')
    with serving(["sh", str(script)]) as service, httpx.Client(base_url=service.url) as client:
        assert [client.post("/predict", json=SEVEN).status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("kind", [LogKind.TEXT, LogKind.JSON])
def test_words_of_exceptions_and_of_strangers_are_withheld(kind: LogKind, capsys: pytest.CaptureFixture[str]) -> None:
    """Of these the kind and the place are told, whatever raised them; what sutja and uvicorn say is told in full."""
    with logs.written(kind):
        try:
            try:
                int(CANARY)
            except ValueError as error:
                raise RuntimeError(CANARY) from error
        except RuntimeError:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
            logging.getLogger("sutja").exception("It fell.", exc_info=BundleError("Expected a bundle."))
        logging.getLogger("asyncio").error("Task %s", CANARY)
        logging.getLogger("sutja.service.champion").error("Generation %d cannot serve.", 3)
        logging.getLogger("sutja.service.champion").info("not a warning")
    said = capsys.readouterr().err
    assert CANARY not in said
    assert "RuntimeError from ValueError" in said
    assert "test_watch.py:" in said
    assert "BundleError: Expected a bundle." in said
    assert "Generation 3 cannot serve." in said
    assert "withheld" in said
    assert "not a warning" not in said
    if kind is LogKind.JSON:
        assert all(set(json.loads(line)) <= set(FIELDS) for line in said.splitlines())


def test_only_named_fields_reach_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever else some code may hand over is dropped."""
    logs.tell(route="/predict", status=200, body=CANARY, query=CANARY, headers=CANARY)
    line = json.loads(capsys.readouterr().err)
    assert CANARY not in str(line)
    assert (line["route"], line["status"]) == ("/predict", 200)


async def _answering(scope: Scope, receive: Receive, send: Send) -> None:
    scope["sutja.key"] = scope["key"]
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def _failing(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError(CANARY)


async def _leaving(scope: Scope, receive: Receive, send: Send) -> None:
    return


def lines_of(app: Any, **scope: object) -> list[dict[str, object]]:
    """Return what is told of one request to an application."""
    import asyncio

    told: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(_: object) -> None:
        return

    whole = {"type": "http", "method": "GET", "path": "/x", "headers": [], "key": None, **scope}
    wrapped = Watched(app, Meter(), lambda **fields: told.append(fields), lambda: "a" * 64)
    try:
        asyncio.run(wrapped(whole, receive, send))
    except RuntimeError:
        told[0]["raised"] = True
    return told


def test_a_failure_and_a_client_that_left_are_told() -> None:
    """What fails is answered 500 outside of all middleware; who leaves gets no answer."""
    [failed], [left] = lines_of(_failing), lines_of(_leaving)
    assert (failed["status"], failed["raised"]) == (500, True)
    assert left["status"] == 499


@pytest.mark.parametrize(("key", "told"), [("a1b2c3d4", "a1b2c3d4"), (f"{CANARY} {CANARY}", None), (None, None)])
def test_the_id_of_a_key_is_told(key: str | None, told: str | None) -> None:
    """As the door left it, where it can be nothing but an id."""
    assert lines_of(_answering, key=key)[0]["key"] == told


def test_by_default_nothing_stands_in_the_way(tmp_path: Path) -> None:
    """Neither structlog nor Prometheus' library is loaded, and no middleware watches."""
    program = (
        "import sys; from sutja.service import create_app; from sutja.settings import Settings; "
        "app = create_app(Settings()); print('Watched' in str(app.user_middleware), "
        "{'structlog', 'prometheus_client'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False set()\n"
    assert "Watched" in str(create_app(Settings(log="json")).user_middleware)


def test_metrics_tell_of_the_service_and_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Requests by route and status, verdicts, confidences; of PINs the count alone; nothing that a client chose."""
    with watched(monkeypatch, tmp_path) as its:
        with httpx.Client(base_url=its.service.url) as client:
            ask_all(client)
            assert client.get("/metrics").status_code == 404
        text = its.scraped()
        assert CANARY not in text
        assert its.value('sutja_requests_total{method="POST",route="/predict",status="200"}') == 1
        assert its.value('sutja_requests_total{method="POST",route="/pin",status="200"}') == 1
        assert its.value('sutja_request_seconds_count{route="/predict",status="2xx"}') == 1
        assert "sutja_request_seconds" in text
        assert re.search(r'sutja_request_seconds_\w+\{[^}]*route="/pin', text) is None
        # One of /predict, two of /predict/batch, one of /read; none of eight digits of PINs.
        assert its.value('sutja_verdicts_total{verdict="digit"}') == 3
        assert its.value('sutja_verdicts_total{verdict="empty"}') == 1
        assert its.value("sutja_confidence_count") == 4
        sha = Bundle.shipped().card.sha256[:12]
        assert its.value(f'sutja_bundle_info{{network="compact",sha="{sha}"}}') == 1
        for series, value in {"ready": 1, "stopping": 0, "store_up": 1, "pictures_waiting": 0}.items():
            assert its.value(f"sutja_{series}") == value
        assert its.value("sutja_disk_free_bytes") < its.value("sutja_disk_size_bytes")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere 127.0.0.1 is the only address of its kind")
def test_metrics_are_for_this_machine_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the service listens on another address, its metrics do not."""
    monkeypatch.setenv("SUTJA_HOST", "127.0.0.2")
    with watched(monkeypatch, tmp_path) as its:
        assert its.metrics.startswith("http://127.0.0.1:")
        assert its.value("sutja_ready") == 1
        with pytest.raises(httpx.ConnectError):
            httpx.get(its.metrics.replace("127.0.0.1", "127.0.0.2"))
        with pytest.raises(httpx.ConnectError):
            httpx.get(its.service.url.replace("127.0.0.2", "127.0.0.1"))


def test_a_port_that_is_taken_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And the service does not run without what it was asked for."""
    with watched(monkeypatch, tmp_path) as its:
        monkeypatch.setenv("SUTJA_METRICS_PORT", re.findall(r":(\d+)/", its.metrics)[0])
        command = [sys.executable, "-m", "sutja", "serve", "--port", "0"]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "SUTJA_METRICS_PORT" in ran.stderr.splitlines()[-1]
    assert "Traceback" not in ran.stderr


def test_samples_swaps_and_a_champion_that_is_unfit_are_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A champion that cannot serve is told until another one is named."""
    with watched(monkeypatch, tmp_path) as its, opened(Settings(home=tmp_path)) as store:
        given = {**SEVEN, "label": 7, "read": 7, "consent": True}
        headers = {"Sec-Fetch-Site": "same-origin", "Idempotency-Key": "0123456789abcdef"}
        for _ in range(2):  # a retry gives nothing
            assert httpx.post(its.service.url + "/samples", json=given, headers=headers).status_code == 201
        assert its.value("sutja_samples_given_total") == 1
        assert its.value("sutja_champion_refused") == 0
        store.bundles.promote(store.bundles.add(unfit(), "import"), 1, "somebody", "by hand")
        its.wait_for("sutja_champion_refused", 1.0)
        assert its.value("sutja_swaps_total") == 0
        assert its.value("sutja_ready") == 1
        store.bundles.rollback("somebody", "back")
        its.wait_for("sutja_champion_refused", 0.0)
        its.wait_for("sutja_swaps_total", 1.0)


def test_drift_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Blots are unlike anything that the model was made on."""
    with opened(Settings(home=tmp_path)) as store:
        store.samples.give_all([gift(seed) for seed in range(220)])
    with watched(monkeypatch, tmp_path) as its:
        its.wait_for("sutja_drift_alarm", 1.0)
        assert its.value('sutja_drift_psi{feature="ink",kind="pictures"}') > 0.2


def rules() -> list[dict[str, Any]]:
    """Return the alerts."""
    return [
        rule for group in yaml.safe_load((WATCHING / "alerts.yml").read_text())["groups"] for rule in group["rules"]
    ]


def panels() -> list[dict[str, Any]]:
    """Return the panels of the dashboard."""
    found: list[dict[str, Any]] = json.loads((WATCHING / "grafana.json").read_text())["panels"]
    return found


def expressions() -> dict[str, str]:
    """Return every expression by who asks it."""
    asked = {rule["alert"]: rule["expr"] for rule in rules()}
    return asked | {f"{each['title']} {at['refId']}": at["expr"] for each in panels() for at in each["targets"]}


def selectors(tree: Any) -> Iterator[promql_parser.VectorSelector]:
    """Yield all selectors of an expression."""
    if isinstance(tree, promql_parser.VectorSelector):
        yield tree
    for name in ("lhs", "rhs", "expr", "vector_selector", "args"):
        part = getattr(tree, name, None)
        for each in part if isinstance(part, list) else [part]:
            if each is not None:
                yield from selectors(each)


def test_dashboard_and_alerts_ask_for_what_there_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every metric and every label that they name is given out by a service that has been used a little."""
    with opened(Settings(home=tmp_path)) as store:
        store.samples.give_all([gift(seed) for seed in range(220)])
    with watched(monkeypatch, tmp_path) as its:
        with httpx.Client(base_url=its.service.url) as client:
            ask_all(client)
        its.wait_for("sutja_drift_alarm", 1.0)
        lines = [line for line in its.scraped().splitlines() if not line.startswith("#")]
    labels: dict[str, set[str]] = {"up": {"job", "instance"}}
    for line in lines:
        name = re.split(r"[{ ]", line)[0]
        labels.setdefault(name, {"job", "instance"}).update(re.findall(r'(\w+)="', line))
    found = {who: list(selectors(promql_parser.parse(asked))) for who, asked in expressions().items()}
    assert all(found.values())
    missing = {
        (who, each.name)
        for who, some in found.items()
        for each in some
        if each.name not in labels or not {match.name for match in each.matchers.matchers} <= labels[each.name]
    }
    assert missing == set()
    ours = {name for name in labels if name.startswith("sutja_") and not name.endswith(("_sum", "_count"))}
    assert ours - {each.name for some in found.values() for each in some} == set()


def test_each_alert_says_what_it_is_and_what_to_do() -> None:
    """A summary, a severity and a time in the file; and a paragraph in docs/watching.md, as has each metric."""
    told = (WATCHING.parents[1] / "docs" / "watching.md").read_text("utf-8")
    for rule in rules():
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert re.fullmatch(r"\d+[mh]", rule["for"])
        assert f"`{rule['alert']}`" in told
    names = {name for asked in expressions().values() for name in re.findall(r"sutja_\w+", asked)}
    assert {name for name in names if f"`{name.removesuffix('_bucket')}`" not in told} == set()


def test_the_dashboard_is_whole() -> None:
    """Each panel has its place, a title and something to show, from the source that one chooses."""
    places = [(each["gridPos"]["x"], each["gridPos"]["y"]) for each in panels()]
    assert len(set(places)) == len(places) >= 15
    assert all(each["title"] and each["targets"] for each in panels())
    assert {each["datasource"]["uid"] for each in panels()} == {"${source}"}


def test_promtool_takes_the_rules() -> None:
    """Prometheus' own tool, where there is one; the parser above is what judges elsewhere."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool: it comes with Prometheus")
    subprocess.run([promtool, "check", "rules", WATCHING / "alerts.yml"], check=True, capture_output=True)
