"""The short form of the whole story; `make story` has the long one.

People correct a champion that knows MNIST alone, a cycle fires by itself under load and promotes, and writers of whom
nothing was given are read better.
"""

import hashlib
from pathlib import Path

import pytest
from tools import story

from sutja.secret import put_secret
from taught import novice


def test_it_learns_from_its_mistakes(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quick champion, sixty digits of each of twenty givers, and ten writers whom nobody asked."""
    champion = novice(real_data, tmp_path / "champion")
    monkeypatch.setenv("SUTJA_LEARN_EPOCHS", "3")
    # It decides who is learnt from. With so few givers chance may make a candidate that the gate rightly refuses.
    put_secret(tmp_path / "home", hashlib.sha256(b"a story").digest())
    told = story.tell(champion, real_data, tmp_path / "home", per_writer=60)
    story.expect(told)
    assert told.given == 1200
    assert 0 < told.corrected < 1200
    assert "requests failed" in story.words(told)
    story.show(told, tmp_path)
    assert (tmp_path / "story.png").stat().st_size > 10_000
