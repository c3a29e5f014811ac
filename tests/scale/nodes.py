"""Three nodes of Ray on hosts of their own, one of which is killed in the middle, and people who ask from another.

A cluster takes half a minute to form: this is for `make scale`. tests/scale/test_ray.py has one node, for `make test`.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from deploy.hosts import Host, network
from scale.archives import fill, rows
from scale.rays import HEAD, ROOT, node, running, service, wait
from sutja.bundle import Bundle
from sutja.scale.archive import SHARD_SIZE

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None,
    reason="no hosts of one's own: only root on Linux can make them, with ip",
)
NODES = ("one", "two", "three")
COUNT = 24 * SHARD_SIZE
PORT = 8000  # as deploy/ray/serve.yaml has it


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a short path: Ray's sockets lie below it."""
    folder = Path(tempfile.mkdtemp(prefix="nodes-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def cluster(folder: Path) -> Iterator[dict[str, Host]]:
    """Yield the hosts of a cluster: three nodes of one core each, and one outside of it."""
    with network("outside", *NODES) as hosts, ExitStack() as up:
        for name in NODES:
            options = (*HEAD, "--port=6379") if name == "one" else (f"--address={head_of(hosts)}",)
            log = folder / f"{name}.log"
            up.enter_context(running(hosts[name].words(*node(hosts[name].address, *options)), log))
            wait(lambda log=log: b"Ray runtime started" in log.read_bytes(), log)
        yield hosts


def head_of(hosts: dict[str, Host]) -> str:
    """Return the address of the cluster."""
    return f"{hosts['one'].address}:6379"


def test_a_node_that_dies_loses_nothing_and_doubles_nothing(folder: Path) -> None:
    """Law: with a third of the machines gone in the middle, each picture stands once."""
    paths = fill(folder / "in", COUNT, broken=(77,))
    out = folder / "out"
    with cluster(folder) as hosts:
        words = (sys.executable, "-m", "sutja", "read", "--ray", head_of(hosts), folder / "in", "--out", out)
        with running(hosts["one"].words(*words), folder / "read.log") as reading:
            wait(lambda: len(list(out.glob("*.parquet"))) >= COUNT / SHARD_SIZE / 3, folder / "read.log")
            hosts["three"].kill()
            assert len(list(out.glob("*.parquet"))) < COUNT / SHARD_SIZE, "it was over before the node was killed"
            assert reading.wait(300) == 0, (folder / "read.log").read_text()
    found = rows(out)
    assert [row["path"] for row in found] == paths
    assert [int(Path(row["path"]).stem) for row in found if row["error"]] == [77]
    assert all(row["digit"] == int(Path(row["path"]).stem) % 10 for row in found if row["error"] is None)


def test_a_node_that_dies_takes_no_service_along(folder: Path) -> None:
    """Law: while people ask at two nodes, a third dies with its replica: all but what was under way there is answered,
    by the bundle that each answer names.
    """
    with cluster(folder) as hosts:
        urls = [f"http://{hosts[name].address}:{PORT}" for name in NODES[:2]]
        serve = hosts["one"].words(*service(ROOT / "deploy" / "ray" / "serve.yaml", f"--address={head_of(hosts)}"))
        with running(serve, folder / "serve.log"):
            asking = hosts["outside"].start(sys.executable, Path(__file__).with_name("asking.py"), *urls)
            assert asking.stdout.readline() == "asking\n", (folder / "serve.log").read_text()
            time.sleep(5)
            killed = time.monotonic()
            hosts["three"].kill()
            time.sleep(20)
            said = json.loads(asking.communicate()[0])
    assert said["models"].keys() == {Bundle.shipped().card.sha256}
    sys.stdout.write(f"{sum(said['models'].values())} answers, {len(said['failed'])} failed\n")
    assert [each for each in said["failed"] if not each[0] <= killed + 0.1 <= each[1] + 1] == []
