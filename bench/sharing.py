"""How two processes on one port share connections, in three ways: what docs/decisions/0014 was decided by.

    .venv/bin/python -m bench.sharing [--rounds 12]

Sixteen connections come at once and are kept. Told is, of each round, how many the process has that has more of them.
"""

import argparse
import asyncio
import contextlib
import mmap
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from multiprocessing import Pipe

import uvloop

from sutja.service.process import application
from sutja.service.worker import NOBODY, Seat, Sharing
from sutja.settings import Settings

CONNECTIONS = 16
START_S = 60.0
REST_S = 0.3
ADDRESS = ("127.0.0.1", 0)

Serve = Callable[[socket.socket, int, memoryview], None]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.sharing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    rounds = parser.parse_args().rounds
    for title, serve, is_reused in (
        ("one socket, as uvloop takes from it", by_uvloop, False),
        ("a socket each, by SO_REUSEPORT", by_uvloop, True),
        ("one socket, as sutja takes from it", by_sutja, False),
    ):
        with two(serve, is_reused=is_reused) as (address, counts):
            print(f"{title:36}", *sorted(greater(address, counts) for _ in range(rounds)), flush=True)


def greater(address: tuple[str, int], counts: memoryview) -> int:
    """Return how many connections the process has that has more of them."""
    with contextlib.ExitStack() as kept:
        for _ in range(CONNECTIONS):
            kept.enter_context(socket.create_connection(address))
        time.sleep(REST_S)
        found = max(counts)
    time.sleep(REST_S)
    return found


@contextlib.contextmanager
def two(serve: Serve, *, is_reused: bool) -> Iterator[tuple[tuple[str, int], memoryview]]:
    """Yield the address of two processes, and how many connections each of them has."""
    counts = memoryview(mmap.mmap(-1, 8)).cast("i")
    counts[0] = counts[1] = NOBODY
    one = socket.create_server(ADDRESS, backlog=512, reuse_port=is_reused)
    address = one.getsockname()
    other = socket.create_server(address, backlog=512, reuse_port=True) if is_reused else one
    pids = [begun(serve, listener, number, counts) for number, listener in enumerate((one, other))]
    one.close()
    other.close()
    try:
        until = time.monotonic() + START_S
        while NOBODY in counts and time.monotonic() < until:
            time.sleep(REST_S)
        yield address, counts
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def begun(serve: Serve, listener: socket.socket, number: int, counts: memoryview) -> int:
    """Return a process that serves."""
    pid = os.fork()
    if pid == 0:
        try:
            serve(listener, number, counts)
        finally:
            os._exit(1)
    return pid


def by_uvloop(listener: socket.socket, number: int, counts: memoryview) -> None:
    """Take connections as uvloop does, and no more."""

    class Counted(asyncio.Protocol):
        def connection_made(self, _: object) -> None:
            counts[number] += 1

        def connection_lost(self, _: object) -> None:
            counts[number] -= 1

    async def serve() -> None:
        await asyncio.get_running_loop().create_server(Counted, sock=listener, backlog=512)
        counts[number] = 0
        await asyncio.Event().wait()

    uvloop.run(serve())


def by_sutja(listener: socket.socket, number: int, counts: memoryview) -> None:
    """Take connections as a worker does."""
    settings = Settings(database_url="none")
    line, _supervisor = Pipe()
    with application(settings) as app:
        Sharing(app, settings, Seat(number, line, counts)).run(sockets=[listener])


if __name__ == "__main__":
    main()
