"""`sutja learn`: what is asked for is done, or refused in a line; it never trains here."""

from collections.abc import Callable
from pathlib import Path

import pytest

from databases import gift
from sutja.learn.cycle import begin, holder
from sutja.secret import secret_of
from sutja.store import CycleState, Store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sutja: Callable) -> Path:
    """Set a home with a store in it."""
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path / "home"))
    assert sutja("db", "upgrade").code == 0
    return tmp_path / "home"


def opened(home: Path) -> Store:
    return Store.open(f"sqlite:///{home / 'sutja.db'}", secret=secret_of(home))


def left(home: Path, **params: object) -> str:
    """Return the name of a cycle that was begun with these params, and left."""
    with opened(home) as store:
        cycle = begin(store, "somebody", "a test", params)
        return store.cycles.release(cycle.id, "somebody").id


@pytest.mark.parametrize(
    "options",
    [
        "--cycle 20260301-120000-abcdef",
        "--cycle 20260301-120000-abcdef --step train --epochs 3",
        "--cycle 20260301-120000-abcdef --step train --from-scratch",
        "--cycle 20260301-120000-abcdef --step train --if-due",
        "--abandon 20260301-120000-abcdef --if-due",
        "--abandon 20260301-120000-abcdef --from-scratch",
        "--abandon 20260301-120000-abcdef --step collect",
        "--from-scratch --epochs 3",
    ],
)
def test_options_that_would_mean_nothing_are_wrong_use(home: Path, sutja: Callable, options: str) -> None:
    """Law: no option is left aside in silence."""
    ran = sutja("learn", *options.split())
    assert (ran.code, options.split(maxsplit=1)[0] in ran.err) == (2, True)


@pytest.mark.parametrize("words", [["learn"], ["learn", "--step", "collect"]])
@pytest.mark.parametrize("asked", [["--from-scratch"], ["--epochs", "3"]])
def test_a_cycle_that_was_begun_otherwise_is_ended_first(
    home: Path, sutja: Callable, words: list[str], asked: list[str]
) -> None:
    """Law: who asks for another training than that of a cycle left unfinished is told so, and how to end it."""
    name = left(home, epochs=8)
    ran = sutja(*words, *asked)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert f"sutja learn --abandon {name}" in ran.err
    assert sutja("learn", "--abandon", name).code == 0
    with opened(home) as store:
        assert store.cycles.get(name).state is CycleState.LEFT


def test_a_cycle_that_was_begun_alike_is_gone_on_with(home: Path) -> None:
    """Law: what was asked for before is no obstacle; what nobody asked for stays as the cycle has it."""
    name = left(home, epochs=3, is_from_scratch=False)
    with opened(home) as store:
        taken = begin(store, holder(), "a test", {"epochs": 3, "is_from_scratch": False}, {"epochs"})
        store.cycles.release(taken.id, taken.holder)
        again = begin(store, holder(), "a test", {"epochs": 8, "is_from_scratch": False})
    assert (taken.id, again.id, again.params["epochs"]) == (name, name, 3)


def test_who_purges_is_told_of_the_cycle_that_ends(home: Path, sutja: Callable) -> None:
    """Law: a cycle that was left, and used what is purged, is never gone on with; whoever purges is told."""
    with opened(home) as store:
        sample = store.samples.give(gift(1, source="visitor:a")).sample
        cycle = begin(store, "somebody", "a test", {})
        store.cycles.claim(cycle.id, "somebody", [sample], [sample])
        store.cycles.release(cycle.id, "somebody")
    ran = sutja("samples", "purge", "--source", "visitor:a")
    assert (ran.code, f"cycle {cycle.id} used some of them" in ran.out) == (0, True)
    with opened(home) as store:
        assert begin(store, holder(), "a test", {}).id != cycle.id
