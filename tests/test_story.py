"""The short form of the whole story; `make story` has the long one.

People correct a champion that knows MNIST alone, a cycle fires by itself under load and promotes, and writers of whom
nothing was given are read better.
"""

from pathlib import Path

import pytest
from tools import story

from sutja.learn.dataset import Mix, mixes
from sutja.learn.plan import Diet, Network, Plan
from sutja.learn.train import train


def test_it_learns_from_its_mistakes(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quick champion, thirty digits of each of twenty givers, and ten writers whom nobody asked."""
    training, calibration = mixes(real_data, Diet.MNIST)
    plan = Plan(network=Network.SMALL, diet=Diet.MNIST, epochs=4, learning_rate=2e-3)
    some = Mix(training.sets, {"mnist": 12_000})
    champion = train(plan, real_data, tmp_path / "champion", lambda _: None, parts=(some, calibration)).bundle
    monkeypatch.setenv("SUTJA_LEARN_EPOCHS", "2")
    told = story.tell(champion, real_data, tmp_path / "home", per_writer=30)
    story.expect(told)
    assert told.given == 600
    assert 0 < told.corrected < 600
    assert "requests failed" in story.words(told)
    story.show(told, tmp_path)
    assert (tmp_path / "story.png").stat().st_size > 10_000
