"""Keeping: the store that the settings name, opened under the deployment's secret.

Owns who makes the tables: of a file in `SUTJA_HOME` whoever opens it first, of a database of one's own
`sutja db upgrade`. Owns, too, which secret stays when a backup is restored: the one that the database is kept under.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sutja.errors import StoreError
from sutja.secret import COMING_NAME, SECRET_NAME, put_secret, secret_of
from sutja.settings import Settings
from sutja.store import Rules, Store, is_kept_under, upgrade

NOWHERE = "none"
"""The `database_url` of a service that keeps nothing."""


def opened(settings: Settings, *, makes: bool = True) -> Store:
    """Return the open store of the settings. Raises `StoreError` and `SettingsError`, also where nothing is kept.

    Unless it `makes` what is missing, it has to be there: it was, for another process of the same service.
    """
    if settings.database_url == NOWHERE:
        raise StoreError("Expected a store. Received SUTJA_DATABASE_URL=none, by which nothing is kept.")
    try:
        secret = secret_of_store(settings)
    except OSError as error:
        raise _unwritable(settings.home, error) from error
    if makes and not settings.database_url:
        upgrade(settings.database)
    rules = Rules(
        sample_days=settings.sample_days, quota_source=settings.quota_source, quota_keyless=settings.quota_keyless
    )
    return Store.open(settings.database, secret=secret, rules=rules)


def secret_of_store(settings: Settings) -> bytes:
    """Return the secret that the store is kept under, also where a restore was killed before its secret was in place.

    Raises `StoreError`, `SettingsError` and `OSError`.
    """
    _follow(settings)
    return secret_of(settings.home)


@contextmanager
def bringing(settings: Settings, secret: bytes) -> Iterator[None]:
    """Let a database that is put back meanwhile be followed by its secret.

    Until it is there, the secret waits beside the one of before, which stays where the database does not come. Raises
    `OSError`.
    """
    put_secret(settings.home, secret, COMING_NAME)
    try:
        yield
    finally:
        with suppress(StoreError):  # what cannot be told now, whoever opens the store next is told
            _follow(settings)
            (settings.home / COMING_NAME).unlink(missing_ok=True)


def is_due(store: Store, settings: Settings) -> bool:
    """Whether a cycle of learning is to run: one was left unfinished, or enough new samples came, and nobody paused it.

    Light: whoever asks need not have Keras.
    """
    if store.cycles.paused() is not None:
        return False
    running = store.cycles.running()
    if running is not None:
        return running.lease_until <= store.clock()
    return store.samples.fresh() >= settings.learn_new


def _follow(settings: Settings) -> None:
    """Put the secret that waits in its place where the database is kept under it already.

    One that waits for a database which is not there yet is left alone: it may be on its way.
    """
    coming = settings.home / COMING_NAME
    with suppress(FileNotFoundError):  # none waits, or another process was quicker
        if is_kept_under(settings.database, coming.read_bytes()):
            coming.replace(settings.home / SECRET_NAME)


def _unwritable(home: Path, error: OSError) -> StoreError:
    return StoreError(
        f"Expected SUTJA_HOME to be a folder that can be written. Received {home}: {error.strerror}. Name another, or "
        "set SUTJA_DATABASE_URL=none to keep nothing."
    )
