"""Load: what so many digits a second cost in replicas, rows and money, by arithmetic from what was measured.

    python -m tools.load            write the tables of docs/deploying.md from deploy/load.json
    python -m tools.load measure    run tests/deploy/test_hosts.py in its long form; write deploy/load.json, then those

Owns the arithmetic and its assumptions; what a reading costs it does not know.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from tools.marked import put

from sutja.learn.report import machine

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "deploy" / "load.json"
PAGE = ROOT / "docs" / "deploying.md"
RATES = (10, 1_000, 100_000)
USED = 0.7
"""How much of a core is used before there are more replicas: as in deploy/k8s/autoscaler.yaml."""
LEAST = 3
SAMPLES = 1 / 1_000
"""How many of the digits people give to learn from."""
CORE_HOUR = 0.04
"""What a core costs in an hour, in whichever currency."""
HOURS = 730
DAY_S = 86_400
CONNECTIONS_MAX = 100
"""Of PostgreSQL, as it comes."""
HEADS = {
    "facts": "| what | measured |",
    "replicas": "| digits a second | sent as | replicas | cores of HAProxy | a month |",
    "kept": "| digits a second | samples a second | rows in a year | in PostgreSQL | of what its one writer takes |",
    "breaks": "| at | what is at its end |",
}
"""The tables of the page."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured, of each part by itself; the names of the fields say the units."""

    ink_ms: float
    """Of the replica: an ink."""
    png_ms: float
    """Of the replica: a PNG of 280x280."""
    batch_ms: float
    """Of the replica: an ink in a batch of 64."""
    proxy_ms: float
    """Of HAProxy: a request."""
    batch_proxy_ms: float
    """Of HAProxy: an ink in a batch of 64."""
    sample_ms: float
    """Of the replica: a sample."""
    database_ms: float
    """Of PostgreSQL: a sample."""
    sample_bytes: float
    """In PostgreSQL, with the indexes."""
    samples_s: float
    """So many samples were taken in a second."""
    connections: float
    """So many connections to PostgreSQL a busy replica holds."""


@dataclass(frozen=True, slots=True)
class Load:
    """So many digits in a second, each of which takes a replica so long, in requests of so many."""

    rate: int
    digit_ms: float
    proxy_ms: float

    @property
    def replicas(self) -> int:
        """How many processes of one core."""
        return max(LEAST, _cores(self.rate * self.digit_ms))

    @property
    def proxy_cores(self) -> int:
        """How many cores of proxies."""
        return max(1, _cores(self.rate * self.proxy_ms))

    @property
    def money(self) -> int:
        """What a month costs, with two cores of a database."""
        return round((self.replicas + self.proxy_cores + 2) * CORE_HOUR * HOURS)


def rows(costs: Costs) -> list[str]:
    """Return the rows of the first table: replicas and money by rate and kind of request."""
    kinds = (
        ("inks", costs.ink_ms, costs.proxy_ms),
        ("280x280 PNG", costs.png_ms, costs.proxy_ms),
        ("inks, 64 in a batch", costs.batch_ms, costs.batch_proxy_ms),
    )
    lines = []
    for rate in RATES:
        for kind, digit_ms, proxy_ms in kinds:
            load = Load(rate, digit_ms, proxy_ms)
            lines.append(f"| {rate:,} | {kind} | {load.replicas:,} | {load.proxy_cores:,} | {load.money:,} |")
    return lines


def kept(costs: Costs) -> list[str]:
    """Return the rows of the second table: what samples come to by rate."""
    lines = []
    for rate in RATES:
        given = rate * SAMPLES
        in_a_year = given * DAY_S * 365
        size = in_a_year * costs.sample_bytes / 1e9
        lines.append(
            f"| {rate:,} | {given:g} | {in_a_year:,.0f} | {size:,.1f} GB | {100 * given / costs.samples_s:,.1f} % |"
        )
    return lines


def breaks(costs: Costs) -> list[str]:
    """Return the rows of the third table: at which rate of inks each part is at its end, the first one first."""
    replica_rate = 1000 * USED / costs.ink_ms
    ends = {
        f"PostgreSQL's `max_connections`, {CONNECTIONS_MAX}: a busy replica holds {costs.connections:.0f}": (
            CONNECTIONS_MAX // costs.connections * replica_rate
        ),
        "one HAProxy of four cores": 4 * 1000 * USED / costs.proxy_ms,
        f"the store's one writer, where one digit in {1 / SAMPLES:,.0f} is given": costs.samples_s / SAMPLES,
        "thirty replicas, `maxReplicas` of the autoscaler": 30 * replica_rate,
    }
    return [f"| {rate:,.0f} | {what} |" for what, rate in sorted(ends.items(), key=lambda each: each[1])]


def facts(said: dict[str, object], costs: Costs) -> list[str]:
    """Return the rows of the table of what was measured."""
    names = {
        "ink_ms": "replica, an ink of 126 points: CPU ms",
        "png_ms": "replica, a PNG of 280x280: CPU ms",
        "batch_ms": "replica, an ink in a batch of 64: CPU ms",
        "proxy_ms": "HAProxy, a request: CPU ms",
        "batch_proxy_ms": "HAProxy, an ink in a batch of 64: CPU ms",
        "sample_ms": "replica, a sample: CPU ms",
        "database_ms": "PostgreSQL, a sample: CPU ms",
        "sample_bytes": "PostgreSQL, a sample: bytes, indexes included",
        "samples_s": "samples a second, all replicas on one machine",
        "connections": "connections of a busy replica to PostgreSQL",
    }
    lines = [f"| {names[name]} | {value:,.4g} |" for name, value in asdict(costs).items()]
    where = f"{said['machine']}; load average before it {said['busy']}"
    return [*lines, f"| measured by `make scale` on {said['at']} | {where} |"]


def write(page: Path = PAGE, measured: Path = MEASURED) -> None:
    """Write all tables of the page. Raises `ValueError` where it has lost their markers."""
    said = json.loads(measured.read_text("utf-8"))
    costs = Costs(**said.pop("costs"))
    tables = {"facts": facts(said, costs), "replicas": rows(costs), "kept": kept(costs), "breaks": breaks(costs)}
    for name, lines in tables.items():
        head = HEADS[name]
        rule = "|---" * (head.count("|") - 1) + "|"
        put(page, name, "\n".join([head, rule, *lines]))


def _cores(ms: float) -> int:
    """Return how many cores do so many ms of work in a second."""
    return ceil(round(ms / 1000 / USED, 6))


def measure() -> int:
    """Run the tests of the hosts in their long form, and keep what they measured; return their exit code."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/deploy/test_hosts.py"]
    environ, busy = {"SUTJA_ROUNDS": "20", **os.environ}, os.getloadavg()[0]
    ran = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=False)
    sys.stdout.write(ran.stdout)
    said = re.search(r"^\.?costs: (\{.*\})$", ran.stdout, re.MULTILINE)
    if ran.returncode == 0 and said:
        costs = asdict(Costs(**json.loads(said[1])))
        kept = {"at": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "busy": round(busy, 1), "costs": costs}
        MEASURED.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
        write()
    return ran.returncode


def main(words: list[str]) -> int:
    """Do what the words of the command line ask, and return the exit code."""
    match words:
        case []:
            write()
        case ["measure"]:
            return measure()
        case _:
            raise SystemExit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
