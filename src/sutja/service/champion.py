"""The champion: which bundle a serving process reads with, and how it follows the store.

Owns the swap. Every two seconds the store is asked for the generation of its champion; another one is loaded, verified
and tested beside the old one, and taken between two requests. Whatever fails on that way, the old one goes on; a
process that begins like that reads with the newest one before it that is whole.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self

from sutja.errors import BundleError, StoreError
from sutja.golden import self_test
from sutja.reader import Reader
from sutja.service.beside import beside
from sutja.store import Active, Store

FOLLOW_S = 2.0
"""How often the store is asked. A promotion is served by all processes within 5 s: this, and loading."""

log = logging.getLogger(__name__)


class Champion:
    """The champion of a store as one process knows it: `reader` is the last one that was fit to serve."""

    def __init__(self, store: Store, active: Active, reader: Reader) -> None:
        """Set out from a champion that was loaded already."""
        self.reader = reader
        self._store, self._active = store, active
        self._refused: Active | None = None

    @classmethod
    def of(cls, store: Store) -> Self:
        """Return the champion of a store, verified and tested; where it cannot serve, the newest before it that can.

        Raises `BundleError` where none can, and `StoreError`.
        """
        active = store.bundles.active()
        try:
            return cls(store, active, _tested(store, active))
        except BundleError:
            earlier = _before(store, active)
            if earlier is None:
                raise
            return cls(store, *earlier)  # it looks for the true one as it follows, and says what is wrong with it

    def look(self) -> bool:
        """Ask the store once, and take another champion where there is one that is fit; return whether there was."""
        try:
            active = self._store.bundles.active()
            if active.generation == self._active.generation:
                return False
            reader = self.reader if active.sha == self._active.sha else _tested(self._store, active)
        except BundleError as error:
            self._refuse(active, error)
            return False
        except StoreError:  # away, or busy: whoever reads does not notice
            return False
        self.reader, self._active = reader, active
        return True

    @property
    def is_refused(self) -> bool:
        """Whether the store names another champion by now, which is unfit to serve."""
        return self._refused is not None and self._refused.generation > self._active.generation

    @contextmanager
    def followed(self, swap: Callable[[Reader], object]) -> Iterator[None]:
        """Ask every two seconds, in a thread, and hand each new reader to `swap`."""

        def follow(is_over: threading.Event) -> None:
            while not is_over.wait(FOLLOW_S):
                try:
                    if self.look():
                        swap(self.reader)
                except Exception:  # a thread that dies would never swap again, and nobody would know
                    log.exception("The champion could not be followed just now.")

        with beside("champion", follow):
            yield

    def _refuse(self, active: Active, error: BundleError) -> None:
        """Say once of each champion that it cannot serve."""
        if active != self._refused:
            self._refused = active
            log.error("Generation %d cannot serve, the one before goes on. %s", active.generation, error)


def _before(store: Store, active: Active) -> tuple[Active, Reader] | None:
    """Return the newest champion before this one that can serve."""
    tried = {active.sha}
    for past in reversed(store.bundles.history()):
        if past.sha not in tried:
            tried.add(past.sha)
            earlier = Active(past.generation, past.sha, past.at)
            with suppress(BundleError):
                return earlier, _tested(store, earlier)
    return None


def _tested(store: Store, active: Active) -> Reader:
    reader = Reader(store.bundles.load(active.sha))
    self_test(reader)
    return reader
