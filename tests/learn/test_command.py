"""`sutja train`, on a small MNIST."""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import oracle
from sutja.bundle import Bundle, draft
from sutja.learn.convert import to_onnx
from sutja.learn.network import build
from sutja.learn.plan import Network

QUICK = ("--diet", "mnist", "--epochs", "1")


@pytest.fixture(autouse=True)
def _found(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command find the small MNIST."""
    monkeypatch.setenv("SUTJA_DATA", str(data))


@pytest.fixture
def start(tmp_path: Path) -> Path:
    """Return the folder of a bundle of the network `small` that has learned nothing yet."""
    model = build(Network.SMALL)
    draft(to_onnx(model, np.zeros((2, 28, 28), np.float32)), "small", model.count_params()).save(tmp_path / "start")
    return tmp_path / "start"


def plan_in(folder: Path) -> dict[str, object]:
    """Return the plan by which a finished training went."""
    return dict(json.loads((folder / "card.json").read_text())["training"]["plan"])


def test_each_option_reaches_the_plan(sutja, tmp_path: Path) -> None:
    """Each option of the command line is the field of the plan that it names, and --h5 writes one file more."""
    options = "--network small --epochs 1 --batch-size 64 --learning-rate 0.002 --patience 5 --augment 0 --seed 9 --h5"
    ran = sutja("train", "--diet", "mnist", "--out", tmp_path / "run", *options.split())
    assert (ran.code, "Traceback" in ran.err) == (0, False), ran.err
    assert plan_in(tmp_path / "run") == {
        "network": "small",
        "diet": "mnist",
        "start": None,
        "is_frozen": False,
        "teachers": [],
        "epochs": 1,
        "batch_size": 64,
        "learning_rate": 0.002,
        "patience": 5,
        "augment": 0.0,
        "seed": 9,
    }
    assert (tmp_path / "run" / "model.h5").exists()
    assert "written to" in ran.out


def test_a_training_goes_on_from_a_bundle(sutja, start: Path, tmp_path: Path) -> None:
    """--from takes the network of the bundle, whatever the default is, and the plan names it; --freeze stands there."""
    ran = sutja("train", *QUICK, "--from", start, "--freeze", "--out", tmp_path / "run")
    assert (ran.code, "Traceback" in ran.err) == (0, False), ran.err
    plan = plan_in(tmp_path / "run")
    assert (plan["network"], plan["start"], plan["is_frozen"]) == ("small", Bundle.load(start).card.sha256, True)
    assert Bundle.load(tmp_path / "run").card.network == "small"


def test_freezing_needs_something_to_freeze(sutja, tmp_path: Path) -> None:
    """--freeze without --from would keep weights that mean nothing: wrong use."""
    ran = sutja("train", *QUICK, "--freeze", "--out", tmp_path / "run")
    assert ran.code == 2
    assert "--from" in ran.err
    assert not (tmp_path / "run").exists()


def test_another_network_than_that_of_the_bundle(sutja, start: Path, tmp_path: Path) -> None:
    """--network beside --from must be that of the bundle: neither of them is left aside in silence."""
    ran = sutja("train", *QUICK, "--from", start, "--network", "classic", "--out", tmp_path / "run")
    assert ran.code == 2
    assert "small" in ran.err
    assert not (tmp_path / "run").exists()


def test_teachers_are_named(sutja, start: Path, tmp_path: Path) -> None:
    """--teacher may be repeated; the plan names each by its hash."""
    ran = sutja("train", *QUICK, "--teacher", start, "--teacher", start, "--out", tmp_path / "run")
    assert (ran.code, "Traceback" in ran.err) == (0, False), ran.err
    assert plan_in(tmp_path / "run")["teachers"] == [Bundle.load(start).card.sha256] * 2


@pytest.mark.parametrize("option", ["--from", "--teacher"])
def test_ten_outputs_teach_nothing(sutja, tmp_path: Path, option: str) -> None:
    """A bundle that does not know what is no digit is refused before anything is gathered or written."""
    oracle.bundle(outputs=10).save(tmp_path / "ten")
    ran = sutja("train", *QUICK, option, tmp_path / "ten", "--out", tmp_path / "run")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert f"{option} to name a bundle with eleven outputs" in ran.err
    assert not (tmp_path / "run").exists()


def test_a_bundle_from_elsewhere_is_no_start(sutja, tmp_path: Path) -> None:
    """A bundle of another network, or none at all, cannot be gone on from: one line that says so, and no folder."""
    oracle.bundle().save(tmp_path / "elsewhere")
    for folder, name in ((tmp_path / "elsewhere", "oracle"), (tmp_path / "nowhere", "nowhere")):
        ran = sutja("train", *QUICK, "--from", folder, "--out", tmp_path / "run")
        assert (ran.code, len(ran.err.splitlines())) == (1, 1)
        assert name in ran.err
        assert not (tmp_path / "run").exists()


def test_a_finished_training_is_left_alone(sutja, tmp_path: Path) -> None:
    """--out with a finished bundle fails before anything is written there."""
    (tmp_path / "card.json").write_text("{}")
    ran = sutja("train", "--out", tmp_path)
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == ["card.json"]


def test_it_can_be_stopped_and_goes_on(data: Path, tmp_path: Path) -> None:
    """Ctrl-C after the first epoch keeps a bundle and exits with 130; --resume, in another process, finishes it."""
    words = [sys.executable, "-m", "learn.small", str(data), "train"]
    paths = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    started = partial(subprocess.Popen, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    heeding = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # what was started in the background ignores it
    options = ["--network", "small", "--diet", "mnist", "--epochs", "90", "--out", str(tmp_path / "run")]
    with started([*words, *options], preexec_fn=heeding) as first:
        for line in first.stderr:
            if "epoch 1/90" in line:
                first.send_signal(signal.SIGINT)
                break
        out, err = first.communicate(timeout=120)
    assert first.returncode == 130, err
    assert "--resume" in out
    card = json.loads((tmp_path / "run" / "card.json").read_text())
    assert "test" not in card["scores"]
    last = card["training"]["epochs"] + 1
    assert last < 90
    with started([*words, "--resume", str(tmp_path / "run"), "--epochs", str(last)]) as second:
        _, err = second.communicate(timeout=120)
    assert second.returncode == 0, err
    assert f"epoch {last}/{last}" in err
    assert f"epoch {last - 1}/{last}" not in err
    assert not (tmp_path / "run" / "checkpoint").exists()


def test_nothing_to_resume_leaves_nothing(sutja, tmp_path: Path) -> None:
    """--resume with a folder that is not there is one line, and makes no such folder."""
    ran = sutja("train", "--resume", tmp_path / "typo")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize(
    "words",
    [
        "--seed 3",
        "--diet mnist",
        "--from somewhere",
        "--freeze",
        "--teacher somewhere",
        "--augment 0",
        "--learning-rate 0.1",
        "--out there",
    ],
)
def test_resume_takes_no_other_plan(sutja, tmp_path: Path, words: str) -> None:
    """An option that --resume would have to ignore is wrong use, and is named as it was written."""
    ran = sutja("train", "--resume", tmp_path, *words.split())
    assert ran.code == 2
    assert words.partition(" ")[0] in ran.err
