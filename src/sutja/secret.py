"""The deployment's secret: made once, kept in `SUTJA_HOME`, and handed to whoever signs.

It signs receipts, the audit chain and bundles. Who loses it can keep neither; who shares the database shares the file.
A second one lies beside it only while a backup is restored: `sutja.keeping` says which of them stays.
"""

import os
import secrets
from pathlib import Path

from sutja.errors import SettingsError

SECRET_NAME = "secret"  # noqa: S105  # the name of a file
COMING_NAME = "secret.coming"  # that of a backup, until its database is in place
SECRET_BYTES = 32
LETTERS_MIN = 8
"""Of 32 random hex digits fewer are different once in 25 million times, of 64 or of random bytes never."""
FORBIDDEN = 0o037  # what others may do with it, and what its group may do besides reading it


def secret_of(home: Path) -> bytes:
    """Return the secret in a folder, made at the first call, in whichever process that is.

    Raises `SettingsError` where it is weak or others may read it.
    """
    make_private(home)
    path = home / SECRET_NAME
    if not path.exists():
        _make(path)
    if os.name == "posix" and path.stat().st_mode & FORBIDDEN:
        raise SettingsError(f"Expected {path} to be readable by its owner alone: chmod 600. Received more rights.")
    return _strong(path.read_bytes(), path)


def make_private(folder: Path) -> None:
    """Make a folder, and all that are missing on the way to it, for their owner alone. Raises `OSError`."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in (*reversed(missing), folder):  # itself in any case: what is there may be no folder
        each.mkdir(mode=0o700, exist_ok=True)


def put_secret(home: Path, secret: bytes, name: str = SECRET_NAME) -> None:
    """Let a secret, such as that of a backup, take the place of whichever a folder has, in one step.

    Raises `SettingsError` where it is weak.
    """
    _strong(secret, home / name)
    make_private(home)
    _write(home / name, secret).replace(home / name)


def _strong(secret: bytes, path: Path) -> bytes:
    """Return a secret that nobody could guess from its form alone. Raises `SettingsError` for any other."""
    if len(secret) < SECRET_BYTES:
        wrong = f"{len(secret)}"
    elif len(set(secret)) < LETTERS_MIN:
        wrong = f"fewer than {LETTERS_MIN} different ones"
    elif _repeats(secret.rstrip()):
        wrong = "some that repeat"
    else:
        return secret
    raise SettingsError(
        f"Expected {path} to hold at least {SECRET_BYTES} bytes that were drawn by chance. Received {wrong}: "
        "openssl rand -hex 32 makes a good one."
    )


def _repeats(secret: bytes) -> bool:
    """Tell whether it is one piece again and again, the last time perhaps in part."""
    return any(secret[length:] == secret[:-length] for length in range(1, len(secret) // 2 + 1))


def _write(path: Path, secret: bytes) -> Path:
    """Return a file beside `path` that holds a secret."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        partial.unlink()
        raise
    return partial


def _make(path: Path) -> None:
    """Write a secret to a file of its own, then give it the name, unless another process was first."""
    partial = _write(path, secrets.token_bytes(SECRET_BYTES))
    try:
        try:
            path.hardlink_to(partial)
        except FileExistsError:
            return
    finally:
        partial.unlink()
