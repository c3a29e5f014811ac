"""Expiry: what was promised to be deleted after so many days is, by whichever server is up then."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sutja.errors import StoreError
from sutja.service.beside import beside
from sutja.store import Store

EVERY_S = 3600.0

log = logging.getLogger(__name__)


@contextmanager
def expiring(store: Store, every_s: float = EVERY_S) -> Iterator[None]:
    """Delete what is past its time, now and each hour, in a thread."""

    def expire(is_over: threading.Event) -> None:
        while True:
            _purge(store)
            if is_over.wait(every_s):
                return

    with beside("expiry", expire):
        yield


def _purge(store: Store) -> None:
    try:
        store.samples.purge_expired()
    except StoreError as error:  # busy, or away: the next hour comes
        log.warning("Expired samples could not be deleted just now. %s", error)
    except Exception:  # a thread that dies would never delete again, and nobody would know
        log.exception("Expired samples could not be deleted just now.")
