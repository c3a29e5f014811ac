"""What the TypeScript twins are held to: the same constants and the same inks. `web/tests/twins.test.ts` compares."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sutja import Ink

ROOT = Path(__file__).resolve().parent.parent
INKS = json.loads((ROOT / "tests" / "fixtures" / "twins" / "inks.json").read_text("utf-8"))


def ask(word: str) -> subprocess.CompletedProcess[str]:
    """Run the tool with one word."""
    return subprocess.run([sys.executable, ROOT / "tools" / "fixtures.py", word], capture_output=True, text=True)


def test_the_constants_are_those_of_the_python() -> None:
    """Law: writing web/src/twins/constants.ts anew gives exactly the file that is there."""
    sys.path.insert(0, str(ROOT))
    from tools.fixtures import CONSTANTS, constants_text

    assert CONSTANTS.read_text("utf-8") == constants_text(), "run `make client`"


def test_there_are_inks_enough() -> None:
    """Law: 300 inks of one digit or of none, 70 of several and 40 PINs, each of which the Python takes for ink."""
    assert len(INKS["digits"]) >= 300
    assert len(INKS["numbers"]) >= 70
    assert len(INKS["pins"]) >= 40
    inks = [*INKS["digits"], *INKS["numbers"], *(ink for four in INKS["pins"] for ink in four)]
    assert sum(bool(Ink(ink)) for ink in inks) > 500


@pytest.fixture(scope="module")
def answers() -> dict:
    """Return what the tool answers."""
    answer = ask("answers")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_the_answers_tell_ways_apart(answers: dict) -> None:
    """Law: each verdict, both hints of inks, sure and doubtful PINs are among the answers, or nothing is compared."""
    assert {each["verdict"] for each in answers["digits"]} == {"digit", "unsure", "not_a_digit", "empty"}
    assert {hint for each in answers["digits"] for hint in each["hints"]} == {"dot", "two_shapes"}
    assert {len(each.get("rewrite", [])) for each in answers["pins"]} >= {0, 1}
    assert len({each["readings"][0]["digits"] for each in answers["numbers"]}) > 40
    assert set(answers["verdicts"]["verdicts"]) == {"digit", "unsure", "not_a_digit"}


def test_a_wrong_word_is_refused() -> None:
    """Law: the tool says what it can do, and does nothing else."""
    answer = ask("nonsense")
    assert answer.returncode == 1
    assert "Expected one of constants, inks and answers" in answer.stderr
