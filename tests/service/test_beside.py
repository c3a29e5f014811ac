"""What goes on beside the service: it ends with it, and what hangs does not hold it up."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import SimpleNamespace

import pytest

from sutja.service import learning as learning_beside
from sutja.service import watching
from sutja.service.beside import LAST_S, beside
from sutja.service.champion import Champion
from sutja.service.expiry import expiring
from sutja.service.learning import STOP_S, learning
from sutja.service.watching import following_drift
from sutja.settings import Settings


@pytest.fixture
def hang() -> Iterator[threading.Event]:
    """Give what is waited for in vain, until the test is over."""
    hang = threading.Event()
    yield hang
    hang.set()


def test_it_ends_when_the_service_does() -> None:
    ended = []
    with beside("test", lambda is_over: ended.append(is_over.wait(20))):
        assert "test" in {thread.name for thread in threading.enumerate()}
    assert ended == [True]


def test_a_store_that_hangs_does_not_hold_up_the_stop(hang: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: following the champion, deleting what expired, learning and looking for drift are left as they are."""

    def ask(*_: object, **__: object) -> None:
        hang.wait(60)

    monkeypatch.setattr("sutja.service.champion.FOLLOW_S", 0.01)
    monkeypatch.setattr(learning_beside, "is_due", ask)
    monkeypatch.setattr(watching, "_points", ask)
    store = SimpleNamespace(samples=SimpleNamespace(purge_expired=ask), bundles=SimpleNamespace(active=ask))
    app = SimpleNamespace(state=SimpleNamespace(store=store, meter=SimpleNamespace(drifted=ask)))
    hanging: list[AbstractContextManager[object]] = [
        Champion(store, None, None).followed(lambda _: None),
        expiring(store),
        learning(store, Settings(learn_look=0.01)),
        following_drift(app),
    ]

    def stop(each: AbstractContextManager[object]) -> float:
        with each:
            time.sleep(0.3)
            begun = time.monotonic()
        return time.monotonic() - begun

    with ThreadPoolExecutor(len(hanging)) as pool:
        took_s = list(pool.map(stop, hanging))
    assert all(LAST_S - 0.5 < each < STOP_S + LAST_S + 1 for each in took_s)
