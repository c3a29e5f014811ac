"""Learning beside serving: begun when it is due, tried more and more seldom where it fails, and stopped with it."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from databases import bundle
from sutja.keeping import is_due, opened
from sutja.sample import Gift
from sutja.service import learning as beside
from sutja.settings import MLFLOW_NAME, Settings
from sutja.store import Store

AGAIN = "from pathlib import Path; import sys; file = Path(sys.argv[1]); file.open('a').write('x'); {then}"


@pytest.fixture
def tries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return a function that has another program run in place of the learning; it returns where that leaves marks."""

    def made(then: str) -> Path:
        monkeypatch.setattr(beside, "COMMAND", (sys.executable, "-c", AGAIN.format(then=then), str(tmp_path / "tries")))
        return tmp_path / "tries"

    return made


def due(tmp_path: Path) -> tuple[Settings, Store]:
    """Return settings and store of a deployment where one new sample is enough, and was given."""
    settings = replace(Settings(home=tmp_path), learn_new=1, learn_look=0.02)
    store = opened(settings)
    glyph = np.zeros((28, 28), np.uint8)
    glyph[4:24, 13:15] = 255
    store.samples.give(Gift(glyph=glyph, label=1, source="key:someone", consent="1"))
    return settings, store


def test_what_fails_is_tried_more_and_more_seldom(tmp_path: Path, tries: Callable[[str], Path]) -> None:
    """In three seconds not one try each hundredth of one, but a handful, each after twice the time."""
    settings, store = due(tmp_path)
    marks = tries("sys.exit(1)")
    with store, beside.learning(store, settings):
        time.sleep(3)
    assert 1 <= len(marks.read_text()) <= 8


def test_what_is_well_is_looked_for_as_often_as_before(tmp_path: Path, tries: Callable[[str], Path]) -> None:
    """A try that ends well makes the next one wait no longer."""
    settings, store = due(tmp_path)
    marks = tries("")
    with store, beside.learning(store, settings):
        until = time.monotonic() + 30
        while not marks.exists() or len(marks.read_text()) < 10:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_it_stops_with_the_service(tmp_path: Path, tries: Callable[[str], Path]) -> None:
    """A learning under way is ended, and no process stays behind; where nothing is due none begins."""
    settings, store = due(tmp_path)
    marks = tries("import time; time.sleep(600)")
    with store:
        with beside.learning(store, replace(settings, learn_new=2)):
            time.sleep(0.5)
        assert not marks.exists()
        with beside.learning(store, settings):
            until = time.monotonic() + 30
            while not marks.exists():
                assert time.monotonic() < until
                time.sleep(0.05)
        found = subprocess.run(["pgrep", "-f", str(marks)], capture_output=True, text=True)
        assert found.stdout == ""


def test_mlflow_is_told_of_another_champion(tmp_path: Path, tries: Callable[[str], Path]) -> None:
    """Law: where cycles are tracked, the command runs once after the start and once after each change of champion,
    whether or not a cycle is due; where they are not, only when one is.
    """
    settings, store = due(tmp_path)
    settings = replace(settings, learn_new=2)
    marks = tries("")
    with store:
        sha = store.bundles.add(bundle("second"), "import")
        with beside.learning(store, settings):
            store.bundles.promote(sha, 1, "operator:kim", "by hand")
            time.sleep(0.5)
        assert not marks.exists()
        (settings.home / MLFLOW_NAME).mkdir()
        with beside.learning(store, settings):
            wait_for(marks, 1)
            store.bundles.rollback("operator:kim")
            wait_for(marks, 2)
            time.sleep(0.5)
    assert marks.read_text() == "xx"


def wait_for(marks: Path, count: int) -> None:
    """Wait until the command has run so often."""
    until = time.monotonic() + 60
    while not marks.exists() or len(marks.read_text()) < count:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_nothing_is_due_while_learning_is_paused(tmp_path: Path) -> None:
    """Law: neither is a cycle begun, nor one that was left gone on with."""
    settings, store = due(tmp_path)
    with store:
        assert is_due(store, settings)
        store.cycles.release(store.cycles.begin("somebody").id, "somebody")
        assert is_due(store, settings)
        store.cycles.pause("operator:kim", "the kiosk is being moved")
        assert not is_due(store, settings)
        store.cycles.unpause("operator:kim")
        assert is_due(store, settings)
