import json
from pathlib import Path

import pytest

from sutja import Reader
from sutja._version import __version__

COMMANDS = ("serve", "read", "train", "evaluate")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(sutja, command: str) -> None:
    """Each command is named in `--help` and explains itself."""
    assert f" {command} " in sutja("--help").out
    assert len(sutja(command, "--help").out.splitlines()) > 10


def test_help_tells_the_defaults(sutja, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens without an option stands in the help."""
    monkeypatch.setenv("COLUMNS", "120")
    assert "[default: 5000]" in sutja("serve", "--help").out
    assert "[default: 60]" in sutja("train", "--help").out


def test_version(sutja) -> None:
    """`--version` prints it."""
    assert sutja("--version").out == f"sutja {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["read"],
        ["train", "--network", "huge"],
        ["train", "--epochs", "0"],
        ["train", "--learning-rate", "5"],
    ],
)
def test_wrong_use_exits_with_2(sutja, words: list[str]) -> None:
    """An unknown command, a missing file or a value out of range: exit code 2, and no traceback."""
    ran = sutja(*words)
    assert ran.code == 2
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("words", [["--bundle", "x"], []])
def test_a_service_with_a_bundle_does_not_learn(sutja, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: it would promote what it never reads with, so that it is refused, however the bundle is named."""
    if not words:
        monkeypatch.setenv("SUTJA_BUNDLE", "x")
    monkeypatch.setattr("sutja.service.run", lambda *_, **__: None)
    ran = sutja("serve", "--learn", *words)
    assert (ran.code, "SUTJA_BUNDLE" in ran.err) == (2, True)
    monkeypatch.delenv("SUTJA_BUNDLE", raising=False)
    assert sutja("serve", "--learn").code == 0


def test_a_setting_that_makes_no_sense(sutja, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong SUTJA_PORT is one line that names it."""
    monkeypatch.setenv("SUTJA_PORT", "many")
    ran = sutja("serve")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert "SUTJA_PORT" in ran.err


def test_evaluate_measures_the_shipped_bundle(sutja, real_data: Path) -> None:
    """`sutja evaluate` finds on MNIST's test digits what the card says, confusion by confusion."""
    card = Reader.load().bundle.card
    ran = sutja("evaluate", "--only", "mnist", "--json")
    assert ran.code == 0, ran.err
    record = json.loads(ran.out)
    assert (record["model"]["sha256"], record["model"]["parameters"]) == (card.sha256, card.parameters)
    score = card.scores["test"]
    assert record["sets"]["mnist"]["likeliest"]["value"] == pytest.approx(score.accuracy, abs=1e-9)
    assert record["curves"]["mnist"]["confusion"] == [list(row) for row in score.confusion]
