"""Where a measuring is, told to whoever shows it."""

from collections.abc import Callable

Watch = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is to do."""
Tick = Callable[[int], None]
"""Called with how much was done since the last call."""


def ticking(watch: Watch, name: str, total: int) -> Tick:
    """Return what tells `watch` of each step in the work of that name."""
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        watch(name, done, total)

    tick(0)
    return tick
