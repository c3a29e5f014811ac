"""Ray on this machine alone, in one node. tests/scale/nodes.py has three, of which one is killed: `make scale`."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import ray
import yaml

from drawings import DRAWINGS
from scale.archives import fill, rows
from scale.rays import ENVIRON, HEAD, ROOT, answers, node, running, service, wait
from scale.storage import BUCKET, Storage, storage
from sutja.bundle import Bundle
from sutja.errors import ScaleError
from sutja.scale.archive import SHARD_SIZE
from sutja.scale.cluster import joined

COUNT = 8 * SHARD_SIZE
HERE = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def s3() -> Iterator[Storage]:
    with storage() as found:
        yield found


@pytest.fixture(scope="module")
def cluster(s3: Storage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a cluster of one node, which may use the storage."""
    port, log = free_port(), tmp_path_factory.mktemp("ray") / "log"
    ports = {f"RAY_SERVE_HAPROXY_{each}_PORT": str(free_port()) for each in ("STATS", "METRICS")}
    with running(node(HERE, *HEAD, f"--port={port}", cpus=2), log, **s3.environ, **ports):
        wait(lambda: b"Ray runtime started" in log.read_bytes(), log)
        yield f"{HERE}:{port}"


def reading(cluster: str, source: Path, out: str, s3: Storage) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sutja", "read", "--ray", cluster, str(source), "--out", out]
    pipe = subprocess.PIPE
    everything = {**os.environ, **ENVIRON, **s3.environ}
    return subprocess.Popen(command, env=everything, stdout=pipe, stderr=pipe, text=True)


def test_an_archive_is_read_on_after_a_kill(cluster: str, s3: Storage, tmp_path: Path) -> None:
    """Law: killed in the middle and started anew, the command ends with each picture once, and says what was left."""
    source, out = tmp_path / "in", f"s3://{BUCKET}/out"
    paths = fill(source, COUNT, broken=(5,))
    with reading(cluster, source, out, s3) as first:
        wait(lambda: s3.count("out") >= 2 or first.poll() is not None)
        first.kill()
    done = s3.count("out")
    assert done < COUNT / SHARD_SIZE, "it was over before it was killed"
    with reading(cluster, source, out, s3) as second:
        said, complaint = second.communicate()
    assert (second.returncode, complaint.splitlines()[1:]) == (0, []), complaint
    assert " pictures read into s3://archive/out, and " in said
    assert int(said.partition(" ")[0].replace(",", "")) < COUNT
    found = rows(f"{BUCKET}/out", s3.files)
    assert [row["path"] for row in found] == paths
    assert all(row["digit"] == int(Path(row["path"]).stem) % 10 for row in found if row["error"] is None)
    assert [int(Path(row["path"]).stem) for row in found if row["error"]] == [5]


def test_no_such_cluster(sutja, tmp_path: Path) -> None:
    """Law: where no cluster answers, that is one line, at once."""
    fill(tmp_path / "in", 1)
    ran = sutja("read", "--ray", f"{HERE}:{free_port()}", tmp_path / "in", "--out", tmp_path / "out")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert "ray start --head" in ran.err


def test_machines_that_do_not_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: a cluster that answers, but with another Ray or Python, is not called none."""

    def refused(**_: object) -> None:
        raise RuntimeError("Version mismatch: The cluster was started with:\n    Ray: 2.1.0\n    Python: 3.11.9\n")

    monkeypatch.setattr(ray, "init", refused)
    with (
        pytest.raises(ScaleError, match=r"the same Ray and Python on all machines\. .* Ray: 2\.1\.0 Python: 3\.11\.9$"),
        joined("auto"),
    ):
        pass


def test_the_service_on_ray_serve(cluster: str, tmp_path: Path) -> None:
    """Law: deploy/ray/serve.yaml serves the same application: page, reading, and in each answer the bundle."""
    config = yaml.safe_load((ROOT / "deploy" / "ray" / "serve.yaml").read_text("utf-8"))
    port = config["http_options"]["port"] = free_port()
    (tmp_path / "serve.yaml").write_text(yaml.safe_dump(config))
    url, log = f"http://{HERE}:{port}", tmp_path / "log"
    with running(service(tmp_path / "serve.yaml", f"--address={cluster}"), log):
        wait(lambda: answers(f"{url}/readyz"), log)
        assert answers(f"{url}/")
        body = json.dumps({"strokes": DRAWINGS[7]}).encode()
        headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
        for _ in range(20):
            with urllib.request.urlopen(urllib.request.Request(f"{url}/predict", body, headers), timeout=5) as answer:
                said = json.load(answer)
            assert (said["digit"], said["model"]) == (7, Bundle.shipped().card.sha256)


def test_replicas_share_a_store_or_have_none() -> None:
    """Law: a replica that would keep what it gets in a file of its own does not start; any other is public."""
    program = (
        "from sutja.scale.serving import settings_of as of; print(of({'SUTJA_DATABASE_URL': 'none'}).is_public); of({})"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (1, "True\n")
    assert "SettingsError: Expected SUTJA_DATABASE_URL to name the PostgreSQL" in ran.stderr
