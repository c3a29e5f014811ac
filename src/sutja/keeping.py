"""Keeping: the store that the settings name, opened under the deployment's secret.

Owns who makes the tables: of a file in `SUTJA_HOME` whoever opens it first, of a database of one's own
`sutja db upgrade`.
"""

from pathlib import Path

from sutja.errors import StoreError
from sutja.secret import secret_of
from sutja.settings import Settings
from sutja.store import Rules, Store, upgrade

NOWHERE = "none"
"""The `database_url` of a service that keeps nothing."""


def opened(settings: Settings) -> Store:
    """Return the open store of the settings. Raises `StoreError` and `SettingsError`, also where nothing is kept."""
    if settings.database_url == NOWHERE:
        raise StoreError("Expected a store. Received SUTJA_DATABASE_URL=none, by which nothing is kept.")
    try:
        secret = secret_of(settings.home)
    except OSError as error:
        raise _unwritable(settings.home, error) from error
    if not settings.database_url:
        upgrade(settings.database)
    rules = Rules(
        sample_days=settings.sample_days, quota_source=settings.quota_source, quota_keyless=settings.quota_keyless
    )
    return Store.open(settings.database, secret=secret, rules=rules)


def is_due(store: Store, settings: Settings) -> bool:
    """Whether a cycle of learning is to run: one was left unfinished, or enough new samples came, and nobody paused it.

    Light: whoever asks need not have Keras.
    """
    running = store.cycles.running()
    if running is not None:
        return running.lease_until <= store.clock()
    return store.cycles.paused() is None and store.samples.fresh() >= settings.learn_new


def _unwritable(home: Path, error: OSError) -> StoreError:
    return StoreError(
        f"Expected SUTJA_HOME to be a folder that can be written. Received {home}: {error.strerror}. Name another, or "
        "set SUTJA_DATABASE_URL=none to keep nothing."
    )
