"""A serving process follows the champion of the store: it swaps to what is fit to serve, and to nothing else."""

import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from serving import serving
from sutja import BundleError, Reader
from sutja.bundle import Bundle
from sutja.golden import self_test
from sutja.keeping import opened
from sutja.service import create_app
from sutja.service.champion import Champion
from sutja.settings import Settings
from sutja.store import Store, upgrade

SECRET = b"a secret of thirty-two bytes or more"
SEVEN = {"strokes": [[[24, 12], [78, 12], [44, 94]]]}
DAMAGES = int(os.environ.get("SUTJA_DAMAGES", "100"))


def changed(bundle: Bundle, by: float) -> Bundle:
    """Return a bundle whose first kernel is so many times as strong: another model, whole and well signed."""
    model = onnx.load_from_string(bundle.onnx)
    kernel = next(each for each in model.graph.initializer if len(each.dims) == 4)
    kernel.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(kernel) * np.float32(by), kernel.name))
    data = model.SerializeToString()
    return replace(bundle, onnx=data).with_card(sha256=hashlib.sha256(data).hexdigest())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a store whose champion is the shipped bundle."""
    url = f"sqlite:///{tmp_path / 'sutja.db'}"
    upgrade(url)
    with Store.open(url, secret=SECRET) as store:
        yield store


def test_the_swap_is_between_two_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under load no request fails while the champion changes and is taken back, within five seconds each; and each
    answer names the bundle that gave it.
    """
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path))
    new = changed(Bundle.shipped(), 1.001)
    seen, failed, is_over = [], [], threading.Event()

    def load(url: str) -> None:
        with httpx.Client(base_url=url) as client:
            while not is_over.is_set():
                answer = client.post("/predict", json=SEVEN)
                (seen if answer.status_code == 200 else failed).append(answer.json().get("model"))

    def wait_for(model: str) -> None:
        start = time.monotonic()
        while seen[-1:] != [model]:
            assert time.monotonic() < start + 5
            time.sleep(0.01)

    with serving() as service, opened(Settings(home=tmp_path)) as store:
        threads = [threading.Thread(target=load, args=[service.url]) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            wait_for(Bundle.shipped().card.sha256)
            store.bundles.promote(store.bundles.add(new, "import"), 1, "somebody", "by hand")
            wait_for(new.card.sha256)
            store.bundles.rollback("somebody", "back")
            wait_for(Bundle.shipped().card.sha256)
        finally:
            is_over.set()
            for thread in threads:
                thread.join()
    assert not failed
    assert set(seen) == {Bundle.shipped().card.sha256, new.card.sha256}


def test_a_named_bundle_is_kept(store: Store, tmp_path: Path) -> None:
    """Where the settings name a bundle it reads, whatever the store says."""
    changed(Bundle.shipped(), 1.002).save(tmp_path / "mine")
    app = create_app(Settings(bundle=tmp_path / "mine"), store)
    assert app.state.reader.bundle.card.sha256 != store.bundles.active().sha


def test_what_reads_nothing_is_not_taken(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """A bundle that is whole and well signed but reads no plain digit does not serve; that is said once."""
    blind = changed(Bundle.shipped(), 0.0)
    with pytest.raises(BundleError, match="of ten plain digits"):
        self_test(Reader(blind))
    champion = Champion.of(store)
    store.bundles.promote(store.bundles.add(blind, "import"), 1, "somebody", "by hand")
    assert [champion.look() for _ in range(3)] == [False] * 3
    assert champion.reader.bundle.card.sha256 == Bundle.shipped().card.sha256
    assert sum("cannot serve" in each.message for each in caplog.records) == 1


def test_no_damaged_bundle_serves(store: Store, tmp_path: Path) -> None:
    """Bytes of the champion's row changed, cut off or put in: none is served, and the one before goes on.

    A hundred of them; `make damaged` tries ten thousand.
    """
    champion = Champion.of(store)
    new = changed(Bundle.shipped(), 1.003)
    store.bundles.promote(store.bundles.add(new, "import"), 1, "somebody", "by hand")
    generator = np.random.default_rng(5)
    with sqlite3.connect(tmp_path / "sutja.db", isolation_level=None) as raw:
        [(onnx_bytes, card)] = raw.execute("SELECT onnx, card FROM bundles WHERE sha = ?", [new.card.sha256])
        for place in range(DAMAGES):
            rows = (damaged(onnx_bytes, generator), card) if place % 2 else (onnx_bytes, damaged(card, generator))
            raw.execute("UPDATE bundles SET onnx = ?, card = ? WHERE sha = ?", [*rows, new.card.sha256])
            assert not champion.look()
            assert champion.reader.bundle.card.sha256 == Bundle.shipped().card.sha256
        raw.execute("UPDATE bundles SET onnx = ?, card = ? WHERE sha = ?", [onnx_bytes, card, new.card.sha256])
    assert champion.look()
    assert champion.reader.bundle.card.sha256 == new.card.sha256


def test_a_process_that_begins_with_a_damaged_champion_reads_with_the_one_before(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A restart must not stop the reading: the newest one that is whole serves, and the true one as soon as it is."""
    for place, by in enumerate((1.004, 1.005, 1.006), 1):
        store.bundles.promote(store.bundles.add(changed(Bundle.shipped(), by), "import"), place, "somebody", "by hand")
    _, second, *broken = [each.sha for each in store.bundles.history()]
    with sqlite3.connect(tmp_path / "sutja.db", isolation_level=None) as raw:
        kept = raw.execute("SELECT sha, onnx FROM bundles").fetchall()
        raw.executemany("UPDATE bundles SET onnx = x'00' WHERE sha = ?", [[sha] for sha in broken])
        champion = Champion.of(store)
        assert champion.reader.bundle.card.sha256 == second
        assert not champion.look()
        assert "Generation 4 cannot serve" in caplog.text
        raw.executemany("UPDATE bundles SET onnx = ? WHERE sha = ?", [(onnx_bytes, sha) for sha, onnx_bytes in kept])
        assert champion.look()
        assert champion.reader.bundle.card.sha256 == broken[-1]
        raw.execute("UPDATE bundles SET onnx = x'00'")
    with pytest.raises(BundleError):
        Champion.of(store)


def damaged(whole: bytes, generator: np.random.Generator) -> bytes:
    """Return bytes with one bit turned, or without an end, or with bytes more in between."""
    place = int(generator.integers(len(whole)))
    kind = int(generator.integers(3))
    if kind == 0:
        return whole[:place] + bytes([whole[place] ^ (1 << int(generator.integers(8)))]) + whole[place + 1 :]
    return whole[:place] if kind == 1 else whole[:place] + generator.bytes(7) + whole[place:]


def test_a_store_that_is_away_changes_nothing(store: Store, tmp_path: Path) -> None:
    """Whoever reads does not notice that the store cannot be asked."""
    champion = Champion.of(store)
    store.close()
    (tmp_path / "sutja.db").rename(tmp_path / "away.db")
    (tmp_path / "sutja.db").mkdir()
    assert not champion.look()
    assert champion.reader.bundle.card.sha256 == Bundle.shipped().card.sha256
