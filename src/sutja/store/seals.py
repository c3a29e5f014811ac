"""Seals: HMAC-SHA256 under the deployment's secret, one kind for each purpose."""

import hashlib
import hmac


def seal(secret: bytes, purpose: str, *parts: bytes) -> str:
    """Return the seal of some parts for a purpose, as 64 hex digits; no other parts and no other purpose have it."""
    mac = hmac.new(secret, digestmod=hashlib.sha256)
    for part in (purpose.encode(), *parts):
        mac.update(len(part).to_bytes(8, "big"))  # so that "ab", "c" is not "a", "bc"
        mac.update(part)
    return mac.hexdigest()


def is_seal(given: str, expected: str) -> bool:
    """Tell whether two seals are the same, in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
