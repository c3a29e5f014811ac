"""Beside: what goes on in a thread of its own while the service serves."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LAST_S = 5.0
"""So long is waited at the end for what is under way then; a database that fell silent holds up no stop."""


@contextmanager
def beside(name: str, work: Callable[[threading.Event], object], last_s: float = LAST_S) -> Iterator[None]:
    """Have work done in a thread of that name, until the event that it is given is set."""
    is_over = threading.Event()
    thread = threading.Thread(target=work, args=[is_over], name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(last_s)
