"""The DAG, run whole by Airflow in the environment of its own that `make airflow` makes."""

import json
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import TypeAlias

import numpy as np
import pytest

from sutja.prepare import prepare
from sutja.sample import Gift
from sutja.secret import secret_of
from sutja.settings import Settings
from sutja.store import CycleState, Store, upgrade
from taught import novice

ROOT = Path(__file__).resolve().parent.parent.parent
BESIDE = runpy.run_path(str(ROOT / "tools" / "beside.py"))
# Runs the DAG once for each line that it is sent, and tells in a line what became of it and of each task.
DRIVER = """
import json, sys
sys.path.insert(0, sys.argv[1])
from retrain import dag
for _ in sys.stdin:
    run = dag.test()
    tasks = {each.task_id: each.state for each in run.get_task_instances()}
    print("became", json.dumps([run.state, tasks]), flush=True)
"""
AFTER = ("snapshot", "train", "evaluate", "gate", "verdict", "promote", "reject", "report")
ENDS = {"promote": CycleState.PROMOTED, "reject": CycleState.REJECTED, "hold": CycleState.HELD}

Run: TypeAlias = Callable[[], tuple[str, dict[str, str]]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home whose secret is always the same: it decides who judges."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret").write_bytes(b"thirty-two bytes that never vary")
    (home / "secret").chmod(0o600)
    return home


@pytest.fixture
def run(home: Path, real_data: Path) -> Iterator[Run]:
    """Yield a function that lets Airflow run the DAG once, and returns what became of it and of each task."""
    if sys.platform == "win32":
        pytest.skip("no Airflow: it does not run on Windows")
    subprocess.run([sys.executable, ROOT / "tools" / "beside.py", "airflow", "install"], check=True)
    environment = BESIDE["airflow_environment"](home, 8080) | {"SUTJA_DATA": str(real_data), "SUTJA_LEARN_EPOCHS": "2"}
    programs = BESIDE["AIRFLOW"] / "bin"
    subprocess.run([programs / "airflow", "db", "migrate"], env=environment, check=True, capture_output=True)
    command = [programs / "python", "-c", DRIVER, ROOT / "dags"]
    with subprocess.Popen(command, env=environment, stdin=PIPE, stdout=PIPE, stderr=STDOUT, text=True) as airflow:

        def once() -> tuple[str, dict[str, str]]:
            airflow.stdin.write("once more\n")
            airflow.stdin.flush()
            told = []
            for line in airflow.stdout:
                told.append(line)
                if line.startswith("became "):
                    state, tasks = json.loads(line.removeprefix("became "))
                    return state, tasks
            raise AssertionError("".join(told))

        yield once
        airflow.stdin.close()


def give(store: Store, data: Path) -> None:
    """Let fifteen pen writers give sixty digits each."""
    from sutja.learn.dataset.part import Part
    from sutja.learn.dataset.pendigits import pendigits

    penned = pendigits(data, Part.TRAINING)
    chosen = [each for writer in {each.writer for each in penned} for each in penned if each.writer == writer][::4]
    glyphs = np.round(prepare([each.ink for each in chosen]) * 255).astype(np.uint8)
    store.samples.give_all(
        [
            Gift(glyph=glyph, label=each.label, source=f"key:writer-{each.writer}", consent="1")
            for glyph, each in zip(glyphs, chosen, strict=True)
        ]
    )


def test_the_dag_learns_from_real_pens(run: Run, home: Path, real_data: Path) -> None:
    """Not due, it skips all. Due, every step runs, and of promotion and refusal the one that the gate asked for."""
    settings = Settings(home=home, data=real_data)
    upgrade(settings.database)
    with Store.open(settings.database, secret=secret_of(home), shipped=novice(real_data, home / "novice")) as store:
        weak = store.bundles.active().sha
        assert run() == ("success", {"collect": "success", **dict.fromkeys(AFTER, "skipped")})
        assert store.cycles.list() == ()
        give(store, real_data)
        state, tasks = run()
        [cycle] = store.cycles.list()
        verdict = cycle.results["gate"]["verdict"]
        other = "reject" if verdict == "promote" else "promote"
        assert (state, tasks) == ("success", {**dict.fromkeys(("collect", *AFTER), "success"), other: "skipped"})
        assert cycle.state is ENDS[verdict]
        assert (store.bundles.active().sha != weak) is (verdict == "promote")
