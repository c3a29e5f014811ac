"""Which sources are to judge by, and never to train on.

Owns the split, which is by hash: the same source always falls to the same side, whenever and wherever that is asked. It
has a key, so that nobody can choose the side.
"""

import hashlib
import hmac

ONE_IN = 5
"""One source in so many is never trained on."""
KEY_BYTES_MIN = 16


def is_held_out(source: str, key: bytes) -> bool:
    """Whether the samples of a source are to judge by, and never to train on. `key` is the deployment's secret.

    Raises `ValueError` for a key of less than 16 bytes: who can guess it can choose where a source falls.
    """
    if len(key) < KEY_BYTES_MIN:
        raise ValueError(f"Expected a key of at least {KEY_BYTES_MIN} bytes. Received {len(key)}.")
    digest = hmac.new(key, b"sutja/hold-out/1\0" + source.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest) % ONE_IN == 0  # 2**256 is no multiple of 5, but nobody can see that
