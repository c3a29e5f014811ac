"""Names of keys and operators: they stand in logs, on command lines and in the audit trail."""

import re

from sutja.errors import InputError

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def expect_name(name: str) -> None:
    """Raise `InputError` where a name will not do."""
    if not NAME.fullmatch(name):
        raise InputError("Expected a name of 1 to 64 of a-z, 0-9, dot, dash and underscore. Received another.")
