"""A cluster of Ray, and archives read on it by Ray Data: every process of a pool has a Reader and takes shards.

Owns how one joins a cluster, and what becomes an error of ours there. Ray starts a process that died anew, elsewhere
if need be, and gives its shards to others.
"""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ray
from ray.data import ActorPoolStrategy, DataContext

from sutja._version import __version__
from sutja.bundle import Bundle
from sutja.errors import ScaleError
from sutja.reader import Reader
from sutja.scale.archive import Archive
from sutja.scale.environment import OWN, RUNNING
from sutja.scale.place import Place
from sutja.scale.shard import Shard, write_shard

CONNECT_S = 5.0
_HOW = "ray start --head starts one here, and --ray local does without one"


@dataclass(frozen=True, slots=True)
class Progress:
    """A shard that is done: how many pictures it has, and how many of these could not be read."""

    pictures: int
    errors: int


class ShardReader:
    """What each process of the pool is: it keeps its Reader and reads shard after shard."""

    def __init__(self, bundle: Bundle, source: Place, out: Place, version: str) -> None:
        """Load and warm the model. Raises `ScaleError` where this machine has another version of sutja."""
        if version != __version__:
            raise ScaleError(f"Expected sutja {version} on all machines. Received {__version__} on one of them.")
        self._reader, self._source, self._out = Reader(bundle), source, out

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Read one shard."""
        shard = Shard(row["name"], tuple(map(str, row["paths"])))
        return {"pictures": len(shard.paths), "errors": write_shard(shard, self._reader, self._source, self._out)}


@contextmanager
def joined(address: str) -> Iterator[None]:
    """Be a part of the cluster at HOST:PORT, of the running one (`auto`) or of one's own (`local`).

    Raises `ScaleError` where there is none, or it refuses.
    """
    options: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    if address == OWN:
        options["include_dashboard"] = False
    elif address != RUNNING:
        _expect_somebody(address)
    try:
        ray.init(address=address, **options)
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise _unjoined(error) from error
    try:
        yield
    finally:
        ray.shutdown()


def read(archive: Archive, bundle: Bundle) -> Iterator[Progress]:
    """Read what is left of an archive on the cluster that was joined; yield each shard as it is done, in no order.

    Raises `ScaleError` where the cluster or a storage fails; what is done by then stays done.
    """
    shards = archive.shards
    context = DataContext.get_current()
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    work = ray.data.from_items(
        [{"name": shard.name, "paths": list(shard.paths)} for shard in shards], override_num_blocks=len(shards)
    ).map(
        ShardReader,
        fn_constructor_args=(bundle, archive.source, archive.out, __version__),
        compute=ActorPoolStrategy(min_size=1, max_size=max(1, int(ray.cluster_resources().get("CPU", 1)))),
        num_cpus=1,
    )
    try:
        for row in work.iter_rows():
            yield Progress(row["pictures"], row["errors"])
    except ray.exceptions.RayError as error:
        raise _ours(error) from error
    archive.expect(shards)


def _expect_somebody(address: str) -> None:
    """Raise `ScaleError` where nobody listens at HOST:PORT: Ray itself would ask for a minute."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), CONNECT_S).close()
    except (OSError, ValueError, OverflowError) as error:
        raise ScaleError(
            f"Expected --ray to be auto, local, or HOST:PORT of a cluster that answers. Received none: {_HOW}."
        ) from error


def _unjoined(error: Exception) -> ScaleError:
    words = " ".join(str(error).split())
    if words.startswith("Version mismatch"):
        return ScaleError(f"Expected the same Ray and Python on all machines. Received others: {words}")
    return ScaleError(f"Expected a cluster of Ray that this machine is part of. Received none: {_HOW}.")


def _ours(error: BaseException | None) -> ScaleError:
    """Return the error of ours that lies under one of Ray's."""
    while error is not None:
        if isinstance(error, ScaleError):
            return error
        error = getattr(error, "cause", None) or error.__cause__
    return ScaleError(
        "Expected the cluster to read on. Received its end: what was read stays, and the same command goes on there."
    )
