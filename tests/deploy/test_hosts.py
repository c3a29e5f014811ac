"""Three replicas, HAProxy and PostgreSQL on hosts of their own: what one of them suffers nobody notices.

`make scale` has the long form, which also says what a reading costs.
"""

import json
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

import pytest
from tools.load import Costs

from deploy import deployed
from deploy.deployed import Deployment

pytestmark = pytest.mark.skipif(
    not deployed.is_possible(), reason="no hosts of one's own: only root on Linux can make them, with ip and haproxy"
)
# `make scale` does twenty rounds.
ROUNDS = int(os.environ.get("SUTJA_ROUNDS", "1"))
LASTING_S = 1.0 if ROUNDS == 1 else 20.0
PEOPLE = ("ink", "ink", "png", "png", "give", "give")
SEED = 20_261_122


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    with deployed.deployed() as all_of_it:
        yield all_of_it


Moments = list[tuple[float, float]]


@contextmanager
def moment(moments: Moments) -> Iterator[None]:
    """Note from when until when something happens: `ip` alone takes many times as long as a reading."""
    since = time.monotonic()
    yield
    moments.append((since, time.monotonic()))


def cut_off(deployment: Deployment, name: str, moments: Moments) -> None:
    """Pull a replica's cable; put it back once HAProxy has noticed, and some time has passed."""
    with moment(moments):
        deployment.hosts[name].cut_off()
    deployment.wait(2)
    time.sleep(1)
    deployment.hosts[name].mend()


def killed(deployment: Deployment, name: str, moments: Moments) -> None:
    """Kill a replica, and start it anew a while later."""
    with moment(moments):
        deployment.hosts[name].kill()
    deployment.wait(2)
    deployment.serve(name)


def database_restarted(deployment: Deployment, _: str, __: Moments) -> None:
    """Have the database end as in a crash, and recover: no reading has to do with it."""
    deployment.database.control("restart", "-m", "immediate")


FAULTS = (cut_off, killed, database_restarted)


def test_no_request_fails_and_nothing_given_is_lost(deployment: Deployment) -> None:
    """Law: but for readings under way on a machine in the very moment in which it is cut off or killed, each is
    answered; while the database is away samples alone are refused; all that was acknowledged is there, once.
    """
    chance, moments = random.Random(SEED), []
    with deployment.asking(*PEOPLE) as asked:
        time.sleep(2)
        for _ in range(ROUNDS):
            for fault in FAULTS:
                fault(deployment, chance.choice(deployed.REPLICAS), moments)
                deployment.wait(3)
                time.sleep(0.5)
    under_way = [each for each in asked.failed if any(each[0] <= end and start <= each[1] for start, end in moments)]
    print(f"{ROUNDS} rounds, {asked.answered} readings, {len(asked.failed)} failed")  # noqa: T201  # for make
    assert asked.failed == under_way, moments
    assert len(under_way) <= len(PEOPLE) * 2 * ROUNDS
    assert asked.answered > 300 * ROUNDS
    assert asked.refused > 0, "the database was away"
    rows = deployment.database.ask("SELECT id, ink FROM samples")
    assert {int(json.loads(ink)[0][-1][2]): name for name, ink in rows} == asked.given
    assert len(rows) == len(asked.given) > 20 * ROUNDS


def test_what_a_reading_costs(deployment: Deployment) -> None:
    """Each part's own time of the processor, by kind of request; docs/deploying.md is reckoned from it."""
    database, ms = deployment.database, {}
    for work in ("ink", "png", "batch"):
        replicas, proxy, count, _ = spent(deployment, work, work)
        assert count > 0, work
        ms[f"{work}_ms"], ms["batch_proxy_ms" if work == "batch" else "proxy_ms"] = replicas / count, proxy / count
    size, idle = database.bytes(), deployment.hosts["database"].cpu_s()
    replicas, _, count, taken_s = spent(deployment, *["give"] * 8)
    costs = {
        **ms,
        "sample_ms": replicas / count,
        "database_ms": 1000 * (deployment.hosts["database"].cpu_s() - idle) / count,
        "sample_bytes": (database.bytes() - size) / count,
        "samples_s": count / taken_s,
        "connections": database.connections() / len(deployed.REPLICAS),
    }
    print(f"costs: {json.dumps({name: round(value, 4) for name, value in costs.items()})}")  # noqa: T201  # for make
    assert all(0 < each < 100 for name, each in costs.items() if name.endswith("_ms"))
    assert costs["batch_ms"] < costs["ink_ms"]
    assert set(costs) == {each.name for each in fields(Costs)}


def spent(deployment: Deployment, *works: str) -> tuple[float, float, int, float]:
    """Return how many ms of the processor replicas and proxy took for how many readings or samples, in what time."""
    before = busy_s(deployment)
    with deployment.asking(*works) as asked:
        start = time.monotonic()
        time.sleep(LASTING_S)
    after, taken_s = busy_s(deployment), time.monotonic() - start
    assert not asked.failed
    ms = [1000 * (late - early) for late, early in zip(after, before, strict=True)]
    return ms[0], ms[1], asked.answered + len(asked.given), taken_s


def busy_s(deployment: Deployment) -> tuple[float, float]:
    replicas = sum(deployment.hosts[name].cpu_s() for name in deployed.REPLICAS)
    return replicas, deployment.hosts["proxy"].cpu_s()
