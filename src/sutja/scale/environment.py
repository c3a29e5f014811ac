"""What Ray takes from the environment, and looks at as it is imported: who joins a cluster prepares this first."""

import os
import secrets

RUNNING = "auto"
"""The cluster of which this machine is a part."""
OWN = "local"
"""One that lives as long as the work, on this machine alone."""


def prepare(address: str) -> None:
    """Have Ray tell nobody how it is used, and, in a cluster of one's own, let nobody else in.

    It listens on every address of the machine, whatever one tells it, and its ports run what they are sent.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if address == OWN:
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))
