"""MLflow is told of each cycle, once, and whatever goes wrong there is a warning: on a real database of MLflow's."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TypeAlias

import pytest

from sutja.bundle import Bundle, draft
from sutja.cli.learn import follow_champion
from sutja.errors import SettingsError
from sutja.keeping import opened
from sutja.learn.tracking import Leavings, Place, Tracked, follow, lags, prepare, record
from sutja.settings import Settings
from sutja.store import upgrade

BEGAN = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
ENDED = datetime(2026, 11, 21, 18, 7, tzinfo=UTC)
SHIPPED = Bundle.shipped()
CANDIDATE = replace(draft(SHIPPED.onnx + b" ", "compact", 193_211), card=replace(SHIPPED.card, sha256="c" * 64))
# One of three that begin at once; it also says whether MLflow would talk to its makers, outside of tests and CI.
ONE_OF_THREE = """
import sys
from pathlib import Path
from sutja.errors import SettingsError
from sutja.learn.tracking import Place, prepare
place = Place(Path(sys.argv[1]))
prepare(place)
from sutja.learn.tracking.ledger import MlflowClient
from mlflow.telemetry.client import get_telemetry_client
client = MlflowClient(place.uri, place.uri)
print([each.name for each in client.search_experiments()], list(client.search_model_versions()), get_telemetry_client())
"""

Ask: TypeAlias = Callable[[str], list[tuple[object, ...]]]


def leavings(**changes: object) -> Leavings:
    whole = {
        "cycle": "20261121-180000-abc123",
        "began": BEGAN,
        "ended": ENDED,
        "candidate": CANDIDATE,
        "champion": SHIPPED.card.sha256,
        "snapshot": "5" * 64,
        "verdict": "reject",
        "words": "verdict: reject\n- drawn digits: 21 fixed, 13 broken: not better beyond chance.",
        "judgement": {"verdict": "reject", "reasons": [{"code": "not_better", "numbers": {"p": 0.11}}]},
        "parameters": {"samples": 512},
        "scores": {"champion": {"drawn": {"right": 0.97}}, "candidate": {"drawn": {"right": 0.98, "worst": None}}},
    }
    return Leavings(**(whole | changes))


@pytest.fixture(scope="session")
def raced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return a folder that three processes began to use at once, and what each of them said."""
    folder = tmp_path_factory.mktemp("a home 집 100%41?") / "mlflow"
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_CURRENT_TEST")}
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", ONE_OF_THREE, folder],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(3)
    ]
    return folder, [process.communicate()[0].strip() for process in begun]


@pytest.fixture
def place(raced: tuple[Path, list[str]], tmp_path: Path) -> Place:
    """Return a place with tables and nothing in them: a new one would take MLflow ten seconds."""
    folder = tmp_path / "mlflow"
    folder.mkdir()
    for name in ("mlflow.db", "version"):
        shutil.copy(raced[0] / name, folder)
    return Place(folder)


@pytest.fixture
def ask(place: Place) -> Ask:
    """Return a function that asks MLflow's database, past MLflow."""

    def rows(query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(place.database)) as database:
            return database.execute(query).fetchall()

    return rows


def alias(ask: Ask) -> dict[object, object]:
    """Return the sha-256 that each alias names."""
    return dict(
        ask(
            "SELECT a.alias, t.value FROM registered_model_aliases a "
            "JOIN model_version_tags t ON t.version = a.version AND t.key = 'sha256'"
        )
    )


def test_three_processes_at_once_make_one_database(raced: tuple[Path, list[str]]) -> None:
    """Whoever comes second waits for the first; all three can work, and none would talk to MLflow's makers."""
    assert raced[1] == ["['Default'] [] None"] * 3


def test_a_cycle_is_a_run(place: Place, ask: Ask, tmp_path: Path) -> None:
    """Plan, measures by epoch, scores, verdict, reasons, snapshot and files are there, the model byte by byte."""
    (tmp_path / "history.png").write_bytes(b"a picture")
    told = record(place, leavings(files=(tmp_path / "history.png",)))
    assert told == Tracked(place.uri, told.run)
    assert ask("SELECT name, status, start_time, end_time FROM runs") == [
        ("20261121-180000-abc123", "FINISHED", int(BEGAN.timestamp() * 1000), int(ENDED.timestamp() * 1000))
    ]
    params = dict(ask("SELECT key, value FROM params"))
    assert (params["network"], params["samples"]) == ("compact", "512")
    losses = SHIPPED.card.training["history"]["val_loss"]
    assert ask("SELECT step, value FROM metrics WHERE key = 'val_loss' ORDER BY step") == list(enumerate(losses, 1))
    measured = dict(ask("SELECT key, value FROM latest_metrics"))
    assert (measured["champion/drawn/right"], measured["candidate/drawn/right"]) == (0.97, 0.98)
    tags = dict(ask("SELECT key, value FROM tags"))
    assert (tags["sutja.verdict"], tags["sutja.snapshot"]) == ("reject", "5" * 64)
    assert "not better beyond chance" in tags["mlflow.note.content"]
    (files,) = (place.folder / "artifacts").glob("*/artifacts")
    assert {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()} == {
        "bundle/card.json",
        "bundle/model.onnx",
        "history.png",
        "judgement.json",
    }
    assert (files / "bundle" / "model.onnx").read_bytes() == CANDIDATE.onnx


def test_a_cycle_told_twice_is_one_run(place: Place, ask: Ask) -> None:
    """A step that failed half-way is run again: one run, one version, each measure once."""
    half = record(place, leavings(files=(Path("nowhere.png"),)))
    assert half.run is None
    assert "nowhere.png" in half.warning
    assert ask("SELECT status FROM runs") == [("RUNNING",)]
    again = [record(place, leavings(parameters={"samples": count})) for count in (512, 513)]
    assert [each.warning for each in again] == [None, None]
    assert again[0].run == again[1].run
    assert ask("SELECT status FROM runs") == [("FINISHED",)]
    assert ask("SELECT count(*) FROM model_versions") == [(1,)]
    epochs = len(SHIPPED.card.training["history"]["loss"])
    assert ask("SELECT count(*) FROM metrics WHERE key = 'loss'") == [(epochs,)]
    assert ask("SELECT value FROM params WHERE key = 'samples'") == [("512",)]


def test_aliases_follow(place: Place, ask: Ask) -> None:
    """Champion and challenger name what they are told to, also what no cycle made; a rollback is followed."""
    record(place, leavings())
    assert follow(place, SHIPPED, CANDIDATE).warning is None
    assert alias(ask) == {"champion": SHIPPED.card.sha256, "challenger": "c" * 64}
    assert follow(place, CANDIDATE, CANDIDATE).warning is None
    assert alias(ask) == {"champion": "c" * 64}
    assert follow(place, SHIPPED).warning is None
    assert alias(ask) == {"champion": SHIPPED.card.sha256}
    assert ask("SELECT count(*) FROM model_versions") == [(2,)]


def test_a_rollback_between_cycles_is_followed(place: Place, ask: Ask, tmp_path: Path) -> None:
    """A rollback, or the next look whether a cycle is due, tells MLflow; before the first cycle nobody does."""
    upgrade(f"sqlite:///{tmp_path / 'sutja.db'}")
    settings = Settings(home=tmp_path)
    with opened(settings) as store:
        follow_champion(settings, store)
        assert alias(ask) == {}
        follow(place, CANDIDATE)
        assert lags(place, SHIPPED.card.sha256)
        follow_champion(settings, store)
        assert alias(ask) == {"champion": SHIPPED.card.sha256}
        assert not lags(place, SHIPPED.card.sha256)


@pytest.mark.parametrize(("table", "is_same"), [("experiments", True), ("runs", False)])
def test_what_was_deleted_by_hand_is_no_obstacle(place: Place, ask: Ask, table: str, is_same: bool) -> None:
    """An experiment that somebody deleted on MLflow's page comes back with its runs; a deleted run is written anew."""
    first = record(place, leavings())
    with closing(sqlite3.connect(place.database)) as database:
        database.execute(f"UPDATE {table} SET lifecycle_stage = 'deleted' WHERE lifecycle_stage = 'active'")
        database.commit()
    again = record(place, leavings())
    assert (again.warning, again.run == first.run) == (None, is_same)
    assert ask("SELECT count(*) FROM runs WHERE lifecycle_stage = 'active'") == [(1,)]


def test_a_newer_mlflow_keeps_what_was_told(place: Place, ask: Ask) -> None:
    """A database of another version is brought to this one's, and what a killed set-up left is in nobody's way."""
    record(place, leavings())
    (place.folder / "version").write_text("3.1.0")
    (place.folder / "mlflow.db.partial").write_bytes(b"half of a database")
    assert not place.is_prepared
    prepare(place)
    assert place.is_prepared
    assert ask("SELECT count(*) FROM runs") == [(1,)]
    assert sorted(path.name for path in place.folder.iterdir()) == ["artifacts", "lock", "mlflow.db", "version"]


def test_a_damaged_database_is_a_warning(place: Place) -> None:
    """The cycle goes on where MLflow's database is none."""
    place.database.write_bytes(b"no database" * 1000)
    told = record(place, leavings())
    assert told.run is None
    assert told.warning.startswith(f"Expected MLflow at {place.uri}. Received:")
    assert "\n" not in told.warning


def test_a_server_that_is_away_is_a_warning(tmp_path: Path) -> None:
    """The cycle goes on soon where nobody answers."""
    started = monotonic()
    told = record(Place(tmp_path, "http://127.0.0.1:9"), leavings())
    assert told.warning.startswith("Expected MLflow at http://127.0.0.1:9. Received:")
    assert monotonic() - started < 30


def test_no_mlflow_is_a_warning(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cycle goes on without the package, and says how to get it."""
    monkeypatch.setitem(sys.modules, "mlflow", None)
    monkeypatch.delitem(sys.modules, "sutja.learn.tracking.ledger", raising=False)
    assert "pip install '.[learn]'" in follow(place, SHIPPED).warning


@pytest.mark.parametrize("url", ["https://mlflow.example/mlflow/", "http://[::1]:5001", "http://127.0.0.1:5001"])
def test_a_server_has_an_address(url: str) -> None:
    """A server may lie behind a path."""
    assert Settings.from_env({"SUTJA_MLFLOW_URL": url}).mlflow_url == url.removesuffix("/")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///mlflow.db",
        "postgresql://mlflow@db/mlflow",
        "mlruns",
        "file:///mlruns",
        "http://",
        "http:///mlflow",
        "http://me:hush@mlflow.example",
        "http://mlflow.example?token=hush",
        "http://mlflow.example/#",
        "http://mlflow.example /",
        "mlflow.example",
    ],
)
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    """Nor is one with a password, which would be shown wherever the address is."""
    with pytest.raises(SettingsError, match="Expected SUTJA_MLFLOW_URL to be an address such as") as caught:
        Settings.from_env({"SUTJA_MLFLOW_URL": url})
    assert "hush" not in str(caught.value)
