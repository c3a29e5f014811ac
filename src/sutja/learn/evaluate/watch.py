"""Where a measuring is, told to whoever shows it."""

from collections.abc import Callable

from sutja.learn.evaluate.answers import Tick

Watch = Callable[[str, int, int], None]
"""Called with what is being read, how many drawings of it were read, and how many there are."""


def ticking(watch: Watch, name: str, total: int) -> Tick:
    """Return what tells `watch` of each step in the reading of `total` drawings."""
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        watch(name, done, total)

    tick(0)
    return tick
